/**
 * Performs what follows from a contact's transition after its commit: on media and SIP through the call port, and on co-browsing. What that brings
 * about comes back as events, and so does every failure of ours: nobody waits for an answer that nobody gives.
 */
import type { Logger } from 'pino';
import type { StoredContact } from '../store/contacts.ts';
import type { Db } from '../store/database.ts';
import type { CallPort, EndpointPort } from './call-port.ts';
import { agentCall, customerCall, secondCall } from './calls-of.ts';
import type { Changes } from './changes.ts';
import type { FlowPort } from './flow-port.ts';
import type { ContactEvent, ContactState, Effect } from './state.ts';

export interface EffectsOptions {
  readonly db: Db;
  readonly calls: CallPort & EndpointPort;
  readonly changes: Changes;
  readonly flow: FlowPort;
  readonly sipDomain: string;
  readonly log: Logger;
}

export class Effects {
  readonly #options: EffectsOptions;
  readonly #feed: (contactId: string, event: ContactEvent) => void;

  constructor(options: EffectsOptions, feed: (contactId: string, event: ContactEvent) => void) {
    this.#options = options;
    this.#feed = feed;
  }

  /** Answers why the media could not be switched; null otherwise. */
  async perform(contact: StoredContact, state: ContactState, effect: Effect): Promise<string | null> {
    const { calls, changes, db, sipDomain, log } = this.#options;
    const feed = (event: ContactEvent): void => this.#feed(contact.id, event);
    try {
      switch (effect.type) {
        case 'recordReservation':
        case 'recordSlot':
        case 'recordSlotChannel':
        case 'recordAgentAside':
        case 'recordHop':
        case 'recordEnd':
        case 'recordQueue':
        case 'recordDue':
        case 'recordAttributes': return null;
        // Not awaited: another system may take seconds, in which the customer may leave.
        case 'followFlow': this.#options.flow.follow(contact.id, state, feed); return null;
        case 'prepareMedia': {
          const { epoch } = await calls.prepare(contact.id);
          feed({ type: 'mediaPrepared', epoch });
          return null;
        }
        case 'callAgent': {
          const call = await agentCall(db, contact, state, sipDomain);
          if (call !== null) await calls.callAgent(call);
          return null;
        }
        case 'awaitAgentEndpoint': {
          const agentId = 'agentId' in state.phase ? state.phase.agentId : null;
          if (agentId !== null && calls.isRegistered(agentId)) feed({ type: 'agentEndpointReady', agentId });
          return null;
        }
        case 'setHold': await calls.setHold(contact.id, effect.onHold); return null;
        case 'endAgentLeg': await calls.endAgentLeg(contact.id, effect.reason); return null;
        case 'callCustomer': {
          const call = customerCall(contact, state);
          if (call !== null) await calls.callCustomer(call);
          return null;
        }
        case 'callSecond': {
          const call = await secondCall(db, contact, state, sipDomain);
          if (call !== null) await calls.callSecond(call);
          return null;
        }
        case 'setTalk': {
          const switched = await calls.setTalk(contact.id, effect.talk);
          if (switched.ok) return null;
          feed({ type: 'talkRefused', talk: effect.before });
          return switched.reason;
        }
        case 'promoteSecond': await calls.promoteSecond(contact.id, effect.reason); return null;
        case 'endSecond': await calls.endSecond(contact.id, effect.reason); return null;
        case 'closeMedia': await calls.close(contact.id, effect.reason); return null;
        case 'endViewer': changes.emit('viewerEnded', contact.id, effect.agentId); return null;
        case 'endCobrowse': changes.emit('cobrowseEnded', contact.id); return null;
      }
    } catch (error) {
      log.error({ err: error, contactId: contact.id, effect: effect.type }, 'effect failed');
      if (effect.type === 'prepareMedia') feed({ type: 'mediaFailed' });
      if (effect.type === 'callAgent') feed({ type: 'agentFailed', status: 500 });
      if (effect.type === 'callCustomer') feed({ type: 'customerFailed', status: 500 });
      const secondId = secondOf(state);
      if (effect.type === 'callSecond' && secondId !== null) feed({ type: 'secondFailed', secondId, status: 500 });
      if (effect.type === 'setTalk') {
        feed({ type: 'talkRefused', talk: effect.before });
        return 'The media gateway could not switch who talks to whom.';
      }
    }
    return null;
  }
}

function secondOf({ phase }: ContactState): string | null {
  if (phase.name === 'external') return phase.hopId;
  return phase.name === 'call' ? phase.second?.id ?? null : null;
}
