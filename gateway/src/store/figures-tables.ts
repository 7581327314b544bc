/** The tables of figures and run-time settings, as Kysely knows them; part of schema.ts. */
import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { AgentStatus, Channel, ReservationState } from '#shared/vocabulary.ts';
import type { Entry, StayOutcome } from '../figures/facts.ts';

type Timestamp = ColumnType<Date, Date, Date>;
type OptionalTimestamp = ColumnType<Date | null, Date | null | undefined, Date | null>;
type Interval = ColumnType<unknown, string | undefined, unknown>;

/** One time of a contact in one queue. Names the contact and holds nothing of it. */
export interface QueueStayTable {
  id: Generated<string>;
  contact_id: string;
  queue_id: string;
  entered_at: Timestamp;
  entered_by: Entry;
  left_at: OptionalTimestamp;
  outcome: StayOutcome | null;
  /** Who answered. */
  agent_id: string | null;
}

/** What an agent did with an offer that is over, by the reservation's id. */
export interface HandlingTable {
  id: string;
  contact_id: string;
  agent_id: string;
  queue_id: string;
  /** As what it was offered. */
  channel: Generated<Channel>;
  /** As it was offered; one who was consulted and took the customer over has `own_from` as well. */
  part: 'own' | 'consulted';
  by_agent_id: string | null;
  offered_at: Timestamp;
  closed_at: OptionalTimestamp;
  outcome: ReservationState;
  talk_from: OptionalTimestamp;
  /** Since when the customer was theirs. */
  own_from: OptionalTimestamp;
  /** On hold altogether; and since when, while they are. */
  held: Interval;
  held_since: OptionalTimestamp;
  /** The end of the talk; and of the wrap-up. */
  ended_at: OptionalTimestamp;
  freed_at: OptionalTimestamp;
  passed_on: Generated<boolean>;
  disposition: string | null;
}

/** Kept by a trigger of the store, whoever sets the status. */
export interface AgentStatusSpanTable {
  agent_id: string;
  status: AgentStatus;
  reason: string | null;
  from_at: Timestamp;
  to_at: OptionalTimestamp;
}

/** What was changed while everybody worked: wins over the contact-center file until it is reset. */
export interface RuntimeSettingTable {
  scope: 'queue' | 'agent';
  /** The queue's id, the agent's user name. */
  subject: string;
  name: string;
  value: ColumnType<unknown, string, string>;
  by_name: string;
  since: Timestamp;
}

/** Append-only. */
export interface ConfigAuditTable {
  id: Generated<string>;
  at: Timestamp;
  by_name: string;
  action: 'set' | 'reset' | 'reload';
  subject: string;
  detail: JSONColumnType<object>;
}
