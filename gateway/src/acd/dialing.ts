/**
 * Click-to-dial: an agent calls a customer, by the contact or its caller URI, from the desktop or a phone. Who waits is taken from the queue, who is to be called back is called now;
 * who is still there after their contact ended is rung by their page; for anybody else there is nobody to call.
 */
import { randomUUID } from 'node:crypto';
import type { Problem, Reply } from '#shared/problem.ts';
import type { Config } from '../config/schema.ts';
import { queueOf } from '../contact/limits.ts';
import type { ContactRunner } from '../contact/runner.ts';
import type { ContactState } from '../contact/state.ts';
import { problems } from '../http/problems.ts';
import { findColleague, type Colleague } from '../store/agents.ts';
import type { StoredContact } from '../store/contacts.ts';
import type { Db, Queries } from '../store/database.ts';
import { summarized } from '../store/summaries.ts';
import { hadHop } from '../store/tickets.ts';
import { afterMatching } from './matcher.ts';
import { isFree } from './parties.ts';
import { insertReservations } from './reserve.ts';

export interface DialingOptions {
  readonly db: Db;
  readonly config: Config;
  readonly runner: ContactRunner;
  readonly sipDomain: string;
  /** Whether the customer's page is connected now, also after the contact has ended. */
  readonly isConnected: (contactId: string) => boolean;
  readonly now: () => number;
}

export class Dialing {
  readonly #options: DialingOptions;

  constructor(options: DialingOptions) {
    this.#options = options;
  }

  /** `take`: the agent's phone called by itself, and its call becomes the leg. */
  async dial(agentId: string, whom: { readonly contactId: string } | { readonly uri: string }, phone?: { readonly take: (contactId: string) => void }): Promise<Reply<{ readonly contactId: string }>> {
    const { db, runner, sipDomain, now } = this.#options;
    const row = await db.selectFrom('contact').select('id').where((where) => 'uri' in whom ? where('from_uri', '=', whom.uri) : where('id', '=', whom.contactId)).executeTakeFirst();
    if (row === undefined) return { ok: false, problem: problems.notFound('contact') };
    const contactId = row.id;
    const reply = await runner.command(contactId, async (tx, contact) => {
      const agent = await findColleague(tx, agentId, now());
      if (agent === undefined) return { problem: problems.notFound('agent') };
      const refusal = await this.#refused(tx, contact, agent, phone !== undefined);
      if (refusal !== null) return { problem: refusal };
      const reservationId = randomUUID();
      await insertReservations(tx, [{ id: reservationId, contact, agentId, username: agent.username, part: 'own', state: 'accepted', expiresAt: now(), byAgentId: null }], { sipDomain, now: now() });
      // Before what follows from the event: the phone must be known when its contact's media is made.
      phone?.take(contactId);
      return { event: { type: 'dialed', reservationId, agentId, answerWith: agent.answerWith, own: phone !== undefined } };
    }, afterMatching);
    return reply.ok ? { ok: true, value: { contactId } } : reply;
  }

  async #refused(tx: Queries, contact: StoredContact, agent: Colleague, byPhone: boolean): Promise<Problem | null> {
    const { phase } = contact.state;
    if ('agentId' in phase || phase.name === 'external') return problems.partyBusy('This customer is in a call already.');
    if (!await this.#mayHave(tx, contact, agent)) return problems.forbidden('You may call customers of your own queues, and those whom you talked with.');
    const waits = phase.name === 'waiting' || phase.name === 'scheduled';
    const away = waits ? !canReach(contact.state, byPhone) : !this.#options.isConnected(contact.id);
    if (away) return problems.customerAway('The customer\'s page is not open, so nothing can ring there. Wait until they come back.');
    if (agent.status === 'offline') return problems.wrongState('Set your status first: you are offline.');
    if (contact.state.channel !== 'voice') return problems.wrongState('This customer did not ask for a call: answer them where they wrote.');
    if (!isFree(agent, contact)) return problems.wrongState('Finish the contact that you have first.');
    if (!agent.reachableFor.includes('voice') && !byPhone) return problems.wrongState(`What you answer with (${agent.answerWith}) cannot be rung now: open the softphone, or choose another endpoint.`);
    return null;
  }

  async #mayHave(tx: Queries, contact: StoredContact, agent: Colleague): Promise<boolean> {
    const { skills, hunt } = queueOf(this.#options.config, contact.queueId);
    if (hunt !== undefined) return hunt.list.some((entry) => 'agent' in entry && entry.agent === agent.username) || hadHop(tx, contact.id, agent.agentId);
    if (Object.entries(skills).every(([skill, level]) => (agent.skills[skill] ?? 0) >= level)) return true;
    return await hadHop(tx, contact.id, agent.agentId) || (await summarized(tx, contact.id)).includes(agent.agentId);
  }
}

/** A phone's own call is put through to a page alone: it is answered when that has opened its media. */
function canReach({ absentUntil, callback, telephone }: ContactState, byPhone: boolean): boolean {
  if (absentUntil === null && telephone === null) return true;
  return !byPhone && (telephone !== null || (callback !== null && callback.number !== null));
}
