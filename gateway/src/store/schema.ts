/** The tables as Kysely knows them. Times are `timestamptz`; they leave the queries as epoch milliseconds. */
import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { AuditAction, AuditActor, AuditDetail } from '#shared/cobrowse-audit.ts';
import type { InboundSource } from '#shared/inbound-api.ts';
import type { CreateSession } from '#shared/session-api.ts';
import type { AnswerWith, Ticket } from '#shared/agent-protocol.ts';
import type { AgentRole, AgentStatus, Channel, EndReason, Party, ReservationState, SlotState } from '#shared/vocabulary.ts';
import type { ContactState } from '../contact/state.ts';
import type { Attributes } from '../flow/progress.ts';
import type { Binding } from '../sip/registrar/bindings.ts';
import type { AgentStatusSpanTable, ConfigAuditTable, HandlingTable, QueueStayTable, RuntimeSettingTable } from './figures-tables.ts';
import type { ForeignAssignmentTable, ForeignContactTable } from './foreign-acd-tables.ts';
import type { OutboxMessage } from './outbox.ts';

type Json<T extends object | null> = JSONColumnType<T>;
type Timestamp = ColumnType<Date, Date, Date>;
type OptionalTimestamp = ColumnType<Date | null, Date | null, Date | null>;

export interface Database {
  session: SessionTable;
  contact: ContactTable;
  reservation: ReservationTable;
  slot: SlotTable;
  agent: AgentTable;
  agent_login: AgentLoginTable;
  sip_ticket: SipTicketTable;
  sip_binding: SipBindingTable;
  journal: JournalTable;
  ticket: TicketTable;
  cobrowse_audit: CobrowseAuditTable;
  cobrowse_recording: CobrowseRecordingTable;
  cobrowse_recording_chunk: CobrowseRecordingChunkTable;
  in_charge: InChargeTable;
  queue_stay: QueueStayTable;
  handling: HandlingTable;
  agent_status_span: AgentStatusSpanTable;
  runtime_setting: RuntimeSettingTable;
  config_audit: ConfigAuditTable;
  message: MessageTable;
  inbound: InboundTable;
  summary: SummaryTable;
  outbox: OutboxTable;
  foreign_contact: ForeignContactTable;
  foreign_assignment: ForeignAssignmentTable;
}

/** What a portal asked for; becomes a contact when its token is redeemed. */
export interface SessionTable {
  id: string;
  portal_id: string;
  from_uri: string;
  request: Json<CreateSession>;
  queue_id: string;
  token_id: string;
  token_expires_at: Timestamp;
  /** When the one-time token was redeemed; the update that sets it is the atomic consumption. */
  token_used_at: OptionalTimestamp;
  idempotency_key: string | null;
  created_at: Timestamp;
}

export interface ContactTable {
  id: string;
  session_id: string;
  from_uri: string;
  queue_id: string;
  priority: number;
  customer_id: string | null;
  /** What was learned of the customer before the queue, beside what the portal said. */
  attributes: ColumnType<Attributes, string | undefined, string>;
  /** The phase's name, repeated from `state` for indexes and counting. */
  phase: ContactState['phase']['name'];
  state: Json<ContactState>;
  /** As what it is worked at now; repeated from `state` for the lanes. */
  channel: ColumnType<Channel, Channel | undefined, Channel>;
  /** While it waits: the agent whose it is before it is anybody's. The store's own note, as the next one is, so that no index looks into the state. */
  theirs: ColumnType<string | null, never, never>;
  /** It was handed over to whoever has certain skills. */
  by_skills: ColumnType<boolean, never, never>;
  /** Whether the customer may use the camera: some queues give such contacts to agents with one. */
  video: boolean;
  /** Routing order within a priority; repeated from `state`. */
  queued_at: Timestamp;
  /** Whether it may be offered to an agent while it waits: its customer is there, or can be called. */
  present: boolean;
  /** When a callback is due; null where nobody is to be called back. */
  callback_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  /** When a tick is due; null when ended. */
  wake_at: OptionalTimestamp;
  /** Version of the customer's view; rises with every stored change. */
  seq: Generated<number>;
  page: Json<{ url: string; title: string }>;
  /** SHA-256 of the resume secret, and of the one before it until the new one is first used. */
  resume_hash: string;
  previous_resume_hash: string | null;
  created_at: Timestamp;
  /** The agent who has, or last had, the contact, and when they were connected first. */
  agent_id: string | null;
  connected_at: OptionalTimestamp;
  ended_at: OptionalTimestamp;
  end_party: Party | null;
  end_reason: EndReason | null;
  disposition: string | null;
  notes: string;
  /** The last message's number, and how far each side has read. */
  messages: Generated<number>;
  read_by_customer: Generated<number>;
  read_by_agent: Generated<number>;
  /** The customer's telephone number, as the portal told it. */
  phone: string | null;
  /** Another ACD, whose it would be, is away: it is given to agents here. */
  given_back: Generated<boolean>;
}

