import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgeTones } from '../../tests/support/tone.ts';
import { recordRemoteAudio } from '../../tests/support/tone-recorder.ts';
import type { Page } from 'playwright-core';
import { agentTones, customerTones, startPlayground } from './media-playground.ts';
import type { Playground } from './media-playground.ts';

let playground: Playground;
beforeAll(async () => { playground = await startPlayground(); }, 60_000);
afterAll(async () => { await playground.close(); });

async function expectTones(page: Page, expected: readonly number[], absent: readonly number[], seconds = 5): Promise<void> {
  const verdict = judgeTones(await recordRemoteAudio(page, seconds), expected, absent);
  expect(verdict).toSatisfy(({ overNeighbours, longestGap, unwanted }: typeof verdict) =>
    Math.min(...overNeighbours) >= 20 && longestGap <= 60 && Math.max(...unwanted) <= -20);
}

describe('a call between a customer and a desktop', () => {
  it('MD1 carries audio both ways', async () => {
    const { service } = playground;
    const agent = await playground.openAgent('ann');
    const customer = await playground.openCustomer('c1');
    await service.callAgent(playground.call('c1'));
    await playground.event('agentAnswered', 'c1');
    await playground.event('customerMediaFlowing', 'c1');
    await Promise.all([expectTones(customer, agentTones, customerTones), expectTones(agent, customerTones, agentTones)]);
  }, 60_000);
});
