/**
 * Offers and answers within one dialog after the INVITE that began it (RFC 3264, RFC 6337): re-INVITE and UPDATE of the peer, ours, and what
 * happens where they meet. At most one offer is open at any time.
 *
 *   initial ──answered──▶ stable ◀──answered, refused── ours (our re-INVITE)
 *                          │  ▲                           ▲
 *                          │  └──200 to UPDATE── theirs ──┘ never: 491 or 500 to whoever comes second
 *                          └──INVITE──▶ theirs ──200──▶ awaitingAck ──ACK──▶ stable
 */
import { Core } from 'sip.js';
import type { Logger } from 'pino';
import { acceptHeader, allowHeader } from './capabilities.ts';
import type { DialogMedia } from './dialog.ts';
import { statusOf } from './invite-dialog.ts';
import type { DialogClient, InviteDialog } from './invite-dialog.ts';
import { InviteServer } from './invite-server.ts';
import { withinLimit } from './limits.ts';
import type { DialogLimits } from './limits.ts';
import { ReliableAnswers } from './reliable-answers.ts';
import { readSessionBody } from './session-body.ts';
import { answerTimer, demandedMinimum, sessionTimerHeaders, termsOfAnswer } from './session-timer.ts';
import type { SessionTimer } from './session-timer.ts';

type Exchange =
  /** The offer of the INVITE that began the dialog has no final answer. */
  | { readonly type: 'initial' }
  | { readonly type: 'stable' }
  | { readonly type: 'ours' }
  | { readonly type: 'theirs'; readonly server: InviteServer | null }
  /** `answerExpected`: our 200 carried an offer, its ACK brings the answer. */
  | { readonly type: 'awaitingAck'; readonly server: InviteServer; readonly answerExpected: boolean };

export interface OfferAnswerOptions {
  readonly dialog: InviteDialog;
  readonly media: DialogMedia;
  readonly timer: SessionTimer;
  /** We sent the INVITE that began the dialog, and made its Call-ID. */
  readonly outgoing: boolean;
  readonly limits: DialogLimits;
  readonly log: Logger;
  /** The peer does not know the dialog any more, or did not acknowledge our 200. */
  readonly onLost: () => void;
}

/** Offers of ours in a row that met one of the peer's: more is not chance. */
const maxGlare = 5;

export class OfferAnswer {
  private readonly options: OfferAnswerOptions;
  private exchange: Exchange = { type: 'initial' };
  /** What we described last and the peer agreed to, or answered: said again by a refresh that must carry a description. */
  private local: string | null = null;
  /** An answer in a reliable provisional answer (RFC 3262, 5): final for its dialog, and taken when something builds on it. */
  private earlyAnswer: string | null = null;
  private minimum: number;
  private updateRefused = false;
  private closed = false;
  /** What waits for its turn or for a time, told false when the dialog ends. */
  private readonly waiting = new Set<(proceed: boolean) => void>();

  constructor(options: OfferAnswerOptions) {
    this.options = options;
    this.minimum = options.limits.minSessionExpires;
  }

  /** The offer of the first INVITE was answered, whichever way it went. */
  begin(local: string | null): void {
    if (local !== null) this.local = local;
    if (this.exchange.type === 'initial') this.settle();
  }

  /** A reliable provisional answer carried the peer's answer. */
  reliablyAnswered(answer: string): void {
    this.earlyAnswer ??= answer;
  }

  /** The answer of the 2xx, unless a reliable one before it has been built upon already. */
  async takeInitialAnswer(answer: string | null): Promise<boolean> {
    if (this.exchange.type !== 'initial') return true;
    const effective = this.earlyAnswer ?? answer;
    if (effective === null) return false;
    await this.describe('the answer', () => this.options.media.accept(effective));
    return true;
  }

  close(): void {
    this.closed = true;
    for (const tell of Array.from(this.waiting)) tell(false);
    // RFC 3261, 15.1.2: what is pending when the dialog ends gets 487.
    if (this.exchange.type === 'theirs') this.exchange.server?.refuse(487);
    if (this.exchange.type === 'awaitingAck') this.exchange.server.acknowledged();
  }

