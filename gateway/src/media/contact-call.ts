/**
 * Everything held for one contact's call: its media (call.ts) and the SIP lines of its parties, told in the order of a call's life. What peers do comes back as
 * `CallEvent`s. A line is asked for its place in the call before its news is believed, so nothing of an attempt that was given up is told.
 */
import type { Logger } from 'pino';
import { contactHeader, reservationHeader } from '#shared/sip-headers.ts';
import type { AgentCall, Talk } from '../contact/call-port.ts';
import type { DialogEnd, OutgoingCall } from '../sip/dialog/dialog.ts';
import type { EndCause } from '../sip/end-cause.ts';
import type { IncomingFromAgent } from '../sip/endpoint.ts';
import { headerToken, quotedText } from '../sip/header-text.ts';
import { Call } from './call.ts';
import type { CallServices } from './call-services.ts';
import { changeAudio, wantsChange } from './codec-change.ts';
import { Conference } from './conference.ts';
import { Digits } from './digits.ts';
import type { ChosenCodecs } from './leg.ts';
import { noCodecs } from './leg.ts';
import { sameCodec } from './media-codecs.ts';
import { Line } from './line.ts';
import { Referrals } from './referrals.ts';
import { Ringing } from './ringing.ts';
import type { RingingListener } from './ringing.ts';
import { SecondParty } from './second-party.ts';
import { TelephoneCustomer } from './telephone-customer.ts';
import { WaitingPhone } from './waiting-phone.ts';

/** One side of the call that is SIP: what rings for it, and the line that answered. */
interface Side {
  readonly ringing: Ringing | null;
  line: Line | null;
}

const ended = (text: string): EndCause => ({ cause: 200, text });

export class ContactCall {
  readonly contactId: string;
  readonly second: SecondParty;
  /** The customer's leg where it is a telephone; a page's is the media's own (call.ts). */
  readonly customer: TelephoneCustomer;
  readonly digits: Digits;
  private readonly services: CallServices;
  private readonly log: Logger;
  private call: Call | null = null;
  private preparing: Promise<Call> | null = null;
  /** What the contact's first answer decided, kept when its media is rebuilt. */
  private codecs: ChosenCodecs = noCodecs;
  private onHold = false;
  private agentId: string | null = null;
  private agent: Side | null = null;
  /** A phone that called the customer and waits for them. */
  private waiting: WaitingPhone | null = null;
  private readonly conference = new Conference();
  private readonly referrals: Referrals<Line>;
  /** Rises with every new call of the agent and every end of one: what is under way and no longer wanted stops. */
  private agentAttempt = 0;
  private closed = false;

  constructor(contactId: string, services: CallServices) {
    this.contactId = contactId;
    this.services = services;
    this.log = services.log.child({ contactId });
    this.referrals = new Referrals({
      contactId, directory: services.directory, log: this.log,
      isAgent: (line) => line === this.agent?.line, isConsultation: (replaces) => this.second.aside?.line?.isDialog(replaces) === true,
      transfer: (transfer) => services.phoneTransfer(transfer), onGone: (type) => services.emit({ type, contactId }),
    });
    this.digits = new Digits(
      () => ({ talk: this.media?.talk ?? null, customer: this.customer.line, agent: this.agent?.line ?? null, aside: this.second.aside?.line ?? null, second: this.second.line }),
      (from, digit) => services.emit({ type: 'dtmf', contactId, from, digit }),
    );
    this.customer = new TelephoneCustomer({
      contactId, services, log: this.log, ready: () => this.ready(), ring: (call, role, request, news) => this.ring(call, role, request, news),
      inBackground: (work) => this.inBackground(work), admit: async (call, codec) => sameCodec(call.codecs.audio ?? '', codec) || await changeAudio(call, codec) === null,
    });
    this.second = new SecondParty({
      contactId, services, log: this.log, hasAgent: () => this.agent !== null, referred: () => this.referrals.underWay,
      ready: () => this.ready(), ring: (call, role, request, news) => this.ring(call, role, request, news),
      asideListener: { onReferral: (line, referral) => { this.inBackground(this.referrals.receive(line, referral)); }, onDtmf: (line, digit) => this.digits.heard(line, digit) },
      inBackground: (work) => this.inBackground(work), admit: (call, codec) => this.conference.admit(call, codec),
      onGone: () => { if (this.media && !this.closed) this.inBackground(this.conference.over(this.media, 'left')); },
    });
  }

