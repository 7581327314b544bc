/**
 * Everything held for one contact's call: its media (call.ts) and the SIP lines of its parties, told in the order of a call's life. What peers do comes back as
 * `CallEvent`s. A line is asked for its place in the call before its news is believed, so nothing of an attempt that was given up is told.
 */
import type { Logger } from 'pino';
import { contactHeader, reservationHeader } from '#shared/sip-headers.ts';
import type { AgentCall, SecondCall, Talk } from '../contact/call-port.ts';
import type { DialogEnd, OutgoingCall, Referral } from '../sip/dialog/dialog.ts';
import type { EndCause } from '../sip/end-cause.ts';
import type { Endpoint, IncomingFromAgent } from '../sip/endpoint.ts';
import { headerToken, quotedText } from '../sip/header-text.ts';
import { Call } from './call.ts';
import type { CallServices } from './call-services.ts';
import { changeAudio, mixable, wantsChange } from './codec-change.ts';
import type { ChosenCodecs } from './leg.ts';
import { noCodecs } from './leg.ts';
import { Line } from './line.ts';
import { sameCodec } from './media-codecs.ts';
import { PhoneAside } from './phone-aside.ts';
import { judgeReferral } from './referral.ts';
import { Ringing } from './ringing.ts';
import type { RingingListener } from './ringing.ts';
import { WaitingPhone } from './waiting-phone.ts';

/** One side of the call that is SIP: what rings for it, and the line that answered. */
interface Side {
  readonly ringing: Ringing | null;
  line: Line | null;
}

const ended = (text: string): EndCause => ({ cause: 200, text });

export class ContactCall {
  readonly contactId: string;
  private readonly services: CallServices;
  private readonly log: Logger;
  private call: Call | null = null;
  private preparing: Promise<Call> | null = null;
  /** What the contact's first answer decided, kept when its media is rebuilt. */
  private codecs: ChosenCodecs = noCodecs;
  private onHold = false;
  private agentId: string | null = null;
  private agent: Side | null = null;
  private second: (Side & { readonly secondId: string }) | null = null;
  /** A phone that called the customer and waits for them. */
  private waiting: WaitingPhone | null = null;
  /** The second call of the agent's phone, in which it talks to the second party. */
  private aside: PhoneAside | null = null;
  /** What the call ran on before the mixer wanted G.711. */
  private beforeMixing: string | null = null;
  /** While the contact center takes over an attended transfer of a phone, that phone's hang-ups end nothing. */
  private referred = false;
  /** Rises with every new call of the agent, or of the second party, and every end of one: what is under way and no longer wanted stops. */
  private agentAttempt = 0;
  private secondAttempt = 0;
  private closed = false;

  constructor(contactId: string, services: CallServices) {
    this.contactId = contactId;
    this.services = services;
    this.log = services.log.child({ contactId });
  }

  get media(): Call | null {
    return this.call !== null && !this.call.closed ? this.call : null;
  }

  get agentLine(): Line | null {
    return this.agent?.line ?? null;
  }

