/**
 * A whole gateway under load is killed (`kill -9`) at random moments, and started again on what it left. Nothing that was acknowledged to anybody may be lost or doubled, nobody may be stuck, and at the end the queue is served in its order.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { complaints } from '../../gateway/test/support/floor-books.ts';
import { call, portalKey, TestAgent, TestCustomer } from '../../gateway/test/support/gateway.ts';
import type { CreatedSession } from '#shared/session-api.ts';
import { freePort, GatewayProcess } from '../../gateway/test/support/process.ts';
import { storeClient } from '../../gateway/test/support/store-client.ts';
import { Acknowledged, AgentActor, CustomerActor, type World } from './actors.ts';

const names = ['anna', 'ben', 'carl', 'dora'];
const config = `
portals: [{ id: bank, name: Bank, keys: [{ id: only, secret: ${portalKey} }], queues: [help] }]
queues:
  - { id: help, label: Help, holdPlace: 120, offerSeconds: 20, wrapUp: { mode: mandatory, dispositions: [Solved] } }
agents:
${names.map((name) => `  - { username: ${name}, name: ${name}, password: ${name}, capacity: { chat: 1 } }`).join('\n')}
`;
/** From the end of the load until nobody may be left. */
const drainLimit = 120_000;

export interface Outcome {
  readonly kills: number;
  /** Milliseconds from each start to its being ready. */
  readonly starts: readonly number[];
  readonly acknowledged: Readonly<Record<'customers' | 'messages' | 'leaves' | 'accepts' | 'wrapUps', number>>;
  /** What is not as it was promised; empty where all is well. */
  readonly broken: readonly string[];
}

