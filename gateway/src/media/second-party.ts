/**
 * The third party of a contact's call: a colleague asked for advice, or a number. Rings for it, brings the call to its codec, and keeps the call aside in which an
 * agent's phone leads the consultation itself. What becomes of it is told as events under its `secondId`.
 */
import type { Logger } from 'pino';
import { contactHeader, reservationHeader } from '#shared/sip-headers.ts';
import type { SecondCall } from '../contact/call-port.ts';
import type { DialogEnd } from '../sip/dialog/dialog.ts';
import type { EndCause } from '../sip/end-cause.ts';
import type { Endpoint, IncomingFromAgent } from '../sip/endpoint.ts';
import { headerToken, quotedText } from '../sip/header-text.ts';
import type { Call } from './call.ts';
import type { CallServices } from './call-services.ts';
import { wantsChange } from './codec-change.ts';
import type { Line } from './line.ts';
import { PhoneAside } from './phone-aside.ts';
import type { AsideListener } from './phone-aside.ts';
import type { Ringing, RingingListener, RingingOptions } from './ringing.ts';

export interface SecondPartyHost {
  readonly contactId: string;
  readonly services: CallServices;
  readonly log: Logger;
  readonly hasAgent: () => boolean;
  /** An attended transfer of the agent's phone is being taken over: its hang-ups end nothing. */
  readonly referred: () => boolean;
  ready(): Promise<Call>;
  ring(call: Call, role: 'second', request: RingingOptions['request'], news: Pick<RingingListener, 'onRinging' | 'onAnswered' | 'onFailed'>): Ringing;
  readonly asideListener: Pick<AsideListener, 'onReferral' | 'onDtmf'>;
  inBackground(work: Promise<unknown>): void;
  /** Brings the call to this codec. False: somebody cannot. */
  admit(call: Call, codec: string): Promise<boolean>;
  /** It is gone: a conference is over. */
  onGone(): void;
}

export interface Standing {
  readonly secondId: string;
  readonly ringing: Ringing;
  /** Once everybody can run on what it answered with. */
  line: Line | null;
}

export class SecondParty {
  private readonly host: SecondPartyHost;
  private current: Standing | null = null;
  private phone: PhoneAside | null = null;
  /** Rises with every new call and every end of one: what is under way and no longer wanted stops. */
  private attempt = 0;

  constructor(host: SecondPartyHost) {
    this.host = host;
  }

  get line(): Line | null {
    return this.current?.line ?? null;
  }

  /** The second call of the agent's phone, in which it talks to this party. */
  get aside(): PhoneAside | null {
    return this.phone;
  }

  async call({ secondId, party, from, displayName }: SecondCall): Promise<void> {
    const { contactId, services, log } = this.host;
    // The phone's call in which this one will be led is waiting already.
    const aside = this.phone?.secondId === secondId ? this.phone : null;
    if (aside) this.phone = null;
    this.drop({ cause: 200, text: 'Called again' });
    this.phone = aside;
    const { attempt } = this;
    try {
      const call = await this.host.ready();
      const endpoints = await this.endpointsOf(party);
      if (this.attempt !== attempt) return;
      // Without an agent it is the customer for whom the call is made.
      if (!this.host.hasAgent()) await call.inTurn(() => call.setTalk('all'));
      const ringing = this.host.ring(call, 'second', {
        from, displayName: displayName === null ? null : quotedText(displayName), to: party.kind === 'agent' ? party.aor : party.number,
        autoAnswer: party.kind === 'agent' && party.purpose === 'accepted',
        // Inside the house alone: a number behind a trunk has no use for our names.
        headers: party.kind === 'agent' ? [[contactHeader, headerToken(contactId)], [reservationHeader, headerToken(secondId)]] : [],
      }, {
        onRinging: () => {
          if (this.current?.ringing !== ringing) return;
          this.phone?.ring();
          services.emit({ type: 'secondRinging', contactId, secondId });
        },
        onAnswered: (line) => { if (this.current?.ringing === ringing) this.host.inBackground(this.answered(call, secondId, line)); },
        onFailed: (status) => { if (this.current?.ringing === ringing) this.failed(secondId, status); },
      });
      this.current = { secondId, ringing, line: null };
      log.info({ secondId, party: party.kind, endpoints: endpoints.map(({ id }) => id) }, 'calling second party');
      await ringing.start(endpoints);
    } catch (error) {
      if (this.attempt !== attempt) return;
      log.error({ err: error }, 'second party could not be called');
      this.failed(secondId, 500);
    }
  }

