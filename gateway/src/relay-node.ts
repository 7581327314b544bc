/**
 * A co-browse relay that runs by itself, beside gateways that share the store with it: sockets, metrics and nothing else. It holds the pages of
 * the contacts that rendezvous hashing gives it; who may use it, and until when, it reads from the store.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import helmet from 'helmet';
import { sql } from 'kysely';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { Server } from 'socket.io';
import { maxMessageBytes } from '#cobrowse/policy/limits.ts';
import { AuditTrail } from './cobrowse/audit-trail.ts';
import { createCobrowseSide } from './cobrowse/cobrowse-side.ts';
import { NoticeListener } from './cobrowse/relay-notices.ts';
import type { Config } from './config/schema.ts';
import { EnvironmentError, type Environment } from './environment.ts';
import { recordingKeys } from './session/kept-secrets.ts';
import { Tokens } from './session/tokens.ts';
import { openDatabase } from './store/database.ts';

/** A grant that ended without our hearing of it is noticed after this. */
const checkInterval = 10_000;
const pingInterval = 5_000;
const pingTimeout = 5_000;

export interface RelayNodeOptions {
  readonly environment: Environment;
  readonly config: Config;
  readonly log: Logger;
  readonly now?: () => number;
}

export interface RelayNode {
  readonly port: number;
  stop(): Promise<void>;
}

/** @throws EnvironmentError when something that it cannot do without is missing. */
export async function startRelayNode({ environment, config, log, now = Date.now }: RelayNodeOptions): Promise<RelayNode> {
  const { databaseUrl, jwtSecret } = environment;
  if (databaseUrl === null || jwtSecret === null) throw new EnvironmentError('DATABASE_URL and JWT_SECRET: a relay by itself needs the gateway\'s store and the secret that signs its tokens');
  const connection = { connectionString: databaseUrl };
  const database = await openDatabase(connection, (error) => log.error({ err: error }, 'store connection lost'));
  const { db } = database;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const audit = new AuditTrail({ db, now, log });

  const app = express();
  app.disable('x-powered-by');
  app.use(helmet());
  let isReady = false;
  app.get('/healthz', (_request, response) => { response.json({ status: 'ok' }); });
  app.get('/readyz', (_request, response) => {
    sql`select 1`.execute(db).then(() => response.status(isReady ? 200 : 503).json({ status: isReady ? 'ready' : 'not ready' }), () => response.status(503).json({ status: 'not ready' }));
  });
  app.get('/metrics', (_request, response) => {
    registry.metrics().then((text) => response.type(registry.contentType).send(text), () => response.status(500).end());
  });
  const server = createServer(app);
  const io = new Server(server, { serveClient: false, pingInterval, pingTimeout, maxHttpBufferSize: maxMessageBytes, cors: { origin: true, credentials: false } });
  const node = environment.publicUrl ?? `relay:${environment.port}`;
  const side = createCobrowseSide({ namespace: io.of('/cobrowse'), db, config, tokens: new Tokens(jwtSecret), audit, keys: await recordingKeys(environment), node, registry, now, log });
  await side.restore();

  /** What became of the contacts that are shared here. */
  const check = async (): Promise<void> => {
    const ids = side.relay.contacts();
    if (ids.length === 0) return;
    const rows = await db.selectFrom('contact').select(['id', 'state']).where('id', 'in', ids).execute();
    const standing = new Set(rows.filter(({ state }) => state.cobrowse.view === 'granted').map(({ id }) => id));
    for (const id of ids) {
      if (standing.has(id)) side.changed(id);
      else side.ended(id);
    }
  };
  const checking = (): void => { check().catch((error: unknown) => log.error({ err: error }, 'the shared contacts could not be looked at')); };
  const listener = new NoticeListener({
    connection, log, handleListening: checking,
    handleNotice: (notice) => {
      switch (notice.type) {
        case 'changed': side.changed(notice.contactId); break;
        case 'ended': side.ended(notice.contactId); break;
        case 'viewerEnded': side.viewerEnded(notice.contactId, notice.agentId); break;
      }
    },
  });
  await listener.start();
  const timer = setInterval(checking, checkInterval);

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(environment.port, environment.host, resolve);
  });
  isReady = true;
  const { port } = server.address() as AddressInfo;
  log.info({ port, node }, 'relay ready');
  return {
    port,
    stop: async () => {
      isReady = false;
      clearInterval(timer);
      await listener.stop();
      await side.stop();
      await io.close();
      server.closeAllConnections();
      await audit.stop();
      await database.close();
    },
  };
}
