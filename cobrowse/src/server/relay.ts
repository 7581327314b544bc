/**
 * The relay behind the namespace `/cobrowse`: lets sharers and viewers in by their tokens, and brings them together by the caller URI.
 * It reads no token itself and decides no grant; `authorize` and `end` are where the gateway says so.
 */
import type { Namespace, Socket } from 'socket.io';
import type { Registry } from 'prom-client';
import type { AuditEntry } from '#shared/cobrowse-audit.ts';
import { cobrowseAuthSchema, readFrames, type CobrowseClaims } from '#shared/cobrowse-protocol.ts';
import type { Standing } from '#shared/cobrowse-hands.ts';
import type { Problem, Reply } from '#shared/problem.ts';
import { idleSessionLifetime, maxFramesPerMessage, maxSessions, maxSharersPerSession, maxTotalAssetBytes, maxTotalBytes, maxViewersPerSession } from '../policy/limits.ts';
import { AssetStore } from './asset-store.ts';
import { giveAssets, takeAssets } from './asset-transfer.ts';
import { serveDrawings, serveHands, type HandAudit, type OnAudit } from './hands.ts';
import { RelayMetrics } from './metrics.ts';
import { problems } from './problems.ts';
import { Session, type Tap } from './session.ts';
import type { RelaySocket } from './viewer-link.ts';
import { SharerBudget } from './sharer-budget.ts';

export interface RelayLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface RelayOptions {
  /** socket.io's namespace `/cobrowse`. Its server needs `maxHttpBufferSize: maxMessageBytes` (policy/limits.ts). */
  readonly namespace: Namespace;
  /** Verifies a token: signature, expiry, role, Origin; that the viewer is the agent on that call, and the customer's grant stands. */
  authorize(token: string, origin: string | undefined): Promise<Reply<CobrowseClaims>>;
  /** Who of these agents may watch the contact now and under which name, and who may act or draw in its page. Asked when somebody connects, and by `reconsider`. */
  standing(contactId: string, agentIds: readonly string[]): Promise<Standing | null>;
  /** Everything that an agent does in a page, or was refused. */
  onAudit?: OnAudit;
  readonly log: RelayLog;
  readonly registry?: Registry;
  /** Bytes that all sessions together may hold: of pages for late joiners, and of pictures and fonts. Left out: those of policy/limits.ts. */
  readonly memory?: { readonly pages: number; readonly assets: number };
  /** Writes down who looks at what, and what was masked or refused. Must neither throw nor wait. */
  readonly audit?: (entry: AuditEntry) => void;
  /** A customer's page has connected: whoever records it may want to. */
  readonly handleSharer?: (contactId: string) => void;
}

export interface Relay {
  /** The grant or the contact is over: everybody is told and disconnected, and everything held is freed. */
  end(contactId: string): void;
  /** Something about the contact has changed that may concern who watches, acts or draws. Costs nothing where nobody shares. */
  reconsider(contactId: string): void;
  /** This agent is no longer on the contact; the sharing itself goes on. */
  endViewer(contactId: string, agentId: string): void;
  /** Contacts that are shared or watched here. */
  contacts(): string[];
  /** Whether anybody shares or watches on this contact here. */
  has(contactId: string): boolean;
  /** Tells all that is shared on a contact, from a picture on, until it is set to null or the sharing ends. */
  tap(contactId: string, tap: Tap | null): void;
  /** The process goes down: frees everything; sharers and viewers reconnect by themselves. */
  close(): Promise<void>;
}

const sweepInterval = 60_000;

