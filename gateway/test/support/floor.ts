/**
 * The ACD's core on a real PostgreSQL, without sockets and media: workers as the gateway wires them (runner, matcher, agents, sessions), several on
 * one store where a test wants that, on a clock that the test moves. A worker can be made to die between any two of its statements, as a process does.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { pino } from 'pino';
import type { CreateSession } from '#shared/session-api.ts';
import { Agents } from '../../src/acd/agents.ts';
import { Matcher } from '../../src/acd/matcher.ts';
import { Transfers } from '../../src/acd/transfers.ts';
import { Waits } from '../../src/acd/waits.ts';
import { parseConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';
import { Changes } from '../../src/contact/changes.ts';
import { ContactRunner } from '../../src/contact/runner.ts';
import type { ContactEvent } from '../../src/contact/state.ts';
import { hashedAgents } from '../../src/session/logins.ts';
import { Sessions } from '../../src/session/sessions.ts';
import { Tokens } from '../../src/session/tokens.ts';
import { syncAgents } from '../../src/store/agents.ts';
import { dueContacts } from '../../src/store/contacts.ts';
import { openDatabase, type Db } from '../../src/store/database.ts';
import { PreparedPool } from '../../src/store/prepared-pool.ts';
import type { Database } from '../../src/store/schema.ts';
import { StoreStand } from '../store-stand/stand.ts';
import { FakeCalls } from './fake-calls.ts';
import { patience } from './gateway.ts';

const log = pino({ level: 'silent' });
const sipDomain = 'floor.invalid';
/** A worker whose statements have all been answered has nothing more to do once this many turns of the event loop bring none. */
const quietTurns = 6;

export interface Customer {
  readonly contactId: string;
  readonly queue: string;
}

export class Floor {
  readonly stand: StoreStand;
  readonly config: Config;
  /** For the test's own questions. */
  readonly db: Db;
  readonly agentIds: ReadonlyMap<string, string>;
  clock = Date.parse('2026-03-02T09:00:00Z');
  readonly #connection: pg.PoolConfig;
  readonly #close: () => Promise<void>;
  readonly #workers = new Set<Worker>();

  private constructor(stand: StoreStand, connection: pg.PoolConfig, config: Config, agentIds: ReadonlyMap<string, string>, database: Awaited<ReturnType<typeof openDatabase>>) {
    this.stand = stand;
    this.#connection = connection;
    this.config = config;
    this.agentIds = agentIds;
    this.db = database.db;
    this.#close = () => database.close();
  }

  /** @param config as in a contact-center file; its agents are at work from the start, but set offline. */
  static async open(config: string): Promise<Floor> {
    const stand = new StoreStand();
    const { connection } = await stand.start(await stand.newDataDir());
    const database = await openDatabase(connection, () => { /* a worker died */ });
    const parsed = parseConfig(config, 'floor.yaml', { production: false });
    const agents = await hashedAgents(database.db, parsed);
    await syncAgents(database.db, agents, 0);
    return new Floor(stand, connection, parsed, new Map(agents.map(({ id, username }) => [username, id])), database);
  }

