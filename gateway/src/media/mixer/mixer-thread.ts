/**
 * The mixer's own thread: decodes what speakers send, and at each beat sends every listener their mix and every sound its next packet, all over one
 * UDP socket on loopback. Started by mixer.ts, which gives the orders; it ends with the thread's port.
 */
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { parentPort } from 'node:worker_threads';
import { decodeG711, encodeG711 } from './g711.ts';
import type { Law } from './g711.ts';
import { JitterBuffer } from './jitter-buffer.ts';
import { mix } from './mix.ts';
import type { MixerNews, MixerOrder, Sound, SoundCodec } from './orders.ts';
import { Pace } from './pace.ts';
import { readRtp, RtpSender } from './rtp-packet.ts';
import { soundPackets, soundStep } from './sound-file.ts';

/** Samples of a beat at 8000 Hz. */
const frameLength = 160;

interface Speaker { readonly law: Law; readonly buffer: JitterBuffer }
interface Listener { readonly law: Law; readonly sender: RtpSender; hears: readonly number[] }
interface Playing { readonly packets: readonly Uint8Array[]; readonly sender: RtpSender; at: number }

interface Session {
  readonly port: number;
  readonly speakers: Map<number, Speaker>;
  readonly listeners: Map<number, Listener>;
  readonly playing: Map<number, Playing>;
}

const orders = parentPort;
if (!orders) throw new Error('the mixer runs as a worker thread');
const sessions = new Map<number, Session>();
const byPort = new Map<number, Session>();
const stored = new Map<string, readonly Uint8Array[]>();
const socket = createSocket('udp4');
const pace = new Pace(() => { for (const session of sessions.values()) play(session); });

socket.on('message', (datagram, { port }) => {
  const packet = readRtp(datagram);
  const speaker = packet && byPort.get(port)?.speakers.get(packet.ssrc);
  // Telephone-events and comfort noise ride in the same stream.
  if (speaker && packet.payloadType === payloadTypes[speaker.law]) speaker.buffer.write(packet.timestamp, decodeG711(speaker.law, packet.payload));
});
// Loopback, and a peer that closed a moment ago: nothing to mend.
socket.on('error', () => { /* the stream's owner sees that nothing comes */ });
socket.bind(0, '127.0.0.1', () => {
  const news: MixerNews = { type: 'ready', port: socket.address().port };
  orders.postMessage(news);
});
orders.on('message', (order: MixerOrder) => follow(order));
orders.on('close', () => { pace.stop(); socket.close(); });

/** Static payload types (RFC 3551, 6), which the router keeps. */
const payloadTypes: Readonly<Record<Law, number>> = { PCMU: 0, PCMA: 8 };

function follow(order: MixerOrder): void {
  if (order.type === 'open') {
    const session: Session = { port: order.port, speakers: new Map(), listeners: new Map(), playing: new Map() };
    sessions.set(order.session, session);
    byPort.set(order.port, session);
    return;
  }
  const session = sessions.get(order.session);
  if (!session) return;
  switch (order.type) {
    case 'close':
      sessions.delete(order.session);
      if (byPort.get(session.port) === session) byPort.delete(session.port);
      break;
    case 'speaker': session.speakers.set(order.ssrc, { law: order.law, buffer: new JitterBuffer() }); break;
    case 'listener': {
      const known = session.listeners.get(order.ssrc);
      if (known) known.hears = order.hears;
      else session.listeners.set(order.ssrc, { law: order.law, hears: order.hears, sender: senderFor(order, frameLength) });
      break;
    }
    case 'sound': session.playing.set(order.ssrc, { packets: packetsOf(order.sound, order.codec), at: 0, sender: senderFor(order, soundStep(order.codec)) }); break;
    case 'drop':
      for (const streams of [session.speakers, session.listeners, session.playing]) streams.delete(order.ssrc);
      break;
  }
  const busy = Array.from(sessions.values()).some(({ listeners, playing }) => listeners.size + playing.size > 0);
  if (busy) pace.start(); else pace.stop();
}

function play({ port, speakers, listeners, playing }: Session): void {
  const frames = new Map<number, Int16Array>();
  for (const [ssrc, { buffer }] of speakers) {
    const frame = buffer.read(frameLength);
    if (frame) frames.set(ssrc, frame);
  }
  for (const { law, hears, sender } of listeners.values()) socket.send(sender.packet(encodeG711(law, mix(frames, hears, frameLength))), port, '127.0.0.1');
  for (const sound of playing.values()) {
    const packet = sound.packets[sound.at];
    if (packet) socket.send(sound.sender.packet(packet), port, '127.0.0.1');
    sound.at = (sound.at + 1) % Math.max(1, sound.packets.length);
  }
}

function senderFor({ ssrc, payloadType }: { readonly ssrc: number; readonly payloadType: number }, step: number): RtpSender {
  return new RtpSender({ ssrc, payloadType, step, start: randomInt(2 ** 32) });
}

function packetsOf(sound: Sound, codec: SoundCodec): readonly Uint8Array[] {
  const name = `${sound}.${codec}`;
  const packets = stored.get(name) ?? soundPackets(sound, codec);
  stored.set(name, packets);
  return packets;
}
