/** What a contact in the flow waits for, and how it came there. */
import type { Texts } from '#shared/flow-words.ts';
import type { Exit } from '../../flow/progress.ts';

interface Pause {
  /** Counts the pauses, so that an answer finds out whether it is still wanted. */
  readonly turn: number;
  readonly until: number;
  /** How long this may take: after a restart it begins anew. Milliseconds. */
  readonly limit: number;
}

export type FlowPause = Pause & (
  /** The client has not been here yet: nothing is asked on behalf of somebody who may never come. */
  | { readonly kind: 'customer' }
  /** Our own figures. `tries`: how often they did not come. */
  | { readonly kind: 'figures'; readonly tries: number }
  /** Another system's answer. */
  | { readonly kind: 'lookup'; readonly step: string; readonly otherwise: Exit }
  | { readonly kind: 'confirmation'; readonly step: string; readonly text: Texts; readonly key: string; readonly declined: Exit }
);

/** Where the flow stopped. */
export type FlowStop =
  | { readonly kind: 'lookup'; readonly step: string; readonly seconds: number; readonly otherwise: Exit }
  | { readonly kind: 'confirm'; readonly step: string; readonly text: Texts; readonly key: string; readonly seconds: number; readonly declined: Exit }
  | { readonly kind: 'exit'; readonly step: string | null; readonly exit: Exit };
