/** The hunts of the configuration with whoever is in charge of them now, and what becomes of a contact whose hunt goes on without one of our agents. */
import { randomUUID } from 'node:crypto';
import type { Config } from '../config/schema.ts';
import { entryName, type HuntConfig } from '../config/hunting.ts';
import { offerTime, queueOf } from '../contact/limits.ts';
import type { ContactEvent } from '../contact/state.ts';
import type { StoredContact } from '../store/contacts.ts';
import type { Queries } from '../store/database.ts';
import { inChargeSet, type SetInCharge } from '../store/in-charge.ts';
import { openTickets } from '../store/tickets.ts';
import type { QueueHunt } from './candidates.ts';
import type { HuntStep } from './hunt.ts';

/** How long those whom a whole hunt rang in vain are left in peace, unless they say that they are free. Milliseconds. */
const rest = 60_000;

export async function queueHunts(db: Queries, queues: Config['queues']): Promise<ReadonlyMap<string, QueueHunt>> {
  const hunting = queues.filter(({ hunt }) => hunt !== undefined);
  if (hunting.length === 0) return new Map();
  const set = await inChargeSet(db);
  return new Map(hunting.flatMap(({ id, hunt }) => hunt === undefined ? [] : [[id, {
    list: hunt.list.map(entryName), inCharge: inChargeOf(hunt, set.get(id)).entry, rounds: roundsOf(hunt.loop),
    numbers: new Set(hunt.list.flatMap((entry) => 'number' in entry ? [entry.number] : [])),
  }]]));
}

/** Who begins: as it was set, if they are still in the list; else as configured. */
export function inChargeOf({ list, inCharge }: HuntConfig, set: SetInCharge | undefined): { readonly entry: string; readonly set: SetInCharge | null } {
  const [first] = list;
  if (first === undefined) throw new Error('a hunt has a list');
  if (set !== undefined && list.some((entry) => entryName(entry) === set.entry)) return { entry: set.entry, set };
  return { entry: inCharge ?? entryName(first), set: null };
}

/** An entry as people read it. */
export function namedEntry(name: string, { list }: HuntConfig, { agents }: Pick<Config, 'agents'>): { readonly entry: string; readonly label: string } {
  const entry = list.find((one) => entryName(one) === name);
  const label = entry !== undefined && 'number' in entry ? entry.label : agents.find(({ username }) => username === name)?.name;
  return { entry: name, label: label ?? name };
}

function roundsOf(loop: HuntConfig['loop']): number {
  return loop === true ? Infinity : Number(loop) || 1;
}

/** Makes what the turn needs, in the matcher's transaction, and answers the event; null where nothing happens. */
export async function turnEvent(tx: Queries, config: Config, contact: StoredContact, step: HuntStep, now: number): Promise<ContactEvent | null> {
  const queue = queueOf(config, contact.queueId);
  switch (step.kind) {
    case 'wait': return null;
    case 'exhausted': {
      const next = queue.hunt?.overflow;
      return { type: 'huntExhausted', to: next === undefined ? null : { queueId: next, priority: queueOf(config, next).priority }, restUntil: now + rest };
    }
    case 'ring': {
      const entry = queue.hunt?.list.find((one) => entryName(one) === step.entry);
      if (entry === undefined || !('number' in entry)) return null;
      const { number, label = null } = entry;
      const hopId = randomUUID();
      await openTickets(tx, [{ hopId, contact, agentId: null, called: number }], now);
      return { type: 'huntedOut', hopId, number, label, hunt: step.progress, until: now + offerTime(queue) };
    }
  }
}
