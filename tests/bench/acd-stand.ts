/** The ACD without media: store, runner, matcher and the desktops' streams as the gateway wires them, and a floor full of people. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { AgentView } from '#shared/agent-protocol.ts';
import { Agents } from '../../gateway/src/acd/agents.ts';
import { afterMatching, Matcher } from '../../gateway/src/acd/matcher.ts';
import { Waits } from '../../gateway/src/acd/waits.ts';
import { configSchema, type Config } from '../../gateway/src/config/schema.ts';
import type { CallPort, EndpointPort } from '../../gateway/src/contact/call-port.ts';
import { Changes } from '../../gateway/src/contact/changes.ts';
import { ContactRunner } from '../../gateway/src/contact/runner.ts';
import { Typing } from '../../gateway/src/contact/typing.ts';
import { newContact } from '../../gateway/src/contact/state.ts';
import { AgentStream } from '../../gateway/src/signaling/agent-stream.ts';
import { syncAgents } from '../../gateway/src/store/agents.ts';
import type { Db } from '../../gateway/src/store/database.ts';

export const agentCount = 1000;
export const contactCount = 10_000;
const topics = ['service', 'loans', 'cards', 'fraud', 'online', 'savings', 'pensions', 'insurance', 'business', 'branches'];
/** Nothing here takes as long. */
const patience = 60_000;

interface StandOptions {
  readonly db: Db;
  readonly client: pg.Client;
  readonly log: Logger;
}

export class AcdStand {
  readonly #options: StandOptions;
  readonly #changes = new Changes();
  readonly #agents: Agents;
  readonly #matcher: Matcher;
  readonly #waits: Waits;
  readonly #stream: AgentStream;
  readonly #agentIds: readonly string[];
  /** The last reservation that each desktop showed: figures of the queues are sent beside what is shown already. */
  readonly #known = new Map<string, string>();
  /** Every desktop has its first view. */
  readonly #everybodySeated: Promise<unknown>;
  /** Who waits to see a reservation: told when it is in their view. */
  readonly #expecting = new Map<string, () => void>();

  static async open(options: StandOptions): Promise<AcdStand> {
    const workload = { capacity: config.capacity, interruptedBy: config.interruptedBy };
    const agents = Array.from({ length: agentCount }, (_, at) => ({
      id: randomUUID(), username: `agent-${at}`, name: `Agent ${at}`, role: 'agent' as const, passwordHash: '-', answerWith: 'desktop' as const, extension: null, ...workload,
      // Everybody has three topics, so that queues share their agents.
      skills: Object.fromEntries([0, 1, 3].map((step, place) => [topics[(at + step) % topics.length] ?? '', 5 - place])),
    }));
    await syncAgents(options.db, agents, Date.now());
    const stand = new AcdStand(options, agents.map(({ id }) => id));
    await stand.#fill(contactCount + agentCount);
    await stand.#everybodySeated;
    return stand;
  }

