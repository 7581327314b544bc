/** The audit of co-browsing: that everything is written down, that nothing in it can be changed unseen, and that it holds no text of the page. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Ticket } from '#shared/agent-protocol.ts';
import type { AuditReport } from '#shared/cobrowse-audit.ts';
import type { GrantKind } from '#shared/cobrowse-grants.ts';
import { Scene } from './support/calls-scene.ts';
import { TestSharer, TestViewer } from './support/cobrowse-peers.ts';
import { call, patience, TestAgent, type TestCustomer } from './support/gateway.ts';
import { storeClient } from './support/store-client.ts';

let scene: Scene;
let anna: TestAgent;
let carl: TestAgent;
let customer: TestCustomer;

beforeAll(async () => {
  scene = await Scene.start();
  carl = await TestAgent.login(scene.test.url, 'carl');
});
afterEach(() => scene.clear([customer], [anna]));
afterAll(async () => {
  carl.close();
  await scene.stop();
});

async function report(reader: TestAgent = carl): Promise<AuditReport> {
  const { status, body } = await call<AuditReport>(scene.test.url, `/api/contacts/${customer.contactId}/cobrowse/audit`, { token: reader.login.token });
  if (status !== 200) throw new Error(`no audit: ${status} ${JSON.stringify(body)}`);
  return body;
}

/** Who did what, with the details in the order of their names. */
const told = ({ entries }: AuditReport): string[] => entries.map(({ actor, action, detail }) => {
  const values = Object.entries(detail).sort(([one], [other]) => (one < other ? -1 : 1)).map(([, value]) => value);
  return [actor.kind, action, ...values].join(' ');
});

/** All of it, once the last of it is what is waited for. */
async function story(last: string): Promise<string[]> {
  const read = async (): Promise<string[]> => told(await report());
  await expect.poll(async () => (await read()).at(-1), { timeout: patience }).toBe(last);
  return read();
}

async function ask(grant: GrantKind): Promise<void> {
  const before = customer.views.all.length;
  const { status } = await anna.post(`/api/contacts/${customer.contactId}/cobrowse/ask`, { grant });
  expect(status).toBe(204);
  await customer.views.until(`being asked for ${grant}`, ({ cobrowse }) => cobrowse.grants[grant] === 'asked', before);
}

const answer = (grant: GrantKind, accept: boolean) => customer.socket.timeout(patience).emitWithAck('cobrowseAnswer', { grant: grant as 'control', accept });

