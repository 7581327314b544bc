/**
 * A load of plain G.711 RTP: each flow sends 50 packets a second from a socket of its own and counts what comes back to it. In a process of its
 * own, so that its share of the CPU is known apart.
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface FlowTarget {
  readonly address: string;
  readonly port: number;
}

export interface LoadCount {
  readonly sent: number;
  readonly received: number;
}

type Order =
  | { readonly type: 'open'; readonly count: number }
  | { readonly type: 'send'; readonly targets: readonly FlowTarget[] }
  | { readonly type: 'count' };

const runMark = 'run-load';
const packetMilliseconds = 20;
const payloadBytes = 160;

export class RtpLoad {
  private readonly child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.child = child;
  }

  /** Binds one socket per flow on loopback and answers with their ports. */
  static async open(count: number): Promise<{ readonly load: RtpLoad; readonly ports: readonly number[] }> {
    const load = new RtpLoad(fork(fileURLToPath(import.meta.url), [runMark]));
    return { load, ports: await load.ask<readonly number[]>({ type: 'open', count }) };
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Flow i begins to send to target i. */
  async send(targets: readonly FlowTarget[]): Promise<void> {
    await this.ask({ type: 'send', targets });
  }

  /** Since the last count. */
  count(): Promise<LoadCount> {
    return this.ask({ type: 'count' });
  }

  async close(): Promise<void> {
    const gone = once(this.child, 'exit');
    this.child.kill();
    await gone;
  }

  private async ask<Answer>(order: Order): Promise<Answer> {
    const answer = once(this.child, 'message');
    this.child.send(order);
    return (await answer)[0] as Answer;
  }
}

function runLoad(): void {
  const sockets: Socket[] = [];
  let sent = 0;
  let received = 0;

  const open = async (count: number): Promise<number[]> => {
    for (let index = 0; index < count; index += 1) {
      const socket = createSocket('udp4');
      socket.on('message', () => { received += 1; });
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
      sockets.push(socket);
    }
    return sockets.map((socket) => socket.address().port);
  };

  const send = (targets: readonly FlowTarget[]): void => {
    const packets = targets.map((_, index) => {
      const packet = Buffer.alloc(12 + payloadBytes, 0xff);
      packet[0] = 0x80;
      packet[1] = 0;
      packet.writeUInt32BE(0x10_00_00 + index, 8);
      return packet;
    });
    let tick = 0;
    const startedAt = performance.now();
    setInterval(() => {
      // A late timer sends what it missed: the rate is the clock's, not the timer's.
      while (tick * packetMilliseconds <= performance.now() - startedAt) {
        for (const [index, target] of targets.entries()) {
          const packet = packets[index];
          if (!packet) continue;
          packet.writeUInt16BE(tick & 0xffff, 2);
          packet.writeUInt32BE((tick * payloadBytes) >>> 0, 4);
          sockets[index]?.send(Buffer.from(packet), target.port, target.address);
          sent += 1;
        }
        tick += 1;
      }
    }, packetMilliseconds);
  };

  const handle = async (order: Order): Promise<unknown> => {
    switch (order.type) {
      case 'open': return open(order.count);
      case 'send': send(order.targets); return null;
      case 'count': {
        const count = { sent, received };
        sent = 0;
        received = 0;
        return count;
      }
    }
  };
  process.on('message', (order: Order) => {
    handle(order).then((answer) => process.send?.(answer), (error: unknown) => { throw error; });
  });
  process.on('disconnect', () => process.exit());
}

if (process.argv[2] === runMark) runLoad();
