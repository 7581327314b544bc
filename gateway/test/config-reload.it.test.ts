/** The contact-center file is edited while people wait and talk. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Problem } from '#shared/problem.ts';
import type { QueueView } from '#shared/agent-protocol.ts';
import { Scene } from './support/calls-scene.ts';
import { call, patience, TestAgent, TestCustomer } from './support/gateway.ts';
import { freePort, GatewayProcess } from './support/process.ts';

const queues = { help: '{ id: help, label: Help, skills: [banking], offerSeconds: 60, wrapUp: { mode: none } }', loans: '{ id: loans, label: Loans, skills: [loans], offerSeconds: 60, wrapUp: { mode: none } }' };
const agents = {
  anna: '{ username: anna, name: Anna, password: anna, skills: [banking] }',
  otto: '{ username: otto, name: Otto, password: otto, role: admin }',
  sara: '{ username: sara, name: Sara, password: sara, role: supervisor }',
};
const center = (change: { readonly queues?: readonly string[]; readonly agents?: readonly string[]; readonly more?: string } = {}): string => `
portals: [{ id: bank, name: Bank, keys: [{ id: old, secret: test-portal-key }], queues: [help] }]
queues: [${(change.queues ?? [queues.help, queues.loans]).join(', ')}]
agents: [${(change.agents ?? Object.values(agents)).join(', ')}]
${change.more ?? ''}`;

let scene: Scene;
let otto: TestAgent;
let written = center();

interface Differences { readonly added: string[]; readonly changed: string[]; readonly removed: string[]; readonly afterRestart: string[]; readonly unfit: string[] }

async function reload(file: string): Promise<{ readonly status: number; readonly body: Differences & Problem }> {
  written = file;
  return otto.post<Differences & Problem>('/api/config/reload');
}

beforeAll(async () => {
  scene = await Scene.start({ config: center(), read: () => written });
  otto = await TestAgent.login(scene.test.url, 'otto');
});
afterAll(() => scene.stop());
beforeEach(async () => { await reload(center()); });

describe('the contact-center file read again', () => {
  it('RC1 counts at once: a queue, an agent and their skills are there without a restart', async () => {
    const waiting = await TestCustomer.arrive(scene.test.url);
    await waiting.phase('waiting');
    const { status, body } = await reload(center({
      queues: [queues.help, queues.loans, '{ id: cards, label: Cards }'], agents: [...Object.values(agents), '{ username: carl, name: Carl, password: carl, skills: [banking] }'],
    }));
    expect([status, body]).toEqual([200, { added: ['agents.carl', 'queues.cards'], changed: [], removed: [], afterRestart: [], unfit: [] }]);
    const { body: { queues: shown } } = await call<{ queues: QueueView[] }>(scene.test.url, '/api/queues', { token: otto.login.token });
    expect(shown.map(({ id }) => id)).toEqual(['help', 'loans', 'cards']);
    // He waits for nobody's restart: the customer who is in the queue already is his.
    const carl = await scene.atWork('carl');
    expect((await carl.slot('reserved')).contactId).toBe(waiting.contactId);
    await waiting.leave();

    // And skills of those who are at work: nothing happens but that the file is read.
    await carl.views.until('being idle', ({ contacts }) => contacts.length === 0, carl.views.all.length);
    await reload(center({ agents: [...Object.values(agents), '{ username: carl, name: Carl, password: carl, skills: [loans] }'] }));
    const second = await TestCustomer.arrive(scene.test.url);
    await second.phase('waiting');
    const before = carl.views.all.length;
    await reload(center({ agents: [...Object.values(agents), '{ username: carl, name: Carl, password: carl, skills: [banking] }'] }));
    expect((await carl.slot('reserved', second.contactId, before)).contactId).toBe(second.contactId);
    await second.leave();
    carl.close();
  });

  it('RC2 with mistakes changes nothing, and is answered with path and expectation', async () => {
    const { status, body } = await reload(center({ queues: [queues.help.replace('label', 'lable')], agents: [agents.otto] }));
    expect(status).toBe(422);
    expect(body.type).toContain('config-refused');
    expect(body.errors?.map(({ path }) => path)).toEqual(expect.arrayContaining(['queues[0].label', 'queues[0]']));
    const { body: { queues: shown } } = await call<{ queues: QueueView[] }>(scene.test.url, '/api/queues', { token: otto.login.token });
    expect(shown.map(({ id }) => id)).toEqual(['help', 'loans']);
    const anna = await TestAgent.login(scene.test.url, 'anna');
    anna.close();
    expect((await reload('queues: [')).body.errors?.[0]?.message).toContain('not valid YAML');
  });

  it('RC1 is for administrators', async () => {
    const sara = await TestAgent.login(scene.test.url, 'sara');
    expect((await sara.post('/api/config/reload')).status).toBe(403);
    sara.close();
  });

  it('RC3 loses no contact: one whose queue is gone goes on under the first one\'s rules', async () => {
    const waiting = await TestCustomer.arrive(scene.test.url, { queue: 'help' });
    await waiting.phase('waiting');
    const only = center({ queues: [queues.loans] }).replace('queues: [help]', 'queues: [loans]');
    expect((await reload(only)).body.removed).toEqual(['queues.help']);
    await reload(only.replace('skills: [banking]', 'skills: [loans]'));
    const anna = await scene.atWork('anna');
    expect((await anna.slot('reserved')).contactId).toBe(waiting.contactId);
    await waiting.leave();
    anna.close();
  });

  it('RC5 ends nobody\'s call: an agent who is named no more finishes it, is given nothing else, and then their login is over', async () => {
    const anna = await scene.atWork('anna');
    const customer = await scene.inCall(anna);
    await reload(center({ agents: [agents.otto, agents.sara] }));
    await anna.views.until('being offline', ({ agent }) => agent.status === 'offline');
    expect((await call(scene.test.url, '/api/agents/me', { token: anna.login.token })).status).toBe(200);
    expect(anna.views.latest?.contacts.map(({ contactId, slot }) => [contactId, slot])).toEqual([[customer.contactId, 'engaged']]);
    await anna.post(`/api/contacts/${customer.contactId}/hangup`);
    await customer.phase('ended');
    await expect.poll(async () => (await call(scene.test.url, '/api/agents/me', { token: anna.login.token })).status).toBe(401);
    anna.close();
  });

  it('RC1 is read again at SIGHUP, by the very process that was started with it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'gethelp-reload-'));
    const file = join(directory, 'center.yaml');
    await writeFile(file, center());
    const gateway = await GatewayProcess.start({ port: await freePort(), dataDir: join(directory, 'data'), config: file });
    const labels = async (): Promise<readonly string[]> => {
      const { body: { token } } = await call<{ token: string }>(gateway.url, '/api/agents/login', { body: { username: 'otto', password: 'otto' } });
      return (await call<{ queues: QueueView[] }>(gateway.url, '/api/queues', { token })).body.queues.map(({ label }) => label);
    };
    try {
      await writeFile(file, 'queues: [');
      gateway.signal('SIGHUP');
      await writeFile(file, center().replace('label: Help', 'label: Support'));
      gateway.signal('SIGHUP');
      await expect.poll(labels, { timeout: patience, interval: 500 }).toEqual(['Support', 'Loans']);
    } finally {
      await gateway.kill('SIGTERM');
      await rm(directory, { recursive: true, force: true });
    }
  });
});
