/**
 * What the co-browse tests stand on: a portal, a desktop and a relay, each on its own origin, with real sockets and real bundles of the
 * recorder and the viewer. Everything that comes over the relay's wire, in either direction, is kept to be searched.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Registry } from 'prom-client';
import { Server } from 'socket.io';
import { build } from 'vite';
import type { Standing } from '#shared/cobrowse-hands.ts';
import type { CobrowseClaims } from '#shared/cobrowse-protocol.ts';
import { maxMessageBytes } from '../src/policy/limits.ts';
import type { HandAudit } from '../src/server/hands.ts';
import { createRelay, type Relay } from '../src/server/relay.ts';
import { viewerAssetCaching, viewerHeaders } from '../src/viewer/headers.ts';
import { fileAt, portalFile, type Served } from './portal-files.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

export interface Bundles {
  readonly folder: string;
  remove(): Promise<void>;
}

/** Builds the viewer document, the recorder and the desktop's side once for a test file. */
/** Their names, and where they begin. */
const corpusApps = { react: 'react-app.tsx', lit: 'lit-app.ts', angular: 'angular-app.ts' } as const;
export type CorpusApp = keyof typeof corpusApps;

/** @param apps those pages of the corpus that are applications of a framework */
export async function buildBundles(apps: readonly CorpusApp[] = []): Promise<Bundles> {
  const folder = await mkdtemp(join(tmpdir(), 'gethelp-cobrowse-'));
  await build({ configFile: join(here, '../vite.config.ts'), logLevel: 'error', build: { outDir: join(folder, 'viewer'), emptyOutDir: true } });
  for (const [name, entry] of [['sharer', 'sharer.ts'], ['desk', 'desk.ts'], ['bare', 'bare.ts'], ...apps.map((app) => [app, `corpus/${corpusApps[app]}`] as const)] as const) {
    await build({
      configFile: false, logLevel: 'error', define: { 'process.env.NODE_ENV': '"production"' }, oxc: { jsx: { runtime: 'automatic', development: false } },
      build: {
        outDir: folder, emptyOutDir: false, copyPublicDir: false,
        lib: { entry: join(here, `pages/${entry}`), formats: ['es'], fileName: () => `${name}.js` },
      },
    });
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

export interface Stand {
  readonly relay: Relay;
  readonly relayUrl: string;
  readonly portalUrl: string;
  readonly deskUrl: string;
  readonly registry: Registry;
  /** Raw engine.io packets: what sharers sent, and what was sent to viewers. */
  readonly received: string[];
  readonly sent: string[];
  /** Paths asked of the portal. */
  readonly portalRequests: string[];
  /** What the gateway says of the contact; `relay.reconsider` makes a change known. */
  readonly standing: { now: Standing | null };
  readonly audited: HandAudit[];
  /** What went into the audit, and what would go into the recording of contact c1. */
  readonly kept: string[];
  /** Who a token lets in: `sharer` and `viewer` of the contact c1, and whom a test adds. */
  readonly claims: Map<string, CobrowseClaims>;
  sharerPage(path: string, token: string, extra?: string): string;
  deskPage(token: string, language?: string): string;
  metric(name: string, labels?: Record<string, string>): Promise<number>;
  /** Tears connections as a lost network does: the server's side of them is gone without a word. */
  cut(role?: 'sharer'): Promise<void>;
  close(): Promise<void>;
}

export async function createStand(bundles: Bundles): Promise<Stand> {
  const received: string[] = [];
  const sent: string[] = [];
  const portalRequests: string[] = [];
  const session = { from: 'sip:abc@example.com', contactId: 'c1', origin: null };
  const claims = new Map<string, CobrowseClaims>([['sharer', { ...session, role: 'sharer', agentId: null }], ['viewer', { ...session, role: 'viewer', agentId: 'anna' }]]);
  const audited: HandAudit[] = [];
  const kept: string[] = [];
  const standing: Stand['standing'] = {
    now: { agentId: 'anna', annotate: false, control: false, watchers: { anna: { name: 'Anna Berger', as: 'agent' }, ben: { name: 'Ben', as: 'supervisor' } }, origins: [] },
  };
  const registry = new Registry();

  const portal = await serve(async (path, request) => {
    portalRequests.push(path);
    const { pathname, searchParams } = new URL(path, 'http://portal');
    if (pathname === '/sharer.js' || pathname === '/bare.js') return fileAt(join(bundles.folder, pathname));
    const app = /^\/corpus\/(\w+)\.js$/.exec(pathname)?.[1];
    if (app !== undefined && app in corpusApps) return fileAt(join(bundles.folder, `${app}.js`));
    if (pathname === '/px.png') return { type: 'image/png', body: onePixel };
    if (pathname === '/style.css') return { type: 'text/css', body: '#open { color: rgb(4, 5, 6) } .linked { content: "LEAK-linked" }' };
    if (pathname === '/inner.html') return { type: 'text/html', body: '<p>LEAK-innerframe</p>' };
    const found = await portalFile(pathname, request.headers.cookie ?? '');
    // The same page of a portal that opens nothing.
    if (found !== null && found !== 'denied' && searchParams.has('masked')) return { ...found, body: found.body.toString().replaceAll('data-gethelp-unmask', 'data-opened') };
    return found === 'denied' ? { status: 403, type: 'text/plain', body: 'Log in first' } : found;
  });
  const desk = await serve(async (path) => {
    const url = new URL(path, 'http://desk');
    if (url.pathname === '/desk.js') return fileAt(join(bundles.folder, 'desk.js'));
    const language = url.searchParams.get('language') ?? 'en';
    return { type: 'text/html', body: `<!doctype html><html lang="${language}"><meta charset="utf-8"><title>Desk</title><style>html,body{height:100%;margin:0}iframe{width:100%;height:100%;border:0}</style><body><iframe title="Customer's page"></iframe><script type="module" src="/desk.js"></script></body></html>` };
  });
  const gateway = await serve(async (path) => {
    const { pathname } = new URL(path, 'http://gateway');
    if (!pathname.startsWith('/viewer/')) return null;
    const found = await fileAt(join(bundles.folder, normalize(pathname === '/viewer/' ? '/viewer/index.html' : pathname)));
    return found && { ...found, headers: { ...viewerHeaders({ parentOrigins: [desk.url] }), ...(pathname.startsWith('/viewer/assets/') ? viewerAssetCaching : {}) } };
  });

  const io = new Server(gateway.server, { cors: { origin: [portal.url, desk.url, gateway.url] }, maxHttpBufferSize: maxMessageBytes, pingInterval: 5_000, pingTimeout: 5_000 });
  io.engine.on('connection', (connection: { on(name: string, listener: (packet: { data?: unknown }) => void): void }) => {
    // Pictures and fonts are bytes.
    const textOf = (data: unknown): string => typeof data === 'string' ? data : Buffer.isBuffer(data) ? data.toString('latin1') : '';
    connection.on('packet', ({ data }) => received.push(textOf(data)));
    connection.on('packetCreate', ({ data }) => sent.push(textOf(data)));
  });
  const relay = createRelay({
    namespace: io.of('/cobrowse'),
    authorize: async (token) => {
      const found = claims.get(token);
      return found
        ? { ok: true, value: found }
        : { ok: false, problem: { type: '/problems/token-refused', title: 'Token refused', status: 401 } };
    },
    standing: async () => standing.now,
    onAudit: (entry) => audited.push(entry), audit: (entry) => kept.push(JSON.stringify(entry)),
    log: { info: () => {}, warn: () => {} },
    registry,
  });

  relay.tap('c1', { take: (item) => kept.push(JSON.stringify(item)) });
  return {
    kept, relay, registry, received, sent, portalRequests, claims, standing, audited,
    relayUrl: gateway.url, portalUrl: portal.url, deskUrl: desk.url,
    sharerPage: (path, token, extra = '') => `${portal.url}/${path}${path.includes('?') ? '&' : '?'}secret=LEAK-pagequery#relay=${encodeURIComponent(gateway.url)}&token=${token}${extra}`,
    deskPage: (token, language = 'en') => `${desk.url}/?language=${language}#relay=${encodeURIComponent(gateway.url)}&viewerUrl=${encodeURIComponent(`${gateway.url}/viewer/`)}&token=${token}`,
    metric: async (name, labels = {}) => {
      const metric = await registry.getSingleMetric(name)?.get();
      return metric?.values.find((value) => Object.entries(labels).every(([label, expected]) => (value.labels as Record<string, unknown>)[label] === expected))?.value ?? 0;
    },
    cut: async (role) => {
      for (const socket of await io.of('/cobrowse').fetchSockets()) {
        const { claims } = socket.data as { claims: CobrowseClaims };
        if (role === undefined || claims.role === role) io.of('/cobrowse').sockets.get(socket.id)?.conn.close(true);
      }
    },
    close: async () => {
      await relay.close();
      await io.close();
      for (const { server } of [portal, desk]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

async function serve(answer: (path: string, request: IncomingMessage) => Promise<(Served & { readonly status?: number }) | null>): Promise<{ server: HttpServer; url: string }> {
  const server = createServer((request, response) => {
    void answer(request.url ?? '/', request).catch(() => null).then((served) => {
      if (served === null) response.writeHead(404).end();
      else response.writeHead(served.status ?? 200, { 'Content-Type': served.type, ...served.headers }).end(served.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const onePixel = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
