import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import type { Connection } from './connection.ts';
import { NetworkCounts } from './network-counts.ts';

describe('what operators see of SIP', () => {
  it('SIP25 messages by transport and verdict, repetitions, connections and those refused', async () => {
    const counts = new NetworkCounts();
    const registry = new Registry();
    counts.register(registry, { connections: () => ({ udp: 3, tcp: 2, tls: 1 }) });
    counts.verdict('dialog', { transport: 'UDP' } as Connection);
    counts.verdict('limited', { transport: 'TLS' } as Connection);
    counts.repeated(4);
    counts.connectionRefused();
    const text = await registry.metrics();
    for (const line of [
      'gethelp_sip_messages_total{transport="udp",verdict="dialog"} 1', 'gethelp_sip_messages_total{transport="tls",verdict="limited"} 1',
      'gethelp_sip_retransmissions_total 4', 'gethelp_sip_connections_refused_total 1', 'gethelp_sip_connections{transport="tcp"} 2',
    ]) expect(text).toContain(line);
  });
});
