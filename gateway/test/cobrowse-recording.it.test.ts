/** Recordings of shared pages: kept with the customer's grant alone, unreadable in the store, replayed by whom they concern, gone when their time is over. */
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AuditReport } from '#shared/cobrowse-audit.ts';
import type { PageRecording, RecordedItem, ReplayPart, ReplayStart } from '#shared/cobrowse-recording.ts';
import { RecordingKeys } from '../src/cobrowse/recording-keys.ts';
import { Recordings } from '../src/cobrowse/recordings.ts';
import { parseConfig } from '../src/config/load.ts';
import { openDatabase } from '../src/store/database.ts';
import { callsConfig, Scene } from './support/calls-scene.ts';
import { TestSharer } from './support/cobrowse-peers.ts';
import { call, patience, TestAgent, type TestCustomer } from './support/gateway.ts';
import { storeAddress, storeClient } from './support/store-client.ts';

const days = 24 * 3_600_000;
let scene: Scene;
let anna: TestAgent;
let ben: TestAgent;
let carl: TestAgent;
let admin: TestAgent;
let customer: TestCustomer;

beforeAll(async () => {
  const config = callsConfig.replace('queues: [help, loans] }', 'queues: [help, loans], cobrowse: { recording: { retentionDays: 2 } } }')
    .replace('role: supervisor }', 'role: supervisor }\n  - { username: dora, name: Dora, password: dora, role: admin }');
  scene = await Scene.start({ config });
  carl = await TestAgent.login(scene.test.url, 'carl');
  ben = await TestAgent.login(scene.test.url, 'ben');
  admin = await TestAgent.login(scene.test.url, 'dora');
});
afterEach(() => scene.clear([customer], [anna]));
afterAll(async () => {
  for (const agent of [ben, carl, admin]) agent.close();
  await scene.stop();
});

const path = (rest = '') => `/api/contacts/${customer.contactId}/cobrowse/recordings${rest}`;

async function recordings(reader: TestAgent = carl): Promise<readonly PageRecording[]> {
  const { status, body } = await call<{ recordings: PageRecording[] }>(scene.test.url, path(), { token: reader.login.token });
  expect(status).toBe(200);
  return body.recordings;
}

async function grantRecording(): Promise<void> {
  const before = customer.views.all.length;
  expect((await anna.post(`/api/contacts/${customer.contactId}/cobrowse/ask`, { grant: 'record' })).status).toBe(204);
  await customer.views.until('being asked', ({ cobrowse }) => cobrowse.grants.record === 'asked', before);
  expect(await customer.socket.timeout(patience).emitWithAck('cobrowseAnswer', { grant: 'record', accept: true })).toMatchObject({ ok: true });
}

async function sharing(): Promise<TestSharer> {
  anna = await scene.atWork('anna');
  customer = await scene.inCall(anna);
  const sharer = scene.present(await TestSharer.consent(customer));
  await sharer.send(...sharer.snapshot(['before-the-grant']));
  return sharer;
}

async function ended(): Promise<PageRecording> {
  await expect.poll(async () => (await recordings()).at(-1)?.endedAt ?? null, { timeout: patience }).not.toBeNull();
  const recording = (await recordings()).at(-1);
  if (recording === undefined) throw new Error('unreachable: it was there');
  return recording;
}

async function replay(recording: PageRecording, reader: TestAgent): Promise<RecordedItem[]> {
  const begun = await reader.post<ReplayStart>(path(`/${recording.id}/replay`));
  expect(begun.status).toBe(201);
  const items: RecordedItem[] = [];
  for (let number = 0; number < begun.body.parts; number += 1) {
    const part = await call<ReplayPart>(scene.test.url, path(`/${recording.id}/parts/${number}?replay=${begun.body.replay}`), { token: reader.login.token });
    expect(part.status).toBe(200);
    items.push(...part.body.items);
  }
  return items;
}

/** As a gateway does every quarter of an hour, at another time of day. */
async function sweepAt(now: number): Promise<void> {
  const { host, port, user, database } = await storeAddress(scene.test.dataDir);
  const opened = await openDatabase({ host, port, user, database }, (error) => { throw error; });
  const recordings = new Recordings({
    db: opened.db, config: parseConfig(callsConfig, 'test.yaml', { production: false }), keys: new RecordingKeys([]), relay: { tap: () => {}, has: () => false }, node: 'sweeper',
    now: () => now, log: pino({ level: 'silent' }),
  });
  await recordings.sweep();
  await recordings.stop();
  await opened.close();
}

async function audited(): Promise<string[]> {
  const { body } = await call<AuditReport>(scene.test.url, `/api/contacts/${customer.contactId}/cobrowse/audit`, { token: carl.login.token });
  expect(body.verified).toBe(true);
  return body.entries.filter(({ action }) => action.startsWith('recording')).map(({ actor, action, detail }) => [actor.kind, action, detail['cause']].filter(Boolean).join(' '));
}

