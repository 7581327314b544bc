/** A gateway that only speaks the desk's protocol, over real HTTP, socket.io and SIP-WebSocket; the test decides what it says. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import express from 'express';
import { Server } from 'socket.io';
import { WebSocketServer } from 'ws';
import type { AgentServerEvents, AgentView, OpenCallback, PastContact, Ticket } from '#shared/agent-protocol.ts';
import type { AuditReport } from '#shared/cobrowse-audit.ts';
import type { OwnFigures } from '#shared/figures.ts';
import type { Floor } from '#shared/floor.ts';
import type { Problem } from '#shared/problem.ts';
import type { ThreadMessage } from '#shared/thread-protocol.ts';
import { viewerHeaders } from '../../cobrowse/src/viewer/headers.ts';
import { fakeParts, fakeRecording } from './fake-recording.ts';
import { fakeOwnFigures, supervisionAnswer } from './fake-floor.ts';
import { FakeSip } from './fake-sip.ts';
import { explained, fakeAudit, fakeCallbacks, fakeContact, fakeDirectory, fakeTickets, fakeView, inChargeOf } from './fake-views.ts';

const viewer = fileURLToPath(new URL('../../dist/viewer', import.meta.url));
const dist = fileURLToPath(new URL('../../dist/desktop', import.meta.url));

/** The policy that the real gateway serves the desk under. */
const policy = [
  "default-src 'self'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "media-src 'self' blob: mediastream:",
  "connect-src 'self' ws: wss:", "frame-src 'self'", "base-uri 'none'", "object-src 'none'",
].join('; ');

export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

export interface FakeGateway {
  readonly url: string;
  readonly sip: FakeSip;
  readonly requests: Recorded[];
  /** Called for each action; what it returns is sent as the next view. */
  onAction: (request: Recorded) => void;
  /** Whether `/sip` accepts the cookie; a ticket always works. */
  acceptsCookie: boolean;
  history: readonly PastContact[];
  /** Set at run time; null: as configured. */
  inCharge: { readonly by: string; readonly entry: string } | null;
  /** Newest first. */
  tickets: readonly Ticket[];
  callbacks: readonly OpenCallback[];
  audit: AuditReport;
  /** The agent's own; null: nothing can be read. */
  ownFigures: OwnFigures | null;
  /** What is written, by contact. */
  readonly threads: Map<string, ThreadMessage[]>;
  /** What the next action that ends with this path is refused with, once. */
  refuse(path: string, problem: Problem): void;
  show(view: Omit<AgentView, 'seq'>): void;
  showFloor(floor: Floor): void;
  supersede(): void;
  close(): Promise<void>;
}

