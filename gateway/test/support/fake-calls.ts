/**
 * The call port without media and SIP: it keeps what it was asked, and a test says what peers did. For tests of contacts, agents and the API
 * whose point is neither; whole paths are proven with real peers elsewhere.
 */
import type { AgentCall, AgentDials, CallEvent, CustomerCall, PhoneConsult, PhoneTransfer, SecondCall, Talk } from '../../src/contact/call-port.ts';
import type { CallService } from '../../src/media/call-service.ts';
import type { Destination, Endpoint, EndpointStatus } from '../../src/sip/endpoint.ts';
import { patience } from './gateway.ts';

type Asked =
  | { readonly what: 'callAgent'; readonly call: AgentCall }
  | { readonly what: 'callCustomer'; readonly call: CustomerCall }
  | { readonly what: 'callSecond'; readonly call: SecondCall }
  | { readonly what: 'setTalk'; readonly contactId: string; readonly talk: Talk }
  | { readonly what: 'setHold'; readonly contactId: string; readonly onHold: boolean }
  | { readonly what: 'prepare'; readonly contactId: string }
  | { readonly what: 'promoteSecond' | 'endSecond' | 'endAgentLeg' | 'close'; readonly contactId: string; readonly reason: string }
  | { readonly what: 'sendDtmf' | 'customerDtmf'; readonly contactId: string; readonly digits: string };
type AskedFor<What extends Asked['what']> = Asked & { readonly what: What };

export class FakeCalls {
  readonly asked: Asked[] = [];
  /** Set to let the next switch of who talks to whom fail with this reason. */
  refuseTalk: string | null = null;
  #emit: (event: CallEvent) => void = () => undefined;
  #onEndpoint: (endpoint: { readonly agentId: string; readonly registered: boolean }) => void = () => undefined;
  #transfer: (transfer: PhoneTransfer) => void = () => undefined;
  #consult: (consult: PhoneConsult) => void = () => undefined;
  #dials: (dials: AgentDials) => void = () => undefined;
  readonly #endpoints = new Map<string, Map<EndpointStatus['kind'], EndpointStatus>>();
  #epochs = 0;

  /** The port, as the gateway takes it. */
  get port(): CallService {
    const note = (asked: Asked): Promise<void> => {
      this.asked.push(asked);
      return Promise.resolve();
    };
    return {
      onEvent: (listener) => { this.#emit = listener; },
      onTracks: () => undefined,
      onEndpoint: (listener) => { this.#onEndpoint = listener; },
      onPhoneTransfer: (listener) => { this.#transfer = listener; },
      onPhoneConsult: (listener) => { this.#consult = listener; },
      onAgentDials: (listener) => { this.#dials = listener; },
      prepare: async (contactId) => {
        await note({ what: 'prepare', contactId });
        this.#epochs += 1;
        return { epoch: `epoch ${this.#epochs}` };
      },
      customerRequest: () => Promise.resolve({ ok: false, problem: { type: '/problems/media-state', title: 'No media here', status: 409 } }),
      callAgent: (call) => note({ what: 'callAgent', call }),
      setHold: (contactId, onHold) => note({ what: 'setHold', contactId, onHold }),
      callCustomer: (call) => note({ what: 'callCustomer', call }),
      callSecond: (call) => note({ what: 'callSecond', call }),
      setTalk: async (contactId, talk) => {
        await note({ what: 'setTalk', contactId, talk });
        const reason = this.refuseTalk;
        this.refuseTalk = null;
        return reason === null ? { ok: true } : { ok: false, reason };
      },
      promoteSecond: (contactId, reason) => note({ what: 'promoteSecond', contactId, reason }),
      endSecond: (contactId, reason) => note({ what: 'endSecond', contactId, reason }),
      sendDtmf: (contactId, digits) => note({ what: 'sendDtmf', contactId, digits }),
      customerDtmf: (contactId, digits) => note({ what: 'customerDtmf', contactId, digits }),
      endAgentLeg: (contactId, reason) => note({ what: 'endAgentLeg', contactId, reason }),
      close: (contactId, reason) => note({ what: 'close', contactId, reason }),
      agentLegAlive: () => false,
      isRegistered: (agentId) => this.#of(agentId).some(({ reachable }) => reachable),
      endpoints: (agentId) => this.#of(agentId),
      destination: (named) => Promise.resolve(destination(named)),
      registerMetrics: () => undefined,
      stop: () => Promise.resolve(),
    };
  }

  /** An endpoint of the agent appears, goes, or is in a call of its own. */
  endpoint(agentId: string, kind: EndpointStatus['kind'], state: { readonly reachable: boolean; readonly busy?: boolean }): void {
    const known = this.#endpoints.get(agentId) ?? new Map<EndpointStatus['kind'], EndpointStatus>();
    this.#endpoints.set(agentId, known);
    known.set(kind, { id: `${kind} of ${agentId}`, kind, label: kind === 'desktop' ? 'Browser' : 'Yealink T46', reachable: state.reachable, busy: state.busy === true });
    this.#onEndpoint({ agentId, registered: state.reachable });
  }

  happens(event: CallEvent): void {
    this.#emit(event);
  }

  /** The latest of this kind, for this contact, once it was asked; `after` skips that many of everything asked. */
  async request<What extends Asked['what']>(what: What, contactId: string, after = 0): Promise<AskedFor<What>> {
    const limit = Date.now() + patience;
    for (;;) {
      const found = this.asked.slice(after).findLast((one): one is AskedFor<What> => one.what === what && ('call' in one ? one.call.contactId : one.contactId) === contactId);
      if (found !== undefined) return found;
      if (Date.now() > limit) throw new Error(`nobody asked to ${what} for ${contactId}; asked was ${JSON.stringify(this.asked.slice(after))}`);
      await new Promise((resolve) => { setTimeout(resolve, 5); });
    }
  }

  /** A phone's REFER: answers the statuses that it was told. */
  refer(transfer: Omit<PhoneTransfer, 'report'>): number[] {
    const statuses: number[] = [];
    this.#transfer({ ...transfer, report: (status) => statuses.push(status) });
    return statuses;
  }

  consultByPhone(consult: Omit<PhoneConsult, 'take' | 'refuse'>): Promise<{ readonly secondId: string } | { readonly status: number }> {
    return new Promise((resolve) => { this.#consult({ ...consult, take: (secondId) => resolve({ secondId }), refuse: (status) => resolve({ status }) }); });
  }

  dialByPhone(dials: Omit<AgentDials, 'take' | 'refuse'>): Promise<{ readonly contactId: string } | { readonly status: number }> {
    return new Promise((resolve) => { this.#dials({ ...dials, take: (contactId) => resolve({ contactId }), refuse: (status) => resolve({ status }) }); });
  }

  #of(agentId: string): EndpointStatus[] {
    return [...this.#endpoints.get(agentId)?.values() ?? []];
  }
}

/** Numbers that begin with +49 may be dialled. */
function destination(named: string): Destination {
  const number = named.replaceAll(/[\s-]/g, '');
  if (/^\+49\d+$/.test(number)) return { type: 'external', number, label: null, endpoint: {} as Endpoint };
  if (named.startsWith('sip:')) return { type: 'caller', uri: named };
  return { type: 'refused', status: 403, detail: 'No trunk may dial this number.' };
}
