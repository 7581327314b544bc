/** What must be true of a floor whenever it has come to rest, asked of its tables; each complaint is a line, and none is how it should be. */
import { sql } from 'kysely';
import type { Db } from '../../src/store/database.ts';

/** Booked twice, stranded, or without a limit. */
export const complaints: ReadonlyArray<readonly [what: string, query: string]> = [
  ['an agent has two contacts', `select agent_id::text as who from slot group by agent_id having count(*) > 1`],
  ['a contact is with two agents', `select contact_id::text as who from slot where state <> 'wrapUp' and part = 'own' group by contact_id having count(*) > 1`],
  ['a contact is offered twice', `select contact_id::text as who from reservation where state = 'offered' group by contact_id having count(*) > 1`],
  [
    'a slot is held for a contact that knows nothing of it', `select slot.id::text as who from slot join contact on contact.id = slot.contact_id
      where slot.state <> 'wrapUp' and slot.part = 'own' and contact.state->'phase'->>'reservationId' is distinct from slot.id::text`,
  ],
  [
    'a contact is with an agent who has no slot for it', `select contact.id::text as who from contact
      where phase in ('offered', 'call', 'rung') and not exists (select from slot where slot.id::text = contact.state->'phase'->>'reservationId' and slot.state <> 'wrapUp')`,
  ],
  ['an offer stands that nobody has', `select id::text as who from reservation where state = 'offered' and not exists (select from slot where slot.id = reservation.id and slot.state = 'reserved')`],
  ['a slot is reserved without an offer', `select slot.id::text as who from slot join reservation using (id) where slot.state = 'reserved' and reservation.state <> 'offered'`],
  ['a contact has no limit', `select id::text as who from contact where phase <> 'ended' and wake_at is null`],
  ['a contact has ended without a reason, or has one and has not', `select id::text as who from contact where (phase = 'ended') <> (end_reason is not null) or (phase = 'ended') <> (ended_at is not null)`],
  ['a contact ended twice', `select contact_id::text as who from journal where phase = 'ended' group by contact_id having count(*) > 1`],
  ['a wrap-up has no end', `select id::text as who from slot where state = 'wrapUp' and wrap_up_ends_at is null`],
];

export async function complaintsOf(db: Db): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [what, query] of complaints) {
    const { rows } = await sql<{ who: string }>`${sql.raw(query)}`.execute(db);
    found.push(...rows.map(({ who }) => `${what}: ${who}`));
  }
  return found;
}

export interface Placed {
  readonly id: string;
  readonly queue: string;
  readonly phase: string;
  readonly present: boolean;
  readonly queuedAt: number;
  /** Who has it, or is offered it. */
  readonly agentId: string | null;
  /** Not offered to these now. */
  readonly notTo: readonly string[];
}

export async function placed(db: Db, now: number): Promise<readonly Placed[]> {
  const rows = await db.selectFrom('contact').select(['id', 'queue_id', 'phase', 'present', 'queued_at', 'state']).orderBy('queued_at').orderBy('id').execute();
  return rows.map((row) => ({
    id: row.id, queue: row.queue_id, phase: row.phase, present: row.present, queuedAt: row.queued_at.getTime(),
    agentId: 'agentId' in row.state.phase ? row.state.phase.agentId : null, notTo: row.state.notTo.filter(({ until }) => until > now).map(({ agentId }) => agentId),
  }));
}