  get media(): Call | null {
    return this.call !== null && !this.call.closed ? this.call : null;
  }

  get agentLine(): Line | null {
    return this.agent?.line ?? null;
  }

  get lines(): readonly Line[] {
    return [this.customer.line, this.agent?.line, this.second.line, this.second.aside?.line].filter((line) => line != null);
  }

  /** Whose phone this is, while they have the contact. */
  isOf(agentId: string): boolean {
    return this.agentId === agentId && this.agentLine !== null;
  }

  /** The contact's living call, built when there is none; once more, should a worker die over it. */
  ready(): Promise<Call> {
    const { media } = this;
    if (media) return Promise.resolve(media);
    this.preparing ??= this.build()
      .catch((error: unknown) => {
        if (this.closed) throw error;
        this.log.warn({ err: error }, 'media not prepared, trying once more');
        return this.build();
      })
      .finally(() => { this.preparing = null; });
    return this.preparing;
  }

  private async build(): Promise<Call> {
    const { contactId, services } = this;
    const call: Call = new Call({
      place: await services.pool.place(), frozen: this.codecs, mixer: services.mixer, log: this.log,
      listener: {
        onTracks: (tracks) => services.pushTracks(contactId, tracks),
        onCustomerReady: () => this.waiting?.customerReady(),
        onCustomerFlowing: () => { this.log.info('customer media flowing'); services.emit({ type: 'customerMediaFlowing', contactId }); },
        onCustomerLost: () => { this.log.info('customer media lost'); services.emit({ type: 'customerMediaLost', contactId }); },
        onWorkerLost: () => {
          // While it is being built nobody holds anything of it yet; `ready` builds another.
          if (this.call !== call) return;
          this.call = null;
          this.conference.forget();
          const cause = { cause: 503, text: 'Media gateway failure' };
          this.dropAgent(cause);
          this.second.drop(cause);
          this.customer.drop(cause);
          services.emit({ type: 'mediaLost', contactId });
        },
      },
    });
    if (this.closed) { call.close(); throw new Error('the contact was closed meanwhile'); }
    if (this.onHold) await call.setHold(true);
    await services.legs.prepare(call);
    this.call = call;
    this.log.info({ epoch: call.epoch, worker: call.place.workerPid }, 'media prepared');
    return call;
  }

  /** From the INVITEs on, which may wait for a page that is just reloading. */
  async callAgent(request: AgentCall): Promise<void> {
    const { contactId, reservationId, agentId } = request;
    this.dropAgent(ended('Called again'));
    const attempt = this.agentAttempt;
    this.agentId = agentId;
    try {
      const call = await this.ready();
      const endpoints = await this.services.directory.reachable(agentId, request.ring);
      if (this.agentAttempt !== attempt) return;
      const ringing = this.ring(call, 'agent', {
        from: request.from, displayName: shownName(request.displayName), to: request.aor, autoAnswer: request.purpose === 'accepted',
        headers: [[contactHeader, headerToken(contactId)], [reservationHeader, headerToken(reservationId)]],
      }, {
        onRinging: () => { if (this.agent?.ringing === ringing) this.services.emit({ type: 'agentRinging', contactId }); },
        onAnswered: (line) => { if (this.agent?.ringing === ringing) this.agentAnswered(call, line); },
        onFailed: (status) => { if (this.agent?.ringing === ringing) this.agentFailed(status); },
      });
      this.agent = { ringing, line: null };
      this.log.info({ reservationId, agentId, endpoints: endpoints.map(({ id }) => id) }, 'calling agent');
      await ringing.start(endpoints);
    } catch (error) {
      // Our own side failed (a worker that died in this moment tells so by itself): never silence, the runner waits for an answer.
      if (this.agentAttempt !== attempt) return;
      this.log.error({ err: error }, 'agent could not be called');
      this.agentFailed(500);
    }
  }