  async receiveInvite(message: Core.IncomingRequestMessage): Promise<void> {
    const { dialog, limits } = this.options;
    const server = new InviteServer(dialog.userAgentCore, message, limits);
    const { exchange } = this;
    // RFC 3261, 14.2: 491 while our own offer is open; RFC 5407, 3.1.5: also where it stands in a 200 that was not acknowledged.
    if (exchange.type === 'ours' || (exchange.type === 'initial' && this.options.outgoing) || (exchange.type === 'awaitingAck' && exchange.answerExpected)) {
      server.refuse(491);
      return;
    }
    if (exchange.type === 'theirs' || exchange.type === 'initial') {
      server.refuse(500, { headers: [retryAfter()] });
      return;
    }
    // RFC 5407, 3.1.4: the ACK was overtaken or lost, but what it acknowledges is clearly known.
    if (exchange.type === 'awaitingAck') exchange.server.acknowledged();
    const timer = answerTimer(message, limits);
    if (timer.type === 'tooSmall') { this.settle(); server.refuse(422, { headers: timer.headers }); return; }
    const body = readSessionBody(message);
    if (body.type === 'unsupported') { this.settle(); server.refuse(415, { headers: [acceptHeader] }); return; }
    this.exchange = { type: 'theirs', server };
    let description: string;
    try {
      description = await this.describe('a re-INVITE', () => body.type === 'sdp' ? this.options.media.answer(body.sdp) : this.options.media.offer());
    } catch (error) {
      this.refused(error);
      server.refuse(488, { headers: [unusableWarning] });
      return;
    }
    if (this.closed) return;
    this.local = description;
    dialog.learn(message);
    this.options.timer.restart(timer.terms);
    this.exchange = { type: 'awaitingAck', server, answerExpected: body.type === 'none' };
    server.answer([...this.responseHeaders(), ...timer.headers], description, () => this.options.onLost());
  }

  async receiveAck(message: Core.IncomingRequestMessage): Promise<void> {
    const { exchange } = this;
    if (exchange.type !== 'awaitingAck' || exchange.server.message.cseq !== message.cseq) return;
    exchange.server.acknowledged();
    if (exchange.answerExpected) {
      const body = readSessionBody(message);
      try {
        if (body.type !== 'sdp') throw new Error('an ACK without the answer to our offer');
        await this.describe('the answer of an ACK', () => this.options.media.accept(body.sdp));
      } catch (error) {
        this.options.log.info({ err: error }, 'answer not usable, media stays as it was');
        this.options.media.rollback();
      }
    }
    if (this.exchange === exchange) this.settle();
  }

  /** RFC 3311: an offer and answer while ringing or talking; without a description a refresh or a new target. */
  async receiveUpdate(message: Core.IncomingRequestMessage): Promise<void> {
    const { dialog, limits, media } = this.options;
    const server = new Core.UserAgentServer(Core.NonInviteServerTransaction, dialog.userAgentCore, message);
    const timer = answerTimer(message, limits);
    if (timer.type === 'tooSmall') { server.reject({ statusCode: 422, extraHeaders: [...timer.headers] }); return; }
    const body = readSessionBody(message);
    if (body.type === 'unsupported') { server.reject({ statusCode: 415, extraHeaders: [acceptHeader] }); return; }
    let answer: string | null = null;
    if (body.type === 'sdp') {
      const conflict = this.updateConflict();
      if (conflict !== null) { server.reject({ statusCode: conflict, extraHeaders: conflict === 500 ? [retryAfter()] : [] }); return; }
      const { earlyAnswer } = this;
      const initial = this.exchange.type === 'initial';
      this.exchange = { type: 'theirs', server: null };
      try {
        if (initial && earlyAnswer !== null) await this.describe('the early answer', () => media.accept(earlyAnswer));
        answer = await this.describe('an UPDATE', () => media.answer(body.sdp));
      } catch (error) {
        this.refused(error);
        if (!this.closed) server.reject({ statusCode: 488, extraHeaders: [unusableWarning] });
        return;
      }
      if (this.closed) { server.reject({ statusCode: 481 }); return; }
      this.local = answer;
      this.settle();
    }
    dialog.learn(message);
    if (!dialog.early) this.options.timer.restart(timer.terms);
    server.accept({
      statusCode: 200, extraHeaders: [...this.responseHeaders(), ...timer.headers],
      ...(answer === null ? {} : { body: { contentDisposition: 'session', contentType: 'application/sdp', content: answer } }),
    });
  }

