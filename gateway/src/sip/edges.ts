/** The proxies in front of the gateway, by the addresses they send from; a phone behind one has been authenticated by it, or is by us. */
import type { EdgeConfig } from '../config/telephony.ts';
import type { SocketAddress } from './connection.ts';
import { hostPort, plainAddress } from './via.ts';

export class Edges {
  readonly #byAddress = new Map<string, EdgeConfig>();

  constructor(edges: readonly EdgeConfig[]) {
    for (const edge of edges) for (const address of edge.addresses) this.#byAddress.set(address.toLowerCase(), edge);
  }

  at({ address, port }: SocketAddress): EdgeConfig | null {
    const plain = plainAddress(address).toLowerCase();
    return this.#byAddress.get(hostPort({ address: plain, port })) ?? this.#byAddress.get(plain) ?? null;
  }

  isAt(address: string): boolean {
    const plain = plainAddress(address).toLowerCase();
    return Array.from(this.#byAddress.keys()).some((known) => known === plain || known.startsWith(`${plain}:`) || known.startsWith(`[${plain}]:`));
  }
}
