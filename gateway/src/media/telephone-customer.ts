/**
 * A customer at a telephone: their number is dialled for an agent who is there already, and its line is the customer's leg of the call from then on. It outlives the
 * agents who come and go, as the page of another customer does.
 */
import type { Logger } from 'pino';
import type { CustomerCall } from '../contact/call-port.ts';
import type { DialogEnd } from '../sip/dialog/dialog.ts';
import type { EndCause } from '../sip/end-cause.ts';
import type { Call } from './call.ts';
import type { CallServices } from './call-services.ts';
import { wantsChange } from './codec-change.ts';
import type { Line } from './line.ts';
import type { Ringing, RingingListener, RingingOptions } from './ringing.ts';

export interface TelephoneCustomerHost {
  readonly contactId: string;
  readonly services: CallServices;
  readonly log: Logger;
  ready(): Promise<Call>;
  ring(call: Call, role: 'customer', request: RingingOptions['request'], news: Pick<RingingListener, 'onRinging' | 'onAnnounced' | 'onAnswered' | 'onFailed'>): Ringing;
  inBackground(work: Promise<unknown>): void;
  /** Brings the call to this codec, where it is another one. False: somebody cannot. */
  admit(call: Call, codec: string): Promise<boolean>;
}

export class TelephoneCustomer {
  private readonly host: TelephoneCustomerHost;
  private ringing: Ringing | null = null;
  private answeredLine: Line | null = null;
  /** Rises with every new call and every end of one: what is under way and no longer wanted stops. */
  private attempt = 0;

  constructor(host: TelephoneCustomerHost) {
    this.host = host;
  }

  /** Once it stands in the call. */
  get line(): Line | null {
    return this.answeredLine;
  }

  async call({ from, number }: CustomerCall): Promise<void> {
    const { services, log } = this.host;
    this.drop({ cause: 200, text: 'Called again' });
    const { attempt } = this;
    try {
      const call = await this.host.ready();
      const destination = await services.directory.destination(number);
      if (this.attempt !== attempt) return;
      if (destination.type !== 'external') { this.failed(destination.type === 'refused' ? destination.status : 404); return; }
      // Outside the house nobody has a use for our names; who calls is the trunk's to say.
      const ringing = this.host.ring(call, 'customer', { from, displayName: null, to: number, autoAnswer: false, headers: [] }, {
        onRinging: () => { /* the page and the desk know that it is dialled */ },
        // The agent, who waits for it, hears how it rings, and the answer finds everybody on its codec.
        onAnnounced: (line) => { if (this.ringing === ringing) this.host.inBackground(this.host.admit(call, line.leg.codecs.audio ?? '')); },
        onAnswered: (line) => { if (this.ringing === ringing) this.host.inBackground(this.answered(call, line)); },
        onFailed: (status) => { if (this.ringing === ringing) this.failed(status); },
      });
      this.ringing = ringing;
      log.info({ endpoint: destination.endpoint.id }, 'calling customer');
      await ringing.start([destination.endpoint]);
    } catch (error) {
      if (this.attempt !== attempt) return;
      log.error({ err: error }, 'customer could not be called');
      this.failed(500);
    }
  }

  /** A line of ours is over: whether it was the customer's. */
  lineEnded(line: Line, end: DialogEnd): boolean {
    if (line.role !== 'customer') return false;
    // Of an earlier call, or ended by ourselves.
    if (this.ringing === null || line !== (this.answeredLine ?? this.ringing.answered ?? line)) return true;
    this.drop({ cause: 200, text: 'The customer hung up' });
    if (end.type !== 'endedHere') this.host.services.emit({ type: end.type === 'lost' ? 'customerLegLost' : 'customerHungUp', contactId: this.host.contactId });
    return true;
  }

  drop(cause: EndCause): void {
    this.attempt += 1;
    const { ringing } = this;
    this.ringing = null;
    this.answeredLine = null;
    ringing?.end(cause);
  }

  private async answered(call: Call, line: Line): Promise<void> {
    const { contactId, services, log } = this.host;
    const { attempt } = this;
    const admitted = !wantsChange(call, line) || await this.host.admit(call, line.leg.codecs.audio ?? '');
    if (this.attempt !== attempt || line.over) return;
    if (!admitted) {
      log.info({ codec: line.leg.codecs.audio }, 'no codec in common with the customer');
      this.drop({ cause: 488, text: 'No codec in common' });
      this.failed(415);
      return;
    }
    this.answeredLine = line;
    log.info({ endpoint: line.endpoint.id, ...call.codecs }, 'customer answered');
    services.emit({ type: 'customerAnswered', contactId });
  }

  private failed(status: number): void {
    this.ringing = null;
    this.host.log.info({ status }, 'customer not reached');
    this.host.services.emit({ type: 'customerFailed', contactId: this.host.contactId, status });
  }
}
