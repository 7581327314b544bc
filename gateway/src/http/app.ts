/** The Express application: REST, its documentation, pages, health and metrics; everything unknown and everything broken is a problem. */
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { sql } from 'kysely';
import type { Agents } from '../acd/agents.ts';
import type { Callbacks } from '../acd/callbacks.ts';
import type { Consultations } from '../acd/consultations.ts';
import type { Dialing } from '../acd/dialing.ts';
import type { Escalations } from '../acd/escalations.ts';
import type { Transfers } from '../acd/transfers.ts';
import type { Waits } from '../acd/waits.ts';
import type { Administration } from '../config/administration.ts';
import type { Recordings } from '../cobrowse/recordings.ts';
import type { Config } from '../config/schema.ts';
import type { CallPort } from '../contact/call-port.ts';
import type { Changes } from '../contact/changes.ts';
import type { ContactRunner } from '../contact/runner.ts';
import type { Threads } from '../contact/threads.ts';
import type { Typing } from '../contact/typing.ts';
import { demoPortal } from '../demo/portal.ts';
import type { Environment } from '../environment.ts';
import type { Explainer } from '../ivr/explain.ts';
import type { Logins } from '../session/logins.ts';
import type { InboundMessages } from '../session/inbound.ts';
import type { Sessions } from '../session/sessions.ts';
import type { Tokens } from '../session/tokens.ts';
import type { AgentStream } from '../signaling/agent-stream.ts';
import type { FloorBoard } from '../signaling/floor.ts';
import type { Db } from '../store/database.ts';
import type { Trunks } from '../sip/trunks/trunks.ts';
import { storableReviver } from '../store/storable-text.ts';
import type { Acds } from '../acd/acds.ts';
import type { Assignments } from '../acd/assignments.ts';
import { acdRoutes } from './acd-routes.ts';
import { agentAdminRoutes } from './agent-admin-routes.ts';
import { agentRoutes } from './agent-routes.ts';
import { auditRoutes } from './audit-routes.ts';
import { authentication } from './authenticate.ts';
import { callRoutes } from './call-routes.ts';
import { callbackRoutes } from './callback-routes.ts';
import { cobrowseRoutes } from './cobrowse-routes.ts';
import { configRoutes } from './config-routes.ts';
import { contactRoutes } from './contact-routes.ts';
import { flowRoutes } from './flow-routes.ts';
import { huntRoutes } from './hunt-routes.ts';
import { figureRoutes } from './figure-routes.ts';
import { journalRoutes } from './journal-routes.ts';
import { inboundRoutes } from './inbound-routes.ts';
import { openApiDocument } from './openapi.ts';
import { pages } from './pages.ts';
import { problems } from './problems.ts';
import { queueSettingRoutes } from './queue-setting-routes.ts';
import { previewRoutes } from './preview-routes.ts';
import { recordingRoutes } from './recording-routes.ts';
import { mountRoutes, sendProblem } from './route.ts';
import { keepBody } from './signed-request.ts';
import { sessionRoutes } from './session-routes.ts';
import { threadRoutes } from './thread-routes.ts';
import { transferRoutes } from './transfer-routes.ts';
import { trunkRoutes } from './trunk-routes.ts';

const apiVersion = '0.3.0';

export interface AppOptions {
  readonly environment: Environment;
  readonly config: Config;
  readonly administration: Administration;
  readonly waits: Waits;
  readonly dist: string;
  readonly db: Db;
  readonly logins: Logins;
  readonly tokens: Tokens;
  readonly agents: Agents;
  readonly runner: ContactRunner;
  readonly calls: CallPort;
  readonly transfers: Transfers;
  readonly consultations: Consultations;
  readonly dialing: Dialing;
  readonly threads: Threads;
  readonly inbound: InboundMessages;
  readonly acds: Acds;
  readonly assignments: Assignments;
  readonly typing: Typing;
  readonly escalations: Escalations;
  readonly explainer: Explainer;
  readonly sessions: Sessions;
  readonly trunks: Pick<Trunks, 'statuses'>;
  readonly stream: AgentStream;
  readonly floor: FloorBoard;
  readonly callbacks: Callbacks;
  readonly changes: Changes;
  readonly registry: Registry;
  readonly publicUrl: () => string;
  readonly now: () => number;
  readonly log: Logger;
  readonly isReady: () => boolean;
  /** Null where nothing is recorded. */
  readonly recordings: () => Recordings | null;
}

export interface App {
  readonly app: Express;
  /** Opens the demo portal; called when it is known where the gateway listens. */
  readonly mountDemo: (gatewayUrl: string) => void;
}

