/**
 * One SIP party of a call from its first INVITE to its end: its dialog and its media leg as one, so that whichever of the two dies takes the other along.
 * Made by `Line.calling` (we call an endpoint) or `Line.called` (a phone called us).
 */
import type { Logger } from 'pino';
import type { Dialog, DialogEnd, DialogListener, DialogMedia, IncomingCall, OutgoingCall, Referral } from '../sip/dialog/dialog.ts';
import type { EndCause } from '../sip/end-cause.ts';
import type { Endpoint } from '../sip/endpoint.ts';
import type { Call, CallParty } from './call.ts';
import { wantsChange } from './codec-change.ts';
import type { LegMaker } from './leg-maker.ts';
import type { LegListener, SipLeg } from './leg.ts';
import type { SipRole } from './parties.ts';

/** What carries the line, for people and for the busy list. */
export type LineEndpoint = Pick<Endpoint, 'id' | 'kind' | 'label' | 'media' | 'dtmf' | 'agentId' | 'source'>;

export interface LineListener {
  onRinging(early: boolean): void;
  /** The network's announcement is connected, in the codec that the leg has now. */
  onAnnounced?(): void;
  /**
   * The final answer is here and about to be taken. False: somebody else was first, and this line is ended as soon as it stands; nothing of
   * it is connected.
   */
  onAnswer(): boolean;
  onEstablished(): void;
  /** Exactly once. The leg is closed and has left the call. */
  onEnd(end: DialogEnd): void;
  onReferral(referral: Referral): void;
  onDtmf(digit: string): void;
  onHeld(held: boolean): void;
}

/** Milliseconds between the loss of a party's media and its being taken for the loss of the party: a client that hangs up closes its media as well. */
const byeGrace = 500;
/** A key press as phones make it (RFC 4733, 2.5.1.1 asks for at least 40 ms), and the quiet after it. */
const digitLength = 160;
const digitPause = 80;

export class Line implements CallParty {
  /** What it is in the call now; a second party may become the agent's. */
  role: SipRole;
  readonly endpoint: LineEndpoint;
  readonly leg: SipLeg;
  private readonly call: Call;
  private readonly listener: LineListener;
  private readonly log: Logger;
  private dialog: Dialog | null = null;
  private digits: Promise<void> = Promise.resolve();
  private offering: Promise<unknown> = Promise.resolve();
  private offerWanted = false;
  private taken = false;
  private ended = false;

  private constructor({ call, role, endpoint, listener, log }: LineOptions, make: (listener: LegListener) => SipLeg) {
    this.call = call;
    this.role = role;
    this.endpoint = endpoint;
    this.listener = listener;
    this.log = log;
    this.leg = make({
      onSource: () => this.changed(),
      onHeld: (held) => { this.changed(); if (this.established) this.listener.onHeld(held); },
      onDtmf: (digit) => { if (this.established) this.listener.onDtmf(digit); },
      onReoffer: () => this.offerSoon(),
      onKeyframe: () => this.dialog?.requestKeyframe(),
      onLost: () => { setTimeout(() => this.end({ cause: 408, text: 'Media lost' }, { type: 'lost' }), byeGrace).unref(); },
    });
  }

  /** Null: the endpoint was reachable a moment ago and is not any more. */
  static async calling(options: LineOptions & { readonly endpoint: Endpoint; readonly legs: LegMaker; readonly request: Omit<OutgoingCall, 'media' | 'answerLimit'>; readonly answerLimit: number }): Promise<Line | null> {
    const { endpoint, request, answerLimit } = options;
    const line = await Line.made(options);
    line.dialog = endpoint.call({ ...request, answerLimit, media: line.media() }, line.dialogListener());
    if (line.dialog) return line;
    line.leg.close();
    return null;
  }

  /** Answers a phone's own call. */
  static async called(options: LineOptions & { readonly legs: LegMaker; readonly incoming: IncomingCall }): Promise<Line> {
    const line = await Line.made(options);
    line.dialog = options.incoming.answer(line.media(), line.dialogListener());
    return line;
  }

  private static async made(options: LineOptions & { readonly legs: LegMaker }): Promise<Line> {
    return new Line(options, await options.legs.prepared(options.call, options.endpoint));
  }

  get single(): boolean {
    return this.endpoint.kind !== 'desktop';
  }

  get announces(): boolean {
    return this.endpoint.kind === 'external';
  }

  get established(): boolean {
    return this.dialog?.established ?? false;
  }