  /** The phone's own second call: `call` with this id is to follow. */
  consultAside(incoming: IncomingFromAgent, secondId: string): void {
    const { services: { legs, directory }, log, asideListener } = this.host;
    this.phone?.end({ cause: 200, text: 'Another consultation' });
    const aside: PhoneAside = new PhoneAside({
      incoming, secondId, legs, directory, log, listener: { ...asideListener, onOver: () => { if (this.phone === aside) this.asideOver(secondId); } },
    });
    this.phone = aside;
  }

  /** A line of ours is over: whether it was this party's. */
  lineEnded(line: Line, end: DialogEnd): boolean {
    const { current, host: { contactId, services } } = this;
    if (!current || line !== (current.line ?? current.ringing.answered ?? line) || line.role !== 'second') return false;
    this.drop({ cause: 200, text: 'The other party hung up' });
    if (end.type !== 'endedHere') services.emit({ type: end.type === 'lost' ? 'secondLost' : 'secondHungUp', contactId, secondId: current.secondId });
    return true;
  }

  /** It becomes the agent's: from now on this holds it no more. Null: nobody has answered. */
  promoted(): Standing | null {
    const { current } = this;
    if (!current?.line) return null;
    this.current = null;
    this.attempt += 1;
    return current;
  }

  drop(cause: EndCause): void {
    this.attempt += 1;
    const { current } = this;
    this.current = null;
    this.dropAside(cause);
    current?.ringing.end(cause);
    if (current) this.host.onGone();
  }

  dropAside(cause: EndCause): void {
    const { phone } = this;
    this.phone = null;
    phone?.end(cause);
  }

  private async endpointsOf(party: SecondCall['party']): Promise<readonly Endpoint[]> {
    const { directory } = this.host.services;
    if (party.kind === 'agent') return directory.reachable(party.agentId, party.ring);
    const destination = await directory.destination(party.number);
    return destination.type === 'external' ? [destination.endpoint] : [];
  }

  private async answered(call: Call, secondId: string, line: Line): Promise<void> {
    const { contactId, services, log } = this.host;
    const admitted = !wantsChange(call, line) || await this.host.admit(call, line.leg.codecs.audio ?? '');
    if (this.current?.secondId !== secondId || line.over) {
      // It went while everybody was brought to its codec, for nobody now.
      if (!this.current) this.host.onGone();
      return;
    }
    if (!admitted) {
      log.info({ secondId, codec: line.leg.codecs.audio }, 'no codec in common');
      const { phone } = this;
      this.phone = null;
      this.drop({ cause: 488, text: 'No codec in common' });
      this.phone = phone;
      this.failed(secondId, 415);
      return;
    }
    this.current.line = line;
    log.info({ secondId, endpoint: line.endpoint.id, ...call.codecs }, 'second party answered');
    await this.phone?.answer(call);
    services.emit({ type: 'secondAnswered', contactId, secondId, endpoint: { kind: line.endpoint.kind, label: line.endpoint.label } });
  }

  private failed(secondId: string, status: number): void {
    const { contactId, services, log } = this.host;
    this.current = null;
    this.phone?.refuse(status);
    this.phone = null;
    log.info({ secondId, status }, 'second party not reached');
    services.emit({ type: 'secondFailed', contactId, secondId, status });
  }

  /** The agent hung the consultation up at the phone. */
  private asideOver(secondId: string): void {
    const { contactId, services, referred } = this.host;
    const { current } = this;
    this.phone = null;
    if (referred() || current?.secondId !== secondId) return;
    this.drop({ cause: 200, text: 'The agent hung up' });
    services.emit(current.line ? { type: 'secondHungUp', contactId, secondId } : { type: 'secondFailed', contactId, secondId, status: 487 });
  }
}
