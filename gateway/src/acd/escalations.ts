/** A chat becomes a call when both want it: the one who hears of it second says yes. The agent's places are looked at again, under the matcher's lock. */
import type { Problem, Reply } from '#shared/problem.ts';
import type { CallProposal } from '#shared/thread-protocol.ts';
import type { Config } from '../config/schema.ts';
import { queueOf } from '../contact/limits.ts';
import type { ContactRunner, Decision } from '../contact/runner.ts';
import { agentOf } from '../contact/runner.ts';
import { problems } from '../http/problems.ts';
import { findColleague, type Colleague } from '../store/agents.ts';
import type { StoredContact } from '../store/contacts.ts';
import type { Queries } from '../store/database.ts';
import { mayBeginWithCamera } from './camera.ts';
import { afterMatching } from './matcher.ts';

export class Escalations {
  readonly #options: { readonly runner: ContactRunner; readonly config: Config; readonly now: () => number };

  constructor(options: { readonly runner: ContactRunner; readonly config: Config; readonly now: () => number }) {
    this.#options = options;
  }

  /** Says that one would rather talk, or yes to the other who would. `agentId`: who asks, where it is the agent. */
  async propose(contactId: string, proposal: CallProposal, agentId: string | null): Promise<Reply<null>> {
    return done(await this.#options.runner.command(contactId, async (tx, contact): Promise<Decision> => {
      const { phase } = contact.state;
      if (agentId !== null && agentOf(contact.state) !== agentId) return { problem: problems.notOnCall() };
      if (phase.name !== 'chat') return { problem: problems.wrongState('There is no chat with this contact now.') };
      const { request } = await tx.selectFrom('contact').innerJoin('session', 'session.id', 'contact.session_id').select('session.request').where('contact.id', '=', contactId).executeTakeFirstOrThrow();
      if (request.channels !== undefined && !request.channels.includes('voice') && !request.channels.includes('video')) {
        return { problem: problems.wrongState('This customer cannot be called: their session allows chat only.') };
      }
      const agreed = phase.proposal !== null && phase.proposal.by !== proposal.by;
      const colleague = proposal.video ? await findColleague(tx, phase.agentId, this.#options.now()) : undefined;
      if (colleague !== undefined && !mayBeginWithCamera({ channels: request.channels, videoSkill: queueOf(this.#options.config, contact.queueId).videoSkill, agent: colleague })) {
        return { problem: problems.wrongState('A call with the camera is not possible here: the session, the queue or what this agent answers with has none. Ask for one without.') };
      }
      // A customer may ask for what the agent has to make room for first.
      if (!agreed && proposal.by === 'customer') return { event: { type: 'callProposed', proposal } };
      const agent = await this.#agent(tx, contact, phase.agentId);
      if ('problem' in agent) return agent;
      return { event: agreed ? { type: 'escalated', answerWith: agent.answerWith, video: proposal.video && phase.proposal.video } : { type: 'callProposed', proposal } };
    }, afterMatching));
  }

  async decline(contactId: string, agentId: string | null): Promise<Reply<null>> {
    return done(await this.#options.runner.command(contactId, (_tx, { state }): Promise<Decision> => {
      if (agentId !== null && agentOf(state) !== agentId) return Promise.resolve({ problem: problems.notOnCall() });
      return Promise.resolve(state.phase.name === 'chat' && state.phase.proposal !== null ? { event: { type: 'callDeclined' } } : { problem: problems.wrongState('Nobody asks for a call any more.') });
    }));
  }

  async #agent(tx: Queries, contact: StoredContact, agentId: string): Promise<Colleague | { readonly problem: Problem }> {
    const agent = await findColleague(tx, agentId, this.#options.now());
    if (agent === undefined) return { problem: problems.notFound('agent') };
    // Other chats go on beside the call: the agent decides for themselves, where the matcher decides for them.
    const calls = agent.slots.filter((slot) => slot.channel === 'voice' && slot.contactId !== contact.id).length;
    if (agent.workload.capacity.voice === 0) return { problem: problems.partyBusy('This agent takes no calls: transfer the chat to somebody who does.') };
    if (calls >= agent.workload.capacity.voice) return { problem: problems.partyBusy('There is another call, or its wrap-up, to finish first.') };
    if (!agent.reachableFor.includes('voice')) return { problem: problems.partyBusy(`What the agent answers with (${agent.answerWith}) cannot be rung now: open the softphone, or choose another endpoint.`) };
    return agent;
  }
}

function done(reply: Reply<unknown>): Reply<null> {
  return reply.ok ? { ok: true, value: null } : reply;
}
