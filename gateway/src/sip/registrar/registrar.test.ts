import fc from 'fast-check';
import { Core } from 'sip.js';
import { describe, expect, it } from 'vitest';
import { mostBindings, register, type Binding, type Registered } from './bindings.ts';
import { readPhoneRegister, type ReadRegister, type RegisterRequest } from './register-request.ts';

const silent = new Core.LoggerFactory();
silent.builtinEnabled = false;

function read(headers: readonly string[], { to = 'anna', from = 'anna', cseq = 1, callId = 'c1' } = {}): ReadRegister {
  // The message filter adds the star, which SIP.js' grammar does not have.
  const star = headers.includes('Contact: *');
  const text = [
    'REGISTER sip:help.test SIP/2.0', 'Via: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bK1', `From: <sip:${from}@help.test>;tag=1`, `To: <sip:${to}@help.test>`,
    `Call-ID: ${callId}`, `CSeq: ${cseq} REGISTER`, ...headers.filter((line) => line !== 'Contact: *'), 'Content-Length: 0', '', '',
  ].join('\r\n');
  const message = Core.Parser.parseMessage(text, silent.getLogger('test'));
  if (!(message instanceof Core.IncomingRequestMessage)) throw new Error('not parsed');
  if (star) message.addHeader('contact', '*');
  return readPhoneRegister(message, { username: 'anna', domain: 'help.test' });
}

function asked(headers: readonly string[], options: { readonly cseq?: number; readonly callId?: string } = {}): RegisterRequest {
  const request = read(headers, options);
  if ('refused' in request) throw new Error(`refused with ${request.refused}`);
  return request;
}

let ids = 0;
const context = { username: 'anna', transport: 'UDP', address: '192.0.2.1', port: 5060, now: 1_000_000, newId: (): string => `b${ids += 1}` } as const;

function after(before: readonly Binding[], request: RegisterRequest, now: number = context.now): Extract<Registered, { type: 'registered' }> {
  const outcome = register(before, request, { ...context, now });
  if (outcome.type === 'refused') throw new Error(outcome.reason);
  return outcome;
}

