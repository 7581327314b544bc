/**
 * Which UDP ports RTP to phones and trunks uses: pairs of an even port for RTP and the next for RTCP (RFC 3550, 11), handed out in turn, so that
 * late packets of a call that is over do not meet the next one.
 */
export interface PortRange {
  /** Both ends included. */
  readonly min: number;
  readonly max: number;
}

export class RtpPortsExhausted extends Error {
  override readonly name = 'RtpPortsExhausted';

  constructor({ min, max }: PortRange) {
    super(`every pair of RTP ports in ${min}-${max} is in use: widen RTP_PORT_RANGE`);
  }
}

export class RtpPorts {
  private readonly range: PortRange;
  private readonly taken = new Set<number>();
  private next: number;

  constructor(range: PortRange) {
    this.range = range;
    this.next = this.first;
  }

  get inUse(): number {
    return this.taken.size;
  }

  /** The even one of a pair. Throws RtpPortsExhausted. */
  take(): number {
    for (let tried = 0; tried < this.pairs; tried += 1) {
      const port = this.next;
      this.next = port + 3 > this.range.max ? this.first : port + 2;
      if (this.taken.has(port)) continue;
      this.taken.add(port);
      return port;
    }
    throw new RtpPortsExhausted(this.range);
  }

  give(port: number): void {
    this.taken.delete(port);
  }

  private get first(): number {
    return this.range.min + (this.range.min % 2);
  }

  get pairs(): number {
    return Math.max(0, Math.floor((this.range.max - this.first + 1) / 2));
  }
}
