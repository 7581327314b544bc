/** The relay over real sockets, with sharers and viewers made by hand. */
import { createHash } from 'node:crypto';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { Server } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AssetOffer, CobrowseClaims, CobrowseClientEvents, CobrowseFrame, CobrowseServerEvents, RelayedState, SharedTab } from '#shared/cobrowse-protocol.ts';
import type { Standing } from '#shared/cobrowse-hands.ts';
import type { Reply } from '#shared/problem.ts';
import { acknowledgeEveryMessages, maxMessageBytes, maxViewerInFlightMessages } from '../src/policy/limits.ts';
import { createRelay, type Relay } from '../src/server/relay.ts';
import { eventually } from './browser.ts';

type Client = Socket<CobrowseServerEvents, CobrowseClientEvents>;

let http: HttpServer;
let server: Server;
let relay: Relay;
let registry: Registry;
let clients: Client[];
let standing: Standing | null;

const watchers = { anna: { name: 'Anna', as: 'agent' }, ben: { name: 'Ben', as: 'supervisor' } } as const;

beforeEach(async () => {
  clients = [];
  standing = { agentId: 'anna', annotate: false, control: false, watchers, origins: ['https://portal.example'] };
  http = createServer();
  server = new Server(http, { maxHttpBufferSize: maxMessageBytes });
  registry = new Registry();
  relay = createRelay({
    namespace: server.of('/cobrowse'), registry, log: { info: () => {}, warn: () => {} },
    standing: async () => standing,
    // A token of these tests says who it is: role, contact, agent.
    authorize: async (token, origin): Promise<Reply<CobrowseClaims>> => {
      const [role, contactId, agentId] = token.split(':');
      if (role === 'broken') throw new Error('store gone');
      if ((role !== 'sharer' && role !== 'viewer') || contactId === undefined) return { ok: false, problem: { type: '/problems/token-refused', title: 'Token refused', status: 401 } };
      return { ok: true, value: { role, contactId, from: `sip:${contactId}@example.com`, agentId: agentId ?? null, origin: origin ?? null } };
    },
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  for (const client of clients) client.disconnect();
  await relay.close();
  await server.close();
});

function connect(auth: object): Client {
  const client: Client = io(`http://127.0.0.1:${(http.address() as AddressInfo).port}/cobrowse`, { auth, transports: ['websocket'], forceNew: true, reconnection: false });
  clients.push(client);
  return client;
}

interface Sharer {
  readonly client: Client;
  readonly asked: () => number;
  readonly send: (...frames: CobrowseFrame[]) => Promise<Reply<null>>;
  readonly snapshot: () => CobrowseFrame[];
  readonly change: (text: string) => CobrowseFrame;
  readonly sendSnapshot: () => Promise<Reply<null>>;
}

async function sharer(page = 'p', token = 'sharer:c1'): Promise<Sharer> {
  const client = connect({ token });
  let asked = 0;
  let seq = 0;
  let snapshotEpoch = 0;
  client.on('snapshotWanted', () => { asked += 1; });
  const frame = (type: number, data: unknown): CobrowseFrame => {
    const envelope = { tab: 't', pageEpoch: page, seq, snapshotEpoch };
    seq += 1;
    return { envelope, event: { type, timestamp: Date.now(), data } };
  };
  const snapshot = (): CobrowseFrame[] => {
    snapshotEpoch += 1;
    return [
      frame(4, { href: 'about:blank', width: 100, height: 100 }),
      frame(2, {
        node: { type: 0, id: 1, childNodes: [{ type: 2, id: 2, tagName: 'p', attributes: { 'data-gethelp-unmask': '' }, childNodes: [{ type: 3, id: 3, textContent: page }] }] },
        initialOffset: { top: 0, left: 0 },
      }),
    ];
  };
  const send = (...frames: CobrowseFrame[]): Promise<Reply<null>> => client.timeout(5_000).emitWithAck('frames', frames);
  await eventually('the sharer', () => client.connected);
  return {
    client, asked: () => asked, send, snapshot,
    change: (text) => frame(3, { source: 0, texts: [{ id: 3, value: text }], attributes: [], removes: [], adds: [] }),
    sendSnapshot: () => send(...snapshot()),
  };
}

interface Viewer {
  readonly client: Client;
  readonly frames: CobrowseFrame[];
  readonly states: RelayedState[];
  readonly isStopped: () => boolean;
  readonly text: () => string;
}

async function viewer(options: { token?: string; acknowledges?: () => boolean } = {}): Promise<Viewer> {
  const client = connect({ token: options.token ?? 'viewer:c1:anna' });
  const frames: CobrowseFrame[] = [];
  const states: RelayedState[] = [];
  let isStopped = false;
  client.on('frames', (batch, acknowledge) => {
    frames.push(...batch);
    if (options.acknowledges?.() ?? true) acknowledge?.();
  });
  client.on('sharing', (state) => states.push(state));
  client.on('stopped', () => { isStopped = true; });
  await eventually('the viewer', () => client.connected);
  return { client, frames, states, isStopped: () => isStopped, text: () => JSON.stringify(frames) };
}

async function metric(name: string, labels: Record<string, string> = {}): Promise<number> {
  const values = (await registry.getSingleMetric(name)?.get())?.values ?? [];
  return values.find((value) => Object.entries(labels).every(([label, expected]) => (value.labels as Record<string, unknown>)[label] === expected))?.value ?? 0;
}

describe('who is let in', () => {
  it.each([
    [{}, 401], [{ token: '' }, 401], [{ token: 'nobody' }, 401], [{ token: 'broken:c1' }, 503],
  ])('CB12 refuses %j with a problem', async (auth, status) => {
    const client = connect(auth);
    const error = await new Promise<Error & { data?: unknown }>((resolve) => client.on('connect_error', resolve));
    expect(error.data).toMatchObject({ status, title: expect.any(String), type: expect.stringMatching(/^\/problems\//) });
    expect(JSON.stringify(error.data)).not.toContain('store gone');
  });

  it('CB12 shows a viewer only the session that its token names, and takes frames from the sharer alone', async () => {
    const [page, other, watching] = [await sharer('mine'), await sharer('theirs', 'sharer:c2'), await viewer()];
    await page.sendSnapshot();
    await other.sendSnapshot();
    await page.send(page.change('seen'));
    await eventually('the change', () => watching.text().includes('seen'));
    expect(watching.text()).not.toContain('theirs');
    const reply = await watching.client.timeout(2_000).emitWithAck('frames', page.snapshot());
    expect(reply).toMatchObject({ ok: false, problem: { status: 403 } });
  });

  it('CB17 lets one agent go without ending the sharing', async () => {
    const [page, anna, ben] = [await sharer(), await viewer(), await viewer({ token: 'viewer:c1:ben' })];
    await page.sendSnapshot();
    relay.endViewer('c1', 'anna');
    await eventually('anna to be gone', () => anna.isStopped() && !anna.client.connected);
    await page.send(page.change('after'));
    await eventually('ben to see on', () => ben.text().includes('after'));
    expect(anna.text()).not.toContain('after');
  });
});

describe('what is passed on', () => {
  it('CB6 shows a late joiner the last snapshot and what followed, without asking the sharer', async () => {
    const page = await sharer();
    await page.sendSnapshot();
    await page.send(page.change('one'), page.change('two'));
    const late = await viewer();
    await eventually('the picture', () => late.frames.length === 4);
    expect(late.frames.map(({ envelope }) => envelope.seq)).toEqual([0, 1, 2, 3]);
    expect(late.states.at(-1)).toEqual({ name: 'live' });
    expect(page.asked()).toBe(0);
  });

  it('CB10 asks for a snapshot after a gap, and hands nothing on before it comes', async () => {
    const [page, watching] = [await sharer(), await viewer()];
    await page.sendSnapshot();
    page.change('lost');
    expect(await page.send(page.change('afterwards'))).toMatchObject({ ok: false, problem: { status: 409 } });
    await eventually('the request', () => page.asked() === 1);
    await page.send(page.change('still lost'));
    await page.sendSnapshot();
    await page.send(page.change('again'));
    await eventually('the stream to go on', () => watching.text().includes('again'));
    expect(watching.text()).not.toMatch(/afterwards|still lost/);
  });

  it('CB10 asks for snapshots at a bounded rate, however many gaps there are', async () => {
    const page = await sharer();
    await page.sendSnapshot();
    for (let round = 0; round < 20; round += 1) {
      await page.sendSnapshot();
      page.change('lost');
      await page.send(page.change('gap'));
    }
    expect(page.asked()).toBeLessThanOrEqual(2);
  });

  it.each([
    ['raw text', (page: Sharer) => added(page, { type: 2, id: 9, tagName: 'p', attributes: { 'data-gethelp-mask': '' }, childNodes: [{ type: 3, id: 10, textContent: 'evil' }] })],
    ['a script', (page: Sharer) => added(page, { type: 2, id: 9, tagName: 'script', attributes: {}, childNodes: [] })],
    ['an event handler', (page: Sharer) => added(page, { type: 2, id: 9, tagName: 'b', attributes: { onclick: 'x()' }, childNodes: [] })],
    ['something to fetch', (page: Sharer) => added(page, { type: 2, id: 9, tagName: 'b', attributes: { style: 'background:url(//evil)' }, childNodes: [] })],
    ['a custom event', (page: Sharer) => ({ ...page.change('x'), event: { type: 5, timestamp: 1, data: { tag: 'x', payload: 'x' } } })],
    ['canvas commands', (page: Sharer) => ({ ...page.change('x'), event: { type: 3, timestamp: 1, data: { source: 9, id: 2, type: 0, commands: [] } } })],
  ])('CB9 drops %s, counts it and asks for a snapshot', async (_, forge) => {
    const [page, watching] = [await sharer(), await viewer()];
    await page.sendSnapshot();
    expect(await page.send(forge(page))).toMatchObject({ ok: false, problem: { status: 422 } });
    await eventually('the request', () => page.asked() === 1);
    expect(watching.text()).not.toMatch(/4111|script|onclick|evil|payload|commands/);
    expect(await metric('gethelp_cobrowse_frames_total', { outcome: 'refused' })).toBe(1);
  });

  it('CB74 masks a secret that the page let through, and counts it', async () => {
    const [page, watching] = [await sharer(), await viewer()];
    await page.sendSnapshot();
    expect(await page.send(page.change('pay 4111 1111 1111 1111'), page.change('open'))).toEqual({ ok: true, value: null });
    await eventually('what came after it', () => watching.text().includes('open'));
    expect(watching.text()).not.toContain('4111');
    expect(await metric('gethelp_cobrowse_redactions_total', { where: 'relay' })).toBe(1);
    page.client.emit('redacted', 3);
    for (const junk of [-1, 1.5, 'x', null, {}]) page.client.emit('redacted', junk as never);
    await eventually('the page’s own count', async () => (await metric('gethelp_cobrowse_redactions_total', { where: 'page' })) === 3);
  });

  it('CB9 survives what is no frame at all', async () => {
    const page = await sharer();
    for (const junk of [null, 'x', [], [null], [{}], { length: 1 }, [{ envelope: {}, event: {} }], [[[[]]]], Buffer.from('x')]) {
      expect(await page.client.timeout(2_000).emitWithAck('frames', junk as never)).toMatchObject({ ok: false, problem: { status: 400 } });
    }
    const [good] = page.snapshot() as [CobrowseFrame];
    for (const change of [{ tab: '' }, { tab: 't'.repeat(65) }, { pageEpoch: 1 }, { seq: -1 }, { seq: 1.5 }, { seq: 1e17 }, { snapshotEpoch: '1' }, { more: 1 }]) {
      expect(await page.client.timeout(2_000).emitWithAck('frames', [{ ...good, envelope: { ...good.envelope, ...change } }] as never)).toMatchObject({ ok: false, problem: { status: 400 } });
    }
    for (const change of [{ type: 21 }, { type: '3' }, { timestamp: null }, { timestamp: 'now' }]) {
      expect(await page.client.timeout(2_000).emitWithAck('frames', [{ ...good, event: { ...good.event, ...change } }] as never)).toMatchObject({ ok: false, problem: { status: 400 } });
    }
    expect(await page.client.timeout(2_000).emitWithAck('frames', [{ ...good, more: 1 }] as never)).toMatchObject({ ok: false, problem: { status: 400 } });
    page.client.emit('frames', [] as never, undefined as never);
    page.client.emit('pause', { evil: true } as never);
    expect((await page.sendSnapshot()).ok).toBe(true);
  });

  it('CB14 skips a viewer that does not keep up, and never the sharer; then shows it everything', async () => {
    let isReading = false;
    const pending: (() => void)[] = [];
    let askedOfQuick = 0;
    const [page, slow, quick] = [await sharer(), await viewer({ acknowledges: () => isReading }), await viewer({ token: 'viewer:c1:ben' })];
    slow.client.on('frames', (_frames, acknowledge) => { if (!isReading && acknowledge !== undefined) pending.push(acknowledge); });
    quick.client.on('frames', (_frames, acknowledge) => { if (acknowledge !== undefined) askedOfQuick += 1; });
    await page.sendSnapshot();
    for (let index = 0; index < maxViewerInFlightMessages + 20; index += 1) expect((await page.send(page.change(`change ${index}`))).ok).toBe(true);
    await eventually('the quick one to have all', () => quick.text().includes(`change ${maxViewerInFlightMessages + 19}`));
    expect(slow.text()).not.toContain(`change ${maxViewerInFlightMessages + 19}`);
    expect(await metric('gethelp_cobrowse_viewers_behind_total')).toBe(1);
    // An answer to every message would be a packet for every movement.
    expect(askedOfQuick).toBe(Math.floor((maxViewerInFlightMessages + 21) / acknowledgeEveryMessages));
    isReading = true;
    for (const acknowledge of pending) acknowledge();
    await eventually('the slow one to have caught up', () => slow.text().includes(`change ${maxViewerInFlightMessages + 19}`));
  });
});

describe('which page is live', () => {
  it('CB5 follows the newest page, and ignores the older one without breaking it', async () => {
    const [first, watching] = [await sharer('first'), await viewer()];
    await first.sendSnapshot();
    const second = await sharer('second');
    await second.sendSnapshot();
    expect(await first.send(first.change('from behind'))).toEqual({ ok: true, value: null });
    await second.send(second.change('in front'));
    await eventually('the newest', () => watching.text().includes('in front'));
    expect(watching.text()).not.toContain('from behind');
  });

  it('CB5 falls back to the older page when the newest is closed', async () => {
    const [first, watching] = [await sharer('first'), await viewer()];
    await first.sendSnapshot();
    const second = await sharer('second');
    await second.sendSnapshot();
    second.client.io.engine.close();
    await eventually('the request', () => first.asked() === 1);
    await first.sendSnapshot();
    await first.send(first.change('back in front'));
    await eventually('the older page', () => watching.text().includes('back in front'));
  });

  it('CB45 follows the customer back to an older page, and to no page that is not shared', async () => {
    const [first, watching] = [await sharer('first'), await viewer()];
    await first.sendSnapshot();
    const second = await sharer('second');
    await second.sendSnapshot();
    const silent = await sharer('silent');
    silent.client.emit('active');
    second.client.emit('active');
    first.client.emit('active');
    await eventually('the request', () => first.asked() === 1);
    await first.sendSnapshot();
    await first.send(first.change('looked at again'));
    await eventually('the older page', () => watching.text().includes('looked at again'));
    await second.send(second.change('from behind'));
    await first.send(first.change('still looked at'));
    await eventually('the older page still', () => watching.text().includes('still looked at'));
    expect(watching.text()).not.toContain('from behind');
    expect(second.asked()).toBe(0);
  });

  it('CB58 lets the agent of the call choose among the tabs until the customer comes to one, and nobody else', async () => {
    const [first, watching, looking] = [await sharer('first'), await viewer(), await viewer({ token: 'viewer:c1:ben' })];
    const [tabs, shown]: [SharedTab[][], boolean[]] = [[], []];
    watching.client.on('tabs', (now) => tabs.push([...now]));
    first.client.on('shown', (isShown) => shown.push(isShown));
    await first.sendSnapshot();
    const second = await sharer('second');
    await second.sendSnapshot();
    await eventually('both', () => tabs.at(-1)?.length === 2);
    expect(tabs.at(-1)).toEqual([
      { id: 'first', address: 'about:blank', isShown: false, leftAt: expect.any(String) }, { id: 'second', address: 'about:blank', isShown: true, leftAt: null },
    ]);
    looking.client.emit('showTab', 'first');
    watching.client.emit('showTab', 'nothing');
    watching.client.emit('showTab', 'first');
    await eventually('the request', () => first.asked() === 1);
    expect(tabs.at(-1)?.map(({ isShown, leftAt }) => [isShown, leftAt === null])).toEqual([[true, false], [false, true]]);
    await first.sendSnapshot();
    await first.send(first.change('looked at by the agent'));
    await eventually('the tab behind', () => watching.text().includes('looked at by the agent'));
    second.client.emit('active');
    await eventually('the customer’s own', () => tabs.at(-1)?.[1]?.isShown === true);
    expect(shown).toEqual([true, false, true, false]);
    looking.client.emit('showTab', 'first');
    second.client.emit('pause', 'customer');
    await eventually('the pause', () => tabs.at(-1)?.length === 0);
    expect(shown).toHaveLength(4);
    watching.client.emit('showTab', 'first');
    second.client.emit('pause', false);
    await second.sendSnapshot();
    await eventually('both again', () => tabs.at(-1)?.[1]?.isShown === true);
    second.client.disconnect();
    await eventually('the stop', () => tabs.at(-1)?.length === 0);
  });

  it('CB45 shows the tab in front again when all connections come back, whichever is first', async () => {
    const [behind, watching] = [await sharer('behind'), await viewer()];
    await behind.sendSnapshot();
    const front = await sharer('front');
    await front.sendSnapshot();
    await eventually('the tab in front', () => watching.text().includes('front'));
    for (const { client } of [front, behind]) client.io.engine.close();
    await eventually('both to be away', () => watching.states.at(-1)?.name === 'away');
    const [behindAgain, frontAgain] = [await sharer('behind'), await sharer('front')];
    await behindAgain.sendSnapshot();
    await frontAgain.sendSnapshot();
    await frontAgain.send(frontAgain.change('in front again'));
    await eventually('the tab in front', () => watching.text().includes('in front again'));
    await behindAgain.send(behindAgain.change('from behind'));
    await frontAgain.send(frontAgain.change('and still'));
    await eventually('the tab in front still', () => watching.text().includes('and still'));
    expect(watching.text()).not.toContain('from behind');
  });

  it('CB57 does not offer a tab that shares nothing at the moment', async () => {
    const [first, watching] = [await sharer('first'), await viewer()];
    let tabs: readonly SharedTab[] = [];
    watching.client.on('tabs', (now) => { tabs = now; });
    await first.sendSnapshot();
    const second = await sharer('second');
    await second.sendSnapshot();
    await eventually('both', () => tabs.length === 2);
    first.client.emit('pause', 'page');
    await eventually('the one that is shared', () => tabs.length === 1);
    watching.client.emit('showTab', 'first');
    await second.send(second.change('still seen'));
    await eventually('the page in front', () => watching.text().includes('still seen'));
    expect([tabs.map(({ id, isShown }) => [id, isShown]), first.asked()]).toEqual([[['second', true]], 0]);
  });

  it('CB59 has the customer asked for another tab, for the agent of the call and not too often', async () => {
    const [watching, looking] = [await viewer(), await viewer({ token: 'viewer:c1:ben' })];
    const ask = (client: Client): Promise<string> => client.timeout(5_000).emitWithAck('askTab');
    expect(await ask(watching.client)).toBe('away');
    const page = await sharer();
    let wanted = 0;
    page.client.on('tabWanted', () => { wanted += 1; });
    expect(await ask(looking.client)).toBe('notGranted');
    expect(await ask(watching.client)).toBe('done');
    await eventually('the question', () => wanted === 1);
    expect(await ask(watching.client)).toBe('tooMuch');
    expect(wanted).toBe(1);
  });

  it('CB7 brings no other tab forward when the customer stops', async () => {
    const [first, watching] = [await sharer('first'), await viewer()];
    await first.sendSnapshot();
    const second = await sharer('second');
    await second.sendSnapshot();
    second.client.disconnect();
    await eventually('the stop', () => watching.states.at(-1)?.name === 'stopped');
    expect(first.asked()).toBe(0);
    expect(await metric('gethelp_cobrowse_picture_bytes')).toBe(0);
  });

  it('CB9 refuses a socket that speaks for a page of another', async () => {
    const [first, watching] = [await sharer('page'), await viewer()];
    await first.sendSnapshot();
    const thief = await sharer('page');
    expect((await thief.sendSnapshot()).ok).toBe(false);
    await first.send(first.change('mine'));
    await eventually('the stream to go on', () => watching.text().includes('mine'));
  });

  it('CB16 tells away from stopped', async () => {
    const [page, watching] = [await sharer(), await viewer()];
    await page.sendSnapshot();
    page.client.io.engine.close();
    await eventually('away', () => watching.states.at(-1)?.name === 'away');
    expect(Date.parse((watching.states.at(-1) as { since: string }).since)).toBeGreaterThan(Date.now() - 5_000);
    const back = await sharer('next');
    await back.sendSnapshot();
    await eventually('live', () => watching.states.at(-1)?.name === 'live');
    back.client.disconnect();
    await eventually('stopped', () => watching.states.at(-1)?.name === 'stopped');
  });
});

describe('what is held', () => {
  it('CB16 ends nobody’s sharing when the relay itself goes down', async () => {
    const [page, watching] = [await sharer(), await viewer()];
    await page.sendSnapshot();
    await eventually('the picture', () => watching.frames.length === 2);
    const reasons = [page, watching].map(({ client }) => new Promise<string>((resolve) => client.on('disconnect', resolve)));
    await relay.close();
    expect(await Promise.all(reasons)).toEqual(['transport close', 'transport close']);
    expect(watching.isStopped()).toBe(false);
    expect(watching.states.map((state) => state.name)).not.toContain('stopped');
    expect(await metric('gethelp_cobrowse_picture_bytes')).toBe(0);
  });

  it('CB11 frees everything at the end, and tells both sides', async () => {
    const [page, watching] = [await sharer(), await viewer()];
    await page.sendSnapshot();
    expect(await metric('gethelp_cobrowse_picture_bytes')).toBeGreaterThan(0);
    relay.end('c1');
    await eventually('both to be gone', () => !page.client.connected && !watching.client.connected);
    expect(watching.isStopped()).toBe(true);
    expect(watching.states.at(-1)).toEqual({ name: 'stopped' });
    for (const name of ['picture_bytes', 'sessions', 'sharers', 'viewers']) expect(await metric(`gethelp_cobrowse_${name}`)).toBe(0);
    relay.end('c1');
    relay.end('unknown');
  });

  it('CB11 holds a bounded picture however long the sharing goes on, and asks for a fresh one', async () => {
    const [page] = [await sharer(), await viewer()];
    await page.sendSnapshot();
    let most = 0;
    for (let round = 0; round < 40 && page.asked() === 0; round += 1) {
      await page.send(...Array.from({ length: 10 }, () => page.change('x'.repeat(20_000).replaceAll('xxxxxxxx', 'word a b'))));
      most = Math.max(most, await metric('gethelp_cobrowse_picture_bytes'));
    }
    expect(page.asked()).toBe(1);
    expect(most).toBeLessThan(4_000_000);
    expect(await metric('gethelp_cobrowse_picture_bytes')).toBe(0);
    await page.sendSnapshot();
    expect(await metric('gethelp_cobrowse_picture_bytes')).toBeGreaterThan(0);
  });

  it('CB52 takes a picture that is what was offered, gives it to its own viewers alone, and forgets it with the session', async () => {
    const [page, watching, stranger] = [await sharer(), await viewer(), await viewer({ token: 'viewer:c2:ben' })];
    const bytes = Buffer.concat([Buffer.from('GIF89a', 'latin1'), Buffer.alloc(100)]);
    const offer = (content: Buffer, more: object = {}): AssetOffer => ({ hash: createHash('sha256').update(content).digest('hex'), type: 'image/gif', size: content.length, ...more });
    const give = async (offered: AssetOffer, content: Buffer): Promise<Reply<unknown>> => {
      const reply = await page.client.timeout(5_000).emitWithAck('offerAsset', offered);
      return reply.ok ? page.client.timeout(5_000).emitWithAck('assetPiece', { hash: offered.hash, offset: 0, bytes: content as unknown as ArrayBuffer }) : reply;
    };
    const fetchBy = (client: Client, hash: string) => client.timeout(5_000).emitWithAck('fetchAsset', hash);
    const other = Buffer.concat([bytes.subarray(0, 105), Buffer.from([1])]);
    expect(await give(offer(bytes), other)).toMatchObject({ ok: false, problem: { status: 422 } });
    // A page of HTML that calls itself a picture.
    const disguised = Buffer.from('<!doctype html><script>alert(1)</script>');
    expect(await give(offer(disguised), disguised)).toMatchObject({ ok: false, problem: { status: 422 } });
    expect(await give(offer(disguised, { type: 'image/svg+xml' }), disguised)).toMatchObject({ ok: false, problem: { status: 422 } });
    expect(await give(offer(bytes, { size: 50_000_000 }), bytes)).toMatchObject({ ok: false });
    expect(await metric('gethelp_cobrowse_asset_bytes')).toBe(0);
    expect(await give(offer(bytes), bytes)).toEqual({ ok: true, value: null });
    const { hash } = offer(bytes);
    expect(await page.client.timeout(5_000).emitWithAck('offerAsset', offer(bytes))).toEqual({ ok: true, value: { wanted: false } });
    expect(await fetchBy(watching.client, hash)).toMatchObject({ ok: true, value: { type: 'image/gif', bytes } });
    expect(await fetchBy(stranger.client, hash)).toMatchObject({ ok: false, problem: { status: 404 } });
    // A viewer gives nothing.
    const silent = await watching.client.timeout(300).emitWithAck('offerAsset', offer(other)).catch(() => 'no answer');
    expect(silent).toBe('no answer');
    expect(await metric('gethelp_cobrowse_asset_bytes')).toBe(bytes.length);
    relay.end('c1');
    expect(await metric('gethelp_cobrowse_asset_bytes')).toBe(0);
  });

  it('CB13 keeps nothing of a paused page', async () => {
    const page = await sharer();
    await page.sendSnapshot();
    page.client.emit('pause', 'customer');
    await eventually('nothing to be held', async () => (await metric('gethelp_cobrowse_picture_bytes')) === 0);
    const late = await viewer();
    await eventually('the state', () => late.states.at(-1)?.name === 'paused');
    expect(late.frames).toEqual([]);
  });
});

function added(page: Sharer, node: object): CobrowseFrame {
  return { ...page.change('x'), event: { type: 3, timestamp: 1, data: { source: 0, texts: [], attributes: [], removes: [], adds: [{ parentId: 2, nextId: null, node }] } } };
}
