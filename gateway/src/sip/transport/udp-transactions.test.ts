import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UdpTransactions } from './udp-transactions.ts';

const request = (method: string, { branch = 'z9hG4bKa', sequence = 1, toTag = '' } = {}): string => [
  `${method} sip:b@b.test SIP/2.0`, `Via: SIP/2.0/UDP a.test:5060;branch=${branch};rport`, 'From: "tag=no" <sip:a@a.test;tag=no>;tag=a', `To: <sip:b@b.test>${toTag === '' ? '' : `;tag=${toTag}`}`,
  'Call-ID: call', `CSeq: ${sequence} ${method}`, 'Content-Length: 0', '', '',
].join('\r\n');
const response = (status: number, method: string, { branch = 'z9hG4bKa', sequence = 1, toTag = 'b' } = {}): string => [
  `SIP/2.0 ${status} Said`, `Via: SIP/2.0/UDP a.test:5060;branch=${branch};received=192.0.2.1;rport=5060`, 'From: "tag=no" <sip:a@a.test;tag=no>;tag=a', `To: <sip:b@b.test>;tag=${toTag}`,
  'Call-ID: call', `CSeq: ${sequence} ${method}`, 'Content-Length: 0', '', '',
].join('\r\n');

/** When the messages of `due` leave, by stepping from deadline to deadline. */
function timesOf(transactions: UdpTransactions, until: number): number[] {
  const times: number[] = [];
  for (let next = transactions.next; next !== null && next <= until; next = transactions.next) times.push(...transactions.due(next).map(() => next ?? 0));
  return times;
}

describe('repetition over UDP', () => {
  it('SIP16 repeats an INVITE by timer A until B', () => {
    const transactions = new UdpTransactions();
    transactions.sent(request('INVITE'), 0);
    expect(timesOf(transactions, 60_000)).toEqual([500, 1500, 3500, 7500, 15_500, 31_500]);
    expect(transactions.size).toBe(0);
  });

  it('SIP16 repeats another request by timer E until F, and after a provisional answer every four seconds', () => {
    const transactions = new UdpTransactions();
    transactions.sent(request('BYE'), 0);
    expect(timesOf(transactions, 60_000)).toEqual([500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]);
    transactions.sent(request('REGISTER'), 100_000);
    transactions.received(response(100, 'REGISTER'), 100_200);
    expect(timesOf(transactions, 112_200)).toEqual([104_200, 108_200, 112_200]);
  });

  it('SIP16 stops at the first answer to an INVITE, and at the final one to another request', () => {
    const transactions = new UdpTransactions();
    transactions.sent(request('INVITE'), 0);
    expect(transactions.received(response(180, 'INVITE'), 400)).toEqual({ absorbed: false, send: [] });
    transactions.sent(request('OPTIONS', { branch: 'z9hG4bKo' }), 0);
    transactions.received(response(200, 'OPTIONS', { branch: 'z9hG4bKo' }), 400);
    expect(timesOf(transactions, 60_000)).toEqual([]);
  });

  it('SIP16 repeats a refused INVITE by timer G until its ACK, which then is absorbed', () => {
    const transactions = new UdpTransactions();
    expect(transactions.received(request('INVITE'), 0).absorbed).toBe(false);
    transactions.sent(response(486, 'INVITE'), 1000);
    expect(timesOf(transactions, 9000)).toEqual([1500, 2500, 4500, 8500]);
    expect(transactions.received(request('ACK', { toTag: 'b' }), 9000).absorbed).toBe(false);
    expect(transactions.received(request('ACK', { toTag: 'b' }), 9100).absorbed).toBe(true);
    expect(transactions.received(request('INVITE'), 9200)).toEqual({ absorbed: true, send: [] });
    expect(timesOf(transactions, 60_000)).toEqual([]);
    expect(transactions.size).toBe(0);
  });

  it('SIP16 answers a repeated request with the response it had, and forgets it after 32 seconds', () => {
    const transactions = new UdpTransactions();
    transactions.received(request('BYE', { toTag: 'b' }), 0);
    expect(transactions.received(request('BYE', { toTag: 'b' }), 100)).toEqual({ absorbed: true, send: [] });
    transactions.sent(response(200, 'BYE'), 200);
    expect(transactions.received(request('BYE', { toTag: 'b' }), 32_000)).toEqual({ absorbed: true, send: [response(200, 'BYE')] });
    transactions.due(32_200);
    expect(transactions.size).toBe(0);
  });

  it('SIP16 acknowledges a repeated final answer again: a refusal, and each fork\'s 2xx', () => {
    const transactions = new UdpTransactions();
    transactions.sent(request('INVITE'), 0);
    expect(transactions.received(response(200, 'INVITE'), 100).absorbed).toBe(false);
    expect(transactions.received(response(200, 'INVITE', { toTag: 'c' }), 100).absorbed).toBe(false);
    const ack = request('ACK', { branch: 'z9hG4bKack', toTag: 'b' });
    transactions.sent(ack, 150);
    expect(transactions.received(response(200, 'INVITE'), 600)).toEqual({ absorbed: true, send: [ack] });
    expect(transactions.received(response(200, 'INVITE', { toTag: 'c' }), 600)).toEqual({ absorbed: true, send: [] });
  });

  it('SIP16 keeps nothing of a request that was refused without a transaction', () => {
    const transactions = new UdpTransactions();
    transactions.received(request('INVITE'), 0);
    transactions.forget(request('INVITE'));
    transactions.sent(response(401, 'INVITE'), 0);
    expect(transactions.size).toBe(0);
    expect(transactions.received(request('INVITE'), 500).absorbed).toBe(false);
  });

  it('SIP16 tells requests of one branch apart by sent-by and method, and of RFC 2543 by Call-ID and CSeq', () => {
    const transactions = new UdpTransactions();
    transactions.received(request('INVITE'), 0);
    expect(transactions.received(request('CANCEL'), 0).absorbed).toBe(false);
    expect(transactions.received(request('INVITE').replace('a.test:5060', 'c.test:5060'), 0).absorbed).toBe(false);
    expect(transactions.received(request('OPTIONS', { branch: '7' }), 0).absorbed).toBe(false);
    expect(transactions.received(request('OPTIONS', { branch: '7' }), 0).absorbed).toBe(true);
    expect(transactions.received(request('OPTIONS', { branch: '7', sequence: 2 }), 0).absorbed).toBe(false);
  });
});

