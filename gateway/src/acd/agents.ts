/**
 * What agents do and what becomes of them: status, lease, wrap-up. A status is set by people, or by the system when somebody vanished
 * or missed a contact; the state follows from the slots (store/agents.ts).
 */
import { sql } from 'kysely';
import type { AgentStatus } from '#shared/vocabulary.ts';
import type { AnswerWith, WrapUp } from '#shared/agent-protocol.ts';
import type { EndpointPort } from '../contact/call-port.ts';
import type { Changes } from '../contact/changes.ts';
import { agentOf, type ContactRunner } from '../contact/runner.ts';
import { findAgent } from '../store/agents.ts';
import { lockContact, type StoredContact } from '../store/contacts.ts';
import type { Db, Queries } from '../store/database.ts';
import { describeHop, type Said } from '../store/tickets.ts';
import { afterMatching } from './matcher.ts';
import { freeFromWrapUp, freeSlot } from './records.ts';

/** From the last sign of life of a desktop to its agent being set offline: longer than any reload, shorter than anybody's patience. */
export const leaseMilliseconds = 30_000;

interface AgentsOptions {
  readonly db: Db;
  readonly runner: ContactRunner;
  readonly endpoints: EndpointPort;
  readonly changes: Changes;
  readonly now: () => number;
}

export class Agents {
  readonly #options: AgentsOptions;

  constructor(options: AgentsOptions) {
    this.#options = options;
  }

  /** After a start neither desktop nor phone is heard of yet: those who were at work have one lease to come back. */
  async restore(): Promise<void> {
    const { db, now } = this.#options;
    await db.updateTable('agent').set({ endpoint_registered: false }).where('endpoint_registered', '=', true).execute();
    await db.updateTable('agent').set({ desk_until: new Date(now() + leaseMilliseconds) }).where('desk_until', 'is not', null).execute();
    await db.updateTable('agent').set({ lease_until: new Date(now() + leaseMilliseconds) })
      .where((where) => where.or([where('status', '<>', 'offline'), where.exists(where.selectFrom('slot').select('slot.id').whereRef('slot.agent_id', '=', 'agent.id'))])).execute();
  }

  async setStatus(agentId: string, status: AgentStatus, reason: string | null): Promise<void> {
    const { db, changes, now } = this.#options;
    const at = new Date(now());
    await db.updateTable('agent').set({
      status, status_reason: reason, status_since: at,
      // Whoever comes back to work goes to the end of the line of the idle.
      ...(status === 'available' ? { idle_since: sql<Date>`case when status = 'available' then idle_since else ${at} end` } : {}),
    }).where('id', '=', agentId).execute();
    changes.emit('agent', agentId);
    // What they have they may finish, as long as they are there.
    if (status === 'offline') await this.#rescind(agentId, 'agentGone', ['reserved']);
  }

  /** A sign of life: without another one within a lease the sweep sets the agent offline. `atDesk`: a desktop is connected and shows offers. */
  async renewLease(agentId: string, { atDesk }: { readonly atDesk: boolean }): Promise<void> {
    const { db, now } = this.#options;
    const until = new Date(now() + leaseMilliseconds);
    await db.updateTable('agent').set({ lease_until: until, ...(atDesk ? { desk_until: until } : {}) }).where('id', '=', agentId).execute();
  }

  /** What the agent is rung on from the next call on; it is kept, and wins over the configuration. */
  async setAnswerWith(agentId: string, answerWith: AnswerWith): Promise<void> {
    await this.#options.db.updateTable('agent').set({ answer_with: answerWith }).where('id', '=', agentId).execute();
    await this.refreshEndpoint(agentId);
  }

  /** Stores the result of a contact and frees the agent. False when they are not in wrap-up of this contact. */
  async finishWrapUp(contactId: string, agentId: string, result: WrapUp): Promise<boolean> {
    const { db, changes, now } = this.#options;
    const freed = await db.transaction().execute(async (tx) => {
      const contact = await lockContact(tx, contactId);
      if (contact === undefined) return false;
      if (!await freeFromWrapUp(tx, { contactId, agentId, disposition: result.disposition }, now())) return false;
      await describe(tx, contact, agentId, result);
      return true;
    });
    if (freed) changes.emit('agent', agentId);
    return freed;
  }

