/**
 * The codecs a contact's router forwards. mediasoup rewrites every stream to these payload types, so they are the ones our SDP names:
 * the static ones where RFC 3551 has them, and elsewhere what SIP peers and browsers use by habit.
 */
import type { types } from 'mediasoup';

/**
 * The worker forwards no telephone-events. Inside the router they therefore go by the name of a codec that nobody speaks: whoever consumes it
 * receives events and nothing else. No description of ours names it.
 */
export const eventCarrier: types.RouterRtpCodecCapability & { readonly preferredPayloadType: number } = {
  kind: 'audio', mimeType: 'audio/iLBC', preferredPayloadType: 125, clockRate: 8000,
};

export const routerCodecs: types.RouterRtpCodecCapability[] = [
  { kind: 'audio', mimeType: 'audio/opus', preferredPayloadType: 111, clockRate: 48_000, channels: 2, parameters: { useinbandfec: 1, minptime: 10 } },
  { kind: 'audio', mimeType: 'audio/PCMU', preferredPayloadType: 0, clockRate: 8000 },
  { kind: 'audio', mimeType: 'audio/PCMA', preferredPayloadType: 8, clockRate: 8000 },
  { kind: 'audio', mimeType: 'audio/G722', preferredPayloadType: 9, clockRate: 8000 },
  { kind: 'audio', mimeType: 'audio/telephone-event', preferredPayloadType: 110, clockRate: 48_000 },
  { kind: 'audio', mimeType: 'audio/telephone-event', preferredPayloadType: 101, clockRate: 8000 },
  eventCarrier,
  { kind: 'video', mimeType: 'video/VP8', preferredPayloadType: 96, clockRate: 90_000 },
  {
    kind: 'video', mimeType: 'video/H264', preferredPayloadType: 98, clockRate: 90_000,
    // Constrained baseline is the one profile every browser must have (RFC 7742, 6.2).
    parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
  },
];

/** What descriptions may name. */
export function describedCodecs(router: types.RtpCapabilities, kind: MediaKind): types.RtpCodecCapability[] {
  return (router.codecs ?? []).filter((codec) => codec.kind === kind && !sameCodec(codec.mimeType, eventCarrier.mimeType));
}

export type MediaKind = types.MediaKind;
export const mediaKinds: readonly MediaKind[] = ['audio', 'video'];

/** Case-insensitive, as mime types are (RFC 2045, 5.1). */
export function sameCodec(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