  get over(): boolean {
    return this.ended;
  }

  /** Whether this is the dialog that a Replaces names. */
  isDialog({ callId, localTag, remoteTag }: NonNullable<Referral['replaces']>): boolean {
    const id = this.dialog?.id;
    return id?.callId === callId && id.localTag === localTag && id.remoteTag === remoteTag;
  }

  reoffer(): Promise<boolean> {
    const result = this.offering.then(() => {
      this.offerWanted = false;
      return this.dialog?.established === true ? this.dialog.reoffer() : false;
    });
    this.offering = result.catch(() => false);
    return result;
  }

  /** One that waits already will say it all. Before the dialog stands there is nothing to change; `onEstablished` connects anew. */
  private offerSoon(): void {
    if (this.offerWanted || !this.established) return;
    this.offerWanted = true;
    this.reoffer().catch((error: unknown) => this.log.warn({ err: error }, 'offer not made'));
  }

  /** One after the other, as keys are pressed: in the stream where the party takes that, else by SIP INFO. */
  sendDtmf(digits: string): void {
    for (const digit of digits) {
      this.digits = this.digits.then(async () => {
        if (this.ended) return;
        const inStream = this.endpoint.dtmf === 'rfc4733' && this.leg.sendDtmf(digit, digitLength);
        if (!inStream) this.dialog?.sendDtmf(digit, digitLength);
        await new Promise((resolve) => { setTimeout(resolve, digitLength + digitPause).unref(); });
      });
    }
  }

  /** CANCEL or BYE. Idempotent. */
  end(cause: EndCause, end: DialogEnd = { type: 'endedHere' }): void {
    if (this.ended) return;
    if (this.dialog) this.dialog.end(cause, end);
    else this.finish(end);
  }

  private media(): DialogMedia {
    const { call, leg } = this;
    return {
      offer: () => leg.offer(call.codecs, wantsChange(call, this)),
      early: (sdp, fork) => call.inTurn(async () => {
        if (this.taken || this.ended) return;
        await leg.accept(sdp, { onHold: false, early: fork });
        if (!this.announces) return;
        await call.announce(this.role, this);
        this.listener.onAnnounced?.();
      }),
      accept: (sdp) => call.inTurn(() => (leg.answered ? this.acceptAgain(sdp) : this.acceptFirst(() => leg.accept(sdp, { onHold: !call.isHeard(this.role) })))),
      answer: (offer) => call.inTurn(async () => {
        if (leg.answered) {
          const answer = await leg.answer(offer, call.codecs);
          await call.connect();
          return answer;
        }
        let answer = '';
        await this.acceptFirst(async () => { answer = await leg.answer(offer, call.codecs); });
        return answer;
      }),
      rollback: () => leg.rollback(),
    };
  }

  private async acceptFirst(take: () => Promise<void>): Promise<void> {
    // Gone meanwhile, or not the first: what is under way is ended when it stands.
    if (this.ended || !this.listener.onAnswer()) return;
    this.taken = true;
    await take();
    if (!this.ended) await this.call.join(this.role, this);
  }

  private async acceptAgain(sdp: string): Promise<void> {
    await this.leg.accept(sdp, { onHold: !this.call.isHeard(this.role) });
    await this.call.connect();
  }

  private dialogListener(): DialogListener {
    return {
      onRinging: (early) => this.listener.onRinging(early),
      onEstablished: () => {
        if (!this.taken) { this.end({ cause: 200, text: 'Call completed elsewhere' }); return; }
        this.listener.onEstablished();
        this.changed();
      },
      onEnd: (end) => this.finish(end),
      onRefer: (referral) => this.listener.onReferral(referral),
      onDtmf: (digits) => { for (const digit of digits) this.listener.onDtmf(digit); },
      onKeyframeRequest: () => this.leg.requestPicture(),
    };
  }

  private changed(): void {
    if (!this.ended && this.call.party(this.role) === this) this.call.reconnect();
  }

  private finish(end: DialogEnd): void {
    if (this.ended) return;
    this.ended = true;
    this.leg.close();
    this.call.leave(this);
    this.listener.onEnd(end);
    // Their tracks leave the customer's client, their voice the mixes.
    this.call.reconnect();
  }
}

export interface LineOptions {
  readonly call: Call;
  readonly role: SipRole;
  readonly endpoint: LineEndpoint;
  readonly listener: LineListener;
  readonly log: Logger;
}
