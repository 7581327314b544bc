/**
 * `npm run bench:call [calls]`: from the agent's click on Accept to audio heard on both sides, in two real Chromiums on this machine, with
 * the product as it is. Also: how long the sound is away when the agent, or the customer, reloads in the call, and when the media worker is killed.
 */
import { execFileSync } from 'node:child_process';
import type { Page } from 'playwright-core';
import { accept, openStage, type Stage } from '../support/stage.ts';
import { firstHeardAt, forgetHeard } from '../support/tone-recorder.ts';
import { print } from './print.ts';

const calls = Number(process.argv[2] ?? 30);
const losses = Math.max(1, Math.round(calls / 6));
const patience = 20_000;

const stage = await openStage();
try {
  const agent = await stage.agent('anna');
  const customer = await stage.customer();
  const accepts: number[] = [];
  for (let call = 1; call <= calls; call += 1) {
    await customer.getByRole('button', { name: /Get Help/ }).or(customer.getByRole('button', { name: 'Start again' })).first().click();
    await accept(agent).waitFor();
    await Promise.all([forgetHeard(customer), forgetHeard(agent)]);
    await agent.evaluate(`window.addEventListener('click', () => { window.acceptedAt = Date.now(); }, { capture: true, once: true })`);
    await accept(agent).click();
    const heardAt = await heardOnBoth(customer, agent);
    accepts.push(heardAt - await agent.evaluate<number>('window.acceptedAt'));
    await hangUp(customer, agent);
  }
  print('Accept → audio on both sides', accepts);
  const open = customer.getByRole('button', { name: 'Start again' });
  await open.click();
  await accept(agent).waitFor();
  await Promise.all([forgetHeard(customer), forgetHeard(agent)]);
  await accept(agent).click();
  await heardOnBoth(customer, agent);
  print('agent reloads → sound back at the customer and the agent', await measure(losses, () => reload(agent, customer, agent)));
  print('customer reloads → sound back at the agent and the customer', await measure(losses, () => reload(customer, customer, agent)));
  print('media worker killed → both legs rebuilt', await measure(losses, () => killWorkers(stage)));
} finally {
  await stage.close();
}

/** Epoch ms at which the later of the two heard something. */
async function heardOnBoth(customer: Page, agent: Page): Promise<number> {
  const deadline = Date.now() + patience;
  for (;;) {
    const moments = await Promise.all([firstHeardAt(customer), firstHeardAt(agent)]);
    const [one, two] = moments;
    if (typeof one === 'number' && typeof two === 'number') return Math.max(one, two);
    if (Date.now() > deadline) throw new Error(`no sound within ${patience} ms: ${JSON.stringify(moments)}`);
  }
}

/** From the reload's command to sound at both: the page that stays hears silence in between, so its ear is armed when it has begun. */
async function reload(page: Page, customer: Page, agent: Page): Promise<number> {
  const stays = page === agent ? customer : agent;
  const startedAt = Date.now();
  await page.reload({ waitUntil: 'commit' });
  await forgetHeard(stays);
  return await heardOnBoth(customer, agent) - startedAt;
}

/** By the contact's own journal: from the loss to the later of the two legs. */
async function killWorkers(on: Stage): Promise<number> {
  const before = (await on.journalOf('anna')).journal.length;
  execFileSync('pkill', ['-9', '-P', String(on.gateway.pid), 'mediasoup']);
  const deadline = Date.now() + patience;
  for (;;) {
    const journal = (await on.journalOf('anna')).journal.slice(before);
    const at = (event: string) => Date.parse(journal.findLast((entry) => entry.event === event)?.at ?? '');
    const took = Math.max(at('agentAnswered'), at('customerMediaFlowing')) - at('mediaLost');
    if (took > 0) return took;
    if (Date.now() > deadline) throw new Error(`not rebuilt within ${patience} ms: ${JSON.stringify(journal)}`);
  }
}

async function measure(times: number, once: () => Promise<number>): Promise<number[]> {
  const results: number[] = [];
  while (results.length < times) results.push(await once());
  return results;
}

async function hangUp(customer: Page, agent: Page): Promise<void> {
  await customer.getByRole('button', { name: 'Hang up' }).click();
  await agent.getByRole('button', { name: /^Finish/ }).click();
  await agent.getByText('Ready for the next customer').waitFor();
}
