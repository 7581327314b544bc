/** What agents do in a page, over real sockets: what the relay passes on, to whom, and what it refuses by itself. */
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Act, Draw, OfferAnswer, Outcome, Standing, Watcher } from '#shared/cobrowse-hands.ts';
import type { CobrowseClientEvents, CobrowseServerEvents } from '#shared/cobrowse-protocol.ts';
import type { HandAudit } from '../src/server/hands.ts';
import { createRelay, type Relay } from '../src/server/relay.ts';
import { eventually } from './browser.ts';

type Client = Socket<CobrowseServerEvents, CobrowseClientEvents>;

const watchers: Record<string, Watcher> = { anna: { name: 'Anna Berger', as: 'agent' }, ben: { name: 'Ben Arslan', as: 'supervisor' } };
const all: Standing = { agentId: 'anna', annotate: true, control: true, watchers, origins: ['https://other.portal.example'] };

let http: HttpServer;
let server: Server;
let relay: Relay;
let clients: Client[];
let standing: () => Promise<Standing | null>;
let audited: HandAudit[];

beforeEach(async () => {
  clients = [];
  audited = [];
  standing = async () => all;
  http = createServer();
  server = new Server(http);
  relay = createRelay({
    namespace: server.of('/cobrowse'), log: { info: () => {}, warn: () => {} }, standing: () => standing(), onAudit: (entry) => audited.push(entry),
    // A token of these tests says who it is.
    authorize: async (token) => {
      const [role, agentId] = token.split(':');
      return { ok: true, value: { role: role === 'sharer' ? 'sharer' : 'viewer', contactId: 'c1', from: 'sip:c1@example.com', agentId: agentId ?? null, origin: role === 'sharer' ? 'https://portal.example' : null } };
    },
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  for (const client of clients) client.disconnect();
  await relay.close();
  await server.close();
});

function connect(token: string): Client {
  const client: Client = io(`http://127.0.0.1:${(http.address() as AddressInfo).port}/cobrowse`, { auth: { token }, transports: ['websocket'], forceNew: true, reconnection: false });
  clients.push(client);
  return client;
}

interface SharedPage {
  readonly client: Client;
  readonly acts: Act[];
  readonly draws: Draw[];
  readonly offers: string[];
  readonly viewers: () => readonly Watcher[];
}

/** A page that does what it is told, and is live by its first snapshot. */
async function sharedPage(pageEpoch = 'p1'): Promise<SharedPage> {
  const client = connect('sharer');
  const page = { client, acts: [] as Act[], draws: [] as Draw[], offers: [] as string[] };
  let viewers: readonly Watcher[] = [];
  client.on('act', (act, acknowledge) => { page.acts.push(act); acknowledge('done'); });
  client.on('draw', (draw, acknowledge) => { page.draws.push(draw); acknowledge('done'); });
  client.on('offer', ({ url }, acknowledge) => { page.offers.push(url); acknowledge('accepted'); });
  client.on('beat', (acknowledge) => acknowledge());
  client.on('viewers', (watching) => { viewers = watching; });
  await eventually('the page to be connected', () => client.connected);
  const envelope = { tab: 't', pageEpoch, snapshotEpoch: 1 };
  await client.emitWithAck('frames', [
    { envelope: { ...envelope, seq: 0 }, event: { type: 4, timestamp: 1, data: { href: 'about:blank', width: 100, height: 100 } } },
    { envelope: { ...envelope, seq: 1 }, event: { type: 2, timestamp: 1, data: { node: { type: 0, id: 1, childNodes: [] }, initialOffset: { top: 0, left: 0 } } } },
  ]);
  return { ...page, viewers: () => viewers };
}

async function viewer(agentId: string): Promise<Client> {
  const client = connect(`viewer:${agentId}`);
  await eventually('the viewer to be connected', () => client.connected);
  return client;
}

const click: Act = { picture: { pageEpoch: 'p1', snapshotEpoch: 1 }, seq: 0, action: { kind: 'click', at: { nodeId: 7, x: 0.5, y: 0.5 } } };
const typed: Act = { ...click, action: { kind: 'type', nodeId: 9, text: 'SECRET-typed' } };
const pen: Draw = { picture: click.picture, mark: { kind: 'pen', id: 'a', nodeId: 7, points: [[0, 0], [1, 1]] } };

async function act(client: Client, what: unknown = click): Promise<Outcome> {
  return client.emitWithAck('act', what as Act);
}

/** The gateway's word comes a moment after the connection. */
async function acting(client: Client): Promise<void> {
  await eventually('the grant to be known', async () => (await act(client, { ...click, action: { kind: 'move', at: click.action.kind === 'click' ? click.action.at : null } })) === 'done');
}

describe('acting in a page', () => {
  it('CB105 reaches the page from the agent who has the customer and the grant, and from nobody else', async () => {
    const [page, anna, ben] = [await sharedPage(), await viewer('anna'), await viewer('ben')];
    await acting(anna);
    expect(await act(anna)).toBe('done');
    expect(await act(ben)).toBe('notGranted');
    expect(await ben.emitWithAck('draw', pen)).toBe('notGranted');
    standing = async () => ({ ...all, control: false });
    relay.reconsider('c1');
    await eventually('control to be over', async () => (await act(anna)) === 'notGranted');
    expect(await anna.emitWithAck('draw', pen)).toBe('done');
    // Where the gateway cannot be asked, nobody may.
    standing = () => Promise.reject(new Error('the store is gone'));
    relay.reconsider('c1');
    await eventually('drawing to be over too', async () => (await anna.emitWithAck('draw', pen)) === 'notGranted');
    expect(page.acts.filter(({ action }) => action.kind === 'click')).toHaveLength(1);
  });

  it('CB105 is refused for another page than the live one, for a paused one, and in any other form', async () => {
    const [page, anna] = [await sharedPage(), await viewer('anna')];
    await acting(anna);
    const before = page.acts.length;
    expect(await act(anna, { ...click, picture: { pageEpoch: 'p0', snapshotEpoch: 1 } })).toBe('stale');
    for (const bad of [null, {}, { ...click, extra: 1 }, { ...click, action: { kind: 'eval', nodeId: 7 } }, { ...click, action: { kind: 'click', at: { nodeId: 7, x: 2, y: 0 } } }, { ...typed, action: { ...typed.action, text: 'x'.repeat(5000) } }]) {
      expect(await act(anna, bad)).toBe('unfit');
    }
    page.client.emit('pause', 'customer');
    await eventually('the pause', async () => (await act(anna)) === 'away');
    expect(page.acts.length).toBe(before);
  });

  it('CB104 passes on no more than a page can bear', async () => {
    const [page, anna] = [await sharedPage(), await viewer('anna')];
    await acting(anna);
    const outcomes = await Promise.all(Array.from({ length: 200 }, () => act(anna)));
    expect(outcomes.filter((outcome) => outcome === 'tooMuch').length).toBeGreaterThan(100);
    expect(page.acts.length).toBeLessThan(80);
  });

  it('CB106 is audited by element and outcome, never with what was typed', async () => {
    const [, anna] = [await sharedPage(), await viewer('anna')];
    await acting(anna);
    await act(anna);
    await act(anna, typed);
    await act(anna, { ...click, picture: { pageEpoch: 'p0', snapshotEpoch: 1 } });
    await anna.emitWithAck('draw', pen);
    expect(audited).toEqual([
      { contactId: 'c1', agentId: 'anna', action: 'click', nodeId: 7, outcome: 'done' },
      { contactId: 'c1', agentId: 'anna', action: 'type', nodeId: 9, outcome: 'done' },
      { contactId: 'c1', agentId: 'anna', action: 'click', nodeId: 7, outcome: 'stale' },
      { contactId: 'c1', agentId: 'anna', action: 'draw', nodeId: 7, outcome: 'done' },
    ]);
    expect(JSON.stringify(audited)).not.toContain('SECRET');
  });
});

describe('who watches', () => {
  it('CB107 is told to the page by name, and who may not any more is taken off', async () => {
    const [page, anna, ben] = [await sharedPage(), await viewer('anna'), await viewer('ben')];
    await eventually('both to be named', () => page.viewers().length === 2);
    expect(page.viewers()).toEqual([{ name: 'Anna Berger', as: 'agent' }, { name: 'Ben Arslan', as: 'supervisor' }]);
    const stopped = new Promise((resolve) => { anna.on('stopped', () => resolve(true)); });
    standing = async () => ({ ...all, agentId: 'ben', watchers: { ben: { name: 'Ben Arslan', as: 'agent' } } });
    relay.reconsider('c1');
    await stopped;
    await eventually('one to be left', () => page.viewers().length === 1);
    expect(ben.connected).toBe(true);
  });
});

describe('drawings', () => {
  it('CB108 are shown to everybody who watches as the page says they are, also to who comes later', async () => {
    const [page, anna] = [await sharedPage(), await viewer('anna')];
    const shown = (client: Client): Promise<unknown> => new Promise((resolve) => { client.once('drawings', resolve); });
    const drawings = { picture: click.picture, drawings: [{ kind: 'highlight' as const, id: 'h', nodeId: 7 }] };
    const first = shown(anna);
    page.client.emit('drawings', drawings);
    expect(await first).toEqual(drawings);
    const late = connect('viewer:ben');
    expect(await shown(late)).toEqual(drawings);
    // What no page can have drawn is nobody's drawing.
    page.client.emit('drawings', { ...drawings, picture: { pageEpoch: 'p9', snapshotEpoch: 1 } });
    page.client.emit('drawings', { drawings: 'all' } as never);
    const later = connect('viewer:anna');
    expect(await shown(later)).toEqual(drawings);
  });
});

describe('an offer to lead the customer elsewhere', () => {
  it('CB109 reaches the page for addresses of its portal only, and from its agent only', async () => {
    const [page, anna, ben] = [await sharedPage(), await viewer('anna'), await viewer('ben')];
    await acting(anna);
    const offer = (client: Client, url: string): Promise<OfferAnswer> => client.emitWithAck('offer', { url });
    expect(await offer(ben, 'https://portal.example/loans')).toBe('away');
    expect(await offer(anna, 'https://evil.example/portal.example')).toBe('notThere');
    expect(await offer(anna, 'https://other.portal.example/help')).toBe('accepted');
    expect(await offer(anna, 'https://portal.example/loans')).toBe('tooMuch');
    expect(page.offers).toEqual(['https://other.portal.example/help']);
    expect(await Promise.all(['javascript:alert(1)', 'data:text/html,x'].map((url) => offer(ben, url)))).not.toContain('accepted');
  });

  it('CB110 the distance to the page is told, and that it does not answer', async () => {
    const [page, anna] = [await sharedPage(), await viewer('anna')];
    expect(await anna.emitWithAck('beat')).toBe(true);
    page.client.disconnect();
    await eventually('nobody to answer', async () => !(await anna.emitWithAck('beat')));
  });
});
