/** From what the gateway wants (`Tracks`) and what is held, what is to be done. Pure: the transports' side is in sender.ts and receiver.ts. */
import type { ReceiveTrack, SendTrack } from '#shared/media-protocol.ts';

export type SendStep =
  | { readonly action: 'none' }
  | { readonly action: 'close' }
  /** Build a producer with this codec; one that is held with another codec is closed when the new one stands. */
  | { readonly action: 'produce'; readonly codec: string }
  /** The producer stands: what it carries changes, without a word to the gateway. */
  | { readonly action: 'carry'; readonly what: 'live' | 'silence' };

export interface HeldSender {
  /** Mime type in lower case. */
  readonly codec: string;
  readonly carries: 'live' | 'silence';
}

export interface SendWish {
  readonly kind: 'audio' | 'video';
  readonly track: SendTrack | null;
  /** Whether there is a live device to carry: the microphone, or a camera that is switched on. */
  readonly live: boolean;
}

/** Audio is built ahead of its first sound, so that ICE and DTLS stand; video only when there is something to show. */
export function planSend(held: HeldSender | null, { kind, track, live }: SendWish): SendStep {
  if (track === null) return held === null ? { action: 'none' } : { action: 'close' };
  const codec = track.codec.toLowerCase();
  const what = carriedBy(track, live);
  if (held === null || held.codec !== codec) {
    return kind === 'video' && what === 'silence' ? { action: held === null ? 'none' : 'close' } : { action: 'produce', codec };
  }
  return held.carries === what ? { action: 'none' } : { action: 'carry', what };
}

/** Before `send` nothing of the customer leaves, whatever is switched on. */
export function carriedBy(wanted: SendTrack, live: boolean): 'live' | 'silence' {
  return wanted.mode === 'send' && live ? 'live' : 'silence';
}

export interface ReceivePlan {
  readonly close: readonly string[];
  readonly open: readonly ReceiveTrack[];
}

export function planReceive(held: ReadonlySet<string>, wanted: readonly ReceiveTrack[]): ReceivePlan {
  const ids = new Set(wanted.map((track) => track.consumerId));
  return { close: [...held].filter((id) => !ids.has(id)), open: wanted.filter((track) => !held.has(track.consumerId)) };
}
