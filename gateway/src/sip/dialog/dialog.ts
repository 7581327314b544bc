/**
 * What the rest of the gateway knows of a SIP dialog: calls out, calls in, and how each ended, as data. Beneath are outgoing.ts,
 * incoming.ts and session.ts over SIP.js' transactions; media and contacts see only these types.
 *
 *   calling ──18x──▶ ringing ──2xx, answer taken──▶ established ──BYE either way, session timer──▶ ended
 *      └──────────────── any failure, CANCEL, limit reached ───────────────────────────────────────┘
 */
import type { EndCause } from '../end-cause.ts';
import type { Replaces } from './replaces.ts';

/** The media side of a dialog: SDP in, SDP out (RFC 3264). A rejection refuses the description with 488. */
export interface DialogMedia {
  /** The first offer; in a standing dialog the offer of a change of ours (ICE restart, another codec, another address, another stream). */
  offer(): Promise<string>;
  /** An answer before the final one (18x with SDP). `fork` is the remote tag: each fork of a request answers for itself. */
  early(answer: string, fork: string): Promise<void>;
  /** The final answer to our latest offer. */
  accept(answer: string): Promise<void>;
  /** Answers an offer of the peer: of its INVITE, re-INVITE or UPDATE, or in the 2xx to our offerless request. */
  answer(offer: string): Promise<string>;
  /** Our offer in the standing dialog was refused: what was agreed before it stands. */
  rollback(): void;
}

export interface OutgoingCall {
  /** The caller URI, which names the contact; a trunk may have to show another From and then carries this one in User-to-User. */
  readonly from: string;
  readonly displayName: string | null;
  /** The callee's address of record, or what the trunk is to dial. */
  readonly to: string;
  /** Name and value, already fit for the wire (header-text.ts). */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
  /** Ask the endpoint to answer by itself: the person accepted at a desktop already. */
  readonly autoAnswer: boolean;
  readonly media: DialogMedia;
  /** Milliseconds from INVITE to the final answer. */
  readonly answerLimit: number;
}

export type DialogEnd =
  /** No dialog came about. `contacts`: where a 3xx points, to be judged by the allow-list, never followed as it is. */
  | {
    readonly type: 'failed'; readonly status: number; readonly cause: EndCause | null; readonly contacts: readonly string[];
    /** Seconds, where the peer said when to try again. */
    readonly retryAfter?: number;
    /** No answer of any kind came, or the connection failed: another way to the same callee may be tried. */
    readonly unreachable?: true;
  }
  /** BYE of the peer, with its Reason (SIP cause or Q.850) where it gave one. */
  | { readonly type: 'hungUp'; readonly cause: EndCause | null }
  /** The peer is gone without a BYE: its page or connection, its session timer, its 408 or 481 in the dialog. */
  | { readonly type: 'lost' }
  | { readonly type: 'endedHere' };

/** A REFER in the dialog (RFC 3515), terminated here: accepted or refused at once, then reported in NOTIFYs with sipfrag. */
export interface Referral {
  /** Where the peer wants it to go, as it wrote it; the allow-list decides what it means. */
  readonly target: string;
  /** RFC 3891: the dialog to be replaced by the new party; an attended transfer. One of ours compares with `Dialog.id` field by field. */
  readonly replaces: Replaces | null;
  /** 202, and the implicit subscription's first NOTIFY (100 Trying). */
  accept(): void;
  refuse(status: number, reason?: string): void;
  /** A NOTIFY with this status line; a final status ends the subscription. Also after the transferor hung up. */
  progress(status: number): void;
}

export interface DialogListener {
  /** A provisional answer beyond 100, once or often. `early`: it carried SDP, and `DialogMedia.early` took it. */
  onRinging(early: boolean): void;
  onEstablished(): void;
  /** Exactly once. */
  onEnd(end: DialogEnd): void;
  onRefer(referral: Referral): void;
  /** Digits by SIP INFO (application/dtmf-relay, application/dtmf). */
  onDtmf(digits: string): void;
  /** An old video phone asks for a keyframe by SIP INFO (RFC 5168). */
  onKeyframeRequest(): void;
}

export interface Dialog {
  readonly established: boolean;
  /** As on the wire; null before the peer's tag is known. */
  readonly id: { readonly callId: string; readonly localTag: string; readonly remoteTag: string } | null;
  /** CANCEL, BYE or a final refusal, with a Reason. Idempotent. */
  end(cause: EndCause, end?: DialogEnd): void;
  /** Re-INVITE with `DialogMedia.offer()`; glare (491) is tried again as RFC 3261, 14.1 says. False: refused, and rolled back. */
  reoffer(): Promise<boolean>;
  /** One digit by SIP INFO. */
  sendDtmf(digit: string, milliseconds: number): void;
  /** SIP INFO of RFC 5168, for a peer that negotiated no RTCP feedback. */
  requestKeyframe(): void;
}

/** An INVITE of a peer that has proven who it is. Nothing was answered yet but 100. */
export interface IncomingCall {
  /** Request-URI and From, as written. */
  readonly target: string;
  readonly from: string;
  readonly displayName: string | null;
  readonly replaces: Referral['replaces'];
  /** Heard once, when the caller gave up (CANCEL, its connection gone) before `answer`. */
  onCanceled(listener: () => void): void;
  ring(): void;
  /** 200 with our description; an INVITE without an offer gets ours, and its ACK brings the answer. The outcome comes by the listener. */
  answer(media: DialogMedia, listener: DialogListener): Dialog;
  refuse(status: number, reason?: string): void;
}
