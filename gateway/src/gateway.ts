/**
 * The gateway put together: store, agents, calls, contacts, borders. Told in the order of its start; `stop` goes the other way.
 * Everything it needs comes in as arguments, so that tests run whole gateways on free ports.
 */
import { mkdir } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { Server } from 'socket.io';
import { maxMessageBytes } from '#cobrowse/policy/limits.ts';
import { Acds } from './acd/acds.ts';
import { Agents } from './acd/agents.ts';
import { Assignments } from './acd/assignments.ts';
import { builtInAcd } from './acd/built-in-acd.ts';
import { Callbacks } from './acd/callbacks.ts';
import { Consultations } from './acd/consultations.ts';
import { Dialing } from './acd/dialing.ts';
import { Escalations } from './acd/escalations.ts';
import { registerFigureMetrics } from './acd/figure-metrics.ts';
import { httpAcd } from './acd/http-acd.ts';
import { Matcher } from './acd/matcher.ts';
import { servePhones } from './acd/phone-commands.ts';
import { Retention } from './acd/retention.ts';
import { tellSummaries } from './acd/summaries.ts';
import { Sweeper } from './acd/sweeper.ts';
import { Transfers } from './acd/transfers.ts';
import { Waits } from './acd/waits.ts';
import { Administration, type Reloaded } from './config/administration.ts';
import { LiveConfig } from './config/live.ts';
import { announceChanges } from './cobrowse/relay-notices.ts';
import { AuditTrail } from './cobrowse/audit-trail.ts';
import { createCobrowseSide } from './cobrowse/cobrowse-side.ts';
import type { Recordings } from './cobrowse/recordings.ts';
import type { Config } from './config/schema.ts';
import { Changes } from './contact/changes.ts';
import { ContactRunner } from './contact/runner.ts';
import { Threads } from './contact/threads.ts';
import { Typing } from './contact/typing.ts';
import { EnvironmentError, type Environment } from './environment.ts';
import { createApp } from './http/app.ts';
import { sipAuthentication } from './http/authenticate.ts';
import { Conductor } from './ivr/conductor.ts';
import { Explainer } from './ivr/explain.ts';
import { Figures } from './ivr/figures.ts';
import { createCallService, type CallService } from './media/call-service.ts';
import { turnServers } from './media/turn.ts';
import { recordingKeys, signingSecret } from './session/kept-secrets.ts';
import { Logins } from './session/logins.ts';
import { InboundMessages } from './session/inbound.ts';
import { LeftMessages } from './session/left-messages.ts';
import { Sessions } from './session/sessions.ts';
import { Tokens } from './session/tokens.ts';
import { serveAgents, type AgentNamespace } from './signaling/agent.ts';
import { AgentStream } from './signaling/agent-stream.ts';
import { Coalescer } from './signaling/coalescer.ts';
import { CustomerSignaling, type CustomerNamespace } from './signaling/customer.ts';
import { Outbox } from './outbox/outbox.ts';
import { acdMessages } from './outbox/acd-messages.ts';
import { phoneLine, phoneMessages } from './outbox/phone-messages.ts';
import { portalReplies } from './outbox/portal-replies.ts';
import { FloorBoard } from './signaling/floor.ts';
import { startSipSide, type SipSide } from './sip/sip-side.ts';
import { openDatabase } from './store/database.ts';
import { startStore } from './store/embedded-server.ts';
import { throughOutage } from './store/outage.ts';
import { forgetBindings, standingBindings, storeBindings } from './store/sip-bindings.ts';

/** TURN credentials outlive the longest page that is left open between two refreshes. */
const turnSeconds = 6 * 3600;
/** A frozen tab or a dead line is noticed within their sum. */
const pingInterval = 5_000;
const pingTimeout = 5_000;
const httpCloseLimit = 3_000;

export interface GatewayOptions {
  readonly environment: Environment;
  readonly config: Config;
  /** Reads the configuration again as it stands in its file; rejects with a ConfigError. None: what was given is all there is. */
  readonly read?: () => Promise<Config>;
  /** Directory of the front ends' builds. */
  readonly dist: string;
  readonly log: Logger;
  /** Told what takes time at the start. */
  readonly progress: (step: string) => void;
  readonly now?: () => number;
  /** In place of the media gateway: for tests of what contacts do whose point is neither media nor SIP. */
  readonly calls?: CallService;
}