  private constructor(options: StandOptions, agentIds: readonly string[]) {
    const { db, log } = options;
    this.#options = options;
    this.#agentIds = agentIds;
    const shared = { db, config, changes: this.#changes, sipDomain: 'bench.invalid', now: Date.now, log };
    const runner = new ContactRunner({ ...shared, calls: noMedia, flow: { follow: () => { /* no queue here has one */ } } });
    this.#agents = new Agents({ ...shared, runner, endpoints: noMedia });
    this.#matcher = new Matcher({ ...shared, runner });
    this.#waits = new Waits(shared);
    this.#stream = new AgentStream({ ...shared, typing: new Typing(this.#changes), waits: this.#waits, endpoints: noMedia, recordsPages: () => false });
    this.#changes.on('waiting', () => this.#matcher.soon());
    this.#changes.on('agent', (_, byOffer) => { if (byOffer !== true) this.#matcher.soon(); });
    const seated = agentIds.map((agentId) => new Promise<void>((resolve) => {
      this.#stream.subscribe(agentId, (view) => {
        resolve();
        this.#seen(agentId, view);
      });
    }));
    this.#everybodySeated = Promise.all(seated);
  }

  async close(): Promise<void> {
    await this.#matcher.stop();
    this.#waits.stop();
    await this.#stream.stop();
  }

  /** Milliseconds from the end of each agent's wrap-up to the next reservation in their view. */
  async freeOneByOne(pace: number): Promise<number[]> {
    const latencies: number[] = [];
    await this.#wrapUp();
    const { rows } = await this.#options.client.query<{ agent_id: string; contact_id: string }>('select agent_id, contact_id from slot');
    const freeAt = new Map<string, number>();
    const onFree = (agentId: string): void => { if (!freeAt.has(agentId)) freeAt.set(agentId, performance.now()); };
    this.#changes.on('agent', onFree);
    const started = performance.now();
    await Promise.all(rows.map(async ({ agent_id: agentId, contact_id: contactId }, at) => {
      await sleep(Math.max(0, at / pace * 1000 - (performance.now() - started)));
      const seen = this.#expect(agentId);
      await this.#agents.finishWrapUp(contactId, agentId, { disposition: 'Solved', notes: '' });
      await seen;
      latencies.push(performance.now() - (freeAt.get(agentId) ?? 0));
    }));
    this.#changes.off('agent', onFree);
    return latencies;
  }

  /** Reservations per second, from the moment at which all agents are free: until the last is made, and until the last desktop shows it. */
  async freeAllAtOnce(): Promise<{ readonly made: number; readonly shown: number }> {
    await this.#wrapUp();
    await this.#fill(contactCount);
    await this.#options.client.query('delete from slot');
    const seen = Promise.all(this.#agentIds.map((agentId) => this.#expect(agentId)));
    const announced = new Set<string>();
    let made = 0;
    const onAgent = (agentId: string): void => {
      announced.add(agentId);
      if (announced.size === agentCount && made === 0) made = performance.now();
    };
    this.#changes.on('agent', onAgent);
    const started = performance.now();
    this.#matcher.soon();
    await seen;
    this.#changes.off('agent', onAgent);
    const perSecond = (until: number): number => agentCount / (until - started) * 1000;
    return { made: perSecond(made), shown: perSecond(performance.now()) };
  }

  #expect(agentId: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no reservation for ${agentId} within ${patience} ms`)), patience);
      this.#expecting.set(agentId, () => {
        clearTimeout(timer);
        this.#expecting.delete(agentId);
        resolve();
      });
    });
  }

  #seen(agentId: string, view: AgentView): void {
    const reserved = view.contacts.find(({ slot }) => slot === 'reserved');
    if (reserved === undefined || this.#known.get(agentId) === reserved.reservationId) return;
    this.#known.set(agentId, reserved.reservationId);
    this.#expecting.get(agentId)?.();
  }

  /** As if every agent had talked to a customer of their own and now wrote it up: whatever they had is over. */
  async #wrapUp(): Promise<void> {
    await this.#options.db.transaction().execute(async (tx) => {
      await afterMatching(tx);
      await sql`update contact set phase = 'ended', wake_at = null, state = jsonb_set(state, '{phase}', '{"name": "ended", "at": 0, "end": {"party": "agent", "reason": "hangup"}}')
        where phase <> 'waiting' or id in (select id from contact where phase = 'waiting' order by queued_at desc limit greatest(0, (select count(*) from contact where phase = 'waiting') - ${contactCount}))`.execute(tx);
      await sql`delete from slot`.execute(tx);
      await sql`update reservation set state = 'accepted', closed_at = now() where state = 'offered'`.execute(tx);
      await sql`with one as (
          insert into reservation (id, contact_id, agent_id, state, offered_at, expires_at, closed_at)
          select gen_random_uuid(), contact.id, agent.id, 'accepted', now() - interval '5 minutes', now(), now()
          from (select id, row_number() over () as place from agent) agent join (select id, row_number() over () as place from contact where phase = 'ended') contact using (place)
          returning id, contact_id, agent_id)
        insert into slot (id, contact_id, agent_id, state, since) select id, contact_id, agent_id, 'wrapUp', now() from one`.execute(tx);
      await sql`update contact set agent_id = slot.agent_id from slot where slot.contact_id = contact.id`.execute(tx);
      await sql`update agent set status = 'available', endpoint_registered = true, lease_until = now() + interval '1 hour'`.execute(tx);
    });
  }

  /** As many waiting as there should be. */
  async #fill(count: number): Promise<void> {
    const { client } = this.#options;
    const { rows: [row] } = await client.query<{ waiting: number }>(`select count(*)::int as waiting from contact where phase = 'waiting'`);
    await client.query('create temporary table arriving as select gen_random_uuid() as id, n from generate_series(1, $1::int) n', [count - (row?.waiting ?? 0)]);
    const request = JSON.stringify({ customer: null, inquiry: { pageUrl: 'https://bench.invalid/' } });
    await client.query(`insert into session select id, 'bench', id::text, $1, ($2::text[])[1 + n % ${topics.length}], id::text, now(), now(), null, now() from arriving`, [request, topics]);
    await client.query(`insert into contact (id, session_id, from_uri, queue_id, priority, phase, state, queued_at, present, video, wake_at, page, resume_hash, created_at)
      select arriving.id, arriving.id, arriving.id::text, session.queue_id, 50 + n % 2, 'waiting', jsonb_set($1::jsonb, '{queuedAt}', to_jsonb(round(extract(epoch from now()) * 1000) + n)),
        now() + n * interval '1 ms', true, true, now() + interval '1 hour', '{"url": "https://bench.invalid/", "title": ""}', arriving.id::text, now()
      from arriving join session using (id)`, [JSON.stringify(newContact(0))]);
    await client.query('drop table arriving');
    await client.query('analyze');
  }
}

const config: Config = configSchema.parse({
  portals: [{ id: 'bench', name: 'Bench', keys: [{ id: 'only', secret: 'bench-portal-key' }], queues: topics }],
  queues: topics.map((topic) => ({ id: topic, label: topic, skills: [topic], offerSeconds: 600, steps: [{ after: 1800, minimumLevel: 1 }] })),
});

/** Media that is ready at once: what it costs is measured by bench:call. */
const noMedia = {
  onEvent: () => undefined,
  prepare: () => Promise.resolve({ epoch: randomUUID() }),
  endpoints: () => [],
  isRegistered: () => true,
} as unknown as CallPort & EndpointPort;
