/** The floor as supervisors watch it: who is where, since when and with what, and how the queues fare today. `GET /api/figures/now`, and in a supervisor's view. */
import type { AgentRole, AgentState, AgentStatus, Channel, SlotState } from './vocabulary.ts';

export interface FloorContact {
  readonly contactId: string;
  readonly queue: string;
  readonly channel: Channel;
  readonly slot: SlotState;
  readonly part: 'own' | 'consulted';
  /** ISO 8601. */
  readonly since: string;
  readonly customer: string | null;
  /** The customer shares their page with this agent: a supervisor may look on. */
  readonly sharesPage: boolean;
}

export interface FloorAgent {
  readonly agentId: string;
  readonly name: string;
  readonly role: AgentRole;
  readonly status: AgentStatus;
  readonly reason: string | null;
  /** ISO 8601. */
  readonly statusSince: string;
  readonly state: AgentState;
  /** ISO 8601: since when in this state; when idle, since when available. */
  readonly since: string;
  /** Whether they can be rung. */
  readonly reachable: boolean;
  /** Skill → level, 1 to 5. */
  readonly skills: Readonly<Record<string, number>>;
  readonly contacts: readonly FloorContact[];
}

/** Of the stays in a queue that began today, in the time zone of the figures. */
export interface QueueToday {
  readonly offered: number;
  readonly answered: number;
  readonly abandoned: number;
  /** 0 to 1; null: nobody counts yet. */
  readonly serviceLevel: number | null;
  /** Seconds. */
  readonly averageSpeedOfAnswer: number | null;
  readonly longestWait: number;
}

export interface FloorQueue {
  readonly id: string;
  readonly today: QueueToday;
  /** What the service level should be, 0 to 1, and the seconds within which it counts. */
  readonly target: number;
  readonly withinSeconds: number;
  /** Of those who can serve it as its need begins: how many are free, busy, or away on a break. */
  readonly agents: { readonly free: number; readonly busy: number; readonly onBreak: number };
}

export interface Floor {
  /** ISO 8601. */
  readonly at: string;
  readonly timeZone: string;
  readonly queues: readonly FloorQueue[];
  /** At work or holding a contact; by name. */
  readonly agents: readonly FloorAgent[];
}
