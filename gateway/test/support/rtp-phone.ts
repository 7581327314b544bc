/**
 * A phone's media without a phone: two UDP sockets that send a tone in G.711 and keep what comes. Its SDP is written here too. What it sends
 * (SSRC, payload type, from which port) is the test's to choose, also in mid-call.
 */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { parse } from 'sdp-transform';
import { tone } from '../../../tests/support/tone.ts';
import type { Recording } from '../../../tests/support/tone.ts';
import { readRtp, writeRtp } from '../../src/media/dtmf/telephone-events.ts';
import { decodeG711, encodeG711 } from '../../src/media/mixer/g711.ts';
import type { Law } from '../../src/media/mixer/g711.ts';

export interface ReceivedPacket {
  readonly at: number;
  readonly payloadType: number;
  readonly marker: boolean;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Buffer;
  readonly from: number;
}

export interface PhoneOptions {
  readonly tones?: readonly number[];
  readonly law?: Law;
  readonly host?: string;
  readonly ssrc?: number;
}

const samplesPerPacket = 160;

export class RtpPhone {
  readonly host: string;
  readonly received: ReceivedPacket[] = [];
  readonly receivedRtcp: Buffer[] = [];
  ssrc: number;
  law: Law;
  private socket: Socket;
  private readonly rtcp: Socket;
  private readonly audio: Readonly<Record<Law, Buffer>>;
  private target: { host: string; port: number; rtcpPort: number } | null = null;
  private timer: NodeJS.Timeout | null = null;
  private sequence = Math.floor(Math.random() * 60_000);
  private timestamp = Math.floor(Math.random() * 2 ** 31);
  private position = 0;

  private constructor(socket: Socket, rtcp: Socket, { tones = [697, 1637], law = 'PCMU', host = '127.0.0.1', ssrc }: PhoneOptions) {
    this.socket = socket;
    this.rtcp = rtcp;
    this.host = host;
    this.law = law;
    this.ssrc = ssrc ?? Math.floor(Math.random() * 2 ** 32);
    const second = Array.from(tone(tones, 1, 8000).samples, (sample) => Math.round(sample * 32_767));
    this.audio = { PCMU: Buffer.from(encodeG711('PCMU', second)), PCMA: Buffer.from(encodeG711('PCMA', second)) };
    this.listen(socket);
    rtcp.on('message', (packet) => { this.receivedRtcp.push(packet); });
  }

  static async open(options: PhoneOptions = {}): Promise<RtpPhone> {
    const host = options.host ?? '127.0.0.1';
    // The RTCP port is the next one, as most peers expect (RFC 3550, 11).
    for (;;) {
      const socket = await bound(host, 0);
      try {
        const rtcp = await bound(host, socket.address().port + 1);
        return new RtpPhone(socket, rtcp, options);
      } catch {
        socket.close();
      }
    }
  }

  get port(): number {
    return this.socket.address().port;
  }

  /** An offer or answer of ours. */
  sdp({ payloads = '0 8 101', lines = [], direction = 'sendrecv', address = this.host, port = this.port, protocol = 'RTP/AVP', session = [] }: {
    readonly payloads?: string; readonly lines?: readonly string[]; readonly direction?: string; readonly address?: string; readonly port?: number;
    readonly protocol?: string; readonly session?: readonly string[];
  } = {}): string {
    const family = address.includes(':') ? 'IP6' : 'IP4';
    return [
      'v=0', `o=phone 1 1 IN ${family} ${address}`, 's=-', `c=IN ${family} ${address}`, 't=0 0', ...session,
      `m=audio ${port} ${protocol} ${payloads}`, 'a=rtpmap:0 PCMU/8000', 'a=rtpmap:8 PCMA/8000', 'a=rtpmap:101 telephone-event/8000', 'a=fmtp:101 0-15',
      `a=${direction}`, ...lines, '',
    ].join('\r\n');
  }

