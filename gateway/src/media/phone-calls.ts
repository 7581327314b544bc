/**
 * What agents' phones call by themselves: a customer (the phone's call becomes the agent's line), somebody else while they have a contact (a consultation), anybody
 * else (a call of their own, own-call.ts), or a call of theirs that they pick up on another device (RFC 3891). Every target passes the
 * directory's allow-list.
 */
import type { CallPort } from '../contact/call-port.ts';
import type { IncomingFromAgent } from '../sip/endpoint.ts';
import type { CallServices } from './call-services.ts';
import type { ContactCall } from './contact-call.ts';
import { OwnCall } from './own-call.ts';

type Dials = Parameters<CallPort['onAgentDials']>[0];
type Consults = Parameters<CallPort['onPhoneConsult']>[0];

export class PhoneCalls {
  private readonly services: CallServices;
  private readonly contacts: ReadonlyMap<string, ContactCall>;
  private readonly contactOf: (contactId: string) => ContactCall;
  private readonly own = new Set<OwnCall>();
  private dials: Dials = ({ refuse }) => refuse(480, 'Nobody routes calls yet');
  private consults: Consults = ({ refuse }) => refuse(403, 'Consultations are not routed');

  constructor(services: CallServices, contacts: ReadonlyMap<string, ContactCall>, contactOf: (contactId: string) => ContactCall) {
    this.services = services;
    this.contacts = contacts;
    this.contactOf = contactOf;
  }

  onDials(listener: Dials): void { this.dials = listener; }
  onConsult(listener: Consults): void { this.consults = listener; }

  /** Calls of phones' own that are up. */
  get ownCalls(): number {
    return this.own.size;
  }

  receive(incoming: IncomingFromAgent): void {
    this.route(incoming).catch((error: unknown) => {
      this.services.log.error({ err: error, agentId: incoming.agentId }, 'phone call not routed');
      incoming.call.refuse(500);
    });
  }

  close(): void {
    for (const call of Array.from(this.own)) call.end('The gateway is stopping');
  }

  private async route(incoming: IncomingFromAgent): Promise<void> {
    const { agentId, endpointId, call } = incoming;
    const { directory, log } = this.services;
    if (call.replaces) { await this.pickUp(incoming, call.replaces); return; }
    const canceled = { yes: false };
    call.onCanceled(() => { canceled.yes = true; });
    const destination = await directory.destination(call.target);
    if (canceled.yes) return;
    log.info({ agentId, endpointId, to: destination.type }, 'phone calls');
    if (destination.type === 'refused') { call.refuse(destination.status, destination.detail); return; }
    if (destination.type === 'caller') {
      this.dials({
        agentId, endpointId, callerUri: destination.uri, refuse: (status, reason) => call.refuse(status, reason),
        take: (contactId) => {
          this.contactOf(contactId).takePhone(incoming).catch((error: unknown) => { log.error({ err: error, contactId }, 'phone not taken'); call.refuse(500); });
        },
      });
      return;
    }
    const engaged = Array.from(this.contacts.values()).find((contact) => contact.isOf(agentId));
    if (engaged) {
      this.consults({
        contactId: engaged.contactId, refuse: (status, reason) => call.refuse(status, reason), take: (secondId) => engaged.second.consultAside(incoming, secondId),
        to: destination.type === 'agent' ? { kind: 'agent', agentId: destination.agentId } : { kind: 'external', number: destination.number },
      });
      return;
    }
    const endpoints = destination.type === 'agent' ? await directory.reachable(destination.agentId, ['desktop', 'phone', 'extension']) : [destination.endpoint];
    // Not the phone that calls.
    const others = endpoints.filter(({ id }) => id !== endpointId);
    if (canceled.yes) return;
    if (others.length === 0) { call.refuse(480); return; }
    const own = new OwnCall(incoming, this.services, () => { this.own.delete(own); });
    this.own.add(own);
    await own.start(others, destination.type === 'external' ? destination.number : call.target);
  }

  private async pickUp(incoming: IncomingFromAgent, replaces: NonNullable<IncomingFromAgent['call']['replaces']>): Promise<void> {
    const contact = Array.from(this.contacts.values()).find((one) => one.isOf(incoming.agentId) && one.agentLine?.isDialog(replaces) === true);
    if (!contact) { incoming.call.refuse(481); return; }
    // RFC 3891, 3: wanted only while it rings, and what is an agent's line has answered.
    if (replaces.earlyOnly) { incoming.call.refuse(486); return; }
    await contact.pickUp(incoming);
  }
}
