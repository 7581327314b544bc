/** What all sessions together may hold, over real sockets: whose picture goes first, and how those who lose it are shown the page all the same. */
import { createHash } from 'node:crypto';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { Server } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AssetOffer, CobrowseClientEvents, CobrowseFrame, CobrowseServerEvents } from '#shared/cobrowse-protocol.ts';
import { maxMessageBytes, maxSessionAssets } from '../src/policy/limits.ts';
import { createRelay, type Relay } from '../src/server/relay.ts';
import { eventually } from './browser.ts';

type Client = Socket<CobrowseServerEvents, CobrowseClientEvents>;

const memory = { pages: 60_000, assets: 250_000 };
/** Two of them have room, three have not. */
const pageText = 'word a b '.repeat(2_700);

let http: HttpServer;
let server: Server;
let relay: Relay;
let registry: Registry;
let clients: Client[];

beforeEach(async () => {
  clients = [];
  http = createServer();
  server = new Server(http, { maxHttpBufferSize: maxMessageBytes });
  registry = new Registry();
  relay = createRelay({
    namespace: server.of('/cobrowse'), registry, memory, log: { info: () => {}, warn: () => {} },
    standing: async () => ({ agentId: 'anna', annotate: false, control: false, watchers: { anna: { name: 'Anna', as: 'agent' } }, origins: [] }),
    // A token of these tests says who it is: role and contact.
    authorize: async (token) => {
      const [role, contactId = ''] = token.split(':');
      return { ok: true, value: { role: role === 'sharer' ? 'sharer' : 'viewer', contactId, from: `sip:${contactId}@example.com`, agentId: role === 'viewer' ? 'anna' : null, origin: null } };
    },
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  for (const client of clients) client.disconnect();
  await relay.close();
  await server.close();
});

/** `prepare`: before anything can come. */
async function connect(token: string, prepare: (client: Client) => void = () => {}): Promise<Client> {
  const client: Client = io(`http://127.0.0.1:${(http.address() as AddressInfo).port}/cobrowse`, { auth: { token }, transports: ['websocket'], forceNew: true, reconnection: false });
  clients.push(client);
  prepare(client);
  await eventually(`${token} to be in`, () => client.connected);
  return client;
}

/** A page that answers when a snapshot is wanted of it, as a recorder does. */
class Page {
  readonly client: Client;
  readonly #name: string;
  #seq = 0;
  #epoch = 0;
  asked = 0;

  private constructor(client: Client, name: string) {
    this.client = client;
    this.#name = name;
    client.on('snapshotWanted', () => {
      this.asked += 1;
      void this.show();
    });
  }

  static async share(name: string): Promise<Page> {
    const page = new Page(await connect(`sharer:${name}`), name);
    await page.show();
    return page;
  }

  async show(): Promise<void> {
    this.#epoch += 1;
    const text = { type: 3, id: 3, textContent: `${this.#name} ${pageText}` };
    const node = { type: 0, id: 1, childNodes: [{ type: 2, id: 2, tagName: 'p', attributes: { 'data-gethelp-unmask': '' }, childNodes: [text] }] };
    expect(await this.#send(4, { href: 'about:blank', width: 100, height: 100 }, 2, { node, initialOffset: { top: 0, left: 0 } })).toEqual({ ok: true, value: null });
  }

  change(text: string): Promise<unknown> {
    return this.#send(3, { source: 0, texts: [{ id: 3, value: text }], attributes: [], removes: [], adds: [] });
  }

  #send(...events: ReadonlyArray<number | object>): Promise<unknown> {
    const frames: CobrowseFrame[] = [];
    for (let at = 0; at < events.length; at += 2) {
      frames.push({ envelope: { tab: 't', pageEpoch: this.#name, seq: this.#seq, snapshotEpoch: this.#epoch }, event: { type: events[at] as number, timestamp: 1, data: events[at + 1] } });
      this.#seq += 1;
    }
    return this.client.timeout(5_000).emitWithAck('frames', frames);
  }
}

async function watch(name: string): Promise<() => string> {
  let seen = '';
  await connect(`viewer:${name}`, (client) => client.on('frames', (frames, acknowledge) => {
    seen += JSON.stringify(frames);
    acknowledge?.();
  }));
  return () => seen;
}

async function held(name: 'picture' | 'asset'): Promise<number> {
  return (await registry.getSingleMetric(`gethelp_cobrowse_${name}_bytes`)?.get())?.values[0]?.value ?? 0;
}

describe('what all sessions together hold', () => {
  it('CB11 is bounded: the picture that nobody looks at goes first, and whoever comes to it is shown the page all the same', async () => {
    const watched = await Page.share('watched');
    const seen = await watch('watched');
    await eventually('the watched page', () => seen().includes('watched word'));
    const unwatched = await Page.share('unwatched');
    expect(await held('picture')).toBeGreaterThan(2 * pageText.length);
    const third = await Page.share('third');
    expect(await held('picture')).toBeGreaterThan(2 * pageText.length);
    expect(await held('picture')).toBeLessThanOrEqual(memory.pages);
    // Kept: the one that is looked at, and the one that has just come.
    const [again, late] = [await watch('watched'), await watch('third')];
    await eventually('the kept pages', () => again().includes('watched word') && late().includes('third word'));
    expect([watched.asked, third.asked, unwatched.asked]).toEqual([0, 0, 0]);
    // Gone, and asked of its page again; what it takes now, another one gives.
    const joined = await watch('unwatched');
    await eventually('the page whose picture had gone', () => joined().includes('unwatched word'));
    expect(unwatched.asked).toBe(1);
    expect(await held('picture')).toBeLessThanOrEqual(memory.pages);
  });

  it('CB11 goes on handing on what changes on a page whose picture is not kept', async () => {
    const page = await Page.share('first');
    const seen = await watch('first');
    for (const name of ['second', 'third']) {
      await Page.share(name);
      await watch(name);
    }
    expect(await held('picture')).toBeLessThanOrEqual(memory.pages);
    expect(await page.change('the last word')).toEqual({ ok: true, value: null });
    await eventually('the change', () => seen().includes('the last word'));
  });

  it('CB11 CB52 is bounded for pictures and fonts, too: what has no room is refused until another session has ended', async () => {
    const content = (mark: number): Buffer => Buffer.concat([Buffer.from('GIF89a', 'latin1'), Buffer.alloc(99_000, mark)]);
    const [one, other] = [await Page.share('one'), await Page.share('other')];
    expect(await give(one, content(1))).toEqual({ ok: true, value: null });
    expect(await give(one, content(2))).toEqual({ ok: true, value: null });
    expect(await give(other, content(3))).toMatchObject({ ok: false, problem: { status: 507 } });
    expect(await held('asset')).toBeLessThanOrEqual(memory.assets);
    relay.end('one');
    expect(await held('asset')).toBe(0);
    expect(await give(other, content(3))).toEqual({ ok: true, value: null });
  });

  it('CB52 drops of one session what was asked for least lately', async () => {
    const page = await Page.share('many');
    const viewer = await connect('viewer:many');
    const hashes: string[] = [];
    for (let index = 0; index < maxSessionAssets; index += 1) {
      const bytes = Buffer.from(`GIF89a ${index}`.padEnd(20));
      hashes.push(hashOf(bytes));
      expect(await give(page, bytes)).toEqual({ ok: true, value: null });
    }
    const fetched = async (hash: string | undefined): Promise<boolean> => (await viewer.timeout(5_000).emitWithAck('fetchAsset', hash ?? '')).ok;
    expect(await fetched(hashes[0])).toBe(true);
    expect(await give(page, Buffer.from('GIF89a one more'.padEnd(20)))).toEqual({ ok: true, value: null });
    expect([await fetched(hashes[0]), await fetched(hashes[1]), await fetched(hashes[2])]).toEqual([true, false, true]);
  });
});

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function give({ client }: Page, bytes: Buffer): Promise<unknown> {
  const offer: AssetOffer = { hash: hashOf(bytes), type: 'image/gif', size: bytes.length };
  let reply: { readonly ok: boolean } = await client.timeout(5_000).emitWithAck('offerAsset', offer);
  for (let offset = 0; reply.ok && offset < bytes.length; offset += 60_000) {
    reply = await client.timeout(5_000).emitWithAck('assetPiece', { hash: offer.hash, offset, bytes: bytes.subarray(offset, offset + 60_000) as unknown as ArrayBuffer });
  }
  return reply;
}
