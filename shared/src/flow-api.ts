/** `POST /api/flow/explain`: what the flow of a queue would do with somebody, at some time, and why. Nothing comes of it. */
import { z } from 'zod';
import type { Choice, DissuadedWhy, FlowReason, FlowStepKind, Texts } from './flow-words.ts';
import { customerSchema, inquirySchema } from './session-api.ts';
import type { ContactEnd, WaitRange } from './vocabulary.ts';

const seconds = z.int().min(0).max(7 * 24 * 3600);

export const explainSchema = z.strictObject({
  queue: z.string().min(1).max(50),
  customer: customerSchema.nullable().default(null).describe('Invented, or one of yours: who dealt with them last is looked up by the id.'),
  inquiry: inquirySchema.optional().describe('For the CRM, where it is asked.'),
  at: z.iso.datetime({ offset: true }).optional().describe('For the opening hours; default: now. Queues and agents are looked at as they are now.'),
  ask: z.boolean().default(false).describe('Ask the other systems that the flow names, as for a customer. Otherwise they count as giving no answer, unless one is assumed.'),
  assume: z.strictObject({
    entitled: z.boolean().optional(),
    crm: customerSchema.shape.attributes.describe('What the CRM would answer.'),
    waiting: z.int().min(0).max(100_000).optional().describe('How many wait in the queue.'),
    ewt: z.strictObject({ low: seconds, high: seconds }).refine(({ low, high }) => low <= high, '`low` must not be above `high`').nullable().optional(),
    loggedIn: z.int().min(0).max(100_000).optional().describe('How many agents are there who could serve the queue.'),
  }).default({}),
});
export type ExplainRequest = z.input<typeof explainSchema>;

/** `passed`: on to the next step. `asked`: the customer would be asked, and is taken to confirm. `offered`: they may choose, and are taken to wait where they can. */
export const explainedOutcomes = ['passed', 'asked', 'offered', 'queue', 'ended'] as const;

export interface ExplainedStep {
  readonly queue: string;
  readonly kind: FlowStepKind;
  /** Tells the notices of a flow apart. */
  readonly name: string;
  readonly outcome: (typeof explainedOutcomes)[number];
  readonly why: FlowReason;
}

export type ExplainedVerdict =
  | {
      readonly kind: 'waits'; readonly queue: string; readonly label: string; readonly priority: number;
      readonly waiting: number; readonly ewt: WaitRange | null;
      /** Who dealt with the customer before, and is rung alone. */
      readonly first: { readonly agentId: string; readonly name: string; readonly seconds: number } | null;
      /** Who would be rung, of those who are free now, if nobody waited before; a hunt may begin with a number, which is nobody's (`agentId` null). Null: nobody could. */
      readonly next: { readonly agentId: string | null; readonly name: string } | null;
      readonly overflow: { readonly after: number; readonly queue: string } | null;
    }
  | { readonly kind: 'offered'; readonly queue: string; readonly why: DissuadedWhy; readonly choices: readonly Choice[]; readonly message: Texts | null }
  | { readonly kind: 'ended'; readonly queue: string; readonly end: ContactEnd; readonly message: Texts | null };

export interface Explained {
  readonly steps: readonly ExplainedStep[];
  readonly verdict: ExplainedVerdict;
}
