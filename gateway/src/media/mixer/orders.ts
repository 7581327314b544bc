/**
 * What the gateway and its one mixer thread say to each other. A session is one call's RTP over loopback: the port of a PlainTransport on the call's
 * router, from which the speakers come and to which the mixes and sounds go. Streams are named by SSRC within their session.
 */
import type { Law } from './g711.ts';

export const sounds = ['hold'] as const;
export type Sound = (typeof sounds)[number];
/** Codecs a sound is stored in; the name is the file's ending too. */
export const soundCodecs = ['opus', 'pcmu', 'pcma', 'g722'] as const;
export type SoundCodec = (typeof soundCodecs)[number];

interface Stream {
  readonly session: number;
  readonly ssrc: number;
}

export type MixerOrder =
  /** `port`: of the PlainTransport on 127.0.0.1; nothing from elsewhere is listened to. */
  | { readonly type: 'open'; readonly session: number; readonly port: number }
  | { readonly type: 'close'; readonly session: number }
  | ({ readonly type: 'speaker'; readonly law: Law } & Stream)
  /** `hears`: the SSRCs of the speakers in this mix. Given again for the same stream, it replaces them. */
  | ({ readonly type: 'listener'; readonly law: Law; readonly payloadType: number; readonly hears: readonly number[] } & Stream)
  | ({ readonly type: 'sound'; readonly sound: Sound; readonly codec: SoundCodec; readonly payloadType: number } & Stream)
  | ({ readonly type: 'drop' } & Stream);

export type MixerNews = { readonly type: 'ready'; readonly port: number };
