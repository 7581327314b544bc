/** What a call survives: reloads on either side, a lost socket, a media worker killed. Real Chromium, real workers, real kills. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { firstHeardAt } from '../../tests/support/tone-recorder.ts';
import { expectHeard, inSomeWindow, settled, waitFor } from './media-proof.ts';
import { agentTones, customerTones, openMedia, startPlayground } from './media-playground.ts';
import type { Playground } from './media-playground.ts';

let playground: Playground;
let contacts = 0;
let pages: Page[] = [];
beforeAll(async () => { playground = await startPlayground({ workers: 2, desktopLimits: { endpointGrace: 400 } }); }, 60_000);
afterAll(async () => { await playground.close(); });
afterEach(async () => {
  await playground.service.close(`r${contacts}`, 'test over');
  await Promise.all(pages.map((page) => page.context().close()));
  pages = [];
});

async function engaged(): Promise<{ readonly contactId: string; readonly customer: Page; readonly agent: Page }> {
  contacts += 1;
  const contactId = `r${contacts}`;
  const agent = await playground.openAgent('ann');
  const customer = await playground.openCustomer(contactId);
  pages = [agent, customer];
  await playground.service.callAgent(playground.call(contactId));
  await playground.event('agentAnswered', contactId);
  await playground.event('customerMediaFlowing', contactId);
  return { contactId, customer, agent };
}

describe('a call goes on', () => {
  it('MD7, SIP3 after the agent\'s page reloads: the leg is lost at once, and calling again brings the audio back within a second', async () => {
    const { contactId, customer, agent } = await engaged();
    await waitFor(customer, `window.latest.audio.mode === 'send'`);
    const sent = await customer.evaluate('window.latest.audio');
    await agent.reload();
    const started = Date.now();
    await playground.startAgent(agent, 'ann');
    await playground.event('agentLegLost', contactId);
    expect(playground.service.isRegistered('agent-ann')).toBe(true);
    await playground.service.callAgent(playground.call(contactId));
    await playground.event('agentAnswered', contactId, 2);
    await expect.poll(() => firstHeardAt(agent), { timeout: 5000, interval: 20 }).not.toBeNull();
    const heardAt = (await firstHeardAt(agent)) ?? Infinity;
    console.info(`audio back ${heardAt - started} ms after the reloaded page began to register`);
    expect(heardAt - started).toBeLessThan(1000);
    expect(await customer.evaluate('window.latest.audio')).toEqual(sent);
    await settled(customer, agent);
    await inSomeWindow(() => Promise.all([expectHeard(customer, agentTones, customerTones, 3), expectHeard(agent, customerTones, agentTones, 3)]));
  }, 60_000);

  it('MD8 after the customer\'s page reloads: the same epoch is opened again and both are heard', async () => {
    const { contactId, customer, agent } = await engaged();
    const { epoch } = await playground.service.prepare(contactId);
    await customer.reload();
    await openMedia(playground.service, customer, contactId);
    await playground.event('customerMediaFlowing', contactId, 2);
    expect((await playground.service.prepare(contactId)).epoch).toBe(epoch);
    expect(await agent.evaluate('window.invites.length')).toBe(1);
    await settled(customer, agent);
    await inSomeWindow(() => Promise.all([expectHeard(customer, agentTones, customerTones, 3), expectHeard(agent, customerTones, agentTones, 3)]));
  }, 60_000);

  it('MD10 after its media worker is killed: rebuilt on another within three seconds, under a new epoch', async () => {
    const { contactId, customer, agent } = await engaged();
    const { epoch } = await playground.service.prepare(contactId);
    process.kill(playground.workerPidOf(contactId), 'SIGKILL');
    const killed = Date.now();
    await playground.event('mediaLost', contactId);
    await openMedia(playground.service, customer, contactId);
    await playground.service.callAgent(playground.call(contactId));
    await playground.event('agentAnswered', contactId, 2);
    await playground.event('customerMediaFlowing', contactId, 2);
    console.info(`rebuilt ${Date.now() - killed} ms after the kill`);
    expect(Date.now() - killed).toBeLessThan(3000);
    expect((await playground.service.prepare(contactId)).epoch).not.toBe(epoch);
    await settled(customer, agent);
    await inSomeWindow(() => Promise.all([expectHeard(customer, agentTones, customerTones, 3), expectHeard(agent, customerTones, agentTones, 3)]));
  }, 60_000);

  it('SIP4 when the agent\'s socket is lost and comes back: the dialog is the same, ICE restarts in it, and a BYE over the new socket ends it', async () => {
    const { contactId, customer, agent } = await engaged();
    const before = playground.endpoints.length;
    await agent.evaluate('window.dropSocket()');
    await waitFor(agent, `window.registrations > 1`);
    expect(playground.service.agentLegAlive(contactId)).toBe(true);
    await waitFor(agent, `window.offers > 1`);
    await waitFor(agent, `['connected', 'completed'].includes(window.agentIce())`);
    await settled(customer, agent);
    await inSomeWindow(() => Promise.all([expectHeard(customer, agentTones, customerTones, 1), expectHeard(agent, customerTones, agentTones, 1)]));
    expect(playground.endpoints.slice(before).filter(({ registered }) => !registered)).toEqual([]);
    expect(await agent.evaluate('window.invites.length')).toBe(1);
    await agent.evaluate('window.hangUp()');
    await playground.event('agentHungUp', contactId);
  }, 60_000);

  it('MD11 tells that a customer is gone whose path is dead, though nobody said so', async () => {
    const { contactId, customer } = await engaged();
    await customer.goto('about:blank');
    await playground.event('customerMediaLost', contactId);
  }, 60_000);

  it('SIP11 tells that an agent is gone who closed the page: no endpoint after the grace, and the leg is lost', async () => {
    const { contactId, agent } = await engaged();
    await agent.goto('about:blank');
    await playground.event('agentLegLost', contactId);
    await expect.poll(() => playground.endpoints.at(-1)).toEqual({ agentId: 'agent-ann', registered: false });
    expect(playground.service.agentLegAlive(contactId)).toBe(false);
  }, 60_000);
});