  async close(): Promise<void> {
    for (const worker of this.#workers) await worker.die();
    await this.#close();
    await this.stand.close();
  }

  worker(): Worker {
    const worker = new Worker(this, this.#connection);
    this.#workers.add(worker);
    return worker;
  }

  agentId(username: string): string {
    const id = this.agentIds.get(username);
    if (id === undefined) throw new Error(`no agent ${username}`);
    return id;
  }

  /** Nothing of what happened before matters to what comes: everybody gone, every agent free and offline. */
  async clear(): Promise<void> {
    await sql`truncate slot, ticket, journal, reservation, contact, session cascade`.execute(this.db);
    await sql`update agent set status = 'offline', status_reason = null, lease_until = null, desk_until = null, endpoint_registered = true, idle_since = to_timestamp(0)`.execute(this.db);
  }
}

/** One process's worth of the ACD. */
export class Worker {
  readonly #floor: Floor;
  readonly #pool: pg.Pool;
  readonly #clients = new Set<pg.PoolClient>();
  readonly #changes = new Changes();
  readonly #matcher: Matcher;
  readonly #waits: Waits;
  readonly db: Db;
  readonly calls = new FakeCalls();
  readonly runner: ContactRunner;
  readonly agents: Agents;
  readonly transfers: Transfers;
  readonly sessions: Sessions;
  /** How many statements it has made. */
  statements = 0;
  #inFlight = 0;
  #fuse = Infinity;
  #isDead = false;

  constructor(floor: Floor, connection: pg.PoolConfig) {
    this.#floor = floor;
    this.#pool = new pg.Pool({ ...connection, max: 6 });
    this.#pool.on('connect', (client) => this.#watch(client));
    this.#pool.on('error', () => { /* torn by `die` */ });
    this.db = new Kysely<Database>({ dialect: new PostgresDialect({ pool: new PreparedPool(this.#pool) }) });
    const { config } = floor;
    const now = (): number => floor.clock;
    const shared = { db: this.db, config, changes: this.#changes, sipDomain, now, log };
    for (const agentId of floor.agentIds.values()) this.calls.endpoint(agentId, 'desktop', { reachable: true });
    const calls = this.calls.port;
    this.runner = new ContactRunner({ ...shared, calls, flow: { follow: () => { /* no queue here has one */ } } });
    this.agents = new Agents({ ...shared, runner: this.runner, endpoints: calls });
    this.#matcher = new Matcher({ ...shared, runner: this.runner });
    this.transfers = new Transfers({ ...shared, endpoints: calls, runner: this.runner });
    this.#waits = new Waits(shared);
    this.sessions = new Sessions({ ...shared, waits: this.#waits, tokens: new Tokens('the secret of all workers on this floor'), cobrowseNodes: [], publicUrl: () => 'http://floor.invalid', iceServers: () => [] });
    this.#changes.on('waiting', () => this.#matcher.soon());
    this.#changes.on('agent', (_, byOffer) => { if (byOffer !== true) this.#matcher.soon(); });
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** It dies before its so many-th statement from now, with whatever is under way. */
  dieAfter(statements: number): void {
    this.#fuse = statements;
  }

  async die(): Promise<void> {
    this.#blow();
    this.#waits.stop();
    await this.#matcher.stop();
    await this.#pool.end().catch(() => undefined);
  }

  /** As a process that starts on what another left. */
  async takeUp(): Promise<void> {
    // No desktop is connected here whose registration would follow.
    await this.agents.restore();
    await sql`update agent set endpoint_registered = true`.execute(this.db);
    await this.runner.restore();
    this.#matcher.soon();
    await this.settled();
  }

  /** Resolves when everything that was begun is done. */
  async settled(): Promise<void> {
    const limit = Date.now() + patience;
    for (let quiet = 0; quiet < quietTurns;) {
      await turn();
      quiet = this.#inFlight === 0 ? quiet + 1 : 0;
      if (Date.now() > limit) throw new Error('the worker does not come to rest');
    }
  }

  async arrive(queue: string): Promise<Customer> {
    const request: CreateSession = { customer: null, inquiry: { pageUrl: 'https://floor.invalid/' }, queue };
    const [portal] = this.#floor.config.portals;
    if (portal === undefined) throw new Error('the floor has a portal');
    const session = await this.sessions.create(portal, request, null);
    if (!session.ok) throw new Error(session.problem.title);
    const connected = await this.sessions.connect({ token: session.value.token }, undefined);
    if (!connected.ok) throw new Error(connected.problem.title);
    await this.runner.dispatch(connected.value.contactId, { type: 'customerConnected' });
    return { contactId: connected.value.contactId, queue };
  }

  async status(username: string, status: 'available' | 'offline'): Promise<void> {
    await this.agents.renewLease(this.#floor.agentId(username), { atDesk: true });
    await this.agents.setStatus(this.#floor.agentId(username), status, null);
  }

  /** Whatever the time has brought. */
  async tick(): Promise<void> {
    await this.runner.dispatchAll(await dueContacts(this.db, this.#floor.clock), { type: 'tick' });
    await this.agents.sweep();
  }

  /** What the agent's slot in this state is about; undefined where they have none. */
  async slot(username: string, state: 'reserved' | 'engaged' | 'wrapUp'): Promise<{ readonly id: string; readonly contactId: string } | undefined> {
    const row = await this.db.selectFrom('slot').select(['id', 'contact_id']).where('agent_id', '=', this.#floor.agentId(username)).where('state', '=', state).executeTakeFirst();
    return row && { id: row.id, contactId: row.contact_id };
  }

  /** Answers whether it was the agent's to take. */
  async reply(username: string, type: 'accepted' | 'rejected'): Promise<boolean> {
    const offer = await this.slot(username, 'reserved');
    if (offer === undefined) return false;
    const after = await this.runner.dispatch(offer.contactId, { type, reservationId: offer.id });
    return after !== undefined && (type === 'rejected' || (after.phase.name === 'call' && after.phase.reservationId === offer.id));
  }

  /** Both legs come up, if the agent is in a call. */
  async talk(username: string): Promise<void> {
    for (const event of [{ type: 'agentAnswered' }, { type: 'customerMediaFlowing' }] satisfies ContactEvent[]) await this.inCall(username, event);
  }

  async inCall(username: string, event: ContactEvent): Promise<void> {
    const call = await this.slot(username, 'engaged');
    if (call !== undefined) await this.runner.dispatch(call.contactId, event);
  }

  /** Answers whether there was a wrap-up to finish. */
  async finish(username: string): Promise<boolean> {
    const wrapUp = await this.slot(username, 'wrapUp');
    return wrapUp !== undefined && this.agents.finishWrapUp(wrapUp.contactId, this.#floor.agentId(username), { disposition: 'Solved', notes: wrapUp.contactId });
  }

  #watch(client: pg.PoolClient): void {
    this.#clients.add(client);
    client.on('error', () => { /* torn by `#blow` */ });
    client.on('end', () => this.#clients.delete(client));
    const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
    const watched = (...args: unknown[]): Promise<unknown> => {
      if (this.#fuse <= 0) this.#blow();
      if (this.#isDead) return Promise.reject(new Error('this worker is dead'));
      this.#fuse -= 1;
      this.statements += 1;
      this.#inFlight += 1;
      return query(...args).finally(() => { this.#inFlight -= 1; });
    };
    client.query = watched as typeof client.query;
  }

  /** The server rolls back what is under way when it sees the connections go. */
  #blow(): void {
    this.#isDead = true;
    for (const client of this.#clients) (client as unknown as { readonly connection: { readonly stream: { destroy(): void } } }).connection.stream.destroy();
  }
}