  /** Our own new offer by re-INVITE. False: refused, or the dialog ended over it. */
  async reoffer(): Promise<boolean> {
    return await this.offer(() => this.options.media.offer()) === 'agreed';
  }

  /** Keeps the session alive (RFC 4028, 7.1): UPDATE without a description where the peer takes it, else a re-INVITE that says the same again. */
  async refresh(): Promise<void> {
    if (this.options.dialog.peerAllows('UPDATE') && !this.updateRefused) {
      this.options.dialog.request('UPDATE', { headers: this.timerHeaders() }, (response) => this.refreshed(response));
      return;
    }
    const { local } = this;
    if (await this.offer(() => local === null ? this.options.media.offer() : Promise.resolve(local)) !== 'agreed') this.options.timer.refreshLater();
  }

  private refreshed(response: Core.IncomingResponseMessage): void {
    if (this.closed) return;
    const status = statusOf(response);
    if (status < 300) {
      this.options.dialog.learn(response);
      this.options.timer.restart(termsOfAnswer(response));
    } else if (status === 408 || status === 481) {
      this.options.onLost();
    } else {
      this.raiseMinimum(response);
      // 405, 501 and the like: it said UPDATE and does not mean it.
      this.updateRefused = status !== 422 && status !== 491 && status !== 503;
      this.options.timer.refreshLater();
    }
  }

  private async offer(describe: () => Promise<string>): Promise<'agreed' | 'refused'> {
    for (let attempt = 0; attempt < maxGlare; attempt += 1) {
      if (!await this.turn()) return 'refused';
      const outcome = await this.offerOnce(describe);
      if (outcome === 'agreed' || outcome === 'refused') return outcome;
      // RFC 3261, 14.1: whoever made the Call-ID waits longer, so that the two do not meet again.
      const pause = outcome === 'again' ? 0 : this.options.outgoing ? 2100 + 10 * randomBelow(191) : 10 * randomBelow(201);
      if (!await this.pause(pause)) return 'refused';
    }
    return 'refused';
  }

  private async offerOnce(describe: () => Promise<string>): Promise<'agreed' | 'refused' | 'glare' | 'again'> {
    const { dialog, media, log } = this.options;
    let description: string;
    try {
      description = await this.describe('an offer', describe);
    } catch (error) {
      this.refused(error);
      return 'refused';
    }
    const answer = this.closed ? null : await this.invite(description);
    if (answer === null) return 'refused';
    const { response, client } = answer;
    const status = statusOf(response);
    if (status >= 300) {
      media.rollback();
      this.settle();
      // RFC 3261, 14.1: no answer at all, or a dialog that is unknown, ends it.
      if (status === 408 || status === 481) this.options.onLost();
      if (status === 422 && this.raiseMinimum(response)) return 'again';
      return status === 491 ? 'glare' : 'refused';
    }
    dialog.learn(response);
    const body = readSessionBody(response);
    let agreed = true;
    try {
      if (body.type !== 'sdp') throw new Error('a 200 without an answer to our offer');
      await this.describe('an answer', () => media.accept(body.sdp));
      this.local = description;
    } catch (error) {
      agreed = false;
      log.info({ err: error }, 'answer not usable, media stays as it was');
      media.rollback();
    }
    client.acknowledge();
    if (this.closed) return 'refused';
    this.options.timer.restart(termsOfAnswer(response));
    this.settle();
    return agreed ? 'agreed' : 'refused';
  }