  get lines(): readonly Line[] {
    return [this.agent?.line, this.second?.line, this.aside?.line].filter((line) => line != null);
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
          this.beforeMixing = null;
          const cause = { cause: 503, text: 'Media gateway failure' };
          this.dropAgent(cause);
          this.dropSecond(cause);
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

  async callSecond(request: SecondCall): Promise<void> {
    const { contactId, services } = this;
    const { secondId, party } = request;
    // The phone's call in which this one will be led is waiting already.
    const aside = this.aside?.secondId === secondId ? this.aside : null;
    if (aside) this.aside = null;
    this.dropSecond(ended('Called again'));
    this.aside = aside;
    const attempt = this.secondAttempt;
    try {
      const call = await this.ready();
      const endpoints = await this.endpointsOf(party);
      if (this.secondAttempt !== attempt) return;
      // Without an agent it is the customer for whom the call is made.
      if (!this.agent) await call.inTurn(() => call.setTalk('all'));
      const ringing = this.ring(call, 'second', {
        from: request.from, displayName: shownName(request.displayName), to: party.kind === 'agent' ? party.aor : party.number,
        autoAnswer: party.kind === 'agent' && party.purpose === 'accepted',
        // Inside the house alone: a number behind a trunk has no use for our names.
        headers: party.kind === 'agent' ? [[contactHeader, headerToken(contactId)], [reservationHeader, headerToken(secondId)]] : [],
      }, {
        onRinging: () => {
          if (this.second?.ringing !== ringing) return;
          this.aside?.ring();
          services.emit({ type: 'secondRinging', contactId, secondId });
        },
        onAnswered: (line) => { if (this.second?.ringing === ringing) this.inBackground(this.secondAnswered(call, secondId, line)); },
        onFailed: (status) => { if (this.second?.ringing === ringing) this.secondFailed(secondId, status); },
      });
      this.second = { secondId, ringing, line: null };
      this.log.info({ secondId, party: party.kind, endpoints: endpoints.map(({ id }) => id) }, 'calling second party');
      await ringing.start(endpoints);
    } catch (error) {
      if (this.secondAttempt !== attempt) return;
      this.log.error({ err: error }, 'second party could not be called');
      this.secondFailed(secondId, 500);
    }
  }

  private async endpointsOf(party: SecondCall['party']): Promise<readonly Endpoint[]> {
    if (party.kind === 'agent') return this.services.directory.reachable(party.agentId, party.ring);
    const destination = await this.services.directory.destination(party.number);
    return destination.type === 'external' ? [destination.endpoint] : [];
  }

  /** It counts once everybody can run on what it answered with. */
  private async secondAnswered(call: Call, secondId: string, line: Line): Promise<void> {
    const refused = wantsChange(call, line) ? await changeAudio(call, line.leg.codecs.audio ?? '') : null;
    if (this.second?.secondId !== secondId || line.over) return;
    if (refused !== null) {
      this.log.info({ secondId, refused, codec: line.leg.codecs.audio }, 'no codec in common');
      this.dropSecond({ cause: 488, text: 'No codec in common' });
      this.secondFailed(secondId, 415);
      return;
    }
    this.second.line = line;
    this.codecs = call.codecs;
    this.log.info({ secondId, endpoint: line.endpoint.id, ...call.codecs }, 'second party answered');
    await this.aside?.answer(call);
    this.services.emit({ type: 'secondAnswered', contactId: this.contactId, secondId, endpoint: { kind: line.endpoint.kind, label: line.endpoint.label } });
  }

  private secondFailed(secondId: string, status: number): void {
    this.second = null;
    this.aside?.refuse(status);
    this.aside = null;
    this.log.info({ secondId, status }, 'second party not reached');
    this.services.emit({ type: 'secondFailed', contactId: this.contactId, secondId, status });
  }

  /** The phone's own second call: `callSecond` with this id is to follow. */
  consultAside(incoming: IncomingFromAgent, secondId: string): void {
    this.aside?.end(ended('Another consultation'));
    const { legs, directory } = this.services;
    const aside: PhoneAside = new PhoneAside({
      incoming, secondId, legs, directory, log: this.log,
      listener: {
        onOver: () => { if (this.aside === aside) this.asideOver(secondId); },
        onReferral: (line, referral) => { this.inBackground(this.refer(line, referral)); },
        onDtmf: (line, digit) => this.digitHeard(line, digit),
      },
    });
    this.aside = aside;
  }

  /** The agent hung the consultation up at the phone. */
  private asideOver(secondId: string): void {
    const { contactId } = this;
    this.aside = null;
    if (this.referred || this.second?.secondId !== secondId) return;
    const answered = this.second.line !== null;
    this.dropSecond(ended('The agent hung up'));
    this.services.emit(answered ? { type: 'secondHungUp', contactId, secondId } : { type: 'secondFailed', contactId, secondId, status: 487 });
  }

  async setTalk(talk: Talk): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: string }> {
    const { media: call } = this;
    if (!call) return { ok: false, reason: 'There is no call.' };
    if (talk === 'all') {
      const reason = await this.mixable(call);
      if (reason !== null) return { ok: false, reason };
    }
    await call.inTurn(() => call.setTalk(talk));
    this.log.info({ talk }, 'talk');
    if (talk !== 'all') this.unmix(call);
    return { ok: true };
  }

  /** A party that plays one stream needs the mixer, and the mixer needs everybody in G.711. Null: it can be done. */
  private async mixable(call: Call): Promise<string | null> {
    const codec = mixable(call);
    if (!this.lines.some(({ single }) => single) || sameCodec(call.codecs.audio ?? '', codec)) return null;
    this.beforeMixing ??= call.codecs.audio;
    const refused = await changeAudio(call, codec);
    if (refused === null) return null;
    this.beforeMixing = null;
    const line = this.lines.find(({ role }) => role === refused);
    return `${line?.endpoint.label ?? 'One of the endpoints'} cannot take part in a conference: it has no G.711.`;
  }

  private unmix(call: Call): void {
    const before = this.beforeMixing;
    this.beforeMixing = null;
    // Better sound again; where somebody refuses it stays as it is.
    if (before !== null && !call.closed) this.inBackground(changeAudio(call, before));
  }

