/** A relay that runs by itself, beside a gateway that shares the store with it: who comes there, what it hears of, and that it may die. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AuditReport } from '#shared/cobrowse-audit.ts';
import type { PageRecording } from '#shared/cobrowse-recording.ts';
import { parseConfig } from '../src/config/load.ts';
import { readRelayEnvironment } from '../src/environment.ts';
import { startRelayNode, type RelayNode } from '../src/relay-node.ts';
import { callsConfig, Scene } from './support/calls-scene.ts';
import { TestSharer, TestViewer } from './support/cobrowse-peers.ts';
import { call, patience, TestAgent, type TestCustomer } from './support/gateway.ts';
import { storeAddress, storeClient } from './support/store-client.ts';

const jwtSecret = 'a-secret-that-gateway-and-relay-share';
const recordingKey = `shared:${Buffer.alloc(32, 7).toString('base64')}`;
let nodeUrl: string;
let scene: Scene;
let relay: RelayNode;
let anna: TestAgent;
let carl: TestAgent;
let customer: TestCustomer;

beforeAll(async () => {
  nodeUrl = `http://127.0.0.1:${await freePort()}`;
  scene = await Scene.start({ variables: { COBROWSE_NODES: nodeUrl, JWT_SECRET: jwtSecret, RECORDING_KEY: recordingKey } });
  relay = await startRelay();
  carl = await TestAgent.login(scene.test.url, 'carl');
});
afterEach(() => scene.clear([customer], [anna]));
afterAll(async () => {
  carl.close();
  await relay.stop();
  await scene.stop();
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function startRelay(): Promise<RelayNode> {
  const { host, user, database } = await storeAddress(scene.test.dataDir);
  const environment = readRelayEnvironment({
    PORT: new URL(nodeUrl).port, HOST: '127.0.0.1', JWT_SECRET: jwtSecret, RECORDING_KEY: recordingKey, PUBLIC_URL: nodeUrl,
    DATABASE_URL: `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host)}`,
  });
  return startRelayNode({ environment, config: parseConfig(callsConfig, 'test.yaml', { production: false }), log: pino({ level: 'silent' }) });
}

async function shared(): Promise<TestSharer> {
  anna = await scene.atWork('anna');
  customer = await scene.inCall(anna);
  const sharer = scene.present(await TestSharer.consent(customer));
  expect(await sharer.send(...sharer.snapshot(['the-page']))).toEqual({ ok: true, value: null });
  return sharer;
}

async function actions(): Promise<string[]> {
  const { body } = await call<AuditReport>(scene.test.url, `/api/contacts/${customer.contactId}/cobrowse/audit`, { token: carl.login.token });
  expect(body.verified).toBe(true);
  return body.entries.map(({ action }) => action);
}

describe('a relay by itself', () => {
  it('CB76 serves the pages that the gateway sends to it, writes into the same audit, and hears at once that a grant has ended', async () => {
    const sharer = await shared();
    expect(sharer.url).toBe(nodeUrl);
    const viewer = scene.present(await TestViewer.open(anna, customer.contactId));
    await expect.poll(() => viewer.text, { timeout: patience }).toContain('the-page');
    await sharer.send(sharer.change('changed'));
    await expect.poll(() => viewer.text, { timeout: patience }).toContain('changed');
    expect(await (await fetch(`${nodeUrl}/readyz`)).json()).toEqual({ status: 'ready' });
    expect(await (await fetch(`${nodeUrl}/metrics`)).text()).toContain('gethelp_cobrowse_sharers 1');
    expect(await (await fetch(`${scene.test.url}/metrics`)).text()).toContain('gethelp_cobrowse_sharers 0');
    await customer.socket.timeout(patience).emitWithAck('cobrowseRevoke');
    await expect.poll(() => sharer.stopped && viewer.stopped, { timeout: patience }).toBe(true);
    await expect.poll(actions, { timeout: patience }).toEqual(expect.arrayContaining(['granted', 'pageShown', 'viewerJoined', 'revoked', 'viewerLeft']));
  });

  it('CB76 records there what the customer grants, and the gateway replays it', async () => {
    const sharer = await shared();
    const before = customer.views.all.length;
    await anna.post(`/api/contacts/${customer.contactId}/cobrowse/ask`, { grant: 'record' });
    await customer.views.until('being asked', ({ cobrowse }) => cobrowse.grants.record === 'asked', before);
    await customer.socket.timeout(patience).emitWithAck('cobrowseAnswer', { grant: 'record', accept: true });
    const path = `/api/contacts/${customer.contactId}/cobrowse/recordings`;
    const recordings = async () => (await call<{ recordings: PageRecording[] }>(scene.test.url, path, { token: carl.login.token })).body.recordings;
    await expect.poll(async () => (await recordings()).length, { timeout: patience }).toBe(1);
    await sharer.send(sharer.change('kept'));
    await anna.post(`/api/contacts/${customer.contactId}/hangup`);
    await expect.poll(async () => (await recordings())[0]?.endedAt ?? null, { timeout: patience }).not.toBeNull();
    const id = (await recordings())[0]?.id ?? '';
    const begun = await carl.post<{ replay: string }>(`${path}/${id}/replay`);
    const part = await call(scene.test.url, `${path}/${id}/parts/0?replay=${begun.body.replay}`, { token: carl.login.token });
    expect(JSON.stringify(part.body)).toContain('kept');
  });

  it('CB76 takes nobody in whose grant is not in the store, nor one that went unheard of, and starts again where it was', async () => {
    const sharer = await shared();
    await relay.stop();
    expect(sharer.socket.connected).toBe(false);
    relay = await startRelay();
    const again = scene.present(await TestSharer.again(customer));
    expect(await again.send(...again.snapshot(['after-the-restart']))).toEqual({ ok: true, value: null });
    const viewer = scene.present(await TestViewer.open(anna, customer.contactId));
    await expect.poll(() => viewer.text, { timeout: patience }).toContain('after-the-restart');
    // Behind the gateway's back, so that nobody tells the relay.
    const store = await storeClient(scene.test.dataDir);
    try {
      await store.query(`update contact set state = jsonb_set(state, '{cobrowse,view}', '"off"') where id = $1`, [customer.contactId]);
      await expect.poll(() => again.stopped && viewer.stopped, { timeout: 3 * patience }).toBe(true);
    } finally {
      await store.end();
    }
  });
});
