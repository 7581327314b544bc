/**
 * What the tabs of one portal in one browser say to each other while one of them holds a contact and shares its page. They are of one
 * origin, which is all that a channel reaches. Nothing of it is stored; and nothing in it makes a tab share itself.
 */
import type { SharerToken } from '#shared/customer-protocol.ts';

/** From the tab that holds the contact: its page is shared. */
export interface SharedWord {
  readonly kind: 'shared';
  readonly contactId: string;
  readonly agent: string;
  readonly isPaused: boolean;
  /** The agent asks for another tab. */
  readonly isWanted: boolean;
  /** The agent may draw on what is shared. */
  readonly mayDraw: boolean;
}

export type TabWord =
  /** From a tab that has just come: is any page shared? */
  | { readonly kind: 'who' }
  | SharedWord
  /** From the tab that holds the contact: no page of it is shared any more. */
  | { readonly kind: 'over'; readonly contactId: string }
  /** From another tab, in which the customer has said yes, and the answer: null where nothing is shared any more. */
  | { readonly kind: 'want'; readonly contactId: string; readonly tab: string }
  | { readonly kind: 'given'; readonly tab: string; readonly grant: SharerToken | null }
  /** From another tab: the customer pressed it there. */
  | { readonly kind: 'stop' | 'pause' | 'resume'; readonly contactId: string };

export interface TabChannel {
  say(word: TabWord): void;
  close(): void;
}

/** One place in a page that speaks and listens; another one in the same page hears it, too. */
export function openTabChannel(gateway: string, handleWord: (word: TabWord) => void): TabChannel {
  const channel = new BroadcastChannel(`gethelp:tabs:${gateway}`);
  channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (isTabWord(data)) handleWord(data);
  });
  return {
    say: (word) => channel.postMessage(word),
    close: () => channel.close(),
  };
}

/** Of this version: after an upgrade an older tab may still be open. */
function isTabWord(data: unknown): data is TabWord {
  if (typeof data !== 'object' || data === null) return false;
  const { kind, contactId, agent, tab, grant } = data as Record<string, unknown>;
  switch (kind) {
    case 'who':
      return true;
    case 'shared':
      return typeof contactId === 'string' && typeof agent === 'string';
    case 'want':
      return typeof contactId === 'string' && typeof tab === 'string';
    case 'given':
      return typeof tab === 'string' && typeof grant === 'object';
    default:
      return typeof contactId === 'string' && (kind === 'over' || kind === 'stop' || kind === 'pause' || kind === 'resume');
  }
}
