/**
 * A call of ours, from INVITE to its end. Told in order: the offer, the INVITE, ringing, the answer that wins, the standing dialog. What comes
 * too late (a 200 that crossed our CANCEL, a second fork's) is acknowledged and hung up, as RFC 3261, 13.2.2.4 wants it.
 */
import { Core } from 'sip.js';
import type { Logger } from 'pino';
import { readCause, reasonHeaders } from '../end-cause.ts';
import type { EndCause } from '../end-cause.ts';
import { allowHeader } from './capabilities.ts';
import type { Dialog, DialogEnd, DialogListener, OutgoingCall } from './dialog.ts';
import { InviteClient } from './invite-client.ts';
import { statusOf } from './invite-dialog.ts';
import type { InviteDialog } from './invite-dialog.ts';
import { defaultDialogLimits, withinLimit } from './limits.ts';
import type { DialogLimits } from './limits.ts';
import { readSessionBody } from './session-body.ts';
import { demandedMinimum, sessionTimerHeaders, termsOfAnswer } from './session-timer.ts';
import { DialogSession } from './session.ts';

export interface PlaceCallOptions {
  readonly core: Core.UserAgentCore;
  /** The Request-URI: a registered contact or a trunk's target. */
  readonly target: Core.URI;
  /** Route set on the way there (Path, outbound proxy), values of Route headers. */
  readonly route?: readonly string[];
  readonly call: OutgoingCall;
  readonly listener: DialogListener;
  /** Milliseconds to any response, 100 included; after it the call failed as `unreachable`, so that another target can be tried. */
  readonly firstResponseLimit?: number;
  readonly limits?: Partial<DialogLimits>;
  readonly log: Logger;
}

export function placeCall(options: PlaceCallOptions): Dialog {
  return new OutgoingDialog(options);
}

interface Fork {
  readonly session: DialogSession;
  /** The description of a provisional answer, as media took it. */
  early: string | null;
}

/** Times that a 422 may raise the session interval; each proxy on the way may ask once. */
const maxIntervalRaises = 3;

class OutgoingDialog implements Dialog {
  private readonly options: PlaceCallOptions;
  private readonly limits: DialogLimits;
  private readonly forks = new Map<string, Fork>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private state: 'calling' | 'accepting' | 'established' | 'ended' = 'calling';
  private client: InviteClient | null = null;
  /** The dialog whose answer won. */
  private winner: DialogSession | null = null;
  private heard = false;
  /** Provisional descriptions one after the other. */
  private earlyMedia: Promise<void> = Promise.resolve();
  private endCause: EndCause = { cause: 200, text: 'Call ended' };

  constructor(options: PlaceCallOptions) {
    this.options = options;
    this.limits = { ...defaultDialogLimits, ...options.limits };
    this.after(options.call.answerLimit, () => this.end({ cause: 408, text: 'No answer' }, failed(408)));
    this.begin().catch((error: unknown) => {
      options.log.error({ err: error }, 'call not placed');
      this.finish(failed(500));
    });
  }

  get established(): boolean {
    return this.state === 'established';
  }

  private get accepting(): boolean {
    return this.state === 'accepting';
  }

  get id(): Dialog['id'] {
    const dialog = this.winner?.dialog ?? Array.from(this.forks.values()).at(-1)?.session.dialog;
    return dialog ? { callId: dialog.callId, localTag: dialog.localTag, remoteTag: dialog.remoteTag } : null;
  }

  end(cause: EndCause, end: DialogEnd = { type: 'endedHere' }): void {
    if (this.state === 'ended') return;
    const { state } = this;
    this.endCause = cause;
    this.finish(end);
    if (state === 'established') this.winner?.bye(cause);
    if (state === 'accepting' && this.winner) this.hangUp(this.winner, cause);
    if (state === 'calling') this.cancel(cause);
  }

  async reoffer(): Promise<boolean> {
    return this.established && this.winner ? this.winner.offers.reoffer() : false;
  }

