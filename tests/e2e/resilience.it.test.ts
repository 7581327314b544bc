/** What may break, breaks here in the midst of a queue or a call, and people go on: reloads, a killed gateway, a killed media worker. */
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { accept, bothHear, callUp, openStage, pictured, type Stage } from '../support/stage.ts';

let stage: Stage;
const pages: Page[] = [];

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await writeFile('test-results/resilience-gateway.log', stage.gateway.output);
  for (const [index, page] of pages.splice(0).entries()) {
    if (task.result?.state === 'fail') await pictured('resilience', { [index]: page });
    await page.context().close();
  }
});

async function people(): Promise<{ readonly customer: Page; readonly agent: Page }> {
  const customer = await stage.customer();
  pages.push(customer);
  const agent = await stage.agent('anna');
  pages.push(agent);
  return { customer, agent };
}

/** Both leave, and the agent is free for the next test. */
async function hangUp(customer: Page, agent: Page): Promise<void> {
  await customer.getByRole('button', { name: 'Hang up' }).click();
  await agent.getByRole('button', { name: /^Finish/ }).click();
  await agent.getByText('Ready for the next customer').waitFor();
  await agent.getByRole('button', { name: 'Log out' }).click();
}

describe('people go on when something breaks', () => {
  it('OP2 a customer who reloads in the queue keeps their place', async () => {
    const first = await stage.customer();
    pages.push(first);
    await first.getByRole('button', { name: /Get Help/ }).click();
    await first.getByText('You are next').first().waitFor();
    const second = await stage.customer();
    pages.push(second);
    await second.getByRole('button', { name: /Get Help/ }).click();
    await second.getByText(/place in line/).first().waitFor();
    await first.reload();
    await first.getByText('You are next').first().waitFor();
    await first.getByRole('button', { name: 'Leave the queue' }).click();
    await second.getByText('You are next').first().waitFor();
    await second.getByRole('button', { name: 'Leave the queue' }).click();
    await second.getByText('You have left the queue').first().waitFor();
  });

  it('OP3 a customer who reloads in a call gets the agent back', async () => {
    const { customer, agent } = await people();
    await callUp(customer, agent);
    await customer.reload();
    await bothHear(customer, agent, 2);
    await customer.getByText('Anna Berger').first().waitFor();
    await hangUp(customer, agent);
  });

  it('OP4 an agent who reloads in a call gets the customer back, who stays connected meanwhile', async () => {
    const { customer, agent } = await people();
    await callUp(customer, agent);
    await agent.reload();
    await bothHear(customer, agent, 2);
    await agent.getByText('Mara Lindholm').first().waitFor();
    await hangUp(customer, agent);
  });

  it('OP5 both sides come back to the same contact after kill -9 of the gateway in mid-call', async () => {
    const { customer, agent } = await people();
    await callUp(customer, agent);
    await stage.restartGateway();
    await bothHear(customer, agent, 2);
    await agent.getByText('Mara Lindholm').first().waitFor();
    expect(await agent.getByText(/^Connected$/).count()).toBeGreaterThan(0);
    await hangUp(customer, agent);
  });

  it('OP6 a call is rebuilt when the media worker under it is killed', async () => {
    const { customer, agent } = await people();
    await callUp(customer, agent);
    const { contactId } = await stage.journalOf('anna');
    // All of them: whichever carries the call is among them.
    execFileSync('pkill', ['-9', '-P', String(stage.gateway.pid), 'mediasoup']);
    const sinceLoss = async (): Promise<string[]> => {
      const { contactId: now, journal } = await stage.journalOf('anna');
      expect(now).toBe(contactId);
      const events = journal.map(({ event }) => event);
      return events.includes('mediaLost') ? events.slice(events.lastIndexOf('mediaLost')) : [];
    };
    await expect.poll(sinceLoss, { timeout: 20_000 }).toEqual(expect.arrayContaining(['agentAnswered', 'customerMediaFlowing']));
    await bothHear(customer, agent, 2);
    await hangUp(customer, agent);
  });

  it('OP7 a waiting customer sees the gateway go and come back, and is offered when an agent is there', async () => {
    const { customer, agent } = await people();
    await agent.getByRole('button', { name: /^Your status/ }).click();
    await agent.getByText('Lunch').click();
    await customer.getByRole('button', { name: /Get Help/ }).click();
    await customer.getByText('You are next').first().waitFor();
    await stage.gateway.kill('SIGKILL');
    await customer.getByText('Your place is held.').first().waitFor();
    await stage.restartGateway();
    await customer.getByText('You are next').first().waitFor();
    await agent.getByRole('button', { name: 'Go available' }).click();
    await accept(agent).click();
    await bothHear(customer, agent, 1);
    await hangUp(customer, agent);
  });
});
