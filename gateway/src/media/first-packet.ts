/**
 * Tells once that RTP of a producer has arrived. The worker's trace tells it at the packet; a paused producer (on hold) traces nothing, so
 * its counter is read as well, at a pace that only matters then.
 */
import type { types } from 'mediasoup';

const pollInterval = 250;

export class FirstPacket {
  private readonly producer: types.Producer;
  private readonly onFirst: () => void;
  private readonly timer: NodeJS.Timeout;
  private packetsBefore: number | null = null;
  private done = false;

  constructor(producer: types.Producer, onFirst: () => void) {
    this.producer = producer;
    this.onFirst = onFirst;
    producer.on('trace', this.handleTrace);
    producer.enableTraceEvent(['rtp']).catch(() => this.close());
    this.timer = setInterval(() => { this.poll().catch(() => this.close()); }, pollInterval);
    this.timer.unref();
  }

  close(): void {
    if (this.done) return;
    this.done = true;
    clearInterval(this.timer);
    this.producer.off('trace', this.handleTrace);
    if (!this.producer.closed) this.producer.enableTraceEvent([]).catch(() => { /* closed meanwhile: nothing left to trace */ });
  }

  private readonly handleTrace = (trace: types.ProducerTraceEventData): void => {
    if (trace.type === 'rtp') this.arrived();
  };

  private async poll(): Promise<void> {
    if (this.producer.closed) { this.close(); return; }
    const packets = await packetsReceived(this.producer);
    if (this.packetsBefore !== null && packets > this.packetsBefore) this.arrived();
    this.packetsBefore = packets;
  }

  private arrived(): void {
    if (this.done) return;
    this.close();
    this.onFirst();
  }
}

export async function packetsReceived(producer: types.Producer): Promise<number> {
  const stats = await producer.getStats();
  return stats.reduce((sum, { packetCount }) => sum + packetCount, 0);
}
