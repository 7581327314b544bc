/**
 * What is written in a contact: one thread of numbered messages, whoever has it and whatever it is worked at as. A message is acknowledged when it is
 * stored; views say how far the thread goes, and whoever has less of it asks for what comes after. So nothing is lost or doubled by a reconnect.
 */
import { z } from 'zod';
import { longestText } from './thread-limits.ts';

/** `id`: of the writer's choice, so that what is sent again after a lost acknowledgement is not written twice. */
export const writeSchema = z.strictObject({ id: z.string().min(1).max(100), text: z.string().trim().min(1).max(longestText) });
export type Write = z.infer<typeof writeSchema>;

export const threadAfterSchema = z.strictObject({ after: z.int().min(0) });
export const readUpToSchema = z.strictObject({ upTo: z.int().min(0) });
/** `video`: to begin with the cameras on, should the other want that too. */
export const proposeCallSchema = z.strictObject({ video: z.boolean() });

export interface Written {
  /** From 1, without gaps, in the order in which they were stored. */
  readonly number: number;
  /** ISO 8601. */
  readonly at: string;
}

export interface ThreadMessage extends Written {
  readonly author: 'customer' | 'agent';
  /** The agent's name; null for the customer. */
  readonly name: string | null;
  /** Plain text. What looks like a card or account number was taken out, where the queue says so. */
  readonly text: string;
}

export interface ThreadPage {
  readonly messages: readonly ThreadMessage[];
  /** There are later ones: ask again after the last of these. */
  readonly more: boolean;
}

/** How far the thread goes, as one side sees it. */
export interface ThreadState {
  /** The last message's number; 0: nothing was written yet. */
  readonly last: number;
  readonly readByCustomer: number;
  readonly readByAgent: number;
  /** The other side is writing now. */
  readonly typing: boolean;
}

/** Somebody would rather talk. */
export interface CallProposal {
  readonly by: 'customer' | 'agent';
  /** With the cameras on. */
  readonly video: boolean;
}
