/** The peer's offers in a dialog: its re-INVITE and UPDATE, for hold, another codec, another address, or only to keep the session alive. */
import { Core } from 'sip.js';
import { acceptHeader, allowHeader } from './capabilities.ts';
import { InviteServer } from './invite-server.ts';
import { withinLimit } from './limits.ts';
import type { OfferContext } from './offer-answer.ts';
import { readSessionBody, unusableWarning } from './session-body.ts';
import { answerTimer } from './session-timer.ts';

export class PeerOffers {
  /** The answer of a reliable provisional answer to our INVITE; taken when something builds on it. */
  earlyAnswer: string | null = null;
  private readonly context: OfferContext;

  constructor(context: OfferContext) {
    this.context = context;
  }

  async invite(message: Core.IncomingRequestMessage): Promise<void> {
    const { dialog, limits, media, exchange } = this.context;
    const server = new InviteServer(dialog.userAgentCore, message, limits);
    const refuse = (status: number, headers: readonly string[] = []): void => server.refuse(status, { headers });
    const conflict = this.inviteConflict();
    if (conflict !== null) { refuse(conflict, conflict === 500 ? [retryAfter()] : []); return; }
    if (exchange.state.type === 'awaitingAck') {
      // RFC 5407, 3.1.4: the ACK was overtaken or lost, but what it acknowledges is clearly known.
      exchange.state.server.acknowledged();
      exchange.settle();
    }
    const timer = answerTimer(message, limits);
    if (timer.type === 'tooSmall') { refuse(422, timer.headers); return; }
    const body = readSessionBody(message);
    if (body.type === 'unsupported') { refuse(415, [acceptHeader]); return; }
    exchange.enter({ type: 'theirs', server });
    let description: string;
    try {
      description = await withinLimit(body.type === 'sdp' ? media.answer(body.sdp) : media.offer(), limits.media, 'a re-INVITE');
    } catch (error) {
      this.unusable(error);
      refuse(488, [unusableWarning]);
      return;
    }
    if (exchange.closed) return;
    exchange.local = description;
    dialog.learn(message);
    this.context.timer.restart(timer.terms);
    exchange.enter({ type: 'awaitingAck', server, answerExpected: body.type === 'none' });
    // RFC 3261, 13.3.1.4: a 200 that is never acknowledged ends the session.
    server.answer([...this.responseHeaders(), ...timer.headers], description, () => this.context.onLost());
  }

  async acknowledge(message: Core.IncomingRequestMessage): Promise<void> {
    const { exchange, media, limits, log } = this.context;
    const { state } = exchange;
    if (state.type !== 'awaitingAck' || state.server.message.cseq !== message.cseq) return;
    state.server.acknowledged();
    if (state.answerExpected) {
      const body = readSessionBody(message);
      try {
        if (body.type !== 'sdp') throw new Error('an ACK without the answer to our offer');
        await withinLimit(media.accept(body.sdp), limits.media, 'the answer of an ACK');
      } catch (error) {
        log.info({ err: error }, 'answer not usable, media stays as it was');
        media.rollback();
      }
    }
    if (exchange.state === state) exchange.settle();
  }

  /** RFC 3311: an offer and answer while ringing or talking; without a description a refresh or a new target. */
  async update(message: Core.IncomingRequestMessage): Promise<void> {
    const { dialog, limits, exchange } = this.context;
    const server = new Core.UserAgentServer(Core.NonInviteServerTransaction, dialog.userAgentCore, message);
    const refuse = (statusCode: number, extraHeaders: readonly string[] = []): void => { server.reject({ statusCode, extraHeaders: [...extraHeaders] }); };
    const timer = answerTimer(message, limits);
    if (timer.type === 'tooSmall') { refuse(422, timer.headers); return; }
    const body = readSessionBody(message);
    if (body.type === 'unsupported') { refuse(415, [acceptHeader]); return; }
    const conflict = body.type === 'sdp' ? this.updateConflict() : null;
    if (conflict !== null) { refuse(conflict, conflict === 500 ? [retryAfter()] : []); return; }
    let answer: string | null = null;
    if (body.type === 'sdp') {
      try {
        answer = await this.answerUpdate(body.sdp);
      } catch (error) {
        this.unusable(error);
        refuse(488, [unusableWarning]);
        return;
      }
      if (exchange.closed) { refuse(481); return; }
      exchange.local = answer;
      exchange.settle();
    }
    dialog.learn(message);
    if (!dialog.early) this.context.timer.restart(timer.terms);
    server.accept({
      statusCode: 200, extraHeaders: [...this.responseHeaders(), ...timer.headers],
      ...(answer === null ? {} : { body: { contentDisposition: 'session', contentType: 'application/sdp', content: answer } }),
    });
  }

  private async answerUpdate(offer: string): Promise<string> {
    const { exchange, media, limits } = this.context;
    const early = exchange.state.type === 'initial' ? this.earlyAnswer : null;
    exchange.enter({ type: 'theirs', server: null });
    if (early !== null) await withinLimit(media.accept(early), limits.media, 'an early answer');
    return withinLimit(media.answer(offer), limits.media, 'an UPDATE');
  }

  /** RFC 3261, 14.2: 491 while our own offer is open, 500 while theirs is. RFC 5407, 3.1.5: ours is open also in a 200 without ACK. */
  private inviteConflict(): 491 | 500 | null {
    const { state } = this.context.exchange;
    switch (state.type) {
      case 'initial': return this.context.outgoing ? 491 : 500;
      case 'ours': return 491;
      case 'theirs': return 500;
      case 'awaitingAck': return state.answerExpected ? 491 : null;
      case 'stable': return null;
    }
  }

  /** RFC 3311, 5.2: the same, but a reliable answer completes the exchange of our INVITE before its 200. */
  private updateConflict(): 491 | 500 | null {
    const early = this.context.exchange.state.type === 'initial' && this.context.outgoing && this.earlyAnswer !== null;
    return early ? null : this.inviteConflict();
  }

  private unusable(error: unknown): void {
    this.context.log.info({ err: error }, 'offer not usable');
    this.context.exchange.settle();
  }

  private responseHeaders(): string[] {
    return [`Contact: ${this.context.dialog.userAgentCore.configuration.contact.toString()}`, allowHeader];
  }
}

/** RFC 3261, 14.2: at random, so that the two do not meet again. */
function retryAfter(): string {
  return `Retry-After: ${Math.floor(Math.random() * 11)}`;
}
