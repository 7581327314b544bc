/**
 * Debian's baresip as a phone that is called directly: it answers by itself, plays a file of tones, records what it hears, and is told what else to do over
 * its control socket (JSON in netstrings).
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toneWav } from '../../../tests/support/tone.ts';
import type { Recording } from '../../../tests/support/tone.ts';

export interface BaresipOptions {
  readonly username: string;
  /** Its own SIP port, on UDP. */
  readonly port: number;
  readonly codec: 'PCMU' | 'PCMA' | 'G722' | 'opus';
  readonly srtp?: boolean;
  /** ICE and DTLS-SRTP. */
  readonly ice?: boolean;
  /** With a camera that films a pattern of this size. */
  readonly video?: { readonly codec: 'VP8' | 'H264'; readonly size: readonly [width: number, height: number] };
  readonly tones: readonly number[];
  /** Registers there; without it the phone is called at its port. */
  readonly registrar?: { readonly domain: string; readonly port: number; readonly transport: 'udp' | 'tcp'; readonly password: string };
}

/** Sample rate and channels that its codecs want of a file. */
const formats = { PCMU: [8000, 1], PCMA: [8000, 1], G722: [16_000, 1], opus: [48_000, 2] } as const;
const modules = { PCMU: 'g711', PCMA: 'g711', G722: 'g722', opus: 'opus' } as const;
const videoModules = { VP8: 'vp8', H264: 'avcodec' } as const;
/** Longer than any test: a file that ends is played no more. */
const fileSeconds = 90;

export interface BaresipEvent {
  readonly event: boolean;
  readonly type: string;
  readonly param?: string;
}

export class Baresip {
  readonly events: BaresipEvent[] = [];
  private readonly process: ChildProcess;
  private readonly control: Socket;
  private readonly folder: string;
  private log = '';
  private inbox = '';
  private pictures = 0;

  private constructor(process: ChildProcess, control: Socket, folder: string) {
    this.process = process;
    this.control = control;
    this.folder = folder;
    process.stdout?.on('data', (data: Buffer) => { this.log += data.toString(); });
    process.stderr?.on('data', (data: Buffer) => { this.log += data.toString(); });
    control.on('data', (data: Buffer) => { this.inbox += data.toString(); this.read(); });
    control.on('error', () => { /* it ended */ });
  }

  static async start({ username, port, codec, srtp = false, ice = false, video, tones, registrar }: BaresipOptions): Promise<Baresip> {
    const folder = await mkdtemp(join(tmpdir(), 'baresip-'));
    const controlPort = await freeTcpPort();
    const [rate, channels] = formats[codec];
    await mkdir(join(folder, 'heard'));
    await writeFile(join(folder, 'tones.wav'), channels === 2 ? inStereo(toneWav(tones, fileSeconds, rate)) : toneWav(tones, fileSeconds, rate));
    const account = registrar === undefined ? `<sip:${username}@127.0.0.1:${port}>;regint=0`
      : `<sip:${username}@${registrar.domain};transport=${registrar.transport}>;auth_pass=${registrar.password};outbound="sip:127.0.0.1:${registrar.port};transport=${registrar.transport}";regint=60`;
    await writeFile(join(folder, 'accounts'), `${account};answermode=auto;`
      + `audio_codecs=${codec === 'opus' ? 'opus/48000/2' : codec};ptime=20${srtp ? ';mediaenc=srtp-mand' : ''}${ice ? ';mediaenc=dtls_srtp;medianat=ice' : ''}\n`);
    await writeFile(join(folder, 'contacts'), '');
    await writeFile(join(folder, 'config'), [
      `sip_listen 127.0.0.1:${port}`, `ctrl_tcp_listen 127.0.0.1:${controlPort}`, `audio_source aufile,${join(folder, 'tones.wav')}`,
      'audio_player aubridge,nobody', 'audio_alert aubridge,nobody', `snd_path ${join(folder, 'heard')}`, 'rtp_timeout 0', ...(ice ? ['rtcp_mux yes'] : []), 'jitter_buffer_delay 2-4',
      // Fewer than these would be shared by the phones of a test.
      'rtp_ports 46000-46999', 'net_interface 127.0.0.1', 'opus_bitrate 32000', 'opus_stereo yes', 'opus_sprop_stereo yes',
      ...(video ? ['video_source fakevideo,nothing', 'video_display fakevideo,nothing', `video_size ${video.size.join('x')}`, 'video_bitrate 300000', 'video_fps 15'] : []),
      'module_path /usr/lib/baresip/modules',
      ...[modules[codec], 'aufile', 'aubridge', 'sndfile', ...(srtp ? ['srtp'] : []), ...(ice ? ['ice', 'dtls_srtp'] : []), ...(video ? [videoModules[video.codec], 'fakevideo', 'snapshot'] : [])].map((name) => `module ${name}.so`),
      ...['account', 'menu', 'ctrl_tcp'].map((name) => `module_app ${name}.so`), '',
    ].join('\n'));
    const process = spawn('baresip', ['-f', folder], { stdio: ['ignore', 'pipe', 'pipe'] });
    const control = await reached(controlPort).catch((error: unknown) => { process.kill('SIGKILL'); throw error; });
    return new Baresip(process, control, folder);
  }