export async function startFakeGateway(): Promise<FakeGateway> {
  const app = express();
  const server = createServer(app);
  const io = new Server<Record<string, never>, AgentServerEvents>(server, { serveClient: false });
  const sockets = new WebSocketServer({ noServer: true });
  const sip = new FakeSip();
  const agents = io.of('/agent');
  let seq = 0;
  let view: AgentView = { ...fakeView({ agent: { status: 'offline', statusSince: new Date().toISOString() } }), seq };
  let floor: Floor | null = null;
  const requests: Recorded[] = [];
  const refusals = new Map<string, Problem>();

  const gateway: FakeGateway = {
    url: '', sip, requests, acceptsCookie: true, onAction: () => undefined,
    history: fakeContact().history, inCharge: null, tickets: fakeTickets, callbacks: fakeCallbacks(), audit: fakeAudit, ownFigures: fakeOwnFigures,
    threads: new Map(),
    refuse(path, problem) { refusals.set(path, problem); },
    show(next) { seq += 1; view = { ...next, seq }; agents.emit('view', view); },
    showFloor(next) { floor = next; agents.emit('floor', next); },
    supersede() { agents.emit('superseded'); },
    async close() {
      await io.close();
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => { server.close(resolve); });
    },
  };

  app.use((_request, response, next) => { response.set('Content-Security-Policy', policy); next(); });
  app.get(['/agent', '/supervisor', '/supervisor/:tab'], (_request, response) => { response.sendFile(`${dist}/index.html`); });
  app.use('/desktop', express.static(dist, { index: false }));
  app.use('/viewer', (_request, response, next) => { response.set(viewerHeaders({ parentOrigins: ["'self'"] })); next(); });
  app.get('/viewer/recorded', (_request, response) => { response.sendFile(`${viewer}/index.html`); });
  app.use('/viewer/assets', express.static(`${viewer}/assets`));
  app.use('/viewer', (_request, response) => { response.type('html').send('<!doctype html><title>page</title><p>The customer’s page'); });
  app.use('/api', express.json(), (request, response) => {
    const recorded: Recorded = { method: request.method, path: request.path, body: request.body };
    requests.push(recorded);
    if (request.path === '/agents/login') {
      const { password } = request.body as { password?: string };
      if (password !== 'right') { response.status(401).type('application/problem+json').send({ type: '/problems/login', title: 'Wrong', status: 401 }); return; }
      response.cookie('gethelp_sip', 'c', { httpOnly: true, sameSite: 'strict', path: '/sip' });
      response.json({ token: 't', expiresAt: new Date(Date.now() + 3_600_000).toISOString(), agent: view.agent, sip: { aor: 'sip:anna@gethelp.test', url: `${gateway.url.replace('http', 'ws')}/sip` } });
      return;
    }
    if (request.headers.authorization !== 'Bearer t') { response.status(401).send({ type: '/problems/token', title: 'No token', status: 401 }); return; }
    if (request.path === '/agents/me/sip-ticket') { response.status(201).json({ ticket: 'once', expiresAt: '' }); return; }
    if (request.path === '/contacts') { response.json({ contacts: gateway.history }); return; }
    if (request.path === '/directory') { response.json(fakeDirectory); return; }
    if (request.path === '/callbacks') { response.json({ callbacks: gateway.callbacks }); return; }
    if (request.path === '/agents/me/figures') {
      if (gateway.ownFigures === null) response.status(503).type('application/problem+json').send({ type: '/problems/unavailable', title: 'Later', status: 503 });
      else response.json(gateway.ownFigures);
      return;
    }
    if (request.path === '/tickets') { response.json({ tickets: ticketsFor(gateway.tickets, request.query) }); return; }
    const refused = [...refusals].find(([path]) => request.path.endsWith(path));
    if (refused !== undefined) {
      refusals.delete(refused[0]);
      response.status(refused[1].status).type('application/problem+json').send(refused[1]);
      return;
    }
    if (/\/cobrowse\/(token|monitor)$/.test(request.path)) { response.status(201).json({ token: 'v', cobrowseUrl: gateway.url, viewerUrl: `${gateway.url}/viewer/` }); return; }
    if (request.path.endsWith('/cobrowse/audit')) { response.json(gateway.audit); return; }
    if (request.path.endsWith('/cobrowse/recordings')) { response.json({ recordings: [fakeRecording] }); return; }
    if (request.path.endsWith('/replay')) { response.status(201).json({ replay: 'once', parts: fakeParts.length, viewerUrl: `${gateway.url}/viewer/recorded` }); return; }
    const part = /\/parts\/(\d+)$/.exec(request.path)?.[1];
    if (part !== undefined) { response.json({ items: fakeParts[Number(part)] ?? [] }); return; }
    const thread = /^\/contacts\/([^/]+)\/messages$/.exec(request.path)?.[1];
    if (thread !== undefined) {
      const messages = gateway.threads.get(thread) ?? [];
      if (request.method === 'GET') { response.json({ messages: messages.slice(Number(request.query['after'] ?? 0)), more: false }); return; }
      const { text } = request.body as { text: string };
      messages.push({ number: messages.length + 1, at: new Date().toISOString(), author: 'agent', name: 'Anna Berg', text });
      gateway.threads.set(thread, messages);
      gateway.onAction(recorded);
      response.status(201).json({ number: messages.length, at: messages.at(-1)?.at });
      return;
    }
    gateway.onAction(recorded);
    const hunt = /^\/queues\/([^/]+)\/in-charge$/.exec(request.path)?.[1];
    if (hunt !== undefined) {
      if (request.method === 'PUT') gateway.inCharge = { by: view.agent.name, entry: (request.body as { inCharge: string }).inCharge };
      if (request.method === 'DELETE') gateway.inCharge = null;
      response.json(inChargeOf(hunt, gateway.inCharge));
      return;
    }
    if (request.path === '/journal') { response.type(request.query['format'] === 'csv' ? 'text/csv' : 'text/plain').send('journal'); return; }
    const supervision = supervisionAnswer(request.method, request.path, request.query);
    if (supervision?.csv !== undefined) { response.type('text/csv').send(supervision.csv); return; }
    if (supervision !== undefined) { response.json(supervision.json); return; }
    if (request.path === '/flow/explain') { response.json(explained); return; }
    response.status(204).end();
  });
  agents.use((socket, next) => {
    if (socket.handshake.auth['token'] === 't') { next(); return; }
    next(Object.assign(new Error('refused'), { data: { type: '/problems/token', title: 'No token', status: 401 } }));
  });
  agents.on('connection', (socket) => { socket.emit('view', view); if (floor !== null) socket.emit('floor', floor); });
  server.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url ?? '/', gateway.url);
    if (url.pathname !== '/sip') return;
    const allowed = url.searchParams.get('ticket') === 'once' || (gateway.acceptsCookie && (request.headers.cookie ?? '').includes('gethelp_sip='));
    if (!allowed) { socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n'); return; }
    sockets.handleUpgrade(request, socket, head, (webSocket) => { sip.attach(webSocket); });
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  Object.assign(gateway, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  return gateway;
}

/** A page of them, as the gateway answers. */
function ticketsFor(tickets: readonly Ticket[], { before = Infinity, limit = 50 }: { readonly before?: unknown; readonly limit?: unknown }): readonly Ticket[] {
  return tickets.filter(({ ticket }) => ticket < Number(before)).slice(0, Number(limit));
}
