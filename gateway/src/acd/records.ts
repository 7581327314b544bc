/** Writes the ACD's part of a contact's transition (reservations, slots, tickets, agents set aside) into the same transaction. */
import { sql, type RawBuilder } from 'kysely';
import type { Config } from '../config/schema.ts';
import { queueOf, setsAside } from '../contact/limits.ts';
import type { Effect } from '../contact/state.ts';
import { learnAttributes, type StoredContact } from '../store/contacts.ts';
import type { Queries } from '../store/database.ts';
import { endHandling, openHandling } from '../store/facts.ts';
import { endHop, markLastHop, noteHop } from '../store/tickets.ts';
import { recordSummary } from './summaries.ts';

interface RecordInput {
  readonly contact: StoredContact;
  readonly effects: readonly Effect[];
  readonly config: Config;
  readonly now: number;
}

/** The status reasons that the system sets; people choose theirs from the configuration. */
export const asideReasons = { missed: 'Missed contact', endpointFailed: 'Softphone not reachable' } as const;

export async function applyRecords(tx: Queries, { contact, effects, config, now }: RecordInput): Promise<void> {
  const at = new Date(now);
  for (const effect of effects) {
    switch (effect.type) {
      case 'recordReservation':
        await tx.updateTable('reservation').set({ state: effect.state, closed_at: at }).where('id', '=', effect.reservationId).where('state', '=', 'offered').execute();
        await openHandling(tx, effect.reservationId);
        if (effect.state === 'rejected' || effect.state === 'timeout') await noteHop(tx, effect.reservationId, effect.state === 'rejected' ? 'rejected' : 'missed');
        break;
      case 'recordSlot':
        await recordSlot(tx, effect, { contact, config, now });
        break;
      case 'recordSlotChannel':
        await tx.updateTable('slot').set({ channel: effect.channel, since: at }).where('id', '=', effect.reservationId).execute();
        break;
      case 'recordAgentAside':
        if (effect.reason === 'missed' && !setsAside(queueOf(config, contact.queueId))) break;
        await tx.updateTable('agent').set({ status: 'break', status_reason: asideReasons[effect.reason], status_since: at })
          .where('id', '=', effect.agentId).where('status', '=', 'available').execute();
        break;
      case 'recordHop':
        if (effect.news === 'over') await endHop(tx, effect.hopId, now);
        else await noteHop(tx, effect.hopId, effect.news);
        break;
      case 'recordEnd': {
        const last = await markLastHop(tx, contact.id, effect.hopId);
        if (last !== undefined) await recordSummary(tx, contact, last, { config, now });
        break;
      }
      case 'recordQueue':
        await tx.updateTable('contact').set({ queue_id: effect.queueId, priority: effect.priority ?? queueOf(config, effect.queueId).priority }).where('id', '=', contact.id).execute();
        break;
      case 'recordAttributes':
        await learnAttributes(tx, contact.id, effect.attributes);
        break;
      case 'recordDue':
        await tx.updateTable('contact').set({ priority: queueOf(config, contact.queueId).callback.priority }).where('id', '=', contact.id).execute();
        break;
      default:
    }
  }
}

async function recordSlot(
  tx: Queries, { reservationId, slot }: Extract<Effect, { type: 'recordSlot' }>, { contact, config, now }: Omit<RecordInput, 'effects'>,
): Promise<void> {
  const at = new Date(now);
  switch (slot) {
    case 'engaged':
      await tx.updateTable('slot').set({ state: 'engaged', since: at }).where('id', '=', reservationId).execute();
      return;
    case 'own':
      await tx.updateTable('slot').set({ part: 'own' }).where('id', '=', reservationId).execute();
      await tx.updateTable('reservation').set({ part: 'own' }).where('id', '=', reservationId).execute();
      return;
    case 'wrapUp':
    case 'free': {
      await endHop(tx, reservationId, now);
      await endHandling(tx, reservationId, now);
      const { wrapUp } = queueOf(config, contact.queueId);
      if (slot === 'free' || wrapUp.mode === 'none') {
        await freeSlot(tx, reservationId, now);
        return;
      }
      const ends = new Date(now + wrapUp.seconds * 1000);
      await tx.updateTable('slot').set({
        state: 'wrapUp', since: at,
        // One who has no desktop to finish it at is not kept in it for ever.
        wrap_up_ends_at: wrapUp.mode !== 'mandatory' ? ends
          : sql<Date | null>`case when exists (select from agent where agent.id = slot.agent_id and agent.desk_until > ${at}) then null else ${ends}::timestamptz end`,
      }).where('id', '=', reservationId).execute();
    }
  }
}

/** Frees the agent; their idle time, by which the next contact is given, starts now. Answers who is free; null: there was no such slot. */
export function freeSlot(tx: Queries, slotId: string, now: number): Promise<string | null> {
  return freed(tx, sql`id = ${slotId}`, now);
}

/** The same for the wrap-up of a contact. False where the agent is not in one of it. `disposition`: undefined leaves what was said before. */
export async function freeFromWrapUp(tx: Queries, { contactId, agentId, disposition }: { readonly contactId: string; readonly agentId: string; readonly disposition?: string | null }, now: number): Promise<boolean> {
  return await freed(tx, sql`contact_id = ${contactId} and agent_id = ${agentId} and state = 'wrapUp'`, now, disposition) !== null;
}

/** One statement: it is what every contact ends with. */
async function freed(tx: Queries, which: RawBuilder<unknown>, now: number, disposition?: string | null): Promise<string | null> {
  const at = new Date(now);
  const said = disposition === undefined ? sql`disposition` : sql`${disposition}::text`;
  const { rows: [row] } = await sql<{ agent_id: string }>`
    with gone as (
      delete from slot where ${which} returning id, agent_id
    ), closed as (
      update reservation set freed_at = ${at} from gone where reservation.id = gone.id
    ), handled as (
      update handling set freed_at = ${at}, ended_at = coalesce(ended_at, ${at}), disposition = ${said} from gone where handling.id = gone.id
    ), idle as (
      update agent set idle_since = ${at} from gone where agent.id = gone.agent_id
    )
    select agent_id from gone`.execute(tx);
  return row?.agent_id ?? null;
}
