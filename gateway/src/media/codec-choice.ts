/**
 * Which codec a leg's answer decides on. Two-party calls never transcode, so this one choice holds for both sides of the call.
 */
import type { types } from 'mediasoup';
import { sameCodec } from './media-codecs.ts';
import type { MediaKind } from './media-codecs.ts';

/** Best first. Opus where the peer has it, because it alone survives loss; the others in the order the peer gave. */
const preferred: Readonly<Record<MediaKind, readonly string[]>> = { audio: ['audio/opus'], video: [] };

/** Not a stream of its own: rides beside the codec that is chosen. */
const companions = new Set(['audio/telephone-event', 'audio/cn', 'video/rtx', 'video/red', 'video/ulpfec', 'video/flexfec-03']);

export function isCompanion(mimeType: string): boolean {
  return companions.has(mimeType.toLowerCase());
}

export interface CodecChoice {
  readonly kind: MediaKind;
  /** What the peer's answer lists and the router has, in the peer's order. */
  readonly shared: readonly types.RtpCodecCapability[];
  /** The codec of an earlier answer of the same contact: kept whenever the new answer allows, so that the customer need not produce anew. */
  readonly frozen: string | null;
}

/** The codec, or null when the two sides share none and this kind stays silent. */
export function chooseCodec({ kind, shared, frozen }: CodecChoice): types.RtpCodecCapability | null {
  const candidates = shared.filter((codec) => codec.kind === kind && !isCompanion(codec.mimeType));
  const order = [...(frozen === null ? [] : [frozen]), ...preferred[kind]];
  for (const wanted of order) {
    const found = candidates.find(({ mimeType }) => sameCodec(mimeType, wanted));
    if (found) return found;
  }
  return candidates[0] ?? null;
}