  sendDtmf(digit: string, milliseconds: number): void {
    if (this.established) this.winner?.sendDtmf(digit, milliseconds);
  }

  requestKeyframe(): void {
    if (this.established) this.winner?.requestKeyframe();
  }

  private async begin(): Promise<void> {
    const offer = await withinLimit(this.options.call.media.offer(), this.limits.media, 'the first offer');
    if (this.state === 'calling') this.invite(offer, { minimum: this.limits.minSessionExpires, raised: 0 });
  }

  /** @param session what a 422 taught us (RFC 4028, 7.3). */
  private invite(offer: string, session: { readonly minimum: number; readonly raised: number }): void {
    const { core, target, route = [], call, firstResponseLimit } = this.options;
    const before = this.client?.message;
    const message = core.makeOutgoingRequestMessage('INVITE', target, parsed(call.from), parsed(call.to), {
      ...(call.displayName === null ? {} : { fromDisplayName: call.displayName }),
      ...(route.length === 0 ? {} : { routeSet: [...route] }),
      // RFC 4028, 7.4: the same call, next in sequence.
      ...(before ? { callId: before.callId, fromTag: before.fromTag, cseq: before.cseq + 1 } : {}),
    }, [
      `Contact: ${core.configuration.contact.toString()}`, allowHeader,
      ...sessionTimerHeaders(this.limits.sessionExpires, session.minimum, null),
      ...call.headers.map(([name, value]) => `${name}: ${value}`),
    ], { contentDisposition: 'session', contentType: 'application/sdp', content: offer });
    const client: InviteClient = new InviteClient(core, message, {
      onTrying: () => { this.heard = true; },
      onProgress: (response, dialog, reliable) => this.progress(response, dialog, reliable),
      onAccept: (response, dialog) => {
        this.accept(offer, response, dialog).catch((error: unknown) => this.options.log.error({ err: error }, 'answer not handled'));
      },
      onFailure: (response) => {
        const minimum = statusOf(response) === 422 ? demandedMinimum(response) : null;
        if (this.state === 'calling' && minimum !== null && minimum > session.minimum && session.raised < maxIntervalRaises) {
          this.invite(offer, { minimum, raised: session.raised + 1 });
        } else {
          this.refused(response);
        }
      },
    });
    this.client = client;
    if (firstResponseLimit !== undefined && !before) {
      this.after(firstResponseLimit, () => { if (!this.heard) this.end({ cause: 408, text: 'No response' }, { ...failed(408), unreachable: true }); });
    }
  }

  private progress(response: Core.IncomingResponseMessage, dialog: InviteDialog | null, reliable: boolean): void {
    if (this.state !== 'calling') return;
    const body = readSessionBody(response);
    const fork = dialog ? this.forkOf(dialog) : null;
    if (body.type !== 'sdp' || !fork) { this.options.listener.onRinging(false); return; }
    if (reliable) fork.session.offers.reliablyAnswered(body.sdp);
    // The same description again, as many send it with every 18x.
    if (fork.early === body.sdp) { this.options.listener.onRinging(true); return; }
    fork.early = body.sdp;
    const tag = fork.session.dialog.remoteTag;
    this.earlyMedia = this.earlyMedia.then(async () => {
      if (this.state !== 'calling') return;
      const taken = await withinLimit(this.options.call.media.early(body.sdp, tag), this.limits.media, 'an early answer').then(() => true, (error: unknown) => {
        this.options.log.info({ err: error }, 'early description not usable');
        return false;
      });
      if (this.state === 'calling') this.options.listener.onRinging(taken);
    });
  }

