/**
 * The one mixer of the gateway: a thread, started at the first use, and per call a session with it. A session makes producers on the call's router: a mix
 * of others for a leg that can play a single stream, and the hold sound. Packets go between the media worker and the thread over
 * loopback; this event loop never sees one. A thread that dies takes its streams with it and is started anew at the next change.
 */
import { randomInt } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { types } from 'mediasoup';
import type { Logger } from 'pino';
import { sameCodec } from '../media-codecs.ts';
import type { Law } from './g711.ts';
import type { MixerNews, MixerOrder, SoundCodec } from './orders.ts';

/** Milliseconds for a thread to come up; it takes about fifty on an idle machine. */
const startLimit = 5000;

interface Thread {
  readonly worker: Worker;
  readonly port: number;
}

export class Mixer {
  readonly #log: Logger;
  #thread: Promise<Thread> | null = null;
  #sessions = 0;
  #open = 0;
  #closed = false;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Sessions that are up. */
  get sessions(): number {
    return this.#open;
  }

  async session(router: types.Router): Promise<MixerSession> {
    const thread = await (this.#thread ??= this.#start());
    const transport = await router.createPlainTransport({ listenInfo: { protocol: 'udp', ip: '127.0.0.1' }, rtcpMux: true, comedia: false });
    await transport.connect({ ip: '127.0.0.1', port: thread.port });
    this.#sessions += 1;
    const id = this.#sessions;
    thread.worker.postMessage({ type: 'open', session: id, port: transport.tuple.localPort } satisfies MixerOrder);
    this.#open += 1;
    transport.observer.once('close', () => {
      this.#open -= 1;
      thread.worker.postMessage({ type: 'close', session: id } satisfies MixerOrder);
    });
    thread.worker.once('exit', () => transport.close());
    return new MixerSession(id, transport, router.rtpCapabilities, (order) => thread.worker.postMessage(order));
  }

  async close(): Promise<void> {
    this.#closed = true;
    const thread = await this.#thread?.catch(() => null);
    await thread?.worker.terminate();
  }

  #start(): Promise<Thread> {
    const worker = new Worker(new URL('mixer-thread.ts', import.meta.url));
    // One listener for each call's session, none of which is a leak.
    worker.setMaxListeners(0);
    return new Promise<Thread>((resolve, reject) => {
      const limit = setTimeout(() => { worker.terminate().catch(() => 0); reject(new Error('the mixer did not start')); }, startLimit);
      worker.once('message', ({ port }: MixerNews) => { clearTimeout(limit); resolve({ worker, port }); });
      worker.once('error', (error) => { if (!this.#closed) this.#log.error({ err: error }, 'mixer thread failed'); });
      worker.once('exit', () => { clearTimeout(limit); this.#thread = null; reject(new Error('the mixer ended')); });
    });
  }
}

/** A producer that is to be on the router as long as somebody listens. */
interface Stream {
  readonly producer: types.Producer;
  readonly ssrc: number;
}

export class MixerSession {
  readonly #id: number;
  readonly #transport: types.PlainTransport;
  readonly #router: types.RtpCapabilities;
  readonly #order: (order: MixerOrder) => void;
  /** By the producer they come from. */
  readonly #speakers = new Map<string, types.Consumer>();
  readonly #listeners = new Map<string, Stream & { readonly law: Law }>();
  readonly #sounds = new Map<string, Stream>();

  constructor(id: number, transport: types.PlainTransport, router: types.RtpCapabilities, order: (order: MixerOrder) => void) {
    this.#id = id;
    this.#transport = transport;
    this.#router = router;
    this.#order = order;
  }

  get closed(): boolean {
    return this.#transport.closed;
  }

  /**
   * Makes the mixes what they ought to be: for each listener the producers it hears. Answers a producer for each; the same one while its listener and law
   * stay. Speakers and mixes that are not wanted any more go.
   */
  async mixes<Listener extends string>(wanted: ReadonlyMap<Listener, readonly types.Producer[]>): Promise<ReadonlyMap<Listener, types.Producer>> {
    const speaking = new Map(Array.from(wanted.values()).flat().map((producer) => [producer.id, producer]));
    for (const [id, consumer] of this.#speakers) if (!speaking.has(id) || consumer.closed) this.#dropSpeaker(id, consumer);
    for (const producer of speaking.values()) await this.#addSpeaker(producer);
    const mixes = new Map<Listener, types.Producer>();
    for (const [listener, producers] of wanted) {
      const law = lawOf(producers[0]);
      const hears = producers.flatMap(({ id }) => ssrcOf(this.#speakers.get(id)));
      if (law) mixes.set(listener, await this.#listen(listener, law, hears));
    }
    for (const [listener, stream] of this.#listeners) if (!mixes.has(listener as Listener)) this.#drop(this.#listeners, listener, stream);
    return mixes;
  }

  /** The hold sound in these codecs (mime types) and no other; those it is not stored in are left out. */
  async holdSounds(codecs: ReadonlySet<string>): Promise<ReadonlyMap<string, types.Producer>> {
    const wanted = new Set(Array.from(codecs, (codec) => codec.toLowerCase()));
    for (const [codec, stream] of this.#sounds) if (!wanted.has(codec)) this.#drop(this.#sounds, codec, stream);
    for (const mimeType of wanted) {
      const codec = soundCodecOf[mimeType];
      if (!codec || this.#sounds.has(mimeType)) continue;
      const stream = await this.#produce(mimeType);
      if (!stream) continue;
      this.#sounds.set(mimeType, stream);
      this.#order({ type: 'sound', session: this.#id, ssrc: stream.ssrc, sound: 'hold', codec, payloadType: payloadTypeOf(stream.producer) });
    }
    return new Map(Array.from(this.#sounds, ([codec, { producer }]) => [codec, producer]));
  }

  close(): void {
    this.#transport.close();
  }

  async #addSpeaker(producer: types.Producer): Promise<void> {
    const law = lawOf(producer);
    if (!law || this.#speakers.has(producer.id) || producer.closed) return;
    const consumer = await this.#transport.consume({ producerId: producer.id, rtpCapabilities: this.#only(`audio/${law}`) });
    this.#speakers.set(producer.id, consumer);
    consumer.observer.once('close', () => this.#dropSpeaker(producer.id, consumer));
    for (const ssrc of ssrcOf(consumer)) this.#order({ type: 'speaker', session: this.#id, ssrc, law });
  }

  #dropSpeaker(id: string, consumer: types.Consumer): void {
    if (this.#speakers.get(id) === consumer) this.#speakers.delete(id);
    consumer.close();
    for (const ssrc of ssrcOf(consumer)) this.#order({ type: 'drop', session: this.#id, ssrc });
  }

  async #listen(listener: string, law: Law, hears: readonly number[]): Promise<types.Producer> {
    let stream = this.#listeners.get(listener);
    if (stream && stream.law !== law) { this.#drop(this.#listeners, listener, stream); stream = undefined; }
    if (!stream) {
      const made = await this.#produce(`audio/${law}`);
      if (!made) throw new Error('the router has no G.711');
      stream = { ...made, law };
      this.#listeners.set(listener, stream);
    }
    this.#order({ type: 'listener', session: this.#id, ssrc: stream.ssrc, law, hears, payloadType: payloadTypeOf(stream.producer) });
    return stream.producer;
  }

  async #produce(mimeType: string): Promise<Stream | null> {
    const codec = this.#only(mimeType).codecs?.[0];
    if (codec?.preferredPayloadType === undefined) return null;
    const ssrc = randomInt(1, 2 ** 32);
    const { clockRate, channels, parameters } = codec;
    const producer = await this.#transport.produce({
      kind: 'audio',
      rtpParameters: {
        codecs: [{ mimeType: codec.mimeType, payloadType: codec.preferredPayloadType, clockRate, ...(channels === undefined ? {} : { channels }), parameters: parameters ?? {} }],
        encodings: [{ ssrc }],
      },
    });
    return { producer, ssrc };
  }

  #drop<Entry extends Stream>(streams: Map<string, Entry>, key: string, { producer, ssrc }: Entry): void {
    streams.delete(key);
    producer.close();
    this.#order({ type: 'drop', session: this.#id, ssrc });
  }

  #only(mimeType: string): types.RtpCapabilities {
    return { codecs: (this.#router.codecs ?? []).filter((codec) => sameCodec(codec.mimeType, mimeType)), headerExtensions: [] };
  }
}

const soundCodecOf: Readonly<Record<string, SoundCodec | undefined>> = { 'audio/opus': 'opus', 'audio/pcmu': 'pcmu', 'audio/pcma': 'pcma', 'audio/g722': 'g722' };

function lawOf(producer: types.Producer | undefined): Law | null {
  const mimeType = producer?.rtpParameters.codecs[0]?.mimeType.toLowerCase();
  return mimeType === 'audio/pcmu' ? 'PCMU' : mimeType === 'audio/pcma' ? 'PCMA' : null;
}

function ssrcOf(consumer: types.Consumer | undefined): readonly number[] {
  const ssrc = consumer?.rtpParameters.encodings?.[0]?.ssrc;
  return ssrc === undefined ? [] : [ssrc];
}

function payloadTypeOf(producer: types.Producer): number {
  return producer.rtpParameters.codecs[0]?.payloadType ?? 0;
}
