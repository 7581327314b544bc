import { describe, expect, it } from 'vitest';
import { judge } from './message-filter.ts';
import { readRegister } from './registration.ts';
import type { Registration } from './registration.ts';

const identity = { agentId: 'a', username: 'ann', aor: 'sip:ann@help.test' };

function register(contact: string | null, extra: readonly string[] = []): Registration {
  const verdict = judge([
    'REGISTER sip:help.test SIP/2.0', 'Via: SIP/2.0/WS x.invalid;branch=z9hG4bK1', 'From: <sip:ann@HELP.test>;tag=1', 'To: <sip:ann@help.test>', 'Call-ID: call-1',
    'CSeq: 1 REGISTER', ...(contact === null ? [] : [`Contact: ${contact}`]), ...extra, 'Content-Length: 0', '', '',
  ].join('\r\n'));
  if (verdict.type !== 'request') throw new Error(JSON.stringify(verdict));
  return readRegister(verdict.message, identity);
}

describe('SIP2 what a REGISTER asks for', () => {
  it('SIP2 is a binding of one page, for no longer than allowed', () => {
    expect(register('<sip:x@y.invalid;transport=ws>;+sip.instance="<urn:uuid:1>";expires=60')).toMatchObject({ type: 'bind', instance: '<urn:uuid:1>', expires: 60 });
    expect(register('<sip:x@y.invalid>;expires=99999')).toMatchObject({ type: 'bind', instance: 'call-id:call-1', expires: 600 });
    expect(register('<sip:x@y.invalid>', ['Expires: 1'])).toMatchObject({ type: 'bind', expires: 30 });
    expect(register('<sip:x@y.invalid>')).toMatchObject({ type: 'bind', expires: 300, contact: '<sip:x@y.invalid>' });
  });

  it('SIP2 is an end of it, or a question', () => {
    expect(register('<sip:x@y.invalid>;expires=0')).toEqual({ type: 'unbind', instance: 'call-id:call-1' });
    expect(register(null)).toEqual({ type: 'query' });
  });

  it('SIP2 is refused where it cannot be meant', () => {
    expect(register('<sip:x@y.invalid>, <sip:z@y.invalid>')).toMatchObject({ type: 'refused', status: 400 });
    expect(register('<sip:x@y.invalid>;expires=soon')).toMatchObject({ type: 'refused', status: 400 });
  });
});
