/** A hop as the journal tells it. */
import type { Ticket } from '#shared/agent-protocol.ts';

export interface JournalHop extends Omit<Ticket, 'pageRecorded' | 'pageShared'> {
  /** The queue's id, as the hop began. */
  readonly queue: string;
  /** Telephone numbers, as they were known when the hop began; null where there is none. */
  readonly callerNumber: string | null;
  readonly calledNumber: string | null;
}

/** Who called: their number, else the user part of the URI that names their contact. */
export function callerOf({ callerNumber, caller }: Pick<JournalHop, 'callerNumber' | 'caller'>): string {
  return callerNumber ?? userPart(caller);
}

/** Who was called: the extension or the number, else the user part of the agent's address. */
export function calledOf({ calledNumber, called }: Pick<JournalHop, 'calledNumber' | 'called'>): string {
  return calledNumber ?? userPart(called);
}

function userPart(uri: string): string {
  return /^sips?:([^@]+)@/.exec(uri)?.[1] ?? uri;
}
