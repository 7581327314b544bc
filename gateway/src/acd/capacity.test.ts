import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channels, type Channel } from '#shared/vocabulary.ts';
import { configSchema } from '../config/schema.ts';
import { workloadOf, type Workload } from '../config/channels.ts';
import { openTo } from './capacity.ts';

const channel = fc.constantFrom(...channels);
const each = <T>(of: fc.Arbitrary<T>) => fc.record({ voice: of, chat: of, message: of, task: of });
const workload: fc.Arbitrary<Workload> = fc.record({ capacity: each(fc.integer({ min: 0, max: 4 })), interruptedBy: each(fc.subarray([...channels])) });

function configured(settings: object, agent: object = {}): Workload {
  const config = configSchema.parse({
    portals: [{ id: 'p', name: 'P', keys: [{ id: 'k', secret: 'a-portal-key' }], queues: ['q'] }], queues: [{ id: 'q', label: 'Q' }],
    agents: [{ username: 'anna', name: 'Anna', password: 'anna', ...agent }], ...settings,
  });
  const [anna] = config.agents;
  if (anna === undefined) throw new Error('unreachable: she was just configured');
  return workloadOf(config, anna);
}

describe('what an agent is offered beside what they have', () => {
  it('CH1 by default is nothing beside a call, more chats beside a chat, and calls and chats beside messages and tasks', () => {
    const usual = configured({});
    expect(openTo(usual, [])).toEqual(['voice', 'chat', 'message', 'task']);
    expect(openTo(usual, ['voice'])).toEqual([]);
    expect(openTo(usual, ['chat', 'chat'])).toEqual(['chat']);
    expect(openTo(usual, ['chat', 'chat', 'chat'])).toEqual([]);
    expect(openTo(usual, ['message'])).toEqual(['voice', 'chat', 'message']);
    expect(openTo(usual, ['task'])).toEqual(['voice', 'chat', 'message', 'task']);
    expect(openTo(usual, ['message', 'chat'])).toEqual(['chat']);
  });

  it('CH1 is as the configuration says for everybody, and for one agent where they have their own', () => {
    const everybody = { capacity: { chat: 2 }, interruptedBy: { voice: ['chat'] } };
    expect(openTo(configured(everybody), ['voice', 'chat', 'chat'])).toEqual([]);
    expect(openTo(configured(everybody), ['voice'])).toEqual(['chat']);
    expect(openTo(configured(everybody, { capacity: { voice: 0 }, interruptedBy: { chat: ['voice', 'task'] } }), ['chat'])).toEqual(['chat', 'task']);
  });

  it('CH1 never goes beyond the places of a channel, nor interrupts what it may not, whatever is offered, taken and finished', () => {
    fc.assert(fc.property(workload, fc.array(fc.oneof(channel, fc.nat({ max: 9 }))), (work, events) => {
      const held: Channel[] = [];
      for (const event of events) {
        // A number: that contact is finished. A channel: one waits, and the agent is given it if they are open to it.
        if (typeof event === 'number') held.splice(event, 1);
        else if (openTo(work, held).includes(event)) {
          for (const one of held) expect(one === event || work.interruptedBy[one].includes(event)).toBe(true);
          held.push(event);
        }
        for (const one of channels) expect(held.filter((other) => other === one).length).toBeLessThanOrEqual(work.capacity[one]);
      }
      // Who has nothing is open to whatever they have a place for.
      expect(openTo(work, [])).toEqual(channels.filter((one) => work.capacity[one] > 0));
    }));
  });
});
