/**
 * A gateway that dies between any two of its statements: one working day of three contacts is lived through again and again, and each time the process is
 * gone one statement later. Its successor finds everything that was acknowledged, nobody stranded, and serves everybody in order.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Floor, type Customer, type Worker } from './support/floor.ts';
import { complaintsOf } from './support/floor-books.ts';

const config = `
portals: [{ id: bank, name: Bank, keys: [{ id: only, secret: floor-portal-key }], queues: [help, loans] }]
queues:
  - { id: help, label: Help, offerSeconds: 20, holdPlace: 60, wrapUp: { mode: optional, seconds: 60, dispositions: [Solved] } }
  - { id: loans, label: Loans, offerSeconds: 20, holdPlace: 60, wrapUp: { mode: optional, seconds: 60, dispositions: [Solved] } }
agents:
  - { username: anna, name: Anna, password: anna }
  - { username: ben, name: Ben, password: ben }
`;

let floor: Floor;
beforeAll(async () => { floor = await Floor.open(config); });
afterAll(() => floor.close());

/** What was answered to somebody, and must therefore be true for ever. */
class Promises {
  readonly arrived: Customer[] = [];
  readonly canceled: string[] = [];
  readonly accepted: string[] = [];
  readonly hungUp: string[] = [];
  readonly finished: string[] = [];
}

async function day(worker: Worker, promised: Promises): Promise<void> {
  const settled = async <T>(work: Promise<T>): Promise<T> => {
    const value = await work;
    await worker.settled();
    return value;
  };
  for (const queue of ['help', 'help', 'help']) {
    floor.clock += 1000;
    promised.arrived.push(await settled(worker.arrive(queue)));
  }
  await settled(worker.status('anna', 'available'));
  const serve = async (who: string): Promise<void> => {
    const offer = await worker.slot(who, 'reserved');
    if (offer === undefined) throw new Error(`${who} has no offer`);
    if (await settled(worker.reply(who, 'accepted'))) promised.accepted.push(offer.contactId);
    await settled(worker.talk(who));
  };
  const bye = async (who: string): Promise<void> => {
    const call = await worker.slot(who, 'engaged');
    await settled(worker.inCall(who, { type: 'hangup' }));
    if (call !== undefined) promised.hungUp.push(call.contactId);
    const wrapUp = await worker.slot(who, 'wrapUp');
    if (await settled(worker.finish(who)) && wrapUp !== undefined) promised.finished.push(wrapUp.contactId);
  };
  await serve('anna');
  await bye('anna');
  // The second one is refused, comes back for Ben, is handed to another queue, and to Anna at last.
  await settled(worker.reply('anna', 'rejected'));
  await settled(worker.status('ben', 'available'));
  await serve('ben');
  const call = await worker.slot('ben', 'engaged');
  if (call !== undefined) await settled(worker.transfers.transfer(floor.agentId('ben'), call.contactId, { queue: 'loans' }));
  await settled(worker.finish('ben'));
  const third = promised.arrived[2];
  if (third !== undefined) {
    await settled(worker.runner.dispatch(third.contactId, { type: 'customerLeft' }));
    promised.canceled.push(third.contactId);
  }
}

async function expectKept(promised: Promises): Promise<void> {
  expect(await complaintsOf(floor.db)).toEqual([]);
  const rows = await floor.db.selectFrom('contact').select(['id', 'phase', 'end_reason', 'connected_at']).execute();
  const of = (id: string) => rows.find((row) => row.id === id);
  for (const { contactId } of promised.arrived) expect(of(contactId), 'whoever was welcomed is known').toBeDefined();
  for (const id of promised.canceled) expect(of(id)).toMatchObject({ phase: 'ended' });
  for (const id of promised.hungUp) expect(of(id)).toMatchObject({ phase: 'ended', end_reason: 'hangup' });
  for (const id of promised.accepted) {
    const reservation = await floor.db.selectFrom('reservation').select('id').where('contact_id', '=', id).where('state', '=', 'accepted').executeTakeFirst();
    expect(reservation, 'whatever was accepted stays so').toBeDefined();
  }
  for (const id of promised.finished) {
    const ticket = await floor.db.selectFrom('ticket').select('notes').where('contact_id', '=', id).where('notes', '=', id).executeTakeFirst();
    expect(ticket, 'what an agent wrote is kept').toBeDefined();
  }
}

/** The successor's: everybody is served, older ones first. */
async function expectServed(worker: Worker): Promise<void> {
  const known = await floor.db.selectFrom('contact').select('id').execute();
  for (const { id } of known) await worker.runner.dispatch(id, { type: 'customerConnected' });
  for (let turn = 0; turn < 40; turn += 1) {
    floor.clock += 5_000;
    for (const who of ['anna', 'ben']) {
      await worker.finish(who);
      await worker.status(who, 'available');
      await worker.settled();
      await worker.reply(who, 'accepted');
      await worker.talk(who);
      await worker.inCall(who, { type: 'hangup' });
    }
    await worker.tick();
    await worker.settled();
    const open = await floor.db.selectFrom('contact').select('id').where('phase', '<>', 'ended').execute();
    if (open.length === 0) return;
  }
  expect(await floor.db.selectFrom('contact').select(['id', 'phase', 'state']).where('phase', '<>', 'ended').execute(), 'never served').toEqual([]);
}

describe('a gateway that dies between two statements', () => {
  it('RT81 has lost nothing that was acknowledged, whichever statement was its last, and its successor serves everybody', async () => {
    await floor.clear();
    const whole = floor.worker();
    await day(whole, new Promises());
    const { statements } = whole;
    await whole.die();
    expect(statements).toBeGreaterThan(100);

    // Each run looks at some of the statements, and all of them in time; CRASH_STRIDE=1 looks at every one.
    const stride = Number(process.env['CRASH_STRIDE'] ?? 12);
    for (let last = Math.floor(Math.random() * stride); last < statements; last += stride) {
      await floor.clear();
      const promised = new Promises();
      const doomed = floor.worker();
      doomed.dieAfter(last);
      await day(doomed, promised).catch(() => undefined);
      await doomed.die();
      const successor = floor.worker();
      await successor.takeUp();
      try {
        await expectKept(promised);
        await expectServed(successor);
        await expectKept(promised);
      } catch (error) {
        throw new Error(`after a death before statement ${last + 1} of ${statements}`, { cause: error });
      }
      await successor.die();
    }
  }, 600_000);
});