  private async accept(offer: string, response: Core.IncomingResponseMessage, dialog: InviteDialog): Promise<void> {
    const fork = this.forkOf(dialog);
    const { session } = fork;
    if (this.state !== 'calling') {
      this.hangUp(session, this.state === 'ended' ? this.endCause : { cause: 200, text: 'Call completed elsewhere' });
      return;
    }
    this.state = 'accepting';
    this.winner = session;
    for (const other of this.forks.values()) if (other !== fork) other.session.drop();
    const body = readSessionBody(response);
    try {
      await this.earlyMedia;
      const answer = body.type === 'sdp' ? body.sdp : fork.early;
      if (!await session.offers.takeInitialAnswer(answer)) throw new Error('an answer without a description');
    } catch (error) {
      this.options.log.info({ err: error }, 'answer not usable');
      this.end({ cause: 488, text: 'No media that can be used' }, failed(488));
      return;
    }
    // Ended meanwhile, and acknowledged and hung up by whoever ended it.
    if (!this.accepting) return;
    this.client?.acknowledge(dialog);
    this.state = 'established';
    this.clearTimers();
    session.begin(offer, termsOfAnswer(response));
    this.options.listener.onEstablished();
  }

  private refused(response: Core.IncomingResponseMessage): void {
    const status = statusOf(response);
    const retryAfter = /^\s*(\d{1,9})/.exec(response.getHeader('retry-after') ?? '')?.[1];
    this.finish({
      type: 'failed', status, cause: readCause(response), contacts: contactsOf(response),
      ...(retryAfter === undefined ? {} : { retryAfter: Number(retryAfter) }),
      // What SIP.js makes up where nothing came, or nothing could be sent, has no headers.
      ...(response.hasHeader('via') ? {} : { unreachable: true }),
    });
  }

  /** A dialog that nobody wants: its 2xx is acknowledged all the same. */
  private hangUp(session: DialogSession, cause: EndCause): void {
    const { dialog } = session;
    this.client?.acknowledge(dialog);
    session.drop();
    dialog.request('BYE', { headers: reasonHeaders(cause) });
  }

  private cancel(cause: EndCause): void {
    const { client } = this;
    if (!client) return;
    client.stop(reasonHeaders(cause));
    // RFC 3261, 9.1: a request that is never answered, not even after its CANCEL, is forgotten.
    setTimeout(() => client.abandon(), 2 * this.limits.transaction).unref();
  }

  private forkOf(dialog: InviteDialog): Fork {
    const known = this.forks.get(dialog.id);
    if (known) return known;
    const { call, listener, log } = this.options;
    const session: DialogSession = new DialogSession({
      dialog, media: call.media, listener, outgoing: true, limits: this.limits, log,
      onEnd: (end) => {
        // A fork that hangs up before the answer is only one of several.
        if (this.winner !== session) return;
        if (this.established) { this.finish(end); return; }
        // Hung up between its 200 and our ACK, which the 200 wants all the same.
        this.client?.acknowledge(dialog);
        this.finish(failed(487));
      },
    });
    const fork: Fork = { session, early: null };
    this.forks.set(dialog.id, fork);
    return fork;
  }

  private finish(end: DialogEnd): void {
    if (this.state === 'ended') return;
    const { state } = this;
    this.state = 'ended';
    this.clearTimers();
    if (state === 'calling') for (const { session } of this.forks.values()) session.drop();
    this.options.listener.onEnd(end);
  }

  private after(milliseconds: number, act: () => void): void {
    const timer = setTimeout(() => { this.timers.delete(timer); act(); }, milliseconds);
    this.timers.add(timer);
  }

  private clearTimers(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }
}

function failed(status: number): Extract<DialogEnd, { type: 'failed' }> {
  return { type: 'failed', status, cause: null, contacts: [] };
}

function contactsOf(response: Core.IncomingResponseMessage): string[] {
  const status = statusOf(response);
  if (status < 300 || status >= 400) return [];
  return response.getHeaders('contact').flatMap((_value, index) => {
    const contact: unknown = response.parseHeader('contact', index);
    return contact instanceof Core.NameAddrHeader ? [contact.uri.toString()] : [];
  });
}

/** Our own records' addresses; one that is none is a bug. */
function parsed(uri: string): Core.URI {
  const read = Core.Grammar.URIParse(uri);
  if (!read) throw new Error(`not a SIP URI: ${uri}`);
  return read;
}