export interface ReservationTable {
  id: string;
  contact_id: string;
  agent_id: string;
  state: ReservationState;
  channel: ColumnType<Channel, Channel | undefined, Channel>;
  offered_at: Timestamp;
  expires_at: Timestamp;
  closed_at: OptionalTimestamp;
  /** `consulted`: a colleague was asked for advice, and the customer stayed with whoever asked. */
  part: 'own' | 'consulted';
  /** Who asks, or handed the customer over. */
  by_agent_id: string | null;
  /** When the agent was free again; null where they never had the contact, or still have it. */
  freed_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
}

/** One contact at one agent; the row goes when the agent is done with it. The id is the reservation's. */
export interface SlotTable {
  id: string;
  contact_id: string;
  agent_id: string;
  state: SlotState;
  channel: ColumnType<Channel, Channel | undefined, Channel>;
  /** Which of the agent's places of this channel, from 0: the store gives the first free one, or refuses. */
  place: ColumnType<number, never, never>;
  /** The agent is offered nothing else beside it; the store's own note, so that busy agents need not be looked at. */
  shut: ColumnType<boolean, never, never>;
  part: 'own' | 'consulted';
  since: Timestamp;
  /** While in wrap-up: when the system ends it. */
  wrap_up_ends_at: OptionalTimestamp;
}

export interface AgentTable {
  id: string;
  username: string;
  name: string;
  role: AgentRole;
  /** Skill → level, 1 to 5. */
  skills: Json<Record<string, number>>;
  capacity: Json<Record<Channel, number>>;
  /** By channel: what may come to the agent beside one of these. */
  interrupted_by: Json<Record<Channel, readonly Channel[]>>;
  password_hash: string;
  status: AgentStatus;
  status_reason: string | null;
  status_since: Timestamp;
  /** Since when without a contact: the longest idle is served first. */
  idle_since: Timestamp;
  /**
   * Renewed while a desktop is connected; past it the agent is set offline and what they were offered is rescinded, but for one whose phone
   * can be rung.
   */
  lease_until: OptionalTimestamp;
  /** While a desktop is connected and shows offers; null: none is. */
  desk_until: ColumnType<Date | null, Date | null | undefined, Date | null>;
  /** Whether what they answer with can be rung now. */
  endpoint_registered: boolean;
  /** Chosen by the agent; null: as configured. */
  answer_with: AnswerWith | null;
  configured_answer_with: AnswerWith;
  /** The number of their extension, as configured. */
  extension: ColumnType<string | null, string | null | undefined, string | null>;
  /** False when the configuration no longer names them. */
  active: boolean;
}

/** One login of an agent; its id is in their token, so that logging out takes the token's effect away. */
export interface AgentLoginTable {
  id: string;
  agent_id: string;
  expires_at: Timestamp;
}

export interface SipTicketTable {
  hash: string;
  agent_id: string;
  expires_at: Timestamp;
}

