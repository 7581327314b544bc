/**
 * Whatever people do at once, on a real PostgreSQL, with two workers on it and workers that die: nobody is served twice, booked twice, overtaken among
 * equals, stranded or lost.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockContact } from '../src/store/contacts.ts';
import { Floor, type Customer, type Worker } from './support/floor.ts';
import { complaintsOf, placed } from './support/floor-books.ts';

const people = ['anna', 'ben', 'carl'] as const;
const config = `
portals: [{ id: bank, name: Bank, keys: [{ id: only, secret: floor-portal-key }], queues: [help, loans] }]
queues:
  - { id: help, label: Help, skills: [banking], offerSeconds: 20, holdPlace: 60, wrapUp: { mode: optional, seconds: 60, dispositions: [Solved] } }
  - { id: loans, label: Loans, skills: [loans], offerSeconds: 20, holdPlace: 60, wrapUp: { mode: optional, seconds: 60, dispositions: [Solved] } }
agents:
  - { username: anna, name: Anna, password: anna, skills: [banking, loans] }
  - { username: ben, name: Ben, password: ben, skills: [banking] }
  - { username: carl, name: Carl, password: carl, skills: [loans] }
`;

let floor: Floor;
beforeAll(async () => { floor = await Floor.open(config); });
afterAll(() => floor.close());

type Act =
  | { readonly what: 'arrive'; readonly queue: 'help' | 'loans' }
  | { readonly what: 'goes' | 'comesBack' | 'leaves'; readonly nth: number }
  | { readonly what: 'available' | 'offline' | 'accepts' | 'rejects' | 'talks' | 'hangsUp' | 'finishes' | 'loses' | 'toLoans' | 'toColleague'; readonly who: (typeof people)[number] };

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ what: fc.constant('arrive' as const), queue: fc.constantFrom('help' as const, 'loans' as const) }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constantFrom('goes' as const, 'comesBack' as const, 'leaves' as const), nth: fc.nat(20) }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constantFrom('available' as const, 'available' as const, 'available' as const, 'offline' as const), who: fc.constantFrom(...people) }) },
  {
    weight: 12, arbitrary: fc.record({
      what: fc.constantFrom('accepts' as const, 'accepts' as const, 'talks' as const, 'talks' as const, 'hangsUp' as const, 'finishes' as const, 'finishes' as const, 'rejects' as const, 'loses' as const, 'toLoans' as const, 'toColleague' as const),
      who: fc.constantFrom(...people),
    }),
  },
);

/** What happens at once, each at a worker; then time passes, or a worker dies and another takes up. */
interface Moment {
  readonly acts: ReadonlyArray<readonly [worker: 0 | 1, act: Act]>;
  readonly next: { readonly seconds: number } | { readonly dies: 0 | 1 };
}

const workers = fc.constantFrom(0 as const, 1 as const);
const moment: fc.Arbitrary<Moment> = fc.record({
  acts: fc.array(fc.tuple(workers, act), { minLength: 1, maxLength: 5 }),
  next: fc.oneof({ weight: 12, arbitrary: fc.record({ seconds: fc.constantFrom(1, 1, 2, 5, 25) }) }, { weight: 1, arbitrary: fc.record({ dies: workers }) }),
});

async function does(worker: Worker, { act: one, customers }: { readonly act: Act; readonly customers: Customer[] }): Promise<void> {
  switch (one.what) {
    case 'arrive': customers.push(await worker.arrive(one.queue)); return;
    case 'goes':
    case 'comesBack':
    case 'leaves': {
      const customer = customers[one.nth % Math.max(1, customers.length)];
      if (customer !== undefined) await worker.runner.dispatch(customer.contactId, { type: ({ goes: 'customerDisconnected', comesBack: 'customerConnected', leaves: 'customerLeft' } as const)[one.what] });
      return;
    }
    case 'available':
    case 'offline': await worker.status(one.who, one.what); return;
    case 'accepts': await worker.reply(one.who, 'accepted'); return;
    case 'rejects': await worker.reply(one.who, 'rejected'); return;
    case 'talks': await worker.talk(one.who); return;
    case 'hangsUp': await worker.inCall(one.who, { type: 'hangup' }); return;
    case 'loses': await worker.inCall(one.who, { type: 'agentLegLost' }); return;
    case 'finishes': await worker.finish(one.who); return;
    case 'toLoans':
    case 'toColleague': {
      const call = await worker.slot(one.who, 'engaged');
      if (call === undefined) return;
      const to = one.what === 'toLoans' ? { queue: 'loans' } : { agentId: floor.agentId(one.who === 'anna' ? 'carl' : 'anna') };
      await worker.transfers.transfer(floor.agentId(one.who), call.contactId, to);
    }
  }
}

/** Among equals whom nothing happened to, nobody is given to an agent whom an older one could have had. */
async function expectOrder(before: Awaited<ReturnType<typeof placed>>, touched: ReadonlySet<string>): Promise<void> {
  const after = await placed(floor.db, floor.clock);
  const waited = new Map(before.filter(({ id, phase, present }) => phase === 'waiting' && present && !touched.has(id)).map((one) => [one.id, one]));
  const passed = after.filter(({ id, phase, present }) => waited.has(id) && phase === 'waiting' && present);
  for (const given of after.filter(({ id, phase }) => waited.has(id) && phase === 'offered')) {
    const overtaken = passed.filter((one) => one.queue === given.queue && one.queuedAt < given.queuedAt && given.agentId !== null && !one.notTo.includes(given.agentId));
    expect(overtaken, `overtaken by ${given.id}`).toEqual([]);
  }
}

