/** SIPp (sipp.sourceforge.net), a SIP peer that follows a scenario in XML to the letter and fails where the other side does anything else. */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SippOptions {
  /** A file of gateway/test/sipp, without its ending. */
  readonly scenario: string;
  readonly transport: 'UDP' | 'TCP';
  /** Whom it calls; null: it waits to be called. */
  readonly callee: number | null;
  /** Its own; default any free one. */
  readonly port?: number;
  /** How many calls. */
  readonly calls?: number;
  /** More options, such as `-lost 10`. */
  readonly options?: readonly string[];
  /** Milliseconds until it must have done its part. */
  readonly limit?: number;
}

export interface Sipp {
  readonly port: number;
  /** Resolves when every call went as the scenario says; rejects with SIPp's errors and what was sent and received. */
  readonly done: Promise<void>;
}

export async function startSipp({ scenario, transport, callee, port: wanted, calls = 1, options = [], limit = 15_000 }: SippOptions): Promise<Sipp> {
  const directory = await mkdtemp(join(tmpdir(), 'sipp-'));
  const port = wanted ?? await freePort(transport);
  const errors = join(directory, 'errors.log');
  const messages = join(directory, 'messages.log');
  const child = spawn('sipp', [
    ...(callee === null ? [] : [`127.0.0.1:${callee}`]), '-sf', join(import.meta.dirname, '../sipp', `${scenario}.xml`), '-i', '127.0.0.1', '-p', String(port),
    '-t', transport === 'UDP' ? 'u1' : 't1', '-m', String(calls), '-nostdin', '-timeout', `${Math.ceil(limit / 1000)}s`, '-timeout_error',
    '-trace_err', '-error_file', errors, '-trace_msg', '-message_file', messages, ...options,
  ], { stdio: 'ignore', env: { ...process.env, TERM: 'dumb' } });
  const done = finished();
  // Whoever waits for it later hears of it then.
  done.catch(() => { /* see `done` */ });
  if (callee === null) await Promise.race([listening(port, transport), done]);
  return { port, done };

  async function finished(): Promise<void> {
    const killed = setTimeout(() => child.kill('SIGKILL'), limit + 5000);
    try {
      const [code] = await once(child, 'exit') as [number | null];
      if (code === 0) return;
      const [errorLog, messageLog] = await Promise.all([errors, messages].map((file) => readFile(file, 'utf8').catch(() => '')));
      throw new Error(`SIPp's ${scenario} ended with ${String(code)}\n${(errorLog ?? '').slice(0, 3000)}\n${(messageLog ?? '').slice(-6000)}`);
    } finally {
      clearTimeout(killed);
      await rm(directory, { recursive: true, force: true });
    }
  }
}

/** The kernel says who listens; SIPp does not. */
async function listening(port: number, transport: 'UDP' | 'TCP'): Promise<void> {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  const until = Date.now() + 5000;
  while (Date.now() < until) {
    const table = await readFile(`/proc/net/${transport.toLowerCase()}`, 'utf8');
    if (table.split('\n').some((line) => line.includes(wanted) && (transport === 'UDP' || / 0A /.test(line)))) return;
    await sleep(10);
  }
  throw new Error(`SIPp does not listen on ${port}`);
}

async function freePort(transport: 'UDP' | 'TCP'): Promise<number> {
  const socket = transport === 'UDP' ? createSocket('udp4').bind(0, '127.0.0.1') : createServer().listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address() as AddressInfo;
  socket.close();
  await once(socket, 'close');
  return port;
}