  async promoteSecond(reason: string): Promise<void> {
    const { media: call, second, agent } = this;
    if (!call || !second?.line) return;
    this.agentAttempt += 1;
    this.agent = { ringing: second.ringing, line: second.line };
    this.second = null;
    second.line.role = 'agent';
    this.agentId = second.line.endpoint.agentId;
    await call.inTurn(() => call.promote()).catch((error: unknown) => { if (!call.closed) throw error; });
    this.log.info({ reason }, 'second party took over');
    this.endSide(agent, ended(reason));
    this.aside?.end(ended(reason));
    this.aside = null;
    this.waiting?.end();
    this.waiting = null;
    this.referred = false;
    this.unmix(call);
  }

  endSecond(reason: string): void {
    this.dropSecond(ended(reason));
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

  /** The agent's digits, to whom they talk to; the customer's page is told by whoever hears the events. */
  agentDtmf(digits: string): void {
    if (this.media?.talk !== 'customer') this.second?.line?.sendDtmf(digits);
    this.tellDigits('agent', digits);
  }

  customerDtmf(digits: string): void {
    const talk = this.media?.talk;
    if (talk !== 'second') this.agent?.line?.sendDtmf(digits);
    if (talk === 'all') this.second?.line?.sendDtmf(digits);
    this.tellDigits('customer', digits);
  }

  private digitHeard(line: Line, digit: string): void {
    if (line === this.second?.line) {
      if (this.media?.talk !== 'customer') (this.aside?.line ?? this.agent?.line)?.sendDtmf(digit);
      this.tellDigits('second', digit);
    } else if (line === this.aside?.line || line === this.agent?.line) {
      this.agentDtmf(digit);
    }
  }

  private tellDigits(from: 'customer' | 'agent' | 'second', digits: string): void {
    for (const digit of digits) this.services.emit({ type: 'dtmf', contactId: this.contactId, from, digit });
  }

  close(reason: string): void {
    if (this.closed) return;
    this.closed = true;
    this.dropSecond(ended(reason));
    this.dropAgent(ended(reason));
    this.call?.close();
    this.log.info({ reason }, 'media closed');
  }

  private ring(call: Call, role: 'agent' | 'second', request: Omit<OutgoingCall, 'media' | 'answerLimit'>, news: Pick<RingingListener, 'onRinging' | 'onAnswered' | 'onFailed'>): Ringing {
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
      onReferral: (line, referral) => { this.inBackground(this.refer(line, referral)); },
      onDtmf: (line, digit) => this.digitHeard(line, digit),
      onHeld: (line, onHold) => {
        if (line === this.agent?.line) this.services.emit({ type: 'agentHeld', contactId: this.contactId, onHold });
      },
    };
  }

  private lineEnded(line: Line, end: DialogEnd): void {
    const { contactId } = this;
    const why = end.type === 'lost' ? 'lost' : 'hungUp';
    this.log.info({ role: line.role, end: end.type, cause: 'cause' in end ? end.cause : undefined }, 'line over');
    if (line === this.agent?.line) {
      this.agent = null;
      if (end.type === 'endedHere' || this.referred) return;
      this.services.emit({ type: why === 'lost' ? 'agentLegLost' : 'agentHungUp', contactId });
    } else if (this.second && line === (this.second.line ?? this.second.ringing?.answered)) {
      const { secondId } = this.second;
      this.dropSecond(ended('The other party hung up'));
      if (end.type === 'endedHere') return;
      this.services.emit({ type: why === 'lost' ? 'secondLost' : 'secondHungUp', contactId, secondId });
    }
  }

  /** What a phone asks for by REFER. */
  private async refer(line: Line, referral: Referral): Promise<void> {
    if (line !== this.agent?.line) { referral.refuse(403, 'Only the agent transfers'); return; }
    const verdict = await judgeReferral(referral, this.services.directory, (replaces) => this.aside?.line?.isDialog(replaces) === true);
    if ('status' in verdict) { referral.refuse(verdict.status); return; }
    referral.accept();
    this.referred = true;
    this.log.info({ to: verdict.to.kind }, 'phone transfers');
    this.services.phoneTransfer({
      contactId: this.contactId, to: verdict.to,
      report: (status) => {
        referral.progress(status);
        if (status < 200) return;
        this.referred = false;
        // They hung up while it was being decided, and it came to nothing.
        if (status >= 300 && !this.agent) this.services.emit({ type: 'agentHungUp', contactId: this.contactId });
      },
    });
  }

  private dropAgent(cause: EndCause): void {
    this.agentAttempt += 1;
    const { agent } = this;
    this.agent = null;
    this.endSide(agent, cause);
    this.waiting?.end();
    this.waiting = null;
  }

  private dropSecond(cause: EndCause): void {
    this.secondAttempt += 1;
    const { second, aside, media: call } = this;
    this.second = null;
    this.aside = null;
    this.endSide(second, cause);
    aside?.end(cause);
    if (call && second) this.unmix(call);
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