describe('the audit', () => {
  it('CR1 tells of every grant by whom it was asked, given, declined, withdrawn, taken back or lost', async () => {
    anna = await scene.atWork('anna');
    customer = await scene.inCall(anna);
    await ask('view');
    const sharer = await TestSharer.consent(customer);
    await ask('control');
    await answer('control', false);
    await ask('control');
    await answer('control', true);
    await answer('control', false);
    await ask('record');
    expect((await call(scene.test.url, `/api/contacts/${customer.contactId}/cobrowse/record`, { method: 'DELETE', token: anna.login.token })).status).toBe(204);
    await ask('annotate');
    await customer.socket.timeout(patience).emitWithAck('cobrowseRevoke');
    const lines = (await story('system lapsed cobrowseRevoked annotate')).filter((line) => !/page|viewer/.test(line));
    expect(lines).toEqual([
      'agent asked view', `customer granted view ${anna.login.agent.id}`, 'agent asked control', 'customer declined control', 'agent asked control',
      `customer granted control ${anna.login.agent.id}`, 'customer revoked control', 'agent asked record', 'agent withdrawn record', 'agent asked annotate', 'customer revoked view', 'system lapsed cobrowseRevoked annotate',
    ]);
    // Beside the ticket it is said that there is something to read.
    const { body } = await call<{ tickets: readonly Ticket[] }>(scene.test.url, '/api/tickets', { token: carl.login.token });
    expect(body.tickets.filter(({ contactId }) => contactId === customer.contactId).map(({ pageShared }) => pageShared)).toEqual([true]);
    expect((await report()).entries[0]?.actor).toEqual({ kind: 'agent', id: anna.login.agent.id, name: 'Anna' });
    sharer.close();
  });

  it('CB131 tells of the screen like of every grant, asked or offered', async () => {
    anna = await scene.atWork('anna');
    customer = await scene.inCall(anna);
    await ask('screen');
    await answer('screen', false);
    await ask('screen');
    expect(await answer('screen', true)).toMatchObject({ ok: true });
    expect((await call(scene.test.url, `/api/contacts/${customer.contactId}/cobrowse/screen`, { method: 'DELETE', token: anna.login.token })).status).toBe(204);
    expect(await answer('screen', true)).toMatchObject({ ok: true });
    await answer('screen', false);
    expect(await story('customer revoked screen')).toEqual([
      'agent asked screen', 'customer declined screen', 'agent asked screen', `customer granted screen ${anna.login.agent.id}`, 'agent revoked screen',
      `customer granted screen ${anna.login.agent.id}`, 'customer revoked screen',
    ]);
  });

  it('CR2 tells who looked, at which page, when it rested, and how often a secret was masked or the page’s events refused; and holds no text of the page', async () => {
    anna = await scene.atWork('anna');
    customer = await scene.inCall(anna);
    const sharer = await TestSharer.consent(customer);
    expect(await sharer.send(...sharer.snapshot(['Balance LEAK-text', 'IBAN DE89 3704 0044 0532 0130 00'], 'https://bank.example/accounts/•••'))).toEqual({ ok: true, value: null });
    const viewer = await TestViewer.open(anna, customer.contactId);
    await expect.poll(() => viewer.text, { timeout: patience }).toContain('LEAK-text');
    expect(viewer.text).not.toContain('0532');
    sharer.socket.emit('pause', 'page');
    sharer.socket.emit('pause', false);
    viewer.close();
    await expect.poll(async () => (await report()).entries.some(({ action }) => action === 'viewerLeft'), { timeout: patience }).toBe(true);
    await sharer.send(...sharer.snapshot(['open'], 'https://bank.example/accounts'));
    expect((await sharer.send({ ...sharer.change('x'), event: { type: 3, timestamp: 1, data: { source: 9, id: 2 } } })).ok).toBe(false);
    await customer.socket.timeout(patience).emitWithAck('cobrowseRevoke');
    await expect.poll(async () => (await report()).entries.some(({ action }) => action === 'refused'), { timeout: patience }).toBe(true);
    const all = await report();
    for (const line of [
      'customer pageShown https://bank.example/accounts/•••', 'agent viewerJoined', 'customer paused page', 'customer resumed', 'agent viewerLeft', 'customer pageShown https://bank.example/accounts',
      'system redacted 1 relay', 'system refused 1',
    ]) expect(told(all)).toContain(line);
    expect(all.verified).toBe(true);
    expect(JSON.stringify(all)).not.toMatch(/LEAK|0532/);
    expect((await call<string>(scene.test.url, '/healthz')).status).toBe(200);
    const metrics = await (await fetch(`${scene.test.url}/metrics`)).text();
    expect(metrics).toContain('gethelp_cobrowse_redactions_total{where="relay"} 1');
  });

  it('CR3 is for supervisors, refuses to be changed, and tells what was changed all the same', async () => {
    anna = await scene.atWork('anna');
    customer = await scene.inCall(anna);
    const sharer = await TestSharer.consent(customer);
    sharer.close();
    expect((await call(scene.test.url, `/api/contacts/${customer.contactId}/cobrowse/audit`, { token: anna.login.token })).status).toBe(403);
    const { entries, verified } = await report();
    expect(verified).toBe(true);
    const seq = entries[0]?.seq ?? 0;
    const store = await storeClient(scene.test.dataDir);
    try {
      for (const change of [`update cobrowse_audit set detail = '{}'`, 'delete from cobrowse_audit', 'truncate cobrowse_audit']) await expect(store.query(change)).rejects.toThrow('append-only');
      const head = await verdict();
      expect(head).toMatch(/entries, each as it was written\. Head: \d+:[0-9a-f]{64}/);
      const anchor = /Head: (\S+)/.exec(head)?.[1] ?? '';
      // Whoever owns the store can take the triggers away, and is found out.
      await store.query('alter table cobrowse_audit disable trigger all');
      await store.query('begin');
      await store.query(`update cobrowse_audit set detail = '{"grant":"control"}' where seq = $1`, [seq]);
      await store.query('commit');
      expect(await report()).toMatchObject({ verified: false, brokenAt: seq });
      expect(await verdict()).toContain(`BROKEN at entry ${seq}: it is not what was written`);
      await store.query(`update cobrowse_audit set detail = $2 where seq = $1`, [seq, JSON.stringify(entries[0]?.detail)]);
      expect(await verdict(anchor)).toContain('each as it was written');
      await store.query('delete from cobrowse_audit where seq = (select max(seq) from cobrowse_audit)');
      expect(await verdict()).toContain('each as it was written');
      expect(await verdict(anchor)).toContain('it ends before entry');
      await store.query('delete from cobrowse_audit where seq = 1');
      expect(await verdict()).toContain('BROKEN at entry 2: entry 1 is missing');
      await store.query('alter table cobrowse_audit enable trigger all');
    } finally {
      await store.end();
    }
  });
});

/** What the command says. */
async function verdict(...args: string[]): Promise<string> {
  const root = join(import.meta.dirname, '../..');
  const run = promisify(execFile)(process.execPath, [join(root, 'scripts/verify-audit.ts'), ...args], { cwd: root, env: { ...process.env, DATA_DIR: scene.test.dataDir, DATABASE_URL: '' } });
  return run.then(({ stdout }) => stdout, (error: { stdout: string; stderr: string }) => `${error.stdout}${error.stderr}`);
}