  /** What it prints. */
  async said(pattern: RegExp, limit = 10_000): Promise<void> {
    const deadline = performance.now() + limit;
    while (!pattern.test(this.log)) {
      if (performance.now() > deadline) throw new Error(`baresip did not say ${String(pattern)}, but\n${this.log.slice(-3000)}`);
      await new Promise((resolve) => { setTimeout(resolve, 10); });
    }
  }

  /** The first event of this type, or the next one after `after` earlier ones. */
  async event(type: string, limit = 10_000, nth = 1): Promise<BaresipEvent> {
    const deadline = performance.now() + limit;
    for (;;) {
      const found = this.events.filter((event) => event.type === type)[nth - 1];
      if (found) return found;
      if (performance.now() > deadline) throw new Error(`baresip told no ${type}, but ${this.events.map((event) => event.type).join(', ')}\n${this.log.slice(-3000)}`);
      await new Promise((resolve) => { setTimeout(resolve, 10); });
    }
  }

  /** A command of its menu, as its documentation names them. */
  command(command: string, params = ''): void {
    const text = JSON.stringify({ command, params });
    this.control.write(`${Buffer.byteLength(text)}:${text},`);
  }

  /** What it heard last, at most so many seconds; null while there is nothing. */
  async heard(seconds: number): Promise<Recording | null> {
    const files = (await readdir(join(this.folder, 'heard'))).filter((name) => name.endsWith('-dec.wav')).sort();
    const name = files.at(-1);
    if (name === undefined) return null;
    const file = await readFile(join(this.folder, 'heard', name));
    const [channels, rate] = [file.readUInt16LE(22), file.readUInt32LE(24)];
    const start = file.indexOf('data') + 8;
    const frames = Math.floor((file.length - start) / (2 * channels));
    const wanted = Math.min(frames, Math.round(seconds * rate));
    const samples = Float32Array.from({ length: wanted }, (_, index) => file.readInt16LE(start + (frames - wanted + index) * 2 * channels) / 32_768);
    return { rate, samples };
  }

  /** The size of the picture that it sees; null while it sees none. */
  async seen(): Promise<readonly [width: number, height: number] | null> {
    this.pictures += 1;
    const name = `picture-${this.pictures}-`;
    const file = join(this.folder, name);
    this.command('snapshot_recv', file);
    const deadline = performance.now() + 2000;
    for (;;) {
      const files = (await readdir(this.folder)).filter((found) => found.startsWith(name));
      const picture = files[0] === undefined ? null : await readFile(join(this.folder, files[0]));
      // A PNG begins with its size and ends with its IEND chunk.
      if (picture?.subarray(-8).includes('IEND')) return [picture.readUInt32BE(16), picture.readUInt32BE(20)];
      if (performance.now() > deadline) return null;
      await new Promise((resolve) => { setTimeout(resolve, 20); });
    }
  }

  async stop(): Promise<void> {
    this.control.destroy();
    if (this.process.exitCode === null) {
      const ended = once(this.process, 'exit');
      // Unregisters, then ends; one that hangs is ended.
      this.process.kill('SIGTERM');
      const limit = setTimeout(() => this.process.kill('SIGKILL'), 3000);
      await ended;
      clearTimeout(limit);
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  private read(): void {
    for (;;) {
      const colon = this.inbox.indexOf(':');
      const length = Number(this.inbox.slice(0, colon));
      if (colon < 0 || this.inbox.length < colon + 2 + length) return;
      const message = JSON.parse(this.inbox.slice(colon + 1, colon + 1 + length)) as Partial<BaresipEvent>;
      this.inbox = this.inbox.slice(colon + 2 + length);
      if (message.event === true && message.type !== undefined) this.events.push(message as BaresipEvent);
    }
  }
}

async function reached(port: number): Promise<Socket> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return socket;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => { setTimeout(resolve, 50); });
    }
  }
}

export async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

async function freeTcpPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The same in both ears. */
function inStereo(mono: Buffer): Buffer {
  const header = Buffer.from(mono.subarray(0, 44));
  const size = (mono.length - 44) * 2;
  header.writeUInt32LE(36 + size, 4);
  header.writeUInt16LE(2, 22);
  header.writeUInt32LE(header.readUInt32LE(24) * 4, 28);
  header.writeUInt16LE(4, 32);
  header.writeUInt32LE(size, 40);
  const data = Buffer.alloc(size);
  for (let at = 44; at + 1 < mono.length; at += 2) {
    const sample = mono.readInt16LE(at);
    data.writeInt16LE(sample, (at - 44) * 2);
    data.writeInt16LE(sample, (at - 44) * 2 + 2);
  }
  return Buffer.concat([header, data]);
}
