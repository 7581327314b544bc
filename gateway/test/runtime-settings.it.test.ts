/** Settings that are changed while people wait and talk: at once, kept, with their origin, and back to what the file says. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '#shared/problem.ts';
import type { CreatedSession } from '#shared/session-api.ts';
import type { AgentAccount, AgentSkillsView, ConfigChangeView, QueueSettingsView, RuntimeSetting } from '#shared/settings-api.ts';
import { Scene } from './support/calls-scene.ts';
import { call, TestAgent, TestCustomer, type Answer } from './support/gateway.ts';

const center = (queues = '{ id: help, label: Help, skills: { banking: 4 }, offerSeconds: 60, wrapUp: { mode: none } }, { id: loans, label: Loans, skills: [loans], offerSeconds: 60, wrapUp: { mode: none } }') => `
portals: [{ id: bank, name: Bank, keys: [{ id: old, secret: test-portal-key }], queues: [help] }]
queues: [${queues}]
agents:
  - { username: anna, name: Anna, password: anna, skills: { banking: 2 } }
  - { username: sara, name: Sara, password: sara, role: supervisor }
  - { username: otto, name: Otto, password: otto, role: admin }
`;

let dataDir: string;
let scene: Scene;
let written = center();
let ahead = 0;

const start = () => Scene.start({ config: written, read: () => written, dataDir, now: () => Date.now() + ahead });
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gethelp-settings-'));
  scene = await start();
});
afterAll(async () => {
  await scene.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function as(username: string): Promise<<T = Problem>(method: string, path: string, body?: unknown) => Promise<Answer<T>>> {
  const agent = scene.present(await TestAgent.login(scene.test.url, username));
  return (method, path, body) => call(scene.test.url, path, { method, token: agent.login.token, ...(body === undefined ? {} : { body }) });
}
const one = ({ settings }: QueueSettingsView, name: string) => settings.find((setting) => setting.name === name);

describe('settings at run time', () => {
  it('RC6 count at once, win over the file, show where they come from, and outlive a restart and a reload, until they are reset', async () => {
    let sara = await as('sara');
    const patched = await sara<QueueSettingsView>('PATCH', '/api/queues/help', { priority: 70, strategy: 'roundRobin', offerSeconds: 45 });
    expect(patched.status).toBe(200);
    expect(one(patched.body, 'priority')).toMatchObject({ value: 70, origin: { from: 'runtime', by: 'Sara' }, configured: 50 });
    expect(one(patched.body, 'holdPlace')).toMatchObject({ value: 180, origin: { from: 'config' }, configured: 180 });

    await scene.stop();
    scene = await start();
    sara = await as('sara');
    const otto = await as('otto');
    written = center().replace('label: Help', 'label: Support');
    expect((await otto<{ changed: string[] }>('POST', '/api/config/reload')).body.changed).toEqual(['queues.help']);
    const { body: kept } = await sara<QueueSettingsView>('GET', '/api/queues/help/settings');
    expect([kept.label, one(kept, 'priority')?.value, one(kept, 'offerSeconds')?.value]).toEqual(['Support', 70, 45]);

    expect((await sara('DELETE', '/api/queues/help/settings/priority')).status).toBe(204);
    expect((await sara('DELETE', '/api/queues/help/settings/priority')).status).toBe(404);
    const { body: after } = await sara<QueueSettingsView>('GET', '/api/queues/help/settings');
    expect([one(after, 'priority'), one(after, 'strategy')?.value]).toEqual([{ name: 'priority', value: 50, origin: { from: 'config' }, configured: 50 }, 'roundRobin']);
    await sara('DELETE', '/api/queues/help/settings/strategy');
    await sara('DELETE', '/api/queues/help/settings/offerSeconds');
  });

  it('RC7 skills and levels of an agent, and what a queue needs, decide anew for those who wait already', async () => {
    const sara = await as('sara');
    const anna = await scene.atWork('anna');
    const { id } = anna.login.agent;
    const customer = scene.present(await TestCustomer.arrive(scene.test.url));
    await customer.phase('waiting');
    const { body: skills } = await sara<AgentSkillsView>('PUT', `/api/agents/${id}/skills`, { skills: { banking: 5 } });
    expect(skills).toMatchObject({ skills: { banking: 5 }, origin: { from: 'runtime', by: 'Sara' }, configured: { banking: 2 } });
    const { reservationId } = await anna.slot('reserved', customer.contactId);
    await anna.post(`/api/reservations/${reservationId}/reject`);
    await customer.leave();
    expect((await sara('DELETE', `/api/agents/${id}/skills`)).status).toBe(204);
    expect((await sara<AgentSkillsView>('GET', `/api/agents/${id}/skills`)).body).toMatchObject({ skills: { banking: 2 }, origin: { from: 'config' } });

    const second = scene.present(await TestCustomer.arrive(scene.test.url));
    await second.phase('waiting');
    await sara('PATCH', '/api/queues/help', { skills: ['banking'] });
    await anna.slot('reserved', second.contactId);
    await sara('DELETE', '/api/queues/help/settings/skills');
    await second.leave();
    await anna.status('offline');
  });

  it('RC8 that do not fit are refused as a whole; those that fit no longer are told, left out, and count again when they fit', async () => {
    const [sara, otto] = [await as('sara'), await as('otto')];
    const refused = await sara('PATCH', '/api/queues/help', { priority: 10, hours: 'night' });
    expect([refused.status, refused.body.detail]).toEqual([422, expect.stringContaining('no calendar "night"')]);
    expect(one((await sara<QueueSettingsView>('GET', '/api/queues/help/settings')).body, 'priority')?.value).toBe(50);
    const invalid = await sara('PATCH', '/api/queues/help', { priority: 1000 });
    expect([invalid.status, invalid.body.errors?.[0]?.path]).toEqual([400, 'priority']);

    await sara('PATCH', '/api/queues/loans', { priority: 80 });
    written = center('{ id: help, label: Help, skills: { banking: 4 }, offerSeconds: 60, wrapUp: { mode: none } }');
    expect((await otto<{ unfit: string[] }>('POST', '/api/config/reload')).body.unfit).toEqual(['queues.loans.priority: there is no queue "loans" any more']);
    const { body: { settings } } = await sara<{ settings: RuntimeSetting[] }>('GET', '/api/settings');
    expect(settings.map(({ subject, name, unfit }) => [subject, name, unfit])).toEqual([['loans', 'priority', 'there is no queue "loans" any more']]);
    // Another change is not held up by it.
    expect((await sara('PATCH', '/api/queues/help', { maximumWait: 600 })).status).toBe(200);
    await sara('DELETE', '/api/queues/help/settings/maximumWait');
    written = center();
    await otto('POST', '/api/config/reload');
    expect(one((await sara<QueueSettingsView>('GET', '/api/queues/loans/settings')).body, 'priority')?.value).toBe(80);
    await sara('DELETE', '/api/queues/loans/settings/priority');
  });

  it('RC10 a queue is opened or closed by hand, for good or until a moment', async () => {
    const sara = await as('sara');
    const wait = async () => (await call<CreatedSession['wait'] & { open: boolean; opensAt: string | null }>(scene.test.url, '/api/wait?queue=help')).body;
    const until = new Date(Date.now() + ahead + 3600_000).toISOString();
    await sara('PATCH', '/api/queues/help', { opening: { open: false, until } });
    expect(await wait()).toMatchObject({ open: false, opensAt: until });
    ahead += 2 * 3600_000;
    expect(await wait()).toMatchObject({ open: true });
    await (await as('sara'))('PATCH', '/api/queues/help', { opening: { open: false } });
    expect(await wait()).toMatchObject({ open: false, opensAt: null });
    await (await as('sara'))('DELETE', '/api/queues/help/settings/opening');
    expect(await wait()).toMatchObject({ open: true });
  });

  it('RC11 an agent who is added logs in at once and works; one who is taken out is out, and may come back', async () => {
    const otto = await as('otto');
    const added = await otto<AgentAccount>('POST', '/api/agents', { username: 'dora', name: 'Dora', password: 'dora-dora', skills: { banking: 4 } });
    expect([added.status, added.body.origin.from]).toEqual([201, 'runtime']);
    const login = (password: string) => call<{ token: string }>(scene.test.url, '/api/agents/login', { body: { username: 'dora', password } });
    const { body: { token } } = await login('dora-dora');
    expect((await call(scene.test.url, '/api/agents/me', { token })).status).toBe(200);
    expect((await otto('POST', '/api/agents', { username: 'anna', name: 'Anna', password: 'another-one' })).status).toBe(422);

    await otto('PUT', `/api/agents/${added.body.id}/active`, { active: false });
    expect((await login('dora-dora')).status).toBe(401);
    expect((await call(scene.test.url, '/api/agents/me', { token })).status).toBe(401);
    await otto('PUT', `/api/agents/${added.body.id}/active`, { active: true });
    expect((await login('dora-dora')).status).toBe(200);
    const { body: { agents } } = await otto<{ agents: AgentAccount[] }>('GET', '/api/agents');
    expect(agents.map(({ username, active }) => [username, active])).toEqual([['anna', true], ['dora', true], ['otto', true], ['sara', true]]);
  });

  it('RC9 every change is logged with who, what, before and after, and no secret', async () => {
    const sara = await as('sara');
    const { body: { changes } } = await sara<{ changes: ConfigChangeView[] }>('GET', '/api/config/changes?limit=200');
    expect(changes).toContainEqual(expect.objectContaining({ by: 'Sara (sara)', action: 'set', subject: 'queues.help.priority', detail: { before: null, after: 70 } }));
    expect(changes).toContainEqual(expect.objectContaining({ by: 'Sara (sara)', action: 'reset', subject: 'queues.help.priority', detail: { before: 70, after: null } }));
    expect(changes).toContainEqual(expect.objectContaining({ by: 'Otto (otto)', action: 'reload' }));
    expect(changes).toContainEqual(expect.objectContaining({ action: 'set', subject: 'agents.dora.account' }));
    expect(JSON.stringify(changes)).not.toMatch(/scrypt|dora-dora/);
    expect(JSON.stringify((await sara('GET', '/api/settings')).body)).not.toMatch(/scrypt|dora-dora/);
    const numbers = changes.map(({ number }) => number);
    const { body: older } = await sara<{ changes: ConfigChangeView[] }>('GET', `/api/config/changes?before=${numbers[1]}&limit=1`);
    expect(older.changes.map(({ number }) => number)).toEqual([numbers[2]]);
  });

  it('RC12 are for supervisors, accounts for administrators', async () => {
    const [anna, sara] = [await as('anna'), await as('sara')];
    const { body: { agents } } = await sara<{ agents: AgentAccount[] }>('GET', '/api/agents');
    const id = agents.find(({ username }) => username === 'anna')?.id ?? '';
    const asked: ReadonlyArray<readonly [string, string, unknown?]> = [
      ['GET', '/api/queues/help/settings'], ['PATCH', '/api/queues/help', { priority: 99 }], ['DELETE', '/api/queues/help/settings/priority'], ['GET', '/api/settings'], ['GET', '/api/config/changes'],
      ['GET', '/api/agents'], ['GET', `/api/agents/${id}/skills`], ['PUT', `/api/agents/${id}/skills`, { skills: [] }], ['DELETE', `/api/agents/${id}/skills`], ['PUT', `/api/agents/${id}/status`, { status: 'offline' }],
    ];
    for (const [method, path, body] of asked) expect([path, (await anna(method, path, body)).status]).toEqual([path, 403]);
    expect((await sara('POST', '/api/agents', { username: 'evil', name: 'Evil', password: 'evil-evil', role: 'admin' })).status).toBe(403);
    expect((await sara('PUT', `/api/agents/${id}/active`, { active: false })).status).toBe(403);
  });

  it('RC13 a supervisor logs off a colleague who forgot; what they were offered goes to somebody else', async () => {
    const sara = await as('sara');
    await sara('PATCH', '/api/queues/help', { skills: ['banking'] });
    const anna = await scene.atWork('anna');
    const customer = scene.present(await TestCustomer.arrive(scene.test.url));
    await anna.slot('reserved', customer.contactId);
    expect((await sara('PUT', `/api/agents/${anna.login.agent.id}/status`, { status: 'offline' })).status).toBe(204);
    await anna.views.until('being offline and free', ({ agent, contacts }) => agent.status === 'offline' && contacts.length === 0);
    await customer.views.until('waiting again', ({ phase }) => phase.name === 'waiting', customer.views.all.length - 1);
    await customer.leave();
    await sara('DELETE', '/api/queues/help/settings/skills');
  });
});