export interface Gateway {
  readonly port: number;
  readonly url: string;
  /** Where SIP is listened to beside the WebSocket, as announced. */
  readonly sip: SipSide['local'];
  /** Contacts found open in the store and taken up again. */
  readonly restored: number;
  /** Reads the configuration again, without touching open contacts. */
  reload(): Promise<Reloaded>;
  stop(): Promise<void>;
}

/** What was started, and how each is stopped again, newest first. */
type Closers = Array<() => Promise<void> | void>;

/** @throws whatever kept it from starting; what had been started by then is stopped. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const closers: Closers = [];
  const stop = async (): Promise<void> => {
    const failures: unknown[] = [];
    // One that fails does not keep the others (the store, at the last) from being stopped.
    for (const close of closers.splice(0).toReversed()) {
      try { await close(); } catch (error) { failures.push(error); }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'not everything could be stopped');
  };
  try {
    return { ...await start(options, closers), stop };
  } catch (error) {
    await stop().catch((cause: unknown) => options.log.error({ err: cause }, 'what had been started could not be stopped'));
    throw error;
  }
}

async function start({ environment, config: file, dist, log, progress, now = Date.now, ...given }: GatewayOptions, closers: Closers): Promise<Omit<Gateway, 'stop'>> {
  await mkdir(environment.dataDir, { recursive: true });
  const store = await startStore({ dataDir: environment.dataDir, databaseUrl: environment.databaseUrl, log, progress });
  closers.push(() => store.stop());
  const database = await openDatabase(store.connection, (error) => log.error({ err: error }, 'store connection lost'));
  closers.push(() => database.close());
  const { db } = database;
  const live = new LiveConfig(file);
  const { config } = live;
  const changes = new Changes();
  // Who is sent off is known while the gateway runs; `agents` stands by then.
  const administration = new Administration({ db, live, read: given.read ?? (() => Promise.resolve(file)), changes, sendOff: (agentId) => agents.setStatus(agentId, 'offline', null), now, log }, file);
  await administration.start();
  closers.push(() => administration.stop());

  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  let url = environment.publicUrl ?? '';
  const publicUrl = (): string => url;
  const { sipDomain, turn } = environment;
  const iceServers = (user: string) => turn === null ? [] : turnServers(now(), user, { uri: turn.uris.join(','), secret: turn.secret, ttl: turnSeconds });
  const { addresses, port: mediaPort, workers } = environment.media;
  const agentIds = new Map<string, string>();
  const readAgentIds = async (): Promise<void> => { for (const { id, username } of await db.selectFrom('agent').select(['id', 'username']).execute()) agentIds.set(username, id); };
  await readAgentIds();
  const sip = await startSipSide({
    environment, config, agentIds, now, log, publicHost: () => (url === '' ? null : new URL(url).hostname),
    store: { store: (bindings) => storeBindings(db, bindings), forget: (ids) => forgetBindings(db, ids), standing: (at) => standingBindings(db, at) },
  });
  let sipStopped: Promise<void> | null = null;
  const stopSip = (): Promise<void> => { sipStopped ??= sip.stop(); return sipStopped; };
  closers.push(stopSip);
  sip.registerMetrics(registry);
  const calls = given.calls ?? await createCallService({
    mediaListen: {
      ips: addresses.map(({ listen }) => listen), port: mediaPort,
      announced: addresses.some(({ announced }) => announced !== null) ? addresses.map(({ listen, announced }) => announced ?? listen) : [],
    },
    ...(workers === null ? {} : { workers }), rtpPorts: environment.media.rtpPorts, directory: sip.directory, iceServers, log,
  });
  let callsStopped: Promise<void> | null = null;
  const stopCalls = (): Promise<void> => { callsStopped ??= calls.stop(); return callsStopped; };
  closers.push(stopCalls);
  calls.registerMetrics(registry);

  const audit = new AuditTrail({ db, now, log });
  closers.push(() => audit.stop());
  const tokens = new Tokens(await signingSecret(environment));
  const logins = new Logins({ db, tokens, changes, sipDomain, publicUrl, now });
  const waits = new Waits({ db, config, changes, now, log });
  closers.push(() => waits.stop());
  const figures = new Figures({ db, config, waits });
  const conductor = new Conductor({ db, figures, now, log, registry });
  closers.push(() => conductor.stop());
  const runner = new ContactRunner({ db, config, calls, changes, flow: conductor, sipDomain, now, log });
  const agents = new Agents({ db, runner, endpoints: calls, changes, now });
  const matcher = new Matcher({ db, config, runner, sipDomain, now, log });
  const sweeper = new Sweeper({ db, runner, agents, now, log });
  const outbox = new Outbox({ db, senders: { phoneMessage: phoneMessages(sip.directory), reply: portalReplies({ db, config, now }), acd: acdMessages({ config, heard: (...answer) => acds.heard(...answer), now }) }, now, log });
  closers.push(() => outbox.stop());
  const acds: Acds = new Acds({
    db, config, runner, builtIn: builtInAcd({ matcher, waits }), foreign: httpAcd({ db, forecast: (queueId) => waits.figures(queueId), now }), outbox, changes, now, log,
  });
  closers.push(() => acds.stop());
  tellSummaries({ db, changes, sendSoon: () => outbox.soon(), onError: (error) => log.error({ err: error }, 'summary could not be told') });
  const parties = { config, endpoints: calls, runner, sipDomain, now };
  const assignments = new Assignments({ ...parties, db });
  const transfers = new Transfers(parties);
  const consultations = new Consultations(parties);
  const callbacks = new Callbacks({ db, config, runner, endpoints: calls, changes, sipDomain, now });
  let isConnected: (contactId: string) => boolean = () => false;
  const dialing = new Dialing({ db, config, runner, sipDomain, isConnected: (contactId) => isConnected(contactId), now });
  servePhones({ db, calls, transfers, consultations, dialing, log });
  const sessions = new Sessions({ db, cobrowseNodes: environment.cobrowseNodes, config, waits, tokens, changes, sipDomain, publicUrl, iceServers, now });
  const typing = new Typing(changes);
  closers.push(() => typing.stop());
  const threads = new Threads({ db, config, runner, changes, typing, sendSoon: () => outbox.soon(), now });
  const inbound = new InboundMessages({ db, config, runner, changes, sipDomain, now });
  const escalations = new Escalations({ runner, config, now });
  let recordings: () => Recordings | null = () => null;
  const stream = new AgentStream({ db, config, waits, endpoints: calls, typing, changes, recordsPages: () => recordings() !== null, now, log });
  closers.push(() => stream.stop());
  const floor = new FloorBoard({ db, config, changes, now, log });
  closers.push(() => floor.stop());
  const retention = new Retention({ db, config, now, log });
  closers.push(() => retention.stop());
  registerFigureMetrics(registry, { db, floor: () => floor.current(), now, log });
  changes.on('waiting', () => matcher.soon());
  changes.on('agent', (_, byOffer) => { if (byOffer !== true) matcher.soon(); });
  const endpointFailed = (error: unknown): void => log.error({ err: error }, 'endpoint change failed');
  // One write at a time for each agent, of what is true when it is made: two on their way at once could arrive in the wrong order.
  let stopping = false;
  const endpoints = new Coalescer(
    (agentId) => throughOutage(() => agents.refreshEndpoint(agentId), () => stopping), endpointFailed,
  );
  closers.push(() => endpoints.stop());
  calls.onEndpoint(({ agentId, registered }) => {
    endpoints.ask(agentId);
    if (!registered) return;
    runner.endpointReady(agentId).catch(endpointFailed);
    outbox.hurry(phoneLine(agentId));
  });
  live.onChange(async () => {
    await readAgentIds();
    sip.configured();
    matcher.soon();
    acds.configured();
  });
  countContacts(registry, db, log);

  await sip.restore();
  await agents.restore();
  const restored = await runner.restore();
  await acds.start();
  await outbox.restore();

  let ready = false;
  const { app, mountDemo } = createApp({
    environment, config, administration, waits, dist, db, logins, tokens, agents, runner, sessions, trunks: sip.trunks, stream, floor, calls, transfers, consultations, dialing, callbacks, threads, typing, inbound, acds, assignments, escalations, changes, registry, publicUrl, now, log, isReady: () => ready,
    recordings: () => recordings(),
    explainer: new Explainer({ config, figures, now }),
  });
  const server = createServer(app);
  const io = new Server(server, {
    serveClient: false, pingInterval, pingTimeout, maxHttpBufferSize: maxMessageBytes,
    // Who may connect is decided by each namespace from token and Origin together; cookies are never accepted here.
    cors: { origin: true, credentials: false },
    // The SIP socket shares the server.
    destroyUpgrade: false,
  });
  const customers = io.of('/customer') as unknown as CustomerNamespace;
  const desktops = io.of('/agent') as unknown as AgentNamespace;
  const customerSignaling = new CustomerSignaling({ namespace: customers, cobrowseNodes: environment.cobrowseNodes, threads, typing, escalations, db, config, acds, sessions, runner, calls, callbacks, leftMessages: new LeftMessages({ db, config, runner, changes, now }), changes, tokens, publicUrl, now, log });
  isConnected = (contactId) => customerSignaling.isConnected(contactId);
  serveAgents({ namespace: desktops, logins, agents, stream, floor, changes, log });
  const cobrowse = createCobrowseSide({ namespace: io.of('/cobrowse'), db, config, tokens, audit, keys: await recordingKeys(environment), node: 'gateway', registry, now, log });
  recordings = () => cobrowse.recordings;
  await cobrowse.restore();
  changes.on('cobrowse', (contactId) => cobrowse.changed(contactId));
  if (environment.cobrowseNodes.length > 0) announceChanges({ db, changes, log });
  changes.on('cobrowseEnded', (contactId) => cobrowse.ended(contactId));
  changes.on('viewerEnded', (contactId, agentId) => cobrowse.viewerEnded(contactId, agentId));
  sip.attach(server, sipAuthentication({ logins, sipDomain, origins: () => [new URL(url).origin] }));

  server.on('upgrade', refuseUnknownUpgrade);

  const port = await listen(server, environment.port, environment.host);
  closers.push(async () => {
    // Calls before the server: their BYEs leave on its sockets, and it waits for those to close.
    await stopCalls();
    await stopSip();
    await io.close();
    await closeHttp(server);
  });
  if (url === '') url = `http://localhost:${port}`;
  mountDemo(`http://127.0.0.1:${port}`);
  ready = true;
  sweeper.start();
  retention.start();
  matcher.soon();
  log.info({ port, restored }, 'gateway ready');
  closers.push(async () => {
    ready = false;
    stopping = true;
    log.info('gateway stopping');
    // Offers first, so that nobody accepts what cannot be put through; then the sockets, whose clients come back after the restart.
    await matcher.stop();
    await sweeper.stop();
    await customerSignaling.stop();
    await runner.stop();
    await cobrowse.stop();
  });
  return { port, url, restored, sip: sip.local, reload: () => administration.reload() };
}

/** socket.io and the SIP socket take the upgrades of their own paths; any other would stay half open. */
function refuseUnknownUpgrade(request: IncomingMessage, socket: Duplex): void {
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  if (path === '/sip' || path.startsWith('/socket.io/')) return;
  socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

function listen(server: HttpServer, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const inUse = 'code' in error && error.code === 'EADDRINUSE';
      reject(inUse ? new EnvironmentError(`PORT: ${port} on ${host} is in use by another program. Stop that one, or set PORT to a free port.`) : error);
    });
    server.listen(port, host, () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Requests under way may finish; connections that stay open are cut at the limit. */
function closeHttp(server: HttpServer): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), httpCloseLimit);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

function countContacts(registry: Registry, db: Awaited<ReturnType<typeof openDatabase>>['db'], log: Logger): void {
  const gauge: Gauge<'phase' | 'queue'> = new Gauge({
    name: 'gethelp_contacts', help: 'Open contacts by phase and queue', labelNames: ['phase', 'queue'], registers: [registry],
    collect: async () => {
      gauge.reset();
      const rows = await db.selectFrom('contact').select((table) => ['phase', 'queue_id', table.fn.countAll<string>().as('count')])
        .where('phase', '<>', 'ended').groupBy(['phase', 'queue_id']).execute().catch((error: unknown) => { log.error({ err: error }, 'contacts not counted'); return []; });
      for (const row of rows) gauge.set({ phase: row.phase, queue: row.queue_id }, Number(row.count));
    },
  });
}
