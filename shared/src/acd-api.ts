/** What passes between the gateway and somebody else's ACD: it is told who waits, and says who gets them. */
import { z } from 'zod';
import type { Channel, WaitRange } from './vocabulary.ts';

/** A contact as the other ACD is told of it. */
export interface AcdContact {
  readonly id: string;
  readonly channel: Channel;
  /** Whether the customer may use the camera. */
  readonly video: boolean;
  readonly priority: number;
  /** ISO 8601: the age that counts. */
  readonly waitingSince: string;
  /** Whether it can be assigned now: its customer is there, or can be called. */
  readonly present: boolean;
  /** The customer has left and is to be called back. */
  readonly callback: boolean;
  readonly customer: { readonly id: string | null; readonly name: string | null };
  /** What the portal said of the customer, and what was learned on the way. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Handed over to whoever has these skills, at these levels. */
  readonly skills: Readonly<Record<string, number>> | null;
  /** Whom the queue's flow, or a transfer to a number that failed, would give it to first: a user name. A hint; `until`: ISO 8601, for how long it lasts, null: for as long as it waits. */
  readonly lastAgent: { readonly agent: string; readonly until: string | null } | null;
}

/** `changed`: its attributes, priority or presence. `waiting`: nothing new; an answer says that somebody is there. */
export type AcdEvent = 'changed' | 'waiting' | 'offered' | 'accepted' | 'rejected' | 'timeout' | 'rescinded' | 'canceled' | 'requeued' | 'ended';

/** What is posted to a queue's `acd.url`. */
export type AcdTelling = { readonly queue: string; readonly contactId: string; /** ISO 8601 */ readonly at: string } & (
  | { readonly type: 'submit'; readonly contact: AcdContact }
  /** `agent`: a user name, of whoever the event is about. `assignment`: the id of the assignment that it became of. */
  | { readonly type: 'update'; readonly event: AcdEvent; readonly contact: AcdContact; readonly agent: string | null; readonly assignment: string | null }
  /** It is not to be assigned any more; `reason`: as contacts end, or `moved`. */
  | { readonly type: 'cancel'; readonly reason: string }
);

/** What the answer may say, in place of our own forecast: the place, 1 is next, and the expected wait in seconds. */
export const acdAnswerSchema = z.object({
  position: z.int().min(1).max(100_000).optional(),
  ewt: z.object({ low: z.number().min(0).max(86_400), high: z.number().min(0).max(86_400) }).refine(({ low, high }) => low <= high, '`low` must not be above `high`').optional(),
});
export interface AcdAnswer { readonly position?: number | undefined; readonly ewt?: WaitRange | undefined }

export const assignmentSchema = z.strictObject({
  id: z.string().min(1).max(200).describe('The ACD\'s own id of this assignment: sent twice, it is one.'),
  contactId: z.uuid(),
  agent: z.string().min(1).max(50).describe('The agent\'s user name.'),
  expiresIn: z.number().min(1).max(600).optional().describe('How long the agent may think about it, in seconds; default: as the queue says.'),
});
export type Assignment = z.infer<typeof assignmentSchema>;
