/** Our offers in a standing dialog by re-INVITE, one at a time, and what keeps its session alive. */
import { Core } from 'sip.js';
import { statusOf } from './invite-dialog.ts';
import type { DialogClient } from './invite-dialog.ts';
import { withinLimit } from './limits.ts';
import type { OfferContext } from './offer-answer.ts';
import { ReliableAnswers } from './reliable-answers.ts';
import { readSessionBody } from './session-body.ts';
import { demandedMinimum, sessionTimerHeaders, termsOfAnswer } from './session-timer.ts';

/** Offers of ours in a row that met one of the peer's, or a longer session: more is not chance. */
const maxAttempts = 5;

export class OwnOffers {
  private readonly context: OfferContext;
  private minimum: number;
  private updateRefused = false;

  constructor(context: OfferContext) {
    this.context = context;
    this.minimum = context.limits.minSessionExpires;
  }

  async reoffer(): Promise<boolean> {
    return await this.offer(() => this.context.media.offer()) === 'agreed';
  }

  /** RFC 4028, 7.1: UPDATE without a description where the peer takes it, else a re-INVITE that says the same again. */
  async refresh(): Promise<void> {
    const { dialog, exchange, media, timer } = this.context;
    if (dialog.peerAllows('UPDATE') && !this.updateRefused) {
      dialog.request('UPDATE', { headers: this.timerHeaders() }, (response) => this.refreshed(response));
      return;
    }
    const { local } = exchange;
    if (await this.offer(() => local === null ? media.offer() : Promise.resolve(local)) !== 'agreed') timer.refreshLater();
  }

  private refreshed(response: Core.IncomingResponseMessage): void {
    const { dialog, timer, exchange } = this.context;
    if (exchange.closed) return;
    const status = statusOf(response);
    if (status < 300) {
      dialog.learn(response);
      timer.restart(termsOfAnswer(response));
    } else if (status === 408 || status === 481) {
      this.context.onLost();
    } else {
      this.raiseMinimum(response);
      // 405, 501 and the like: it said UPDATE and does not mean it.
      this.updateRefused = status !== 422 && status !== 491 && status !== 503;
      timer.refreshLater();
    }
  }

  private async offer(describe: () => Promise<string>): Promise<'agreed' | 'refused'> {
    const { exchange, limits, outgoing } = this.context;
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      if (!await exchange.turn(limits.transaction)) return 'refused';
      const outcome = await this.offerOnce(describe);
      if (outcome === 'agreed' || outcome === 'refused') return outcome;
      // RFC 3261, 14.1: whoever made the Call-ID waits longer, so that the two do not meet again.
      const pause = outcome === 'longer' ? 0 : outgoing ? 2100 + 10 * randomBelow(191) : 10 * randomBelow(201);
      if (!await exchange.pause(pause)) return 'refused';
    }
    return 'refused';
  }

  private async offerOnce(describe: () => Promise<string>): Promise<'agreed' | 'refused' | 'glare' | 'longer'> {
    const { dialog, media, log, exchange, limits } = this.context;
    let description: string;
    try {
      description = await withinLimit(describe(), limits.media, 'an offer');
    } catch (error) {
      log.info({ err: error }, 'no offer to make');
      exchange.settle();
      return 'refused';
    }
    const answer = exchange.closed ? null : await this.invite(description);
    if (answer === null) return 'refused';
    const { response, client } = answer;
    const status = statusOf(response);
    if (status >= 300) {
      media.rollback();
      exchange.settle();
      // RFC 3261, 14.1: no answer at all, or a dialog that is unknown, ends it.
      if (status === 408 || status === 481) this.context.onLost();
      if (status === 422 && this.raiseMinimum(response)) return 'longer';
      return status === 491 ? 'glare' : 'refused';
    }
    dialog.learn(response);
    const agreed = await this.take(response, description);
    client.acknowledge();
    if (exchange.closed) return 'refused';
    this.context.timer.restart(termsOfAnswer(response));
    exchange.settle();
    return agreed ? 'agreed' : 'refused';
  }

  private async take(response: Core.IncomingResponseMessage, description: string): Promise<boolean> {
    const { media, log, exchange, limits } = this.context;
    const body = readSessionBody(response);
    try {
      if (body.type !== 'sdp') throw new Error('a 200 without an answer to our offer');
      await withinLimit(media.accept(body.sdp), limits.media, 'an answer');
      exchange.local = description;
      return true;
    } catch (error) {
      log.info({ err: error }, 'answer not usable, media stays as it was');
      media.rollback();
      return false;
    }
  }

  /** A re-INVITE and its final response; null when the dialog ended meanwhile. Canceled, and then given up, when it takes too long. */
  private invite(description: string): Promise<{ readonly response: Core.IncomingResponseMessage; readonly client: DialogClient } | null> {
    const { dialog, limits, exchange } = this.context;
    return new Promise((resolve) => {
      const conclude = (response: Core.IncomingResponseMessage | null): void => {
        clearTimeout(limit);
        closing.forget();
        resolve(response ? { response, client } : null);
      };
      const client: DialogClient = dialog.invite({ headers: this.timerHeaders(), body: { contentType: 'application/sdp', content: description } }, (response) => {
        const status = statusOf(response);
        if (status < 200) {
          if (status > 100) reliable.take(dialog, response);
          return;
        }
        // RFC 3261, 13.2.2.4: acknowledged also when nobody waits for it any more.
        if (exchange.closed && status < 300) client.acknowledge();
        conclude(response);
      });
      const reliable = new ReliableAnswers(client.message);
      let limit = setTimeout(() => {
        client.cancel();
        limit = setTimeout(() => { client.abandon(); conclude(noAnswer()); }, limits.transaction);
      }, limits.transaction);
      const closing = exchange.whenClosed(() => {
        conclude(null);
        // A peer that is gone answers it no more; one that is there does within this time.
        setTimeout(() => client.abandon(), limits.transaction).unref();
      });
    });
  }

  private timerHeaders(): string[] {
    const { timer: { terms }, limits } = this.context;
    return sessionTimerHeaders(terms?.interval ?? limits.sessionExpires, this.minimum, terms?.refresher ?? null);
  }

  private raiseMinimum(response: Core.IncomingResponseMessage): boolean {
    const minimum = demandedMinimum(response);
    if (minimum === null || minimum <= this.minimum) return false;
    this.minimum = minimum;
    return true;
  }
}

function randomBelow(limit: number): number {
  return Math.floor(Math.random() * limit);
}

function noAnswer(): Core.IncomingResponseMessage {
  const response = new Core.IncomingResponseMessage();
  response.statusCode = 408;
  return response;
}
