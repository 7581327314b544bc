/**
 * Digits that a party sends as RFC 4733 events. A consumer on a DirectTransport gets nothing but their packets (`eventCarrier`), so a call
 * without digits costs nothing here.
 */
import type { types } from 'mediasoup';
import { eventCarrier } from '../media-codecs.ts';
import { readEvent, readRtp } from './telephone-events.ts';

/** Milliseconds without a packet of an event that never ended: its last packets, all three, are lost. Events repeat each 20 to 50 ms. */
const endLimit = 200;

export class DtmfReceiver {
  private readonly router: types.Router;
  private readonly onDigit: (digit: string) => void;
  private transport: types.DirectTransport | null = null;
  private source: types.Producer | null = null;
  private current: { readonly timestamp: number; readonly digit: string; told: boolean; timer: NodeJS.Timeout } | null = null;
  private closed = false;

  constructor(router: types.Router, onDigit: (digit: string) => void) {
    this.router = router;
    this.onDigit = onDigit;
  }

  /** Listens to this producer in place of the one before. */
  listen(producer: types.Producer, sendsEvents: boolean): void {
    this.source = producer;
    if (sendsEvents) this.consume(producer).catch(() => { /* producer or router closed meanwhile: nothing to hear */ });
  }

  close(): void {
    this.closed = true;
    if (this.current) clearTimeout(this.current.timer);
    this.transport?.close();
  }

  private async consume(producer: types.Producer): Promise<void> {
    const transport = this.transport ?? await this.router.createDirectTransport();
    if (this.closed || this.source !== producer || producer.closed) { if (transport !== this.transport) transport.close(); return; }
    this.transport = transport;
    const consumer = await transport.consume({ producerId: producer.id, rtpCapabilities: { codecs: [eventCarrier] } });
    consumer.on('rtp', (packet) => this.received(packet));
  }

  private received(packet: Buffer): void {
    const rtp = readRtp(packet);
    const event = rtp && readEvent(rtp.payload);
    if (!rtp || !event) return;
    const { timestamp } = rtp.header;
    if (this.current?.timestamp !== timestamp) {
      // The one before never ended: its end was lost, and another key is down now.
      this.ended();
      this.current = { timestamp, digit: event.digit, told: false, timer: setTimeout(() => this.ended(), endLimit) };
    }
    this.current.timer.refresh();
    if (event.end) this.ended();
  }

  /** Kept until the next event, because the end comes three times (RFC 4733, 2.5.1.4). */
  private ended(): void {
    const { current } = this;
    if (!current || current.told) return;
    current.told = true;
    clearTimeout(current.timer);
    this.onDigit(current.digit);
  }
}
