/**
 * What agents do and what becomes of them: status, lease, wrap-up. A status is set by people, or by the system when somebody vanished
 * or missed a contact; the state follows from the slots (store/agents.ts).
 */
import { sql } from 'kysely';
import type { AgentStatus } from '#shared/vocabulary.ts';
import type { WrapUp } from '#shared/agent-protocol.ts';
import type { Changes } from '../contact/changes.ts';
import type { ContactRunner } from '../contact/runner.ts';
import { lockContact } from '../store/contacts.ts';
import type { Db } from '../store/database.ts';
import { afterMatching } from './matcher.ts';
import { freeSlot } from './records.ts';

/** From the last sign of life of a desktop to its agent being set offline: longer than any reload, shorter than anybody's patience. */
export const leaseMilliseconds = 30_000;

interface AgentsOptions {
  readonly db: Db;
  readonly runner: ContactRunner;
  readonly changes: Changes;
  readonly now: () => number;
}

export class Agents {
  readonly #options: AgentsOptions;

  constructor(options: AgentsOptions) {
    this.#options = options;
  }

  /** After a start no desktop is connected yet: those who were at work have one lease to come back. */
  async restore(): Promise<void> {
    const { db, now } = this.#options;
    await db.updateTable('agent').set({ endpoint_registered: false }).where('endpoint_registered', '=', true).execute();
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
    if (status === 'offline') await this.#rescind(agentId);
  }

  /** A sign of life: without another one within a lease the sweep sets the agent offline. */
  async renewLease(agentId: string): Promise<void> {
    const { db, now } = this.#options;
    await db.updateTable('agent').set({ lease_until: new Date(now() + leaseMilliseconds) }).where('id', '=', agentId).execute();
  }

  /** Stores the result of a contact and frees the agent. False when they are not in wrap-up of this contact. */
  async finishWrapUp(contactId: string, agentId: string, result: WrapUp): Promise<boolean> {
    const { db, changes, now } = this.#options;
    const freed = await db.transaction().execute(async (tx) => {
      const slot = await tx.selectFrom('slot').select('id').where('contact_id', '=', contactId).where('agent_id', '=', agentId).where('state', '=', 'wrapUp').forUpdate().executeTakeFirst();
      if (slot === undefined) return false;
      await tx.updateTable('contact').set({ disposition: result.disposition, notes: result.notes }).where('id', '=', contactId).execute();
      await freeSlot(tx, slot.id, now());
      return true;
    });
    if (freed) changes.emit('agent', agentId);
    return freed;
  }

  /** Stores notes that are not finished yet. False when the agent has no call with this contact and is not in its wrap-up. */
  async keepNotes(contactId: string, agentId: string, notes: string): Promise<boolean> {
    return this.#options.db.transaction().execute(async (tx) => {
      // The contact first, as everywhere; and so a late draft never overwrites what a finished wrap-up said.
      if (await lockContact(tx, contactId) === undefined) return false;
      const slot = await tx.selectFrom('slot').select('id').where('contact_id', '=', contactId).where('agent_id', '=', agentId).where('state', '<>', 'reserved').executeTakeFirst();
      if (slot === undefined) return false;
      await tx.updateTable('contact').set({ notes }).where('id', '=', contactId).execute();
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
        .where((where) => where.or([where('slot.wrap_up_ends_at', '<=', at), where('agent.lease_until', '<=', at)]))
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
      .where('status', '<>', 'offline').where('lease_until', '<=', at).returning('id').execute();
    for (const { id } of vanished) {
      changes.emit('agent', id);
      await this.#rescind(id);
    }
  }

  async #rescind(agentId: string): Promise<void> {
    const { db, runner } = this.#options;
    // The matcher may be reserving this agent on what it read before they went: only after it is it known what they hold.
    const slots = await db.transaction().execute(async (tx) => {
      await afterMatching(tx);
      return tx.selectFrom('slot').select('contact_id').where('agent_id', '=', agentId).where('state', '<>', 'wrapUp').execute();
    });
    await Promise.all(slots.map(({ contact_id }) => runner.dispatch(contact_id, { type: 'agentGone', agentId })));
  }

  /** Stores whether the agent can be rung; without an endpoint nothing is offered. */
  async setEndpoint(agentId: string, registered: boolean): Promise<void> {
    const { db, changes } = this.#options;
    await db.updateTable('agent').set({ endpoint_registered: registered }).where('id', '=', agentId).execute();
    changes.emit('agent', agentId);
  }
}
