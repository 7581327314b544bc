/**
 * How long the media side of an accepted call takes: from `callAgent` (which the accept triggers) to sound heard by both, over so many calls
 * in real Chromium, the customer's transports prepared at the offer as in life. Store, HTTP and desktop are not in it.
 *
 *   node tests/bench/call-media.ts 30
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { startPlayground } from '../../gateway/test/media-playground.ts';
import { firstHeardAt, forgetHeard } from '../support/tone-recorder.ts';

const calls = Number(process.argv[2] ?? 30);

async function heardAt(page: Page): Promise<number> {
  for (;;) {
    const at = await firstHeardAt(page);
    if (at !== null) return at;
    await pause(10);
  }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.slice().sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

const playground = await startPlayground();
const agent = await playground.openAgent('ann');
const answered: number[] = [];
const heard: number[] = [];
// The first call warms the browsers' code up and is not counted.
for (let count = 0; count <= calls; count += 1) {
  const contactId = `bench-${count}`;
  const customer = await playground.openCustomer(contactId);
  await pause(300);
  await forgetHeard(agent);
  const started = Date.now();
  await playground.service.callAgent(playground.call(contactId));
  await playground.event('agentAnswered', contactId);
  const answer = Date.now() - started;
  const both = Math.max(await heardAt(customer), await heardAt(agent)) - started;
  if (count > 0) {
    answered.push(answer);
    heard.push(both);
  }
  await playground.service.close(contactId, 'bench');
  await customer.context().close();
  // What is left in the agent's jitter buffer would be taken for the next customer.
  await pause(1000);
}
await playground.close();
for (const [name, values] of [['answered', answered], ['both hear', heard]] as const) {
  process.stdout.write(`${name}: p50 ${quantile(values, 0.5)} ms, p95 ${quantile(values, 0.95)} ms, of ${values.length}\n`);
}
