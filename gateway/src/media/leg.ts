/**
 * One SIP party's media within a call: what it offers and answers in SDP, what is heard of it, what is played to it. Two kinds implement
 * it: `IceLeg` (ICE and DTLS: browsers, and phones that do ICE) and `RtpLeg` (RTP/AVP or SDES-SRTP: phones, PBXs, trunks). A leg
 * knows nothing of SIP, of the other legs or of contacts; `call.ts` connects legs. Closing is idempotent.
 */
import type { types } from 'mediasoup';
import type { MediaKind } from './media-codecs.ts';

export type ChosenCodecs = Readonly<Record<MediaKind, string | null>>;
export const noCodecs: ChosenCodecs = { audio: null, video: null };

export interface LegListener {
  /** What is heard or seen of the party came, went or is another producer now: the call is to be connected anew. */
  onSource(): void;
  /** The party put us on hold, or took us off it, in its SDP. */
  onHeld(held: boolean): void;
  /** A digit arrived as RFC 4733 events; told once per press, at its end. */
  onDtmf(digit: string): void;
  /** The leg has something to say in a new offer (another stream, another address): whoever holds the dialog calls `reoffer`. */
  onReoffer(): void;
  /** It negotiated no RTCP feedback and has to be asked for a keyframe by SIP INFO (RFC 5168). */
  onKeyframe(): void;
  /** The path is dead: ICE consent or DTLS gone, RTP silent past its limit. */
  onLost(): void;
}

export interface SipLeg {
  readonly answered: boolean;
  /** What the last description decided. */
  readonly codecs: ChosenCodecs;
  /** The party's own hold (RFC 3264, 8.4). */
  readonly held: boolean;
  /**
   * First offer, or that of a change in a standing dialog. `frozen`: what the contact runs on and thus is wanted first.
   * `only`: nothing but the frozen codec is of use (the mixer's G.711).
   */
  offer(frozen: ChosenCodecs, only?: boolean): Promise<string>;
  /** `early`: a provisional answer of this fork; the final one may come from another address. Throws UnusableSdp. */
  accept(sdp: string, state: { readonly onHold: boolean; readonly early?: string }): Promise<void>;
  /** Answers the peer's offer, first or later. Throws UnusableSdp. */
  answer(sdp: string, frozen: ChosenCodecs): Promise<string>;
  rollback(): void;
  /** What others can hear or see of the party right now. */
  heard(kind: MediaKind): types.Producer | null;
  /** What the party hears or sees: all of it, in place of what it was. An RtpLeg plays one; an IceLeg one stream per producer. */
  play(kind: MediaKind, producers: readonly types.Producer[]): Promise<void>;
  /** Our hold: the party's media is dropped here, nothing is renegotiated. */
  setHold(onHold: boolean): Promise<void>;
  /** RFC 4733 towards the party; false where telephone-event was not agreed on (then SIP INFO is what is left). */
  sendDtmf(digit: string, milliseconds: number): boolean;
  /** The party asked for a keyframe by SIP INFO: whoever is shown to it is asked for one. */
  requestPicture(): void;
  /** What whoever encodes for the party must keep to, as far as it said so. */
  limits(kind: MediaKind): MediaLimits;
  close(): void;
}

/** What an encoder must keep to for a party. */
export interface MediaLimits {
  /** Bits a second. */
  readonly bitrate: number | null;
  /** H264's profile-level-id, where that is the codec. */
  readonly profileLevelId: string | null;
}
export const noLimits: MediaLimits = { bitrate: null, profileLevelId: null };