  /** The agent's phone called the customer: it hears ringing until the customer's media stands. */
  async takePhone(incoming: IncomingFromAgent): Promise<void> {
    this.dropAgent(ended('Called again'));
    this.agentId = incoming.agentId;
    const call = await this.ready();
    const waiting = new WaitingPhone({
      incoming, call, legs: this.services.legs, directory: this.services.directory, log: this.log, listener: this.lineListener({
        onAnswered: (line) => { if (this.waiting === waiting) { this.waiting = null; this.agent = { ringing: null, line }; this.agentAnswered(call, line); } },
        onFailed: (status) => { if (this.waiting === waiting) { this.waiting = null; this.agentFailed(status); } },
      }),
    });
    this.waiting = waiting;
    waiting.start();
  }

  /** The phone picks its own call up on another device (RFC 3891): the new line takes the old one's place, and nobody else notices. */
  async pickUp(incoming: IncomingFromAgent): Promise<void> {
    const { media: call, agent: before } = this;
    if (!call || !before?.line) { incoming.call.refuse(481); return; }
    const old = before.line;
    const waiting = new WaitingPhone({
      incoming, call, legs: this.services.legs, directory: this.services.directory, log: this.log, listener: this.lineListener({
        onAnswered: (line) => {
          this.agent = { ringing: null, line };
          old.end(ended('Picked up elsewhere'));
          this.log.info({ endpoint: line.endpoint.label }, 'agent picked up elsewhere');
        },
        onFailed: () => { /* the old line stands */ },
      }),
    });
    await waiting.answerNow();
  }

  private agentAnswered(call: Call, line: Line): void {
    if (this.agent) this.agent.line = line;
    this.codecs = call.codecs;
    this.services.metrics.inviteOutcome('answered');
    this.log.info({ endpoint: line.endpoint.id, ...call.codecs }, 'agent answered');
    this.services.emit({ type: 'agentAnswered', contactId: this.contactId, endpoint: { kind: line.endpoint.kind, label: line.endpoint.label } });
    // The next leg, should this agent reload or hand over; and a second party that waits may run on something else.
    this.inBackground(this.services.legs.prepare(call));
    if (wantsChange(call, line)) this.inBackground(changeAudio(call, line.leg.codecs.audio ?? ''));
  }

  private agentFailed(status: number): void {
    this.agent = null;
    this.services.metrics.inviteOutcome(String(status));
    this.log.info({ status }, 'agent leg failed');
    this.services.emit({ type: 'agentFailed', contactId: this.contactId, status });
  }

