/** All trunks of the contact center, in the file's order, which is their precedence. */
import { Gauge, type Registry } from 'prom-client';
import type { TrunkConfig } from '../../config/telephony.ts';
import type { Connection } from '../connection.ts';
import type { Peer } from '../peer.ts';
import { Trunk, type TrunkOptions, type TrunkStatus } from './trunk.ts';

export class Trunks {
  private readonly trunks: readonly Trunk[];

  constructor({ trunks, ...options }: Omit<TrunkOptions, 'config'> & { readonly trunks: readonly TrunkConfig[] }) {
    this.trunks = trunks.map((config) => new Trunk({ ...options, config }));
  }

  named(id: string): Trunk | null {
    return this.trunks.find((trunk) => trunk.id === id) ?? null;
  }

  /** Through which a number is dialled: the first that may, one that is up before one that is down. */
  dialling(number: string): Trunk | null {
    const allowed = this.trunks.filter((trunk) => trunk.allows(number));
    return allowed.find(({ reachable }) => reachable) ?? allowed[0] ?? null;
  }

  /** Whose calls come on this connection. */
  async at(connection: Connection): Promise<{ readonly trunk: Trunk; readonly peer: Peer } | null> {
    for (const trunk of this.trunks) {
      const peer = await trunk.peerAt(connection);
      if (peer) return { trunk, peer };
    }
    return null;
  }

  /** Whether some trunk's target has this host. */
  lives(host: string): boolean {
    return this.trunks.some((trunk) => trunk.hosts.includes(host.replace(/^\[|\]$/g, '').toLowerCase()));
  }

  isAt(address: string): boolean {
    return this.trunks.some((trunk) => trunk.isAt(address));
  }

  owner(peer: Peer): Trunk | null {
    return this.trunks.find((trunk) => trunk.owns(peer)) ?? null;
  }

  get statuses(): readonly TrunkStatus[] {
    return this.trunks.map(({ status }) => status);
  }

  registerMetrics(registry: Registry): void {
    const { trunks } = this;
    // Constructing registers it.
    void new Gauge({
      name: 'gethelp_trunk_target_up', help: 'Trunk targets: 1 up, 0 down; one that nobody asked yet is left out', labelNames: ['trunk', 'target'], registers: [registry],
      collect() {
        this.reset();
        for (const { id, status } of trunks) for (const { uri, state } of status.targets) if (state !== 'unknown') this.set({ trunk: id, target: uri }, state === 'up' ? 1 : 0);
      },
    });
  }

  close(): void {
    for (const trunk of this.trunks) trunk.close();
  }
}
