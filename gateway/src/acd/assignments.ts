/** Another ACD's word on which agent gets a contact: a reservation as any other, under the matcher's lock. The first word under an id is the last. */
import { randomUUID } from 'node:crypto';
import type { Assignment } from '#shared/acd-api.ts';
import type { Problem, Reply } from '#shared/problem.ts';
import { isOfferable } from '../contact/phases/callback.ts';
import type { ContactRunner, Decision } from '../contact/runner.ts';
import { problems } from '../http/problems.ts';
import type { StoredContact } from '../store/contacts.ts';
import type { Db, Queries } from '../store/database.ts';
import { findAssignment, insertAssignment } from '../store/foreign-acd.ts';
import { afterMatching } from './matcher.ts';
import { reserveColleague, type PartyOptions } from './parties.ts';

interface Options extends PartyOptions {
  readonly db: Db;
  readonly runner: ContactRunner;
}

export class Assignments {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  /** `queueIds`: those that this ACD has. */
  async assign(queueIds: readonly string[], assignment: Assignment): Promise<Reply<null>> {
    const { db, runner, now } = this.#options;
    const { contactId } = assignment;
    const row = await db.selectFrom('contact').select('queue_id').where('id', '=', contactId).executeTakeFirst();
    if (row === undefined) return { ok: false, problem: problems.notFound('contact') };
    const queueId = row.queue_id;
    if (!queueIds.includes(queueId)) return { ok: false, problem: problems.wrongState('The contact is in no queue of this ACD any more.') };
    const before = await findAssignment(db, queueId, assignment.id);
    if (before !== undefined) return repeated(before, assignment);
    const reply = await runner.command(contactId, (tx, contact) => this.#reserved(tx, contact, queueId, assignment), afterMatching);
    if (reply.ok) return { ok: true, value: null };
    // Twice at once: whichever came first has decided.
    const meanwhile = await findAssignment(db, queueId, assignment.id);
    if (meanwhile !== undefined) return repeated(meanwhile, assignment);
    await insertAssignment(db, { queueId, id: assignment.id, contactId, username: assignment.agent, reservationId: null }, now());
    return reply;
  }

  async #reserved(tx: Queries, contact: StoredContact, queueId: string, { id, agent: username, expiresIn }: Assignment): Promise<Decision> {
    const { now } = this.#options;
    if (contact.queueId !== queueId || contact.state.phase.name !== 'waiting') return { problem: problems.wrongState('The contact has moved on: it does not wait any more.') };
    if (!isOfferable(contact.state)) return { problem: problems.customerAway('The customer is not there now; an update with `present` says when they are back.') };
    const agent = await tx.selectFrom('agent').select('id').where('username', '=', username).executeTakeFirst();
    if (agent === undefined) return { problem: problems.partyRefused(404, 'There is no such agent.') };
    const reserved = await reserveColleague(tx, this.#options, {
      contact, agentId: agent.id, byAgentId: null, part: 'own', reservationId: randomUUID(), ...(expiresIn === undefined ? {} : { offer: expiresIn * 1000 }),
    });
    if ('problem' in reserved) return reserved;
    const { reservationId, expiresAt, by, answerWith } = reserved;
    await insertAssignment(tx, { queueId, id, contactId: contact.id, username, reservationId }, now());
    return { event: { type: 'reserved', reservationId, agentId: agent.id, expiresAt, by: contact.state.channel === 'voice' ? by : 'desktop', answerWith } };
  }
}

/** Nothing is done twice: the same gets the same answer, and another one under its id a refusal. */
function repeated(before: { readonly contactId: string; readonly username: string; readonly taken: boolean }, { contactId, agent }: Assignment): Reply<null> {
  const problem = (detail: string): { readonly ok: false; readonly problem: Problem } => ({ ok: false, problem: problems.wrongState(detail) });
  if (before.contactId !== contactId || before.username !== agent) return problem('This id was given to another assignment: give each its own.');
  return before.taken ? { ok: true, value: null } : problem('This assignment was refused before: give a new one its own id.');
}
