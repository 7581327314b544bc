/**
 * Sends digits as RFC 4733 events towards one party, in a stream of their own beside what is played, which is silent meanwhile. Digits wait for
 * one another. The stream is made with the first digit.
 */
import { randomInt } from 'node:crypto';
import type { types } from 'mediasoup';
import { eventCarrier, routerCodecs, sameCodec } from '../media-codecs.ts';
import { writeEvent, writeRtp } from './telephone-events.ts';

export interface DigitCodec {
  readonly clockRate: number;
  /** The payload type that the party expects events as. */
  readonly outgoing: number;
}

interface Press {
  readonly transport: types.Transport;
  readonly codec: DigitCodec;
  readonly digit: string;
  readonly milliseconds: number;
}

interface Line {
  readonly transport: types.Transport;
  readonly codec: DigitCodec;
  readonly producer: types.Producer;
  readonly consumer: types.Consumer;
}

/** Milliseconds between the packets of an event (RFC 4733, 2.5.1.2). */
const step = 20;
/** Between two digits, as ITU-T Q.24 wants it. */
const pause = 80;
/** The end is sent this often, should packets be lost (RFC 4733, 2.5.1.4). */
const ends = 3;
/** How far a party may be behind; more is no dialling any more. */
const queueLimit = 64;

export class DtmfSender {
  private readonly router: types.Router;
  private readonly interrupt: (interrupted: boolean) => void;
  private readonly queue: Press[] = [];
  private direct: Promise<types.DirectTransport> | null = null;
  private line: Line | null = null;
  private readonly ssrc = randomInt(1, 2 ** 32);
  private sequence = randomInt(2 ** 15);
  private readonly began = performance.now();
  private readonly firstTimestamp = randomInt(2 ** 31);
  private running = false;
  private closed = false;

  /** @param interrupt what is played is to be silent, or to be heard again. */
  constructor(router: types.Router, interrupt: (interrupted: boolean) => void) {
    this.router = router;
    this.interrupt = interrupt;
  }

  send(transport: types.Transport, codec: DigitCodec, digit: string, milliseconds: number): void {
    if (this.closed || this.queue.length >= queueLimit) return;
    this.queue.push({ transport, codec, digit, milliseconds });
    if (this.running) return;
    this.running = true;
    this.run().catch(() => { /* transport or router closed meanwhile: nobody is there to hear digits */ }).finally(() => {
      this.running = false;
      this.queue.length = 0;
      if (!this.closed) this.interrupt(false);
    });
  }

  close(): void {
    this.closed = true;
    this.queue.length = 0;
    this.direct?.then((transport) => transport.close(), () => { /* the router is closed */ });
  }

  private async run(): Promise<void> {
    this.interrupt(true);
    for (let press = this.queue.shift(); press && !this.closed; press = this.queue.shift()) {
      const { producer } = await this.lineFor(press);
      await this.press(producer, press);
      await after(pause);
    }
  }

  private async press(producer: types.Producer, { codec, digit, milliseconds }: Press): Promise<void> {
    const began = performance.now();
    const timestamp = this.firstTimestamp + Math.round(((began - this.began) * codec.clockRate) / 1000);
    const packets = Math.max(2, Math.round(milliseconds / step));
    for (let sent = 1; sent < packets + ends; sent += 1) {
      const duration = (Math.min(sent, packets) * step * codec.clockRate) / 1000;
      this.packet(producer, timestamp, sent === 1, writeEvent({ digit, end: sent >= packets, duration }));
      if (sent < packets) await until(began + sent * step);
    }
  }

  private packet(producer: types.Producer, timestamp: number, marker: boolean, payload: Buffer): void {
    this.sequence += 1;
    if (!producer.closed) producer.send(writeRtp({ payloadType: eventCarrier.preferredPayloadType, marker, sequence: this.sequence, timestamp, ssrc: this.ssrc }, payload));
  }

  private async lineFor({ transport, codec }: Press): Promise<Line> {
    const { line } = this;
    if (line && line.transport === transport && line.codec.outgoing === codec.outgoing && line.codec.clockRate === codec.clockRate && !line.consumer.closed) return line;
    line?.producer.close();
    this.direct ??= this.router.createDirectTransport();
    const direct = await this.direct;
    const { mimeType, clockRate, preferredPayloadType: payloadType } = eventCarrier;
    const producer = await this.numbered(codec.outgoing, () => direct.produce({
      kind: 'audio', rtpParameters: { codecs: [{ mimeType, payloadType, clockRate }], encodings: [{ ssrc: this.ssrc }] },
    }));
    const consumer = await transport.consume({ producerId: producer.id, rtpCapabilities: { codecs: [eventCarrier] } });
    const made = { transport, codec, producer, consumer };
    this.line = made;
    return made;
  }

  /**
   * The router numbers codecs once for all who consume; a party wants its events under a number of its own. What a producer is numbered as is
   * fixed in the moment it is asked for, so the router's table is another one for just that moment.
   */
  private numbered<T>(outgoing: number, ask: () => Promise<T>): Promise<T> {
    this.router.updateMediaCodecs(routerCodecs.map(({ preferredPayloadType, ...codec }): types.RouterRtpCodecCapability => {
      if (sameCodec(codec.mimeType, eventCarrier.mimeType)) return { ...codec, preferredPayloadType: outgoing };
      // Whoever has that number otherwise gets any other for the moment.
      return preferredPayloadType === undefined || preferredPayloadType === outgoing ? codec : { ...codec, preferredPayloadType };
    }));
    try {
      return ask();
    } finally {
      this.router.updateMediaCodecs(routerCodecs);
    }
  }
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, milliseconds); });
}

function until(moment: number): Promise<void> {
  return after(Math.max(0, moment - performance.now()));
}