describe('a recording of the page', () => {
  it('CR4 begins with the customer’s grant, from the picture on, and ends with it; paused is kept as paused', async () => {
    const sharer = await sharing();
    await sharer.send(sharer.change('changed'));
    expect(await recordings()).toEqual([]);
    await grantRecording();
    await expect.poll(async () => (await recordings()).length, { timeout: patience }).toBe(1);
    await sharer.send(sharer.change('while-recording'));
    sharer.socket.emit('pause', 'customer');
    sharer.socket.emit('pause', false);
    await sharer.send(...sharer.snapshot(['after-the-pause']));
    await customer.socket.timeout(patience).emitWithAck('cobrowseAnswer', { grant: 'record', accept: false });
    const recording = await ended();
    await sharer.send(sharer.change('after-the-revocation'));
    const items = await replay(recording, anna);
    const text = JSON.stringify(items);
    for (const kept of ['before-the-grant', 'changed', 'while-recording', 'after-the-pause']) expect(text).toContain(kept);
    expect(text).not.toContain('after-the-revocation');
    expect(items.some((item) => 'state' in item && item.state.name === 'paused')).toBe(true);
    expect(items.map(({ at }) => at)).toEqual(items.map(({ at }) => at).toSorted((one, other) => one - other));
    expect(await audited()).toEqual(['system recordingStarted', 'system recordingEnded over', 'agent recordingReplayed']);
  });

  it('CR6 is unreadable in the store, and tells when it was changed there', async () => {
    const sharer = await sharing();
    await grantRecording();
    await expect.poll(async () => (await recordings()).length, { timeout: patience }).toBe(1);
    await sharer.send(...sharer.snapshot(['NEEDLE-in-the-page']));
    await anna.post(`/api/contacts/${customer.contactId}/hangup`);
    const recording = await ended();
    const store = await storeClient(scene.test.dataDir);
    try {
      const { rows } = await store.query<{ sealed: Buffer }>('select sealed from cobrowse_recording_chunk where recording_id = $1 order by number', [recording.id]);
      expect(rows.length).toBeGreaterThan(0);
      expect(Buffer.concat(rows.map(({ sealed }) => sealed)).includes('NEEDLE')).toBe(false);
      expect(JSON.stringify(await replay(recording, carl))).toContain('NEEDLE');
      await store.query('update cobrowse_recording_chunk set sealed = set_byte(sealed, 40, (get_byte(sealed, 40) + 1) % 256) where recording_id = $1 and number = 0', [recording.id]);
      const begun = await carl.post<ReplayStart>(path(`/${recording.id}/replay`));
      expect(await call(scene.test.url, path(`/${recording.id}/parts/0?replay=${begun.body.replay}`), { token: carl.login.token })).toMatchObject({ status: 410, body: { type: '/problems/unreadable' } });
    } finally {
      await store.end();
    }
  });

  it('CR5 is for the contact’s agents and supervisors; a replay belongs to who began it', async () => {
    const sharer = await sharing();
    await grantRecording();
    await expect.poll(async () => (await recordings()).length, { timeout: patience }).toBe(1);
    await sharer.send(sharer.change('x'));
    await customer.socket.timeout(patience).emitWithAck('cobrowseRevoke');
    const recording = await ended();
    expect((await call(scene.test.url, path(), { token: ben.login.token })).status).toBe(404);
    expect((await ben.post(path(`/${recording.id}/replay`))).status).toBe(404);
    const begun = await carl.post<ReplayStart>(path(`/${recording.id}/replay`));
    expect((await call(scene.test.url, path(`/${recording.id}/parts/0?replay=${begun.body.replay}`), { token: anna.login.token })).status).toBe(403);
    expect((await call(scene.test.url, path(`/${recording.id}/parts/0?replay=forged`), { token: carl.login.token })).status).toBe(401);
    expect((await call(scene.test.url, path(`/${recording.id}/parts/99?replay=${begun.body.replay}`), { token: carl.login.token })).status).toBe(404);
  });

  it('CR7 is deleted when the portal’s time for it is over, or by an administrator before, and the audit keeps that it was there', async () => {
    const sharer = await sharing();
    await grantRecording();
    await expect.poll(async () => (await recordings()).length, { timeout: patience }).toBe(1);
    await sharer.send(sharer.change('x'));
    await customer.socket.timeout(patience).emitWithAck('cobrowseAnswer', { grant: 'record', accept: false });
    const first = await ended();
    expect(Date.parse(first.expiresAt) - Date.parse(first.startedAt)).toBe(2 * days);
    expect((await call(scene.test.url, path(`/${first.id}`), { method: 'DELETE', token: carl.login.token })).status).toBe(403);
    expect((await call(scene.test.url, path(`/${first.id}`), { method: 'DELETE', token: admin.login.token })).status).toBe(204);
    await grantRecording();
    await expect.poll(async () => (await recordings()).length, { timeout: patience }).toBe(1);
    await customer.socket.timeout(patience).emitWithAck('cobrowseRevoke');
    await ended();
    await sweepAt(Date.now() + 3 * days);
    expect(await recordings()).toEqual([]);
    const store = await storeClient(scene.test.dataDir);
    try {
      const { rows } = await store.query<{ left: number }>('select count(*)::int as left from cobrowse_recording_chunk join cobrowse_recording on id = recording_id where contact_id = $1', [customer.contactId]);
      expect(rows[0]?.left).toBe(0);
    } finally {
      await store.end();
    }
    expect((await audited()).filter((line) => line.includes('Deleted'))).toEqual(['agent recordingDeleted asked', 'system recordingDeleted retention']);
  });
});