describe('a REGISTER of a phone', () => {
  it('SIP34 is read as RFC 3261 says, or refused with the status that says why', () => {
    expect(read(['Contact: <sip:anna@10.0.0.9:5062;transport=udp>;q=0.5;expires=120', 'User-Agent: Desk 1', 'Path: <sip:edge.test;lr>, <sip:inner.test;lr>'])).toMatchObject({
      userAgent: 'Desk 1', path: ['<sip:edge.test;lr>', '<sip:inner.test;lr>'],
      asks: { contacts: [{ contact: '<sip:anna@10.0.0.9:5062;transport=udp>;q=0.5', uri: 'sip:anna@10.0.0.9:5062;transport=udp', q: 0.5, expires: 120 }] },
    });
    expect(read(['Contact: <sip:anna@10.0.0.9>', 'Expires: 999999'])).toMatchObject({ asks: { contacts: [{ expires: 3600, q: 1 }] } });
    expect(read(['Contact: <sip:anna@10.0.0.9>', 'Expires: 10'])).toEqual({ refused: 423, headers: ['Min-Expires: 60'] });
    expect(read(['Contact: <sip:anna@10.0.0.9>;expires=0', 'Expires: 10'])).toMatchObject({ asks: { contacts: [{ expires: 0 }] } });
    expect(read([])).toMatchObject({ asks: { type: 'query' } });
    expect(read(['Contact: *', 'Expires: 0'])).toMatchObject({ asks: { type: 'unbindAll' } });
    expect(read(['Contact: *', 'Expires: 60'])).toMatchObject({ refused: 400 });
    expect(read(['Contact: *', 'Contact: <sip:a@b>', 'Expires: 0'])).toMatchObject({ refused: 400 });
    expect(read(['Contact: <sip:a@b>'], { to: 'ben' })).toMatchObject({ refused: 403 });
    expect(read(['Contact: <sip:a@b>'], { from: 'ben' })).toMatchObject({ refused: 403 });
    expect(read(Array.from({ length: 6 }, (_, at) => `Contact: <sip:anna@10.0.0.${at}>`))).toMatchObject({ refused: 403 });
    expect(read(['Contact: <sip:a@b>', 'Path: nonsense'])).toMatchObject({ refused: 400 });
  });

  it('SIP34 adds, refreshes and ends bindings, and lists all that are left', () => {
    const one = after([], asked(['Contact: <sip:anna@10.0.0.9>;expires=600'], { callId: 'one' }));
    const two = after(one.bindings, asked(['Contact: <sip:anna@10.0.0.10>;expires=60'], { callId: 'two' }));
    expect(two.bindings.map(({ uri }) => uri)).toEqual(['sip:anna@10.0.0.9', 'sip:anna@10.0.0.10']);
    const refreshed = after(two.bindings, asked(['Contact: <sip:anna@10.0.0.9>;expires=600'], { callId: 'one', cseq: 2 }), context.now + 1000);
    expect(refreshed.changed[0]).toMatchObject({ id: one.bindings[0]?.id, expiresAt: context.now + 601_000 });
    expect(after(refreshed.bindings, asked([]), context.now + 61_000).bindings.map(({ uri }) => uri)).toEqual(['sip:anna@10.0.0.9']);
    const gone = after(refreshed.bindings, asked(['Contact: <sip:anna@10.0.0.9>;expires=0'], { callId: 'one', cseq: 3 }));
    expect(gone.removed.map(({ uri }) => uri)).toEqual(['sip:anna@10.0.0.9']);
    expect(after(refreshed.bindings, asked(['Contact: *', 'Expires: 0'], { callId: 'three' }))).toMatchObject({ bindings: [], removed: [{}, {}] });
  });

  it('SIP34 knows a flow by its instance and reg-id, whatever its address is now', () => {
    const flow = (address: string, regId: number): string => `Contact: <sip:anna@${address};ob>;reg-id=${regId};+sip.instance="<urn:uuid:1>"`;
    const first = after([], asked([flow('10.0.0.9', 1)]));
    const moved = after(first.bindings, asked([flow('10.0.0.77', 1)], { callId: 'other' }));
    expect(moved.bindings).toHaveLength(1);
    expect(moved.bindings[0]).toMatchObject({ id: first.bindings[0]?.id, uri: 'sip:anna@10.0.0.77;ob' });
    expect(after(moved.bindings, asked([flow('10.0.0.77', 2)], { callId: 'other' })).bindings).toHaveLength(2);
  });

  it('SIP35 that comes late changes nothing', () => {
    const current = after([], asked(['Contact: <sip:anna@10.0.0.9>'], { cseq: 5 }));
    for (const headers of [['Contact: <sip:anna@10.0.0.9>;expires=0'], ['Contact: *', 'Expires: 0'], ['Contact: <sip:anna@10.0.0.10>', 'Contact: <sip:anna@10.0.0.9>']]) {
      expect(register(current.bindings, asked(headers, { cseq: 5 }), context)).toEqual({ type: 'refused', status: 500, reason: 'Out of order' });
    }
    // A phone that started anew has another Call-ID and counts from the beginning.
    expect(after(current.bindings, asked(['Contact: <sip:anna@10.0.0.9>;expires=0'], { cseq: 1, callId: 'anew' })).bindings).toEqual([]);
  });

  it('SIP34 keeps the promises of a registrar under any sequence', () => {
    const step = fc.record({
      callId: fc.constantFrom('a', 'b'), cseq: fc.integer({ min: 1, max: 20 }), wait: fc.integer({ min: 0, max: 200_000 }),
      contacts: fc.array(fc.record({ host: fc.integer({ min: 1, max: 14 }), expires: fc.constantFrom(0, 60, 600) }), { maxLength: 3 }), all: fc.boolean(),
    });
    fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let bindings: readonly Binding[] = [];
      let now = 0;
      for (const { callId, cseq, wait, contacts, all } of steps) {
        now += wait;
        const headers = all ? ['Contact: *', 'Expires: 0'] : contacts.map(({ host, expires }) => `Contact: <sip:anna@10.0.0.${host}>;expires=${expires}`);
        const outcome = register(bindings, asked(headers, { callId, cseq }), { ...context, now });
        if (outcome.type === 'refused') continue;
        expect(outcome.bindings.length).toBeLessThanOrEqual(mostBindings);
        expect(new Set(outcome.bindings.map(({ uri }) => uri)).size).toBe(outcome.bindings.length);
        expect(outcome.bindings.every(({ expiresAt }) => expiresAt > now)).toBe(true);
        for (const gone of outcome.removed) expect(outcome.bindings.map(({ id }) => id)).not.toContain(gone.id);
        for (const changed of outcome.changed) expect(outcome.bindings).toContain(changed);
        bindings = outcome.bindings;
      }
    }));
  });
});
