/**
 * Agents as those see them who wait for a chat: each place for one serves by itself, so three chats at once are three who serve. A place is free, has a chat,
 * or has to wait for something else that its agent has and that lets no chat in. Pure.
 */
import type { Channel } from '#shared/vocabulary.ts';
import type { AgentNow } from './play-forward.ts';

export interface ChattingAgent {
  readonly skills: Readonly<Record<string, number>>;
  /** How many chats they have at once. */
  readonly places: number;
  /** Their desktop is there, so that more may come. */
  readonly atDesk: boolean;
  readonly held: ReadonlyArray<{ readonly channel: Channel; readonly queueId: string; readonly since: number; /** Chats are offered beside it. */ readonly letsIn: boolean }>;
}

/** How the outlook of a queue is called for contacts that are no chats: they take their own time. */
export function besides(channel: Channel, queueId: string): string {
  return `${channel} ${queueId}`;
}

export function chatPlaces(agents: readonly ChattingAgent[]): AgentNow[] {
  return agents.flatMap(({ skills, places, atDesk, held }): AgentNow[] => {
    const chats = held.filter(({ channel }) => channel === 'chat').map(({ queueId, since }): AgentNow => ({ skills, busy: { queueId, since } }));
    const [inTheWay] = held.filter(({ channel, letsIn }) => channel !== 'chat' && !letsIn).toSorted((one, other) => other.since - one.since);
    const open = atDesk ? Math.max(0, places - chats.length) : 0;
    const free: AgentNow = { skills, busy: inTheWay === undefined ? null : { queueId: besides(inTheWay.channel, inTheWay.queueId), since: inTheWay.since } };
    return [...chats, ...Array.from({ length: open }, () => free)];
  });
}
