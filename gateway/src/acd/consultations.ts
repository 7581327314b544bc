/** A third party beside agent and customer: consult, turn from one to the other, confer, hand the customer over, or end it. */
import { randomUUID } from 'node:crypto';
import type { PartyName } from '#shared/agent-protocol.ts';
import type { Reply } from '#shared/problem.ts';
import type { ContactRunner, Decision } from '../contact/runner.ts';
import type { ContactState } from '../contact/state.ts';
import { problems } from '../http/problems.ts';
import { openTickets } from '../store/tickets.ts';
import { afterMatching } from './matcher.ts';
import { inOwnCall, refusalToInvolve, withSecondUp } from './own-call.ts';
import { freeSupervisor, judged, reserveColleague, type PartyOptions } from './parties.ts';

export class Consultations {
  readonly #options: PartyOptions & { readonly runner: ContactRunner };

  constructor(options: PartyOptions & { readonly runner: ContactRunner }) {
    this.#options = options;
  }

  /** `take`: the agent's phone asked, and must know the consultation before the party is called, so that its answer finds the phone. */
  async begin(agentId: string, contactId: string, to: PartyName, take?: (secondId: string) => void): Promise<Reply<null>> {
    const { runner, now } = this.#options;
    const secondId = randomUUID();
    const judgement = await judged(this.#options, agentId, to);
    if (!judgement.ok) return judgement;
    const party = judgement.value;
    if (party.kind === 'queue' || party.kind === 'skills') return { ok: false, problem: problems.wrongState('A queue or a skill cannot be consulted: consult a colleague or a number, or transfer there.') };
    return done(await runner.command(contactId, async (tx, contact): Promise<Decision> => {
      const problem = refusalToInvolve(contact.state, agentId);
      if (problem !== null) return { problem };
      if (party.kind === 'external') {
        await openTickets(tx, [{ hopId: secondId, contact, agentId: null, called: party.number, consulted: true }], now());
        take?.(secondId);
        return { event: { type: 'consulted', secondId, party, expiresAt: 0 } };
      }
      const colleague = party.kind === 'supervisor' ? await freeSupervisor(tx, this.#options, agentId) : party;
      if ('problem' in colleague) return colleague;
      const reserved = await reserveColleague(tx, this.#options, { contact, agentId: colleague.agentId, byAgentId: agentId, part: 'consulted', reservationId: secondId });
      if ('problem' in reserved) return reserved;
      take?.(secondId);
      const { name, by, answerWith, expiresAt } = reserved;
      return { event: { type: 'consulted', secondId, party: { kind: 'agent', agentId: colleague.agentId, name, by, answerWith }, expiresAt } };
    }, afterMatching));
  }

  /** The colleague's answer to being consulted. */
  answer(contactId: string, secondId: string, accept: boolean): Promise<Reply<null>> {
    return this.#decide(contactId, ({ phase }) => phase.name === 'call' && phase.second?.id === secondId && phase.second.state === 'offered'
      ? { event: { type: accept ? 'secondAccepted' : 'secondRejected', secondId } } : { problem: problems.wrongState('The consultation is over.') });
  }

  /** By the agent who asked, or by the colleague, who leaves it. */
  end(agentId: string, contactId: string): Promise<Reply<null>> {
    return this.#decide(contactId, (state) => isConsulted(state, agentId) ? left(state) : inOwnCall(state, agentId, ({ second }) =>
      second === null ? { problem: problems.wrongState('There is no consultation to end.') } : { event: { type: 'secondDropped' } }));
  }

  /** From the customer to the second party, or back; out of a conference to the second party. */
  swap(agentId: string, contactId: string): Promise<Reply<null>> {
    return this.#decide(contactId, (state) => withSecondUp(state, agentId, ({ talk }) => ({ type: 'talk', talk: talk === 'second' ? 'customer' : 'second' })));
  }

  merge(agentId: string, contactId: string): Promise<Reply<null>> {
    return this.#decide(contactId, (state) => withSecondUp(state, agentId, () => ({ type: 'talk', talk: 'all' })));
  }

  complete(agentId: string, contactId: string): Promise<Reply<null>> {
    return this.#decide(contactId, (state) => withSecondUp(state, agentId, () => ({ type: 'transferCompleted' })));
  }

  async #decide(contactId: string, decide: (state: ContactState) => Decision): Promise<Reply<null>> {
    return done(await this.#options.runner.command(contactId, (_tx, { state }) => Promise.resolve(decide(state))));
  }
}

export function isConsulted({ phase }: ContactState, agentId: string): boolean {
  return phase.name === 'call' && phase.second?.party.kind === 'agent' && phase.second.party.agentId === agentId;
}

function left({ phase }: ContactState): Decision {
  return phase.name === 'call' && phase.second !== null ? { event: { type: 'secondHungUp', secondId: phase.second.id } } : { problem: problems.notOnCall() };
}

function done(reply: Reply<unknown>): Reply<null> {
  return reply.ok ? { ok: true, value: null } : reply;
}