export function createApp(options: AppOptions): App {
  const { environment, config, dist, db, registry, publicUrl, log } = options;
  const app = express();
  app.disable('x-powered-by');
  if (environment.trustProxy !== null) app.set('trust proxy', /^\d+$/.test(environment.trustProxy) ? Number(environment.trustProxy) : environment.trustProxy);
  app.use(helmet({ crossOriginResourcePolicy: false, crossOriginEmbedderPolicy: false, xFrameOptions: false, strictTransportSecurity: environment.production }));

  app.get('/healthz', (_request, response) => { response.json({ status: 'ok' }); });
  app.get('/readyz', answering(log, async (_request, response) => {
    const stored = await sql`select 1`.execute(db).then(() => true, () => false);
    const ready = options.isReady() && stored;
    response.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'not ready', store: stored });
  }));
  app.get('/metrics', answering(log, async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  }));

  const routes = [
    ...sessionRoutes(options), ...agentRoutes(options), ...contactRoutes(options), ...cobrowseRoutes({ ...options, viewerOrigin: environment.viewerOrigin, cobrowseNodes: environment.cobrowseNodes }), ...transferRoutes(options), ...callRoutes(options), ...callbackRoutes(options), ...threadRoutes(options), ...inboundRoutes(options), ...trunkRoutes(options), ...auditRoutes(options),
    ...previewRoutes({ ...options, viewerOrigin: environment.viewerOrigin }),
    ...recordingRoutes({ ...options, viewerOrigin: environment.viewerOrigin }),
    ...huntRoutes(options), ...journalRoutes(options),
    ...flowRoutes(options), ...acdRoutes(options),
    ...configRoutes(options), ...figureRoutes(options), ...queueSettingRoutes(options), ...agentAdminRoutes(options),
  ];
  const document = openApiDocument(routes, apiVersion);
  app.get('/api/openapi.json', (_request, response) => { response.json(document); });
  app.use(pages({
    dist, publicUrl, viewerOrigin: environment.viewerOrigin, previewOrigins: () => config.portals.flatMap(({ cobrowse, origins }) => (cobrowse.preview ? origins : [])), cobrowseNodes: environment.cobrowseNodes,
  }));
  // The button on any portal's page reads the wait, a preview its rules, and must be able to read a refusal too.
  app.use(['/api/wait', '/api/cobrowse/preview'], (_request, response, next) => {
    response.set({ 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'no-store' });
    next();
  });
  app.use('/api', (_request, response, next) => {
    if (options.isReady()) next();
    else sendProblem(response, problems.stopping());
  });
  app.use('/api/acd', express.json({ limit: '64kb', reviver: storableReviver, verify: keepBody }));
  app.use('/api', express.json({ limit: '64kb', reviver: storableReviver }));
  mountRoutes(app, routes, { authenticate: authentication(config, options.logins, options.now), log });

  const demo = express.Router();
  app.use('/demo', demo);
  app.get('/', (_request, response) => { response.redirect(environment.production ? '/agent' : '/demo'); });
  app.use((_request, response) => sendProblem(response, problems.notFound('page or resource')));
  app.use(onError(log));

  return {
    app,
    mountDemo: (gatewayUrl) => {
      // The demo hands sessions to anybody who asks: never in production.
      if (!environment.production) demo.use(demoPortal({ gatewayUrl: () => gatewayUrl, apiKey: () => config.portals[0]?.keys[0]?.secret ?? '' }));
    },
  };
}

function answering(log: Logger, work: (...input: Parameters<RequestHandler>) => Promise<void>): RequestHandler {
  return (request, response, next) => {
    work(request, response, next).catch((error: unknown) => {
      log.error({ err: error, path: request.path }, 'request failed');
      if (!response.headersSent) sendProblem(response, problems.internal());
    });
  };
}

/** The 4xx that Express or a static file server gives an error for what the client sent (a path that cannot be decoded, say). */
function statusOf(error: unknown): number | null {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : null;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null;
}

function onError(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const type = typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined;
    if (type === 'entity.too.large') sendProblem(response, problems.tooLarge());
    else if (typeof type === 'string' && (type.startsWith('entity.') || type.startsWith('encoding.') || type.startsWith('charset.'))) sendProblem(response, problems.notJson());
    else if (statusOf(error) === 404) sendProblem(response, problems.notFound('page or resource'));
    else if (statusOf(error) !== null) sendProblem(response, problems.badRequest());
    else {
      log.error({ err: error, path: request.path }, 'request failed');
      sendProblem(response, problems.internal());
    }
  };
}
