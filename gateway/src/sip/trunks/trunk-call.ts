/**
 * A call through a trunk, as one dialog: its targets are tried in order, each at every address it leads to, until one answers at all. A
 * redirection is followed where the trunk may dial what it names. Told as it goes:
 *
 *   attempt ──no answer, no connection, 503──▶ next attempt ──none left──▶ failed
 *      ├──3xx to a number that is allowed──▶ anew with that number
 *      └──any other answer──▶ it is that dialog from here on
 */
import type { URI } from 'sip.js';
import type { Logger } from 'pino';
import type { Dialog, DialogEnd, DialogListener, DialogMedia, OutgoingCall } from '../dialog/dialog.ts';
import { placeCall } from '../dialog/outgoing.ts';
import type { EndCause } from '../end-cause.ts';
import type { Location } from './locate.ts';
import type { Target } from './target.ts';

export interface TrunkCallOptions {
  /** In the order in which they are to be tried. */
  readonly targets: readonly Target[];
  /** As dialled. */
  readonly user: string;
  readonly call: OutgoingCall;
  readonly listener: DialogListener;
  /** What a 3xx names, as this trunk dials it; null: it may not. */
  readonly redirected: (contact: string) => string | null;
  readonly now: () => number;
  readonly log: Logger;
}

/** Milliseconds for any answer, 100 included: four transmissions over UDP. Who has not said a word by then is not there. */
const firstResponseLimit = 4_000;
/** A call that is sent around more often than this is sent in a circle. */
const mostRedirects = 3;

interface Failure {
  readonly end: Extract<DialogEnd, { type: 'failed' }>;
  readonly why: string;
}

export class TrunkCall implements Dialog {
  private readonly options: TrunkCallOptions;
  private readonly deadline: number;
  private readonly media: DialogMedia;
  private attempt: Dialog | null = null;
  private ended = false;
  private redirects = 0;

  constructor(options: TrunkCallOptions) {
    this.options = options;
    this.deadline = options.now() + options.call.answerLimit;
    this.media = withOneOffer(options.call.media, () => this.established);
    this.dial(options.user).catch((error: unknown) => {
      options.log.error({ err: error }, 'call through a trunk failed');
      this.finish({ type: 'failed', status: 500, cause: null, contacts: [] });
    });
  }

  get established(): boolean {
    return this.attempt?.established === true;
  }

  get id(): Dialog['id'] {
    return this.attempt?.id ?? null;
  }

  end(cause: EndCause, end: DialogEnd = { type: 'endedHere' }): void {
    if (this.ended) return;
    const { attempt } = this;
    this.finish(end);
    attempt?.end(cause, end);
  }

  reoffer(): Promise<boolean> {
    return this.attempt?.reoffer() ?? Promise.resolve(false);
  }

  sendDtmf(digit: string, milliseconds: number): void {
    this.attempt?.sendDtmf(digit, milliseconds);
  }

  requestKeyframe(): void {
    this.attempt?.requestKeyframe();
  }

  private async dial(user: string): Promise<void> {
    let last: Failure['end'] = { type: 'failed', status: 503, cause: null, contacts: [], unreachable: true };
    for (const target of this.options.targets) {
      let why = 'the name leads nowhere';
      for (const location of await target.locations()) {
        if (this.ended) return;
        if (this.options.now() >= this.deadline) {
          this.finish(last);
          return;
        }
        const failure = await this.try(target, location, user);
        if (failure === null) return;
        last = failure.end;
        ({ why } = failure);
        this.options.log.info({ target: target.uri, address: location.address, why }, 'trunk target passed over');
      }
      if (this.ended) return;
      target.fared(why);
    }
    this.finish(last);
  }

  /** Null: this attempt decided the call, one way or the other. */
  private try(target: Target, location: Location, user: string): Promise<Failure | null> {
    const { call, listener, log, now } = this.options;
    const answerLimit = this.deadline - now();
    const requestUri = target.requestUri(user);
    return new Promise((resolve) => {
      const heard = (): void => { target.fared(null); };
      this.attempt = placeCall({
        core: target.peer(location).core, target: requestUri, call: { ...call, to: addressOf(requestUri), answerLimit, media: this.media }, firstResponseLimit, log,
        listener: {
          onRinging: (early) => { heard(); if (!this.ended) listener.onRinging(early); },
          onEstablished: () => { heard(); resolve(null); if (!this.ended) listener.onEstablished(); },
          onEnd: (end) => {
            this.attempt = null;
            if (end.type === 'failed' && (end.unreachable === true || end.status === 503)) {
              resolve({ end, why: end.status === 503 && end.unreachable !== true ? '503 to INVITE' : 'no answer' });
              return;
            }
            resolve(null);
            if (end.type === 'failed') heard();
            if (!this.redirect(end)) this.finish(end);
          },
          onRefer: (referral) => { if (this.ended) referral.refuse(481); else listener.onRefer(referral); },
          onDtmf: (digits) => listener.onDtmf(digits),
          onKeyframeRequest: () => listener.onKeyframeRequest(),
        },
      });
    });
  }

  private redirect(end: DialogEnd): boolean {
    if (this.ended || end.type !== 'failed' || end.status < 300 || end.status > 399 || this.redirects >= mostRedirects) return false;
    const user = end.contacts.map(this.options.redirected).find((one) => one !== null);
    if (user === undefined || user === null) return false;
    this.redirects += 1;
    this.dial(user).catch(() => this.finish(end));
    return true;
  }

  private finish(end: DialogEnd): void {
    if (this.ended) return;
    this.ended = true;
    this.options.listener.onEnd(end);
  }
}

/** However many are tried, media is asked for one offer; once the dialog stands, offers are changes to it. */
function withOneOffer(media: DialogMedia, stands: () => boolean): DialogMedia {
  let first: Promise<string> | null = null;
  return {
    offer: () => stands() ? media.offer() : first ??= media.offer(),
    early: (answer, fork) => media.early(answer, fork),
    accept: (answer) => media.accept(answer),
    answer: (offer) => media.answer(offer),
    rollback: () => media.rollback(),
  };
}

/** To has no transport or port. */
function addressOf(uri: URI): string {
  return `sip:${uri.user ?? ''}@${uri.host}`;
}