  async setTalk(talk: Talk): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: string }> {
    const { media: call } = this;
    if (!call) return { ok: false, reason: 'There is no call.' };
    const reason = talk === 'all' ? await this.conference.prepare(call, this.lines) : null;
    if (reason !== null) return { ok: false, reason };
    await call.inTurn(() => call.setTalk(talk));
    this.log.info({ talk }, 'talk');
    if (talk !== 'all') this.inBackground(this.conference.over(call, 'stays'));
    return { ok: true };
  }

  async promoteSecond(reason: string): Promise<void> {
    const { media: call, agent } = this;
    const second = call ? this.second.promoted() : null;
    if (!call || !second?.line) return;
    this.agentAttempt += 1;
    this.agent = second;
    second.line.role = 'agent';
    this.agentId = second.line.endpoint.agentId;
    await call.inTurn(() => call.promote()).catch((error: unknown) => { if (!call.closed) throw error; });
    this.codecs = call.codecs;
    this.log.info({ reason }, 'second party took over');
    this.endSide(agent, ended(reason));
    this.second.dropAside(ended(reason));
    this.waiting?.end();
    this.waiting = null;
    this.inBackground(this.conference.over(call, 'promoted'));
  }

  async endAgentLeg(reason: string): Promise<void> {
    this.onHold = false;
    this.dropAgent(ended(reason));
    const { media: call } = this;
    if (!call) return;
    await call.inTurn(async () => { call.rest(); await call.connect(); }).catch((error: unknown) => { if (!call.closed) throw error; });
    this.inBackground(this.services.legs.prepare(call));
  }

  async setHold(onHold: boolean): Promise<void> {
    this.onHold = onHold;
    const { media: call } = this;
    if (!call) return;
    await call.inTurn(() => call.setHold(onHold)).catch((error: unknown) => { if (!call.closed) throw error; });
    this.log.info({ onHold }, 'hold');
  }

  close(reason: string): void {
    if (this.closed) return;
    this.closed = true;
    this.referrals.end();
    this.second.drop(ended(reason));
    this.dropAgent(ended(reason));
    this.customer.drop(ended(reason));
    this.call?.close();
    this.log.info({ reason }, 'media closed');
  }

  private ring(call: Call, role: 'customer' | 'agent' | 'second', request: Omit<OutgoingCall, 'media' | 'answerLimit'>, news: Pick<RingingListener, 'onRinging' | 'onAnnounced' | 'onAnswered' | 'onFailed'>): Ringing {
    const { directory, legs, limits } = this.services;
    return new Ringing({
      call, role, legs, request, log: this.log, listener: { ...this.lineListener(news), onRinging: news.onRinging },
      answerLimit: (endpoint) => (request.autoAnswer ? endpoint.answerLimit : limits.ringLimit),
      redirected: async (contact) => {
        const destination = await directory.destination(contact);
        if (destination.type === 'external') return destination.endpoint;
        return destination.type === 'agent' ? (await directory.reachable(destination.agentId, ['desktop', 'phone', 'extension']))[0] ?? null : null;
      },
    });
  }

  private lineListener(news: Pick<RingingListener, 'onAnswered' | 'onFailed'>): RingingListener {
    return {
      ...news,
      onRinging: () => { /* told where somebody waits for it */ },
      onEnd: (line, end) => this.lineEnded(line, end),
      onReferral: (line, referral) => { this.inBackground(this.referrals.receive(line, referral)); },
      onDtmf: (line, digit) => this.digits.heard(line, digit),
      onHeld: (line, onHold) => {
        if (line === this.agent?.line) this.services.emit({ type: 'agentHeld', contactId: this.contactId, onHold });
      },
    };
  }

  private lineEnded(line: Line, end: DialogEnd): void {
    this.log.info({ role: line.role, end: end.type, cause: 'cause' in end ? end.cause : undefined }, 'line over');
    if (this.customer.lineEnded(line, end)) return;
    if (line !== this.agent?.line) { this.second.lineEnded(line, end); return; }
    this.agent = null;
    if (end.type === 'endedHere') return;
    const how = end.type === 'lost' ? 'agentLegLost' : 'agentHungUp';
    if (!this.referrals.excuses(line, how)) this.services.emit({ type: how, contactId: this.contactId });
  }

  private dropAgent(cause: EndCause): void {
    this.agentAttempt += 1;
    const { agent } = this;
    this.agent = null;
    this.endSide(agent, cause);
    this.waiting?.end();
    this.waiting = null;
  }

  private endSide(side: Side | null, cause: EndCause): void {
    side?.ringing?.end(cause);
    side?.line?.end(cause);
  }

  private inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => { if (!this.closed && this.media) this.log.error({ err: error }, 'call change failed'); });
  }
}

function shownName(name: string | null): string | null {
  return name === null ? null : quotedText(name);
}