/** Of a text, so many transmissions on end are lost at most: what a request, its answer and the ACK outlive together within 64*T1. */
const lossesAtMost = 2;

interface Fate {
  readonly copies: 0 | 1 | 2;
  readonly delay: number;
  readonly delayOfCopy: number;
}

/** Two ends and the network between them, in a time of its own. */
class LossyWorld {
  readonly heard = { a: new Map<string, number>(), b: new Map<string, number>() };
  readonly ends = { a: new UdpTransactions(), b: new UdpTransactions() };
  now = 0;
  private readonly fates: readonly Fate[];
  private readonly onHeard: (end: 'a' | 'b', text: string) => void;
  private fate = 0;
  private readonly lost = new Map<string, number>();
  private flying: Array<{ readonly at: number; readonly to: 'a' | 'b'; readonly text: string }> = [];
  private readonly repeating = new Map<string, { at: number; interval: number; readonly until: number }>();

  constructor(fates: readonly Fate[], onHeard: (end: 'a' | 'b', text: string) => void) {
    this.fates = fates;
    this.onHeard = onHeard;
  }

  send(from: 'a' | 'b', text: string): void {
    this.ends[from].sent(text, this.now);
    this.fly(from, text);
  }

  /** As a dialog does with its 2xx (RFC 3261, 13.3.1.4). */
  repeatUntilStopped(text: string): void {
    this.repeating.set(text, { at: this.now + 500, interval: 500, until: this.now + 32_000 });
  }

  stopRepeating(): void {
    this.repeating.clear();
  }

  run(until: number): void {
    for (;;) {
      const moments = [
        ...this.flying.map(({ at }) => at), this.ends.a.next ?? Infinity, this.ends.b.next ?? Infinity, ...Array.from(this.repeating.values(), ({ at }) => at),
      ].filter((at) => at <= until);
      if (moments.length === 0) return;
      this.now = Math.max(this.now, Math.min(...moments));
      const landed = this.flying.filter(({ at }) => at <= this.now);
      this.flying = this.flying.filter(({ at }) => at > this.now);
      for (const { to, text } of landed) this.land(to, text);
      for (const end of ['a', 'b'] as const) for (const text of this.ends[end].due(this.now)) this.fly(end, text);
      for (const [text, repeated] of this.repeating) {
        if (repeated.at > this.now) continue;
        if (this.now >= repeated.until) { this.repeating.delete(text); continue; }
        repeated.interval = Math.min(repeated.interval * 2, 4000);
        repeated.at = this.now + repeated.interval;
        this.send('b', text);
      }
    }
  }

