/** Debian's rtpengine in user space, as what a user would pick instead for the media; spoken to by its control protocol (ng: bencode over UDP). */
import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { freePort } from '../../../gateway/test/support/process.ts';
import type { FlowTarget } from './rtp-load.ts';

const startLimit = 10_000;
const answerLimit = 2000;

export class Rtpengine {
  private readonly child: ChildProcess;
  private readonly socket: Socket;
  private readonly port: number;
  private serial = 0;

  private constructor(child: ChildProcess, socket: Socket, port: number) {
    this.child = child;
    this.socket = socket;
    this.port = port;
  }

  static async start(): Promise<Rtpengine> {
    const port = await freePort();
    const child = spawn('rtpengine', [
      '--foreground', '--log-stderr', '--log-level=3', '--table=-1', '--interface=127.0.0.1', `--listen-ng=127.0.0.1:${port}`, '--port-min=20000', '--port-max=29999',
    ], { stdio: 'ignore' });
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const engine = new Rtpengine(child, socket, port);
    const deadline = Date.now() + startLimit;
    for (;;) {
      try {
        await engine.ask({ command: 'ping' });
        return engine;
      } catch (error) {
        if (Date.now() > deadline || child.exitCode !== null) throw error;
      }
    }
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Bridges two plain G.711 flows; answers with where each of the two has to send. */
  async bridge(call: number, onePort: number, otherPort: number): Promise<{ readonly one: FlowTarget; readonly other: FlowTarget }> {
    const names = { 'call-id': `call-${call}`, 'from-tag': 'one' };
    const offered = await this.ask({ command: 'offer', ...names, sdp: description(onePort) });
    const answered = await this.ask({ command: 'answer', ...names, 'to-tag': 'other', sdp: description(otherPort) });
    return { one: targetOf(answered), other: targetOf(offered) };
  }

  async stop(): Promise<void> {
    this.socket.close();
    if (this.child.exitCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }

  private async ask(command: Readonly<Record<string, string>>): Promise<string> {
    this.serial += 1;
    const cookie = `c${this.serial}`;
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => { this.socket.off('message', read); reject(new Error(`rtpengine did not answer ${command['command']}`)); }, answerLimit);
      const read = (message: Buffer): void => {
        const text = message.toString('latin1');
        if (!text.startsWith(`${cookie} `)) return;
        clearTimeout(limit);
        this.socket.off('message', read);
        if (text.includes('6:result5:error')) reject(new Error(`rtpengine refused: ${text}`));
        else resolve(text);
      };
      this.socket.on('message', read);
      this.socket.send(`${cookie} ${bencoded(command)}`, this.port, '127.0.0.1');
    });
  }
}

function bencoded(dictionary: Readonly<Record<string, string>>): string {
  // Keys in order, as bencode asks.
  return `d${Object.entries(dictionary).sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, value]) => `${key.length}:${key}${value.length}:${value}`).join('')}e`;
}

function description(port: number): string {
  return `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=sendrecv\r\n`;
}

function targetOf(reply: string): FlowTarget {
  const port = /m=audio (\d+) /.exec(reply)?.[1];
  if (port === undefined) throw new Error(`no audio in rtpengine's description: ${reply}`);
  return { address: '127.0.0.1', port: Number(port) };
}