export function createRelay(options: RelayOptions): Relay {
  const { namespace, log, memory = { pages: maxTotalBytes, assets: maxTotalAssetBytes } } = options;
  const sessions = new Map<string, Session>();
  const taps = new Map<string, Tap>();
  const admitted = new WeakSet<object>();
  /** The question to the gateway that was asked last, by session. */
  const turns = new WeakMap<Session, symbol>();
  const assets = new AssetStore(memory.assets);
  const metrics = new RelayMetrics(options.registry, () => ({
    assetBytes: assets.bytes,
    sessions: sessions.size,
    sharers: [...sessions.values()].reduce((sum, session) => sum + session.sharerCount, 0),
    viewers: [...sessions.values()].reduce((sum, session) => sum + session.viewerCount, 0),
  }));

  namespace.use((socket, next) => void letIn(socket, next));

  namespace.on('connection', (socket) => {
    // With connection state recovery socket.io skips the middleware, and with it the question whether the grant still stands.
    if (admitted.has(socket)) handleConnection(socket as unknown as RelaySocket);
    else socket.disconnect();
  });

  const sweep = setInterval(() => forgetIdle(Date.now()), sweepInterval);
  sweep.unref();

  async function letIn(socket: Socket, next: (error?: Error) => void): Promise<void> {
    let problem: Problem | null;
    try {
      problem = await admit(socket);
    } catch (error) {
      log.warn({ err: error }, 'co-browse: a token could not be checked');
      problem = problems.unavailable;
    }
    if (problem === null) next();
    else next(Object.assign(new Error(problem.title), { data: problem }));
  }

  async function admit(socket: Socket): Promise<Problem | null> {
    // socket.io adds fields of its own where connection state recovery is on.
    const auth = cobrowseAuthSchema.safeParse({ token: (socket.handshake.auth as Record<string, unknown>)['token'] });
    if (!auth.success) return problems.badHandshake;
    const reply = await options.authorize(auth.data.token, socket.handshake.headers.origin);
    if (!reply.ok) return reply.problem;
    const claims = reply.value;
    const session = sessions.get(claims.from);
    const isFull = session === undefined
      ? sessions.size >= maxSessions && !forgetIdlest()
      : claims.role === 'viewer' ? session.viewerCount >= maxViewersPerSession : session.sharerCount >= maxSharersPerSession;
    if (isFull) return problems.full;
    socket.data = { claims };
    admitted.add(socket);
    return null;
  }

  function handleConnection(socket: RelaySocket): void {
    const { claims } = socket.data;
    let session = sessions.get(claims.from);
    if (session === undefined) {
      const { contactId, from } = claims;
      session = new Session({
        contactId, from, metrics, assets, tap: taps.get(contactId) ?? null,
        audit: (entry) => options.audit?.({ ...entry, contactId }), warn: (fields, message) => log.warn(fields, message),
      });
      sessions.set(from, session);
    }
    log.info({ contactId: claims.contactId, role: claims.role, agentId: claims.agentId }, 'co-browse: connected');
    if (claims.role === 'sharer') serveSharer(socket, session);
    else serveViewer(socket, session);
    void reconsider(session);
  }

  function serveSharer(socket: RelaySocket, session: Session): void {
    session.addSharer(socket);
    takeAssets(socket, session.assets);
    serveDrawings(socket, session);
    options.handleSharer?.(session.contactId);
    const budget = new SharerBudget(performance.now());
    socket.on('frames', (frames, acknowledge) => {
      const reply = handleFrames(socket, session, budget, frames);
      if (typeof acknowledge === 'function') acknowledge(reply);
    });
    socket.on('pause', (reason: unknown) => session.handlePause(socket, reason === 'customer' || reason === 'page' ? reason : null));
    socket.on('redacted', (count: unknown) => {
      if (Number.isInteger(count) && (count as number) > 0) session.handleRedacted(Math.min(count as number, 10_000));
    });
    socket.on('active', () => session.handleActive(socket));
    socket.on('busy', (isBusy: unknown) => session.handleBusy(socket, isBusy === true));
    socket.on('disconnect', (reason) => {
      session.removeSharer(socket, reason === 'client namespace disconnect', new Date());
      log.info({ contactId: session.contactId, role: 'sharer', reason, state: session.state?.name }, 'co-browse: disconnected');
    });
  }

  function serveViewer(socket: RelaySocket, session: Session): void {
    session.addViewer(socket);
    giveAssets(socket, session.assets);
    serveHands(socket, session, (entry) => {
      options.onAudit?.(entry);
      options.audit?.(handEntry(entry, session));
    });
    socket.on('frames', (_frames, acknowledge) => {
      if (typeof acknowledge === 'function') acknowledge({ ok: false, problem: problems.notSharer });
    });
    let lastResync = Number.NEGATIVE_INFINITY;
    socket.on('resync', () => {
      const now = performance.now();
      if (now - lastResync < 250) return;
      lastResync = now;
      session.handleResync(socket);
    });
    socket.on('disconnect', (reason) => {
      session.removeViewer(socket, new Date());
      log.info({ contactId: session.contactId, role: 'viewer', agentId: socket.data.claims.agentId, reason }, 'co-browse: disconnected');
    });
  }

  /** What a peer sends never throws out of here, whatever it is. */
  function handleFrames(socket: RelaySocket, session: Session, budget: SharerBudget, raw: unknown): Reply<null> {
    // Ended in the meantime: its last messages may still be on their way.
    if (sessions.get(session.from) !== session) return { ok: true, value: null };
    const begin = performance.now();
    if (budget.isExhausted(begin)) return { ok: false, problem: problems.tooMuch };
    try {
      const frames = readFrames(raw, maxFramesPerMessage);
      if (frames === null) {
        session.wantSnapshot();
        return { ok: false, problem: problems.badFrames };
      }
      const { failure, bytes } = session.handleFrames(socket, frames);
      budget.spend({ frames: frames.length, bytes });
      freeMemory(session);
      if (failure === null) return { ok: true, value: null };
      log.warn({ contactId: session.contactId, failure }, 'co-browse: frames dropped');
      return { ok: false, problem: problems[failure] };
    } catch (error) {
      log.warn({ contactId: session.contactId, err: error }, 'co-browse: frames could not be handled');
      return { ok: false, problem: problems.badFrames };
    } finally {
      budget.spend({ work: performance.now() - begin });
    }
  }

  /** Asks the gateway anew. Until it answers, and where it cannot, nobody acts or draws; of two answers the one asked for later counts. */
  async function reconsider(session: Session): Promise<void> {
    const turn = Symbol('turn');
    turns.set(session, turn);
    let standing: Standing | null = null;
    try {
      standing = await options.standing(session.contactId, session.agentIds);
    } catch (error) {
      log.warn({ contactId: session.contactId, err: error }, 'co-browse: the standing of a contact could not be asked');
    }
    if (turns.get(session) === turn) dismiss(session.handleStanding(standing));
  }

  function dismiss(sockets: readonly RelaySocket[]): void {
    for (const socket of sockets) {
      socket.emit('stopped');
      socket.disconnect();
    }
  }

  function endSession(session: Session): void {
    const sockets = session.sockets();
    session.tellStopped();
    session.close();
    sessions.delete(session.from);
    dismiss(sockets);
    log.info({ contactId: session.contactId }, 'co-browse: ended');
  }

  function sessionsOf(contactId: string): Session[] {
    return [...sessions.values()].filter((session) => session.contactId === contactId);
  }

  function forgetIdle(now: number): void {
    for (const session of sessions.values()) {
      if (session.idleSince !== null && now - session.idleSince > idleSessionLifetime) endSession(session);
    }
  }

  /** Makes room for a new session where there is one that nobody is connected to. Answers whether there was. */
  function forgetIdlest(): boolean {
    const [idlest] = [...sessions.values()].filter(({ idleSince }) => idleSince !== null).sort((one, other) => (one.idleSince ?? 0) - (other.idleSince ?? 0));
    if (idlest !== undefined) endSession(idlest);
    return idlest !== undefined;
  }

  /** All pictures together hold too much: those go first that nobody looks at and whose page is away, and the one that has just grown at the last. */
  function freeMemory(grown: Session): void {
    if (metrics.totalBytes <= memory.pages) return;
    const others = [...sessions.values()].filter((session) => session !== grown && session.bytes > 0)
      .sort((one, other) => one.viewerCount - other.viewerCount || one.sharerCount - other.sharerCount || other.bytes - one.bytes);
    for (const session of [...others, grown]) {
      if (metrics.totalBytes <= memory.pages) return;
      session.stopKeeping();
    }
  }

  return {
    reconsider: (contactId) => sessionsOf(contactId).forEach((session) => void reconsider(session)),
    endViewer: (contactId, agentId) => dismiss(sessionsOf(contactId).flatMap((session) => session.viewersOf(agentId))),
    end: (contactId) => {
      taps.delete(contactId);
      sessionsOf(contactId).forEach((session) => endSession(session));
    },
    contacts: () => [...sessions.values()].map(({ contactId }) => contactId),
    has: (contactId) => sessionsOf(contactId).length > 0,
    tap: (contactId, tap) => {
      if (tap === null) taps.delete(contactId);
      else taps.set(contactId, tap);
      for (const session of sessionsOf(contactId)) session.setTap(tap);
    },
    close: async () => {
      clearInterval(sweep);
      // A shutdown is no end of anybody's consent: connections are dropped as a network drops them, and come back to the next process.
      for (const session of sessions.values()) {
        for (const socket of session.sockets()) socket.conn.close();
        session.close();
      }
      sessions.clear();
    },
  };
}

/** The element by the names of the elements around it, since its number means nothing once the picture is gone. */
function handEntry({ contactId, agentId, action, nodeId, outcome }: HandAudit, session: Session): AuditEntry {
  const element = nodeId === null ? null : session.pathOf(nodeId);
  return { contactId, actor: { kind: 'agent', id: agentId }, action: action === 'draw' ? 'annotated' : 'controlled', detail: { what: action, element, outcome } };
}
