/** What operators see of SIP on the network. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Connection } from './connection.ts';
import type { MessageVerdict } from './switchboard.ts';
import type { SipTransports } from './transport/transports.ts';

export class NetworkCounts {
  private readonly messages = new Counter({ name: 'gethelp_sip_messages_total', help: 'SIP messages received, by transport and by what became of them', labelNames: ['transport', 'verdict'], registers: [] });
  private readonly repetitions = new Counter({ name: 'gethelp_sip_retransmissions_total', help: 'SIP messages sent again over UDP', registers: [] });
  private readonly refusedConnections = new Counter({ name: 'gethelp_sip_connections_refused_total', help: 'TCP and TLS connections refused because there were too many', registers: [] });

  verdict(verdict: MessageVerdict, { transport }: Connection): void {
    this.messages.inc({ transport: transport.toLowerCase(), verdict });
  }

  repeated(count: number): void {
    this.repetitions.inc(count);
  }

  connectionRefused(): void {
    this.refusedConnections.inc();
  }

  register(registry: Registry, transports: Pick<SipTransports, 'connections'>): void {
    for (const metric of [this.messages, this.repetitions, this.refusedConnections]) registry.registerMetric(metric);
    registry.registerMetric(new Gauge({
      name: 'gethelp_sip_connections', help: 'SIP connections; over UDP, remote addresses heard of lately', labelNames: ['transport'], registers: [],
      collect() { for (const [transport, count] of Object.entries(transports.connections())) this.set({ transport }, count); },
    }));
  }
}
