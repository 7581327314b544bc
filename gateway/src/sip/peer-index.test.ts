import { pino } from 'pino';
import { expect, it } from 'vitest';
import type { Connection } from './connection.ts';
import { judge } from './message-filter.ts';
import { PeerIndex } from './peer-index.ts';
import { Peer } from './peer.ts';

const connection: Connection = {
  serial: 1, transport: 'UDP', secure: false, open: true, local: { address: '192.0.2.1', port: 5060 }, remote: { address: '192.0.2.2', port: 5060 },
  send: () => { /* nobody is there */ }, close: () => { /* the same */ },
};

function request(method: 'INVITE' | 'CANCEL', call: number) {
  const verdict = judge([
    `${method} sip:one@192.0.2.1 SIP/2.0`, `Via: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK${call}`, `From: <sip:two@192.0.2.2>;tag=t${call}`, 'To: <sip:one@192.0.2.1>', `Call-ID: call-${call}`,
    `CSeq: 1 ${method}`, 'Contact: <sip:two@192.0.2.2>', 'Max-Forwards: 70', 'Content-Length: 0', '', '',
  ].join('\r\n'), connection.remote);
  if (verdict.type !== 'request') throw new Error(JSON.stringify(verdict));
  return verdict.message;
}

it('SIP18 finds the peer of every call, also of the one at which the calls that are over are cleared away', () => {
  const index = new PeerIndex();
  const peer = new Peer({ name: 'trunk', index, domain: 'help.test', connection, moves: false, onInvite: () => { /* rings for ever */ }, log: pino({ level: 'silent' }) });
  try {
    for (let call = 0; call < 400; call += 1) {
      peer.receive(request('INVITE', call), connection);
      expect(index.ofRequest(request('CANCEL', call), connection), `call ${call}`).toBe(peer);
    }
  } finally {
    peer.close();
  }
});