export async function killAtRandom({ kills, customers, say }: { readonly kills: number; readonly customers: number; readonly say: (line: string) => void }): Promise<Outcome> {
  const dataDir = await mkdtemp(join(tmpdir(), 'gethelp-chaos-'));
  const file = join(dataDir, 'center.yaml');
  await writeFile(file, config);
  const port = await freePort();
  const start = (): Promise<GatewayProcess> => GatewayProcess.start({ port, dataDir, config: file, env: { LOG_LEVEL: 'error' } });
  const world: World = { url: `http://127.0.0.1:${port}`, acknowledged: new Acknowledged(), random: Math.random, draining: false };
  let gateway = await start();
  try {
    const agents = names.map((name) => new AgentActor(world, name));
    const work = agents.map((agent) => agent.work());
    const present = new Set<Promise<void>>();
    const crowd = keepCrowd(world, customers, present);

    const starts: number[] = [];
    for (let kill = 1; kill <= kills; kill += 1) {
      await wait(100 + world.random() * 1500);
      await gateway.kill('SIGKILL');
      const began = performance.now();
      gateway = await start();
      starts.push(performance.now() - began);
      if (kill % 10 === 0) say(`${kill} kills, ${world.acknowledged.welcomed.size} customers so far`);
    }
    world.draining = true;
    await crowd;
    const broken: string[] = [];
    const drained = await Promise.race([Promise.all(present).then(() => true), wait(drainLimit).then(() => false)]);
    if (!drained) broken.push('somebody is still waiting for an end');
    for (const agent of agents) agent.isStopped = true;
    await Promise.all(work);

    const client = await storeClient(dataDir);
    try {
      broken.push(...await unkept(client, world.acknowledged), ...await outOfOrder(world.url));
    } finally {
      await client.end();
    }
    const { welcomed, messages, left, accepted, wrapUps } = world.acknowledged;
    return {
      kills, starts, broken,
      acknowledged: { customers: welcomed.size, messages: [...messages.values()].flat().length, leaves: left.size, accepts: accepted.size, wrapUps: wrapUps.size },
    };
  } finally {
    await gateway.kill('SIGTERM');
    await rm(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

/** As many customers as there should be, until the load ends. */
async function keepCrowd(world: World, size: number, present: Set<Promise<void>>): Promise<void> {
  while (!world.draining) {
    if (present.size < size) {
      const life = new CustomerActor(world).live();
      present.add(life);
      void life.finally(() => present.delete(life));
    }
    await wait(30);
  }
}

async function unkept(client: pg.Client, promised: Acknowledged): Promise<string[]> {
  const broken: string[] = [];
  for (const [what, query] of complaints) {
    const { rows } = await client.query<{ who: string }>(query);
    broken.push(...rows.map(({ who }) => `${what}: ${who}`));
  }
  const ask = async <Row extends object>(text: string, values: unknown[]): Promise<Row[]> => (await client.query<Row>(text, values)).rows;
  const contacts = new Map((await ask<{ id: string; phase: string; ended_at: Date | null }>('select id, phase, ended_at from contact', [])).map((row) => [row.id, row]));
  for (const id of promised.welcomed) {
    if (!contacts.has(id)) broken.push(`a customer who was welcomed is unknown: ${id}`);
    else if (contacts.get(id)?.phase !== 'ended') broken.push(`a customer was never served: ${id} is ${contacts.get(id)?.phase}`);
  }
  // Their agent may have hung up in the same moment; what counts is that it was over when they were told so.
  for (const [id, toldAt] of promised.left) if ((contacts.get(id)?.ended_at?.getTime() ?? Infinity) > toldAt) broken.push(`a customer was told that they had left, and the contact went on: ${id}`);
  for (const [contactId, written] of promised.messages) {
    const stored = await ask<{ number: number; text: string }>('select number, text from message where contact_id = $1 and author = $2 order by number', [contactId, 'customer']);
    for (const { number, text } of written) if (!stored.some((one) => one.number === number && one.text === text)) broken.push(`message ${number} of ${contactId} is lost`);
    if (new Set(stored.map(({ text }) => text)).size !== stored.length) broken.push(`a message of ${contactId} is there twice`);
  }
  for (const id of promised.accepted) {
    const [row] = await ask<{ state: string }>('select state from reservation where id = $1', [id]);
    if (row?.state !== 'accepted') broken.push(`reservation ${id} was accepted and is ${row?.state ?? 'unknown'}`);
  }
  for (const [contactId, notes] of promised.wrapUps) {
    const rows = await ask<{ notes: string }>('select notes from ticket where contact_id = $1', [contactId]);
    if (!rows.some((row) => row.notes === notes)) broken.push(`the notes of ${contactId} are lost`);
  }
  return broken;
}

/** Ten who wait are served by one agent in the order in which they came. */
async function outOfOrder(url: string): Promise<string[]> {
  const waiting: TestCustomer[] = [];
  for (let nth = 0; nth < 10; nth += 1) {
    const { body } = await call<CreatedSession>(url, '/api/sessions', { token: portalKey, body: { customer: null, inquiry: { pageUrl: 'https://bank.invalid/' }, channels: ['chat'] } });
    waiting.push(await TestCustomer.connect(url, { token: body.token, channel: 'chat' }));
  }
  const agent = await TestAgent.login(url, 'anna');
  await agent.status('available');
  const served: string[] = [];
  for (const _ of waiting) {
    const contact = await agent.slot('reserved', undefined, agent.views.all.length - 1);
    served.push(contact.contactId);
    await agent.post(`/api/reservations/${contact.reservationId}/accept`);
    await agent.slot('engaged', contact.contactId);
    await agent.post(`/api/contacts/${contact.contactId}/hangup`);
    await agent.slot('wrapUp', contact.contactId);
    await agent.post(`/api/contacts/${contact.contactId}/wrapup`, { disposition: 'Solved', notes: '' });
  }
  for (const one of [...waiting, agent]) one.close();
  const came = waiting.map(({ contactId }) => contactId);
  return served.join() === came.join() ? [] : [`served as ${served.join()} and not as they came: ${came.join()}`];
}