  /** Sends to where the other side's description says. */
  talkTo(sdp: string, kind = 'audio'): void {
    const session = parse(sdp);
    const media = session.media.find(({ type }) => type === kind);
    const host = media?.connection?.ip ?? session.connection?.ip;
    if (!media || host === undefined) throw new Error('no such section');
    this.target = { host, port: media.port, rtcpPort: media.rtcpMux === undefined ? (media.rtcp?.port ?? media.port + 1) : media.port };
  }

  start(): void {
    if (this.timer) return;
    const began = performance.now();
    let sent = 0;
    // As many as are due, so that a late timer loses nothing.
    this.timer = setInterval(() => {
      while (performance.now() - began >= sent * 20) { this.sendAudio(); sent += 1; }
    }, 10);
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
  }

  sendAudio(): void {
    const payload = this.audio[this.law].subarray(this.position, this.position + samplesPerPacket);
    this.position = (this.position + samplesPerPacket) % 8000;
    this.sequence += 1;
    this.timestamp += samplesPerPacket;
    this.sendRtp(this.law === 'PCMU' ? 0 : 8, payload);
  }

  sendRtp(payloadType: number, payload: Buffer, { marker = false, timestamp = this.timestamp }: { readonly marker?: boolean; readonly timestamp?: number } = {}): void {
    this.send(writeRtp({ payloadType, marker, sequence: this.sequence, timestamp, ssrc: this.ssrc }, payload));
  }

  /** One press, as a phone sends it: the packets of one event share a timestamp, the end comes three times. */
  press(event: number, { payloadType = 101, packets = 5, ends = 3 }: { readonly payloadType?: number; readonly packets?: number; readonly ends?: number } = {}): void {
    this.timestamp += samplesPerPacket;
    const { timestamp } = this;
    for (let index = 0; index < packets + ends; index += 1) {
      this.sequence += 1;
      const payload = Buffer.from([event, (index >= packets ? 0x80 : 0) | 10, 0, 0]);
      payload.writeUInt16BE(Math.min(index + 1, packets) * samplesPerPacket, 2);
      this.sendRtp(payloadType, payload, { marker: index === 0, timestamp });
    }
    this.timestamp += packets * samplesPerPacket;
  }

  send(packet: Buffer): void {
    if (this.target) this.socket.send(packet, this.target.port, this.target.host);
  }

  sendRtcp(packet: Buffer): void {
    if (this.target) this.rtcp.send(packet, this.target.rtcpPort, this.target.host);
  }

  /** What a NAT does that forgot: the same stream comes from another port. */
  async rebind(): Promise<void> {
    const before = this.socket;
    this.socket = await bound(this.host, 0);
    this.listen(this.socket);
    before.close();
  }

  /** What was heard since `since` (performance.now()), as a player without a jitter buffer would play it. */
  heard(since = 0, payloadType?: number): Recording {
    const packets = this.received.filter((packet) => packet.at >= since && (payloadType === undefined ? packet.payloadType === 0 || packet.payloadType === 8 : packet.payloadType === payloadType));
    const first = packets[0];
    const samples: number[] = [];
    for (const { payload, payloadType: type } of packets) samples.push(...Array.from(decodeG711(type === 8 ? 'PCMA' : 'PCMU', payload), (value) => value / 32_768));
    return { rate: 8000, samples: Float32Array.from(first ? samples : []) };
  }

  close(): void {
    this.stop();
    this.socket.close();
    this.rtcp.close();
  }

  private listen(socket: Socket): void {
    socket.on('message', (message, { port }) => {
      const rtp = readRtp(message);
      // RTCP on the same port has types 200 to 206, which read as 72 to 78 (RFC 5761, 4).
      if (!rtp || (rtp.header.payloadType >= 72 && rtp.header.payloadType <= 78)) { this.receivedRtcp.push(message); return; }
      this.received.push({ at: performance.now(), ...rtp.header, payload: Buffer.from(rtp.payload), from: port });
    });
  }
}

async function bound(host: string, port: number): Promise<Socket> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  socket.bind(port, host);
  await once(socket, 'listening');
  return socket;
}
