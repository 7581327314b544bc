import { Core } from 'sip.js';
import { expect, it } from 'vitest';
import { readCause, reasonHeaders, splitValues } from './end-cause.ts';

function bye(...headers: string[]): Core.IncomingRequestMessage {
  const message = new Core.IncomingRequestMessage();
  for (const header of headers) message.addHeader(header.slice(0, header.indexOf(':')), header.slice(header.indexOf(':') + 1).trim());
  return message;
}

it('SIP7 a Reason is a SIP cause with text, and the telephone network\'s cause beside it', () => {
  expect(reasonHeaders({ cause: 200, text: 'Call "completed"' })).toEqual(['Reason: SIP;cause=200;text="Call \'completed\'"', 'Reason: Q.850;cause=16']);
  expect(reasonHeaders({ cause: 486, text: 'Busy' })[1]).toBe('Reason: Q.850;cause=17');
  expect(reasonHeaders({ cause: 486, text: 'Busy', q850: 21 })[1]).toBe('Reason: Q.850;cause=21');
});

it('SIP50 reads why a peer ended a call from Reason headers of SIP and Q.850, together or alone, and from a Warning', () => {
  expect(readCause(bye('Reason: SIP;cause=603;text="No, \\"thanks\\""'))).toEqual({ cause: 603, text: 'No, \'thanks\'' });
  expect(readCause(bye('Reason: Q.850;cause=17;text="User busy"'))).toEqual({ cause: 486, text: 'User busy', q850: 17 });
  expect(readCause(bye('Reason: Q.850 ;cause=34 , SIP ;cause=503;text=Full'))).toEqual({ cause: 503, text: 'Full', q850: 34 });
  expect(readCause(bye('Reason: Q.850;cause=16'))).toEqual({ cause: 200, text: '', q850: 16 });
  expect(readCause(bye('Reason: Q.850;cause=99'))).toEqual({ cause: 480, text: '', q850: 99 });
  expect(readCause(bye('Reason: preemption;cause=1'))).toBeNull();
  expect(readCause(bye('Reason: ;;;"'))).toBeNull();
  expect(readCause(bye())).toBeNull();
  const refusal = new Core.IncomingResponseMessage();
  refusal.statusCode = 488;
  refusal.addHeader('warning', '304 pbx.example "Media type not available"');
  expect(readCause(refusal)).toEqual({ cause: 488, text: 'Media type not available' });
});

it('SIP50 splits values at commas that no quotes enclose', () => {
  expect(splitValues('a;x="1,\\",2", b,,c')).toEqual(['a;x="1,\\",2"', 'b', 'c']);
});