  /** Stores notes that are not finished yet. False when the agent has no call with this contact and is not in its wrap-up. */
  async keepNotes(contactId: string, agentId: string, notes: string): Promise<boolean> {
    return this.#options.db.transaction().execute(async (tx) => {
      // The contact first, as everywhere; and so a late draft never overwrites what a finished wrap-up said.
      const contact = await lockContact(tx, contactId);
      if (contact === undefined) return false;
      const slot = await tx.selectFrom('slot').select('id').where('contact_id', '=', contactId).where('agent_id', '=', agentId).where('state', '<>', 'reserved').executeTakeFirst();
      if (slot === undefined) return false;
      await describe(tx, contact, agentId, { notes });
      return true;
    });
  }

  /** Ends wrap-ups whose time is over, and sets agents offline whose lease ran out, with all that they held but a living call. */
  async sweep(): Promise<void> {
    const { db, changes, now } = this.#options;
    const at = new Date(now());
    const over = await db.transaction().execute(async (tx) => {
      const slots = await tx.selectFrom('slot').innerJoin('agent', 'agent.id', 'slot.agent_id').select('slot.id')
        .where('slot.state', '=', 'wrapUp')
        .where((where) => where.or([
          where('slot.wrap_up_ends_at', '<=', at),
          where.and([where('agent.lease_until', '<=', at), where.not(atPhone)]),
          // Only a desktop can finish it, and theirs is gone.
          where.and([where('slot.wrap_up_ends_at', 'is', null), where('agent.lease_until', '<=', at), where.or([where('agent.desk_until', 'is', null), where('agent.desk_until', '<=', at)])]),
        ]))
        .forUpdate('slot').execute();
      const freed: string[] = [];
      for (const { id } of slots) {
        const agentId = await freeSlot(tx, id, now());
        if (agentId !== null) freed.push(agentId);
      }
      return freed;
    });
    for (const agentId of over) changes.emit('agent', agentId);

    const vanished = await db.updateTable('agent').set({ status: 'offline', status_reason: 'Connection lost', status_since: at })
      .where('status', '<>', 'offline').where('lease_until', '<=', at).where((where) => where.not(atPhone)).returning('id').execute();
    for (const { id } of vanished) {
      changes.emit('agent', id);
      await this.#rescind(id, 'agentGone');
    }
    const withoutDesk = await db.updateTable('agent').set({ desk_until: null }).where('desk_until', '<=', at).returning('id').execute();
    for (const { id } of withoutDesk) await this.#rescind(id, 'deskGone');
  }

  async #rescind(agentId: string, type: 'agentGone' | 'deskGone', states: ReadonlyArray<'reserved' | 'engaged'> = ['reserved', 'engaged']): Promise<void> {
    const { db, runner } = this.#options;
    // The matcher may be reserving this agent on what it read before they went: only after it is it known what they hold.
    const slots = await db.transaction().execute(async (tx) => {
      await afterMatching(tx);
      return tx.selectFrom('slot').select('contact_id').where('agent_id', '=', agentId).where('state', 'in', states).execute();
    });
    await Promise.all(slots.map(({ contact_id }) => runner.dispatch(contact_id, { type, agentId })));
  }

  /** Stores whether what the agent answers with can be rung; without that nothing is offered. */
  async refreshEndpoint(agentId: string): Promise<void> {
    const { db, endpoints, changes, now } = this.#options;
    const agent = await findAgent(db, { id: agentId });
    if (agent === undefined) return;
    const registered = canRing(endpoints, agentId, agent.answerWith);
    await db.updateTable('agent').set({
      endpoint_registered: registered,
      // A phone that was unplugged may come back within a lease, as a desktop may.
      ...(agent.endpointRegistered && !registered && agent.answerWith !== 'desktop' ? { lease_until: new Date(now() + leaseMilliseconds) } : {}),
    }).where('id', '=', agentId).execute();
    changes.emit('agent', agentId);
  }
}

/** An agent whose phone or extension can be rung needs no desktop to be at work. */
const atPhone = sql<boolean>`(coalesce(agent.answer_with, agent.configured_answer_with) <> 'desktop' and agent.endpoint_registered)`;

function canRing(endpoints: EndpointPort, agentId: string, answerWith: AnswerWith): boolean {
  return endpoints.endpoints(agentId).some(({ kind, reachable, busy }) => kind === answerWith && reachable && !busy);
}

/** After a transfer the contact carries what its present, or last, agent says; what the others said is on their tickets. */
async function describe(tx: Queries, contact: StoredContact, agentId: string, said: Said): Promise<void> {
  await describeHop(tx, { contactId: contact.id, agentId }, said);
  const current = agentOf(contact.state);
  if (current !== null && current !== agentId) return;
  await tx.updateTable('contact').set(said).where('id', '=', contact.id).$if(current === null, (query) => query.where('agent_id', '=', agentId)).execute();
}
