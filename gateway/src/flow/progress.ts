/**
 * How far a contact has come in the flow of its queue, what is known when a step is judged, and what a judgement comes to. Pure data; it is
 * stored with the contact, and so has no secret of the configuration in it. Seconds as in the configuration, moments as epoch milliseconds.
 */
import type { Choice, DissuadedWhy, FlowReason, Texts } from '#shared/flow-words.ts';
import type { ContactEnd, WaitRange } from '#shared/vocabulary.ts';
import type { FlowStep } from '../config/flow.ts';
import type { Opening } from './hours.ts';

export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface Progress {
  readonly queueId: string;
  /** The names of the steps that are behind the contact: a flow that is changed meanwhile repeats none of them. */
  readonly done: readonly string[];
  /** The queues whose flows it went through before: it is sent to none of them again. */
  readonly visited: readonly string[];
  /** What a step said; null: the queue's own. */
  readonly priority: number | null;
  /** Whom to ring alone, once it waits. */
  readonly first: { readonly agentId: string; readonly seconds: number } | null;
  readonly overflow: { readonly after: number; readonly queueId: string; readonly priority: number | null } | null;
}

export function enters(queueId: string, visited: readonly string[] = [], priority: number | null = null): Progress {
  return { queueId, done: [], visited, priority, first: null, overflow: null };
}

/** A step is behind the contact. `priority` null: it said nothing of it. */
export function passed(progress: Progress, step: string | null, priority: number | null): Progress {
  return { ...progress, done: step === null ? progress.done : [...progress.done, step], priority: priority ?? progress.priority };
}

/** What became of a question to another system. */
export type Looked<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly why: LookupFailure };
export type LookupFailure = 'timeout' | 'unreachable' | 'refused' | 'redirected' | 'tooLarge' | 'unreadable';

/** What is known; what is missing is asked for when a step needs it. */
export interface Facts {
  readonly now: number;
  /** Null: nobody is logged in at the portal. */
  readonly customerId: string | null;
  /** What the portal said of the customer, and what was learned since. */
  readonly attributes: Attributes;
  /** What may be offered to this customer in this queue. */
  readonly offers: readonly Choice[];
  readonly opening?: Opening;
  readonly load?: { readonly waiting: number; readonly ewt: WaitRange | null; readonly loggedIn: number };
  readonly lastAgent?: LastAgent | null;
  readonly entitlement?: Looked<{ readonly entitled: boolean; readonly attributes: Attributes }>;
  readonly crm?: Looked<{ readonly attributes: Attributes }>;
}

export interface LastAgent {
  readonly agentId: string;
  readonly name: string;
  /** `skills`: they could not serve this queue; `busy`: at work, but not free now. */
  readonly state: 'free' | 'busy' | 'away' | 'skills';
}

/** What can be missing. */
export type Missing = 'opening' | 'load' | 'lastAgent' | 'entitlement' | 'crm';

/** How a step, or the whole flow, is left. */
export type Exit =
  | { readonly kind: 'on'; readonly priority: number | null }
  | { readonly kind: 'wait' }
  | { readonly kind: 'queue'; readonly queueId: string; readonly priority: number | null }
  | {
      readonly kind: 'offer'; readonly why: DissuadedWhy; readonly choices: readonly Choice[]; readonly message: Texts | null; readonly opensAt: string | null;
      readonly seconds: number;
      /** What follows where nothing is chosen in time and waiting is not offered. */
      readonly end: ContactEnd;
    }
  | { readonly kind: 'end'; readonly end: ContactEnd; readonly message: Texts | null };

/** A step that was judged, and why it came out so. */
export interface Judged {
  readonly step: FlowStep;
  readonly why: FlowReason;
}

export type Next =
  /** Look this up, and judge again. */
  | { readonly kind: 'needs'; readonly fact: Missing; readonly step: FlowStep; readonly seconds: number; readonly otherwise: Exit }
  | { readonly kind: 'confirm'; readonly step: string; readonly text: Texts; readonly key: string; readonly seconds: number; readonly declined: Exit }
  /** `step`: who sent the contact out of its flow; null at its end. */
  | { readonly kind: 'exit'; readonly step: string | null; readonly exit: Exit };

export interface Advance {
  readonly progress: Progress;
  readonly judged: readonly Judged[];
  readonly learned: Attributes;
  readonly next: Next;
}
