/** What all RTP legs of the gateway share: the addresses and ports, the one learner and the one poller. One per media gateway. */
import { isIP } from 'node:net';
import type { Logger } from 'pino';
import { RtpPorts } from './rtp-ports.ts';
import type { PortRange } from './rtp-ports.ts';
import { RtpWatch } from './rtp-watch.ts';
import { SsrcLearner } from './ssrc-learner.ts';

export interface RtpNetworkOptions {
  readonly ips: readonly string[];
  /** What SDP says instead, matched to `ips` by position; empty: the addresses themselves. */
  readonly announced: readonly string[];
  readonly ports: PortRange;
  /** Milliseconds without a packet after which a leg counts as lost. */
  readonly silenceLimit?: number;
  readonly log: Logger;
}

export interface LocalAddress {
  readonly ip: string;
  readonly announced: string;
}

export class RtpNetwork {
  readonly ports: RtpPorts;
  readonly learner: SsrcLearner;
  readonly watch: RtpWatch;
  private readonly addresses: readonly LocalAddress[];

  /** To be made before the workers are: it listens for what they say. */
  constructor({ ips, announced, ports, silenceLimit, log }: RtpNetworkOptions) {
    this.ports = new RtpPorts(ports);
    this.learner = new SsrcLearner(log);
    this.watch = new RtpWatch(silenceLimit);
    this.addresses = ips.map((ip, at) => ({ ip, announced: announced[at] ?? ip }));
  }

  /** The address that a peer at `host` can reach; null: we have none of its family. */
  addressFor(host: string | null): LocalAddress | null {
    const family = host === null ? 0 : isIP(host);
    return this.addresses.find(({ ip }) => family === 0 || isIP(ip) === family) ?? null;
  }

  close(): void {
    this.learner.close();
  }
}