export interface SipBindingTable {
  id: string;
  username: string;
  expires_at: Timestamp;
  binding: Json<Binding>;
}

/** Append-only: what happened to each contact. */
export interface JournalTable {
  id: Generated<string>;
  contact_id: string;
  at: Timestamp;
  event: string;
  phase: string;
  detail: Json<object>;
}

/** One hop of a contact: its time with one agent or number. */
export interface TicketTable {
  /** From the sequence `ticket_number`; PostgreSQL's bigint travels as text. */
  number: Generated<string>;
  /** The reservation, or the hop to a number. */
  hop_id: string;
  contact_id: string;
  queue_id: string;
  agent_id: string | null;
  caller: string;
  called: string;
  from_at: Timestamp;
  to_at: OptionalTimestamp;
  outcome: Ticket['outcome'];
  is_end: Generated<boolean>;
  disposition: ColumnType<string | null, string | null | undefined, string | null>;
  notes: Generated<string>;
  /** As they were known when the hop began; null: the caller has no telephone number, whoever was called no extension. */
  caller_number: string | null;
  called_number: string | null;
  /** Asked for advice, while the customer stayed with somebody else. */
  consulted: boolean;
}

/** Append-only, and chained: `hash` covers the row and the hash before it. */
export interface CobrowseAuditTable {
  seq: string;
  at: Timestamp;
  contact_id: string;
  actor_kind: AuditActor['kind'];
  actor_id: string | null;
  action: AuditAction;
  detail: Json<AuditDetail>;
  previous_hash: string;
  hash: string;
}

/** What was kept of a shared page; gone with its chunks when its time is over. */
export interface CobrowseRecordingTable {
  id: string;
  contact_id: string;
  /** The process that makes it. */
  node: string;
  started_at: Timestamp;
  /** Null while it is recorded. */
  ended_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  expires_at: Timestamp;
  /** Which of the keys of RECORDING_KEY wraps this one's own. */
  key_id: string;
  wrapped_key: Buffer;
  chunks: Generated<number>;
  bytes: ColumnType<string, number | undefined, number>;
}

export interface CobrowseRecordingChunkTable {
  recording_id: string;
  number: number;
  sealed: Buffer;
}

/** Who is in charge of a queue's hunt, where it was set at run time. */
export interface InChargeTable {
  queue_id: string;
  /** A user name or number of the list. */
  entry: string;
  set_by: string;
  set_at: Timestamp;
}

/** What was written in a contact, in the order of its numbers. */
export interface MessageTable {
  contact_id: string;
  number: number;
  at: Timestamp;
  author: 'customer' | 'agent';
  agent_id: string | null;
  client_id: string;
  text: string;
}

/** Which message of which contact became of what a portal handed in. */
export interface InboundTable {
  portal_id: string;
  external_id: string;
  thread_id: string;
  contact_id: string;
  number: number;
  source: InboundSource;
  sender: string;
  reply_to: string | null;
  subject: string | null;
  link: string | null;
  /** SHA-256 of the request, by which the same one is known from another with its id. */
  request_hash: string;
  received_at: Timestamp;
}

/** What whoever answered a contact, or was rung last, is told after its end. */
export interface SummaryTable {
  id: string;
  agent_id: string;
  contact_id: string;
  ticket: string;
  at: Timestamp;
  dismissed_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
}

/** What is to be sent to somebody outside, until it was taken or given up. */
export interface OutboxTable {
  id: string;
  kind: OutboxMessage['kind'];
  /** Of one line each waits for the one before it. */
  line: string;
  place: Generated<string>;
  payload: Json<OutboxMessage>;
  next_at: Timestamp;
  expires_at: Timestamp;
  attempts: Generated<number>;
  closed_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  outcome: ColumnType<'sent' | 'givenUp' | null, 'sent' | 'givenUp' | null | undefined, 'sent' | 'givenUp' | null>;
  error: ColumnType<string | null, string | null | undefined, string | null>;
}