  private fly(from: 'a' | 'b', text: string): void {
    const fate = this.fates[this.fate++ % this.fates.length] ?? { copies: 1, delay: 0, delayOfCopy: 0 };
    const key = `${from} ${text}`;
    const losses = this.lost.get(key) ?? 0;
    if (fate.copies === 0 && losses < lossesAtMost) { this.lost.set(key, losses + 1); return; }
    this.lost.set(key, 0);
    const to = from === 'a' ? 'b' : 'a';
    this.flying.push({ at: this.now + fate.delay, to, text });
    if (fate.copies === 2) this.flying.push({ at: this.now + fate.delayOfCopy, to, text });
  }

  private land(end: 'a' | 'b', text: string): void {
    const { absorbed, send } = this.ends[end].received(text, this.now);
    for (const again of send) this.fly(end, again);
    if (absorbed) return;
    this.heard[end].set(text, (this.heard[end].get(text) ?? 0) + 1);
    this.onHeard(end, text);
  }
}

const fates = fc.array(fc.record({ copies: fc.constantFrom<0 | 1 | 2>(0, 0, 1, 1, 1, 2), delay: fc.nat(900), delayOfCopy: fc.nat(3000) }), { minLength: 1, maxLength: 40 });
const once = (world: LossyWorld): void => {
  for (const counts of [world.heard.a, world.heard.b]) for (const [text, count] of counts) expect(count, text.split('\r\n', 1)[0]).toBe(1);
  expect([world.ends.a.next, world.ends.b.next, world.ends.a.size, world.ends.b.size]).toEqual([null, null, 0, 0]);
};

describe('a network that loses, doubles and reorders', () => {
  it('SIP16 a request and its final answer each arrive once, whatever is lost on the way, and nothing is left in the end', () => {
    fc.assert(fc.property(fates, fc.constantFrom(200, 404, 503), (plan, status) => {
      const world = new LossyWorld(plan, (end, text) => {
        if (end === 'b' && text.startsWith('REGISTER')) { world.send('b', response(100, 'REGISTER')); world.send('b', response(status, 'REGISTER')); }
      });
      world.send('a', request('REGISTER'));
      world.run(1_000_000);
      once(world);
      expect(world.heard.b.get(request('REGISTER'))).toBe(1);
      expect(world.heard.a.get(response(status, 'REGISTER'))).toBe(1);
    }), { numRuns: 300, seed: 20_261_121 });
  });

  it('SIP16 an INVITE that is refused: one INVITE, one refusal, one ACK', () => {
    fc.assert(fc.property(fates, (plan) => {
      const world = new LossyWorld(plan, (end, text) => {
        if (end === 'b' && text.startsWith('INVITE')) { world.send('b', response(180, 'INVITE')); world.send('b', response(486, 'INVITE')); }
        if (end === 'a' && text.startsWith('SIP/2.0 486')) world.send('a', request('ACK', { toTag: 'b' }));
      });
      world.send('a', request('INVITE'));
      world.run(1_000_000);
      once(world);
      expect(world.heard.a.get(response(486, 'INVITE'))).toBe(1);
      expect(world.heard.b.get(request('ACK', { toTag: 'b' }))).toBe(1);
    }), { numRuns: 300, seed: 20_261_121 });
  });

  it('SIP16 an INVITE that is answered: one INVITE, one 2xx, one ACK, while the dialog repeats its 2xx', () => {
    fc.assert(fc.property(fates, (plan) => {
      const ack = request('ACK', { branch: 'z9hG4bKack', toTag: 'b' });
      const world = new LossyWorld(plan, (end, text) => {
        if (end === 'b' && text.startsWith('INVITE')) { world.send('b', response(200, 'INVITE')); world.repeatUntilStopped(response(200, 'INVITE')); }
        if (end === 'a' && text.startsWith('SIP/2.0 200')) world.send('a', ack);
        if (end === 'b' && text.startsWith('ACK')) world.stopRepeating();
      });
      world.send('a', request('INVITE'));
      world.run(1_000_000);
      once(world);
      expect(world.heard.a.get(response(200, 'INVITE'))).toBe(1);
      expect(world.heard.b.get(ack)).toBe(1);
    }), { numRuns: 300, seed: 20_261_121 });
  });
});