  /** A re-INVITE and its final response; null when the dialog ended meanwhile. Canceled, and then given up, when it takes too long. */
  private invite(description: string): Promise<{ readonly response: Core.IncomingResponseMessage; readonly client: DialogClient } | null> {
    const { dialog, limits } = this.options;
    return new Promise((resolve) => {
      const conclude = (response: Core.IncomingResponseMessage | null): void => {
        clearTimeout(limit);
        this.waiting.delete(ended);
        resolve(response ? { response, client } : null);
      };
      const ended = (): void => {
        conclude(null);
        // A peer that is gone answers it no more; one that is there does within this time.
        setTimeout(() => client.abandon(), limits.transaction).unref();
      };
      const client: DialogClient = dialog.invite({ headers: this.timerHeaders(), body: { contentType: 'application/sdp', content: description } }, (response) => {
        const status = statusOf(response);
        if (status < 200) { if (status > 100) reliable.take(dialog, response); return; }
        // RFC 3261, 13.2.2.4: acknowledged also when nobody waits for it any more.
        if (this.closed && status < 300) client.acknowledge();
        conclude(response);
      });
      const reliable = new ReliableAnswers(client.message);
      let limit = setTimeout(() => {
        client.cancel();
        limit = setTimeout(() => { client.abandon(); conclude(noAnswer()); }, limits.transaction);
      }, limits.transaction);
      this.waiting.add(ended);
    });
  }

  /** True when no offer is open any more, and ours is now. */
  private async turn(): Promise<boolean> {
    while (!this.closed && this.exchange.type !== 'stable') {
      if (!await this.signal(this.options.limits.transaction)) return false;
    }
    if (this.closed) return false;
    this.exchange = { type: 'ours' };
    return true;
  }

  private settle(): void {
    if (this.closed) return;
    this.exchange = { type: 'stable' };
    for (const tell of Array.from(this.turns)) tell();
  }

  private readonly turns = new Set<() => void>();

  /** The next time that the exchange is stable. False at the limit or the dialog's end. */
  private signal(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const conclude = (proceed: boolean): void => {
        clearTimeout(limit);
        this.waiting.delete(conclude);
        this.turns.delete(turned);
        resolve(proceed);
      };
      const turned = (): void => conclude(true);
      const limit = setTimeout(() => conclude(false), milliseconds);
      this.waiting.add(conclude);
      this.turns.add(turned);
    });
  }

  private pause(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const conclude = (proceed: boolean): void => { clearTimeout(timer); this.waiting.delete(conclude); resolve(proceed); };
      const timer = setTimeout(() => conclude(true), milliseconds);
      this.waiting.add(conclude);
    });
  }

  private describe<Value>(what: string, act: () => Promise<Value>): Promise<Value> {
    return withinLimit(act(), this.options.limits.media, what);
  }

  private refused(error: unknown): void {
    this.options.log.info({ err: error }, 'description not usable');
    this.settle();
  }

  /** RFC 3311, 5.2: whose offer is open decides between 491 and 500. Null: none is. */
  private updateConflict(): 491 | 500 | null {
    switch (this.exchange.type) {
      case 'initial': return !this.options.outgoing ? 500 : this.earlyAnswer === null ? 491 : null;
      case 'ours': return 491;
      case 'theirs': return 500;
      case 'awaitingAck': return this.exchange.answerExpected ? 491 : null;
      case 'stable': return null;
    }
  }

  private timerHeaders(): string[] {
    const { terms } = this.options.timer;
    return sessionTimerHeaders(terms?.interval ?? this.options.limits.sessionExpires, this.minimum, terms?.refresher ?? null);
  }

  private raiseMinimum(response: Core.IncomingResponseMessage): boolean {
    const minimum = demandedMinimum(response);
    if (minimum === null || minimum <= this.minimum) return false;
    this.minimum = minimum;
    return true;
  }

  private responseHeaders(): string[] {
    return [`Contact: ${this.options.dialog.userAgentCore.configuration.contact.toString()}`, allowHeader];
  }
}

/** RFC 3261, 20.43: 304, media type not available. */
export const unusableWarning = 'Warning: 304 gethelp "No media that can be used"';

/** RFC 3261, 14.2: at random, so that the two do not meet again. */
function retryAfter(): string {
  return `Retry-After: ${randomBelow(11)}`;
}

function randomBelow(limit: number): number {
  return Math.floor(Math.random() * limit);
}

function noAnswer(): Core.IncomingResponseMessage {
  const response = new Core.IncomingResponseMessage();
  response.statusCode = 408;
  return response;
}
