/**
 * Whether a video producer is really sending. A browser agent's camera comes and goes without renegotiation (its sender stands from the
 * first answer, without a track), so packets are the only sign: present at the first one, absent after a silence.
 */
import type { types } from 'mediasoup';
import { FirstPacket, packetsReceived } from './first-packet.ts';

const pollInterval = 1000;
const silentPolls = 3;

export class PicturePresence {
  present = false;
  private readonly producer: types.Producer;
  private readonly onChange: () => void;
  private readonly suspended: () => boolean;
  private first: FirstPacket | null = null;
  private timer: NodeJS.Timeout | null = null;

  /** @param suspended while true (on hold) silence means nothing. */
  constructor(producer: types.Producer, suspended: () => boolean, onChange: () => void) {
    this.producer = producer;
    this.suspended = suspended;
    this.onChange = onChange;
    producer.observer.once('close', () => this.close());
    this.awaitFirst();
  }

  close(): void {
    this.first?.close();
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
  }

  private awaitFirst(): void {
    this.first = new FirstPacket(this.producer, () => {
      this.present = true;
      this.onChange();
      this.watchForSilence();
    });
  }

  private watchForSilence(): void {
    let before = -1;
    let silent = 0;
    const poll = async (): Promise<void> => {
      const packets = await packetsReceived(this.producer);
      if (this.timer === null) return;
      silent = packets === before && !this.suspended() ? silent + 1 : 0;
      before = packets;
      if (silent < silentPolls) return;
      this.close();
      this.present = false;
      this.onChange();
      this.awaitFirst();
    };
    this.timer = setInterval(() => { poll().catch(() => this.close()); }, pollInterval);
    this.timer.unref();
  }
}
