/** Writes the ACD's part of a contact's transition (reservations, slots, agents set aside) into the same transaction. */
import type { Config } from '../config/schema.ts';
import { queueOf } from '../contact/limits.ts';
import type { Effect } from '../contact/state.ts';
import type { StoredContact } from '../store/contacts.ts';
import type { Queries } from '../store/database.ts';

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
        break;
      case 'recordSlot':
        if (effect.slot === 'engaged') {
          await tx.updateTable('slot').set({ state: 'engaged', since: at }).where('id', '=', effect.reservationId).execute();
        } else if (effect.slot === 'wrapUp' && queueOf(config, contact.queueId).wrapUp.mode !== 'none') {
          await tx.updateTable('slot').set({ state: 'wrapUp', since: at, wrap_up_ends_at: wrapUpEnd(config, contact.queueId, now) })
            .where('id', '=', effect.reservationId).execute();
        } else {
          await freeSlot(tx, effect.reservationId, now);
        }
        break;
      case 'recordAgentAside':
        await tx.updateTable('agent').set({ status: 'break', status_reason: asideReasons[effect.reason], status_since: at })
          .where('id', '=', effect.agentId).where('status', '=', 'available').execute();
        break;
      default:
    }
  }
}

/** Frees the agent; their idle time, by which the next contact is given, starts now. */
export async function freeSlot(tx: Queries, slotId: string, now: number): Promise<string | null> {
  const slot = await tx.deleteFrom('slot').where('id', '=', slotId).returning('agent_id').executeTakeFirst();
  if (slot === undefined) return null;
  await tx.updateTable('reservation').set({ freed_at: new Date(now) }).where('id', '=', slotId).execute();
  await tx.updateTable('agent').set({ idle_since: new Date(now) }).where('id', '=', slot.agent_id).execute();
  return slot.agent_id;
}

function wrapUpEnd(config: Config, queueId: string, now: number): Date | null {
  const { wrapUp } = queueOf(config, queueId);
  return wrapUp.mode === 'mandatory' ? null : new Date(now + wrapUp.seconds * 1000);
}
