/** What Prometheus is told of calls: how many are up, what became of INVITEs, how often a media worker died. */
import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

export interface CallFigures {
  readonly activeCalls: () => number;
  readonly agentLegs: () => number;
  readonly customerLegs: () => number;
  readonly secondLegs: () => number;
  readonly ownCalls: () => number;
  readonly mixerSessions: () => number;
  readonly workersAlive: () => number;
  readonly endpointsRegistered: () => number;
}

export interface CallMetrics {
  workerDied(): void;
  /** `answered`, or the final status of a failed INVITE. */
  inviteOutcome(outcome: string): void;
}

export const noMetrics: CallMetrics = { workerDied: () => { /* nobody counts */ }, inviteOutcome: () => { /* nobody counts */ } };

export function registerCallMetrics(registry: Registry, figures: CallFigures): CallMetrics {
  const gauge = (name: string, help: string, read: () => number): void => {
    // Constructing registers it; it collects itself from then on.
    void new Gauge({ name, help, registers: [registry], collect() { this.set(read()); } });
  };
  gauge('gethelp_media_calls', 'Contacts that hold media', figures.activeCalls);
  gauge('gethelp_agent_legs', 'Agent legs that are up', figures.agentLegs);
  gauge('gethelp_customer_telephones', 'Customers at a telephone, whose line is up', figures.customerLegs);
  gauge('gethelp_second_legs', 'Legs of second parties, and consultations led by phone, that are up', figures.secondLegs);
  gauge('gethelp_phone_calls', 'Calls of agents\' phones that are none of a contact\'s', figures.ownCalls);
  gauge('gethelp_mixer_sessions', 'Calls that use the mixer or its hold sound', figures.mixerSessions);
  gauge('gethelp_media_workers', 'Media workers alive', figures.workersAlive);
  gauge('gethelp_sip_endpoints', 'Agents with a registered endpoint', figures.endpointsRegistered);
  const deaths = new Counter({ name: 'gethelp_media_worker_deaths_total', help: 'Media workers that died', registers: [registry] });
  const invites = new Counter({ name: 'gethelp_invites_total', help: 'INVITEs to agents by outcome', labelNames: ['outcome'], registers: [registry] });
  return { workerDied: () => deaths.inc(), inviteOutcome: (outcome) => invites.inc({ outcome }) };
}
