/**
 * The field's words, used with one meaning on every side of every wire (docs/architecture.md has the glossary).
 * Nothing here depends on anything else of ours.
 */

/** A status is what people set; a state (below) is what the system derives from the slots an agent holds. */
export const agentStatuses = ['offline', 'available', 'break'] as const;
export type AgentStatus = (typeof agentStatuses)[number];

export type AgentState = 'idle' | 'reserved' | 'engaged' | 'wrapUp';

/**
 * What a contact is worked at as. A call may use the camera or not, which is one channel of work; a message is answered in its time, a task has no
 * customer at the other end.
 */
export const channels = ['voice', 'chat', 'message', 'task'] as const;
export type Channel = (typeof channels)[number];

/** What a customer may use. */
export const customerChannels = ['voice', 'video', 'chat'] as const;
export type CustomerChannel = (typeof customerChannels)[number];

/** A slot is one contact at one agent; an agent's state is derived from all of their slots. */
export type SlotState = 'reserved' | 'engaged' | 'wrapUp';

export type ReservationState = 'offered' | 'accepted' | 'rejected' | 'timeout' | 'rescinded' | 'canceled';

export const agentRoles = ['agent', 'supervisor', 'admin'] as const;
export type AgentRole = (typeof agentRoles)[number];

/** Who brought something about. `system` is the gateway itself (a limit reached, a shutdown, a bug caught). */
export type Party = 'customer' | 'agent' | 'system';

/**
 * Why a contact ended. Every ended contact carries exactly one, together with the party that brought it about.
 *  - hangup: a party hung up during the call            - canceled: the customer left the queue
 *  - absent: the customer's place was held for `holdPlace` and they did not come back
 *  - closed: the queue was closed when they arrived     - noMedia: the customer's media never arrived, twice
 *  - agentLost / customerLost: a party vanished in mid-call and did not return within the limit
 *  - inactive: in a chat the customer owed an answer for too long      - completed: the agent was done with a message or a task
 *  - maximumWait / maximumDuration: the configured limit of waiting or talking was reached
 *  - notReached: a callback was not answered in any of its tries  - callbackExpired: no agent was free for it in the hours that it was good for
 *  - declined: the customer did not confirm a notice  - notEntitled: the entitlement check said no
 *  - dissuaded: the wait was too long, the queue too full or nobody there, and the queue is configured to say so and end
 *  - failed: a part of the system failed and could not be rebuilt within its limit
 */
export const endReasons = [
  'hangup', 'canceled', 'absent', 'closed', 'noMedia', 'agentLost', 'customerLost', 'inactive', 'completed', 'maximumWait', 'maximumDuration', 'notReached', 'callbackExpired', 'declined', 'notEntitled',
  'dissuaded', 'failed',
] as const;
export type EndReason = (typeof endReasons)[number];

export interface ContactEnd {
  readonly party: Party;
  readonly reason: EndReason;
}

/** Range in whole seconds. Given as a range because a single figure promises what nobody can know. */
export interface WaitRange {
  readonly low: number;
  readonly high: number;
}
