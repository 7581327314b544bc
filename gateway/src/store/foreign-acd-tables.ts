/** The tables of queues whose contacts another ACD gives to agents. */
import type { ColumnType } from 'kysely';
import type { Stage } from './foreign-acd.ts';

type Timestamp = ColumnType<Date, Date, Date>;
type Later<T> = ColumnType<T | null, T | null | undefined, T | null>;

/** What it was told last of a contact, and what it said. */
export interface ForeignContactTable {
  contact_id: string;
  queue_id: string;
  stage: Stage;
  told: string;
  heard_at: Timestamp;
  position: Later<number>;
  ewt_low: Later<number>;
  ewt_high: Later<number>;
  /** Since when it has to do with the contact no more. */
  closed_at: Later<Date>;
}

export interface ForeignAssignmentTable {
  queue_id: string;
  /** As the other ACD gave it. */
  id: string;
  contact_id: string;
  username: string;
  /** Null: it was refused. */
  reservation_id: string | null;
  at: Timestamp;
  /** When it was told what became of it. */
  told_at: Later<Date>;
}