/** Everybody comes to work, every customer comes back, and all are served: nothing may be left. */
async function expectAllServed(worker: Worker, customers: readonly Customer[]): Promise<void> {
  for (const { contactId } of customers) await worker.runner.dispatch(contactId, { type: 'customerConnected' });
  // Whom somebody refused is offered to them again after a minute.
  for (let turn = 0; turn < 40 + customers.length * 4; turn += 1) {
    floor.clock += 5_000;
    for (const who of people) {
      await worker.finish(who);
      await worker.status(who, 'available');
      await worker.reply(who, 'accepted');
      await worker.talk(who);
      await worker.inCall(who, { type: 'hangup' });
    }
    await worker.tick();
    await worker.settled();
    const open = await floor.db.selectFrom('contact').select('id').where('phase', '<>', 'ended').execute();
    if (open.length === 0) return;
  }
  expect((await placed(floor.db, floor.clock)).filter(({ phase }) => phase !== 'ended'), 'never served').toEqual([]);
}

describe('any floor', () => {
  it('RT82 changes of one contact by two workers at once are all made, each on what the other stored', async () => {
    await floor.clear();
    const pair = [floor.worker(), floor.worker()];
    const [first] = pair;
    if (first === undefined) throw new Error('unreachable: there are two');
    const { contactId } = await first.arrive('help');
    const seq = async (): Promise<number> => (await floor.db.selectFrom('contact').select('seq').where('id', '=', contactId).executeTakeFirstOrThrow()).seq;
    const before = await seq();
    await Promise.all(pair.map(async ({ runner }, at) => {
      for (let time = 0; time < 40; time += 1) await runner.dispatch(contactId, { type: at === 0 ? 'customerDisconnected' : 'customerConnected' });
    }));
    expect(await seq()).toBe(before + 80);
    expect(await complaintsOf(floor.db)).toEqual([]);
    await Promise.all(pair.map((worker) => worker.die()));
  });

  it('RT85 a contact that another writer holds keeps no other waiting, and is changed once that one is done', async () => {
    await floor.clear();
    const worker = floor.worker();
    const [held, other] = [await worker.arrive('help'), await worker.arrive('help')];
    const away = async ({ contactId }: Customer): Promise<unknown> => (await floor.db.selectFrom('contact').select('state').where('id', '=', contactId).executeTakeFirstOrThrow()).state.absentUntil;
    let ofHeld: Promise<unknown> = Promise.resolve();
    await floor.db.transaction().execute(async (tx) => {
      await lockContact(tx, held.contactId);
      ofHeld = worker.runner.dispatch(held.contactId, { type: 'customerDisconnected' });
      await worker.runner.dispatch(other.contactId, { type: 'customerDisconnected' });
      expect(await away(other)).not.toBeNull();
      expect(await away(held)).toBeNull();
    });
    await ofHeld;
    expect(await away(held)).not.toBeNull();
    await worker.die();
  });

  it('RT80 nobody is lost, served twice, booked twice, overtaken among equals or stranded, with two workers at once and workers that die', async () => {
    await fc.assert(fc.asyncProperty(fc.array(moment, { minLength: 5, maxLength: 30 }), async (moments) => {
      await floor.clear();
      const pair: [Worker, Worker] = [floor.worker(), floor.worker()];
      const customers: Customer[] = [];
      for (const { acts, next } of moments) {
        const before = await placed(floor.db, floor.clock);
        const known = [...customers];
        await Promise.all(acts.map(([at, one]) => does(pair[at], { act: one, customers })));
        await Promise.all(pair.map((worker) => worker.settled()));
        const touched = new Set(acts.flatMap(([, one]) => 'nth' in one ? [known[one.nth % Math.max(1, known.length)]?.contactId ?? ''] : []));
        if (acts.every(([, { what }]) => what !== 'toLoans' && what !== 'toColleague')) await expectOrder(before, touched);
        expect(await complaintsOf(floor.db)).toEqual([]);
        if ('seconds' in next) {
          floor.clock += next.seconds * 1000;
          await Promise.all(pair.map((worker) => worker.tick()));
        } else {
          await pair[next.dies].die();
          pair[next.dies] = floor.worker();
          await pair[next.dies].takeUp();
        }
        await Promise.all(pair.map((worker) => worker.settled()));
        expect(await complaintsOf(floor.db)).toEqual([]);
      }
      await expectAllServed(pair[0], customers);
      expect(await complaintsOf(floor.db)).toEqual([]);
      const stored = await floor.db.selectFrom('contact').select('id').execute();
      expect(stored.map(({ id }) => id).toSorted()).toEqual(customers.map(({ contactId }) => contactId).toSorted());
      await Promise.all(pair.map((worker) => worker.die()));
    }), { numRuns: Number(process.env['FLOOR_RUNS'] ?? 12), endOnFailure: true });
  }, 240_000);
});
