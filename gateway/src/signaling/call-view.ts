/** The call of a contact, as the agent who has it and the colleague whom they consult see it. Pure. */
import type { AgentContact, SecondParty } from '#shared/agent-protocol.ts';
import type { AnsweredBy } from '../contact/call-port.ts';
import { pageGoneAt } from '../contact/phases/deadlines.ts';
import type { Second } from '../contact/phases/second-party.ts';
import type { ContactLimits, ContactState, PhaseOf } from '../contact/state.ts';

type CallView = Pick<AgentContact, 'call' | 'second' | 'secondEnded' | 'digits' | 'callback' | 'telephone'>;

export const noCall: CallView = { call: { state: 'none', endpoint: null, connectedAt: null }, second: null, secondEnded: null, digits: '', callback: null, telephone: null };

export function callOfAgent(state: ContactState, part: 'own' | 'consulted'): CallView {
  const { phase } = state;
  const customer: Pick<CallView, 'callback' | 'telephone'> = { callback: callbackOf(state), telephone: state.telephone };
  if (phase.name === 'rung' || phase.name === 'callingBack') return { ...noCall, ...customer, call: { state: 'connecting', endpoint: endpointOf(phase.endpoint), connectedAt: null } };
  if (phase.name !== 'call') return { ...noCall, ...customer };
  if (part === 'consulted') return phase.second === null ? noCall : { ...noCall, call: consultedCall(phase.second), second: secondParty(phase.second) };
  return {
    ...customer,
    call: { state: ownState(state, phase), endpoint: endpointOf(phase.endpoint), connectedAt: iso(phase.connectedAt), ...(phase.withCamera === true ? { withCamera: true } : {}) },
    second: phase.second === null ? null : secondParty(phase.second),
    secondEnded: state.secondEnded === null ? null : { ...state.secondEnded, at: new Date(state.secondEnded.at).toISOString() },
    digits: state.digits,
  };
}

/** Null where it is no chat now. */
export function chatOfAgent({ phase }: ContactState, { limits, video }: { readonly limits: ContactLimits; readonly video: boolean }): AgentContact['chat'] {
  if (phase.name !== 'chat') return null;
  return { proposal: phase.proposal, video, callFailed: phase.callFailed, quietUntil: phase.quietSince === null ? null : iso(phase.quietSince + limits.chat.quiet) };
}

function callbackOf({ phase, callback }: ContactState): AgentContact['callback'] {
  return callback && { number: callback.number, at: iso(callback.at), triesLeft: callback.triesLeft, rings: phase.name === 'callingBack' ? phase.rings : null };
}

function ownState(state: ContactState, phase: PhaseOf<'call'>): AgentContact['call']['state'] {
  if (phase.connectedAt === null) return 'connecting';
  if (phase.agent.state !== 'up') return 'agentAway';
  if (pageGoneAt(state) !== null || phase.customer.state !== 'up') return 'customerAway';
  return phase.onHold ? 'held' : 'active';
}

/** They hear the agent, and in a conference the customer, or wait while the agent is with the customer. */
function consultedCall({ state, since, talk, endpoint }: Second): AgentContact['call'] {
  if (state !== 'up') return { state: state === 'offered' ? 'none' : 'connecting', endpoint: null, connectedAt: null };
  return { state: talk === 'customer' ? 'held' : 'active', endpoint: endpointOf(endpoint), connectedAt: iso(since) };
}

function secondParty({ party, state, since, talk }: Second): SecondParty {
  return {
    party: party.kind === 'agent' ? { kind: 'agent', agentId: party.agentId, name: party.name } : party, state: state === 'up' ? 'up' : 'ringing', since: new Date(since).toISOString(), talk,
  };
}

function endpointOf(endpoint: AnsweredBy | null): AgentContact['call']['endpoint'] {
  return endpoint === null || endpoint.kind === 'external' ? null : { kind: endpoint.kind, label: endpoint.label };
}

function iso(milliseconds: number): string;
function iso(milliseconds: number | null): string | null;
function iso(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString();
}
