import { describe, expect, it } from 'vitest';
import { besides, chatPlaces, type ChattingAgent } from './chat-places.ts';
import { Durations } from './durations.ts';
import { estimates } from './ewt.ts';
import { futures, type AgentNow, type QueueOutlook } from './play-forward.ts';
import { seeded } from './random.ts';
import { routings } from './routing.ts';

const minute = 60_000;
const now = 10_000 * minute;
const agent = (change: Partial<ChattingAgent> = {}): ChattingAgent => ({ skills: {}, places: 3, atDesk: true, held: [], ...change });
const chat = (minutesAgo: number) => ({ channel: 'chat' as const, queueId: 'help', since: now - minutesAgo * minute, letsIn: true });
const call = (minutesAgo: number, letsIn = false) => ({ channel: 'voice' as const, queueId: 'help', since: now - minutesAgo * minute, letsIn });

describe('the expected wait of chats', () => {
  it('RT90 counts each place of an agent by itself: those with a chat, those that are free, and those that wait for a call to end', () => {
    const busy = (one: AgentNow) => one.busy?.queueId ?? null;
    expect(chatPlaces([agent()]).map(busy)).toEqual([null, null, null]);
    expect(chatPlaces([agent({ held: [chat(1)] })]).map(busy)).toEqual(['help', null, null]);
    expect(chatPlaces([agent({ held: [chat(1), call(2)] })]).map(busy)).toEqual(['help', besides('voice', 'help'), besides('voice', 'help')]);
    expect(chatPlaces([agent({ held: [call(2, true)] })]).map(busy)).toEqual([null, null, null]);
    // Whoever is not at their desk finishes what they have.
    expect(chatPlaces([agent({ atDesk: false, held: [chat(1)] })]).map(busy)).toEqual(['help']);
    expect(chatPlaces([agent({ places: 0 })])).toEqual([]);
  });

  it('RT90 is shorter with more places, nothing where too few chats were handled, and as long as the call that is in the way', () => {
    const even = (minutes: number) => new Durations(Array.from({ length: 100 }, (_, at) => (minutes + at / 1000) * minute));
    const outlook = (queueId: string, handling: Durations | null): QueueOutlook => {
      const routing = routings([{ id: 'help', skills: {}, strategy: 'longestIdle', steps: [] }]).get('help');
      if (routing === undefined) throw new Error('unreachable: it was just given');
      return { queueId, routing, priority: 50, handling, arrivals: 0, givingUp: 0 };
    };
    const foresee = (agents: readonly ChattingAgent[], chats: Durations | null = even(10)) => {
      const play = futures({
        now, pointWorth: minute, queues: [outlook('help', chats), outlook(besides('voice', 'help'), even(5))], agents: chatPlaces(agents),
        waiting: [{ queueId: 'help', priority: 50, queuedAt: now - minute, video: false, probe: false }],
      }, seeded(3));
      return estimates(Array.from({ length: 200 }, play))[0] ?? null;
    };
    expect(foresee([agent()])?.high).toBe(0);
    const full = agent({ places: 1, held: [chat(2)] });
    expect((foresee([full])?.expected ?? 0) / minute).toBeCloseTo(8, 0);
    const spread = agent({ places: 3, held: [chat(2), chat(5), chat(9)] });
    expect((foresee([spread])?.expected ?? 0) / minute).toBeCloseTo(1, 0);
    expect((foresee([agent({ held: [call(4)] })])?.expected ?? 0) / minute).toBeCloseTo(1, 0);
    expect(foresee([full], null)).toBeNull();
    expect(foresee([])).toBeNull();
  });
});
