/** Debian's Kamailio as a child of the test, with the configuration of docs/kamailio and a site of its own on free ports. */
import { execFile, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { domain } from './telephony-stand.ts';

const docs = join(import.meta.dirname, '../../../docs/kamailio');
const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin`;
const startLimit = 15_000;

export interface KamailioOptions {
  readonly port: number;
  /** In the order in which they are to be tried. */
  readonly gateways: readonly number[];
  readonly carriers?: readonly number[];
  /** MD5 HA1 by user name: Kamailio checks passwords itself. */
  readonly accounts?: Readonly<Record<string, string>>;
}

export interface Kamailio {
  stop(): Promise<void>;
}

/** Nobody's UDP port right now: gateways have to know the proxy's before it starts. */
export async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise<void>((resolve) => { socket.close(() => resolve()); });
  return port;
}

export async function startKamailio({ port, gateways, carriers = [], accounts }: KamailioOptions): Promise<Kamailio> {
  const directory = await mkdtemp(join(tmpdir(), 'gethelp-kamailio-'));
  const config = join(directory, 'kamailio.cfg');
  await copyFile(join(docs, 'kamailio.cfg'), config);
  // The example itself, with our addresses in place of its own: what it defines is all that there is to define.
  const site = (await readFile(join(docs, 'site.cfg'), 'utf8')).replaceAll('192.0.2.10:5060', `127.0.0.1:${port}`).replace('help.example.com', domain)
    .replace('/etc/kamailio/dispatcher.list', join(directory, 'dispatcher.list')).replace('##!define WITH_AUTH', accounts ? '#!define WITH_AUTH' : '##!define WITH_AUTH');
  await writeFile(join(directory, 'site.cfg'), site);
  const entries = [[1, gateways], [2, carriers]] as const;
  await writeFile(join(directory, 'dispatcher.list'), entries.flatMap(([set, ports]) => ports.map((one, at) => `${set} sip:127.0.0.1:${one} 0 ${100 - at}\n`)).join(''));
  await writeFile(join(directory, 'accounts.cfg'), `event_route[htable:mod-init] {\n${Object.entries(accounts ?? {}).map(([name, ha1]) => `\t$sht(accounts=>${name}) = "${ha1}";\n`).join('')}}\n`);

  const env = { ...process.env, PATH: path };
  await promisify(execFile)('kamailio', ['-c', '-f', config], { env });
  const child = spawn('kamailio', ['-DD', '-E', '-f', config, '-w', directory, '-Y', directory, '-m', '32', '-M', '4'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (data: Buffer) => { said = `${said}${data.toString('utf8')}`.slice(-4000); });
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    const limit = setTimeout(() => child.kill('SIGKILL'), 5000);
    await exited;
    clearTimeout(limit);
    await rm(directory, { recursive: true, force: true });
  };
  if (!await answers(port)) {
    await stop();
    throw new Error(`Kamailio did not come up: ${said}`);
  }
  return { stop };
}

async function answers(port: number): Promise<boolean> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const local = socket.address().port;
  const ask = (): void => {
    socket.send([
      `OPTIONS sip:127.0.0.1:${port} SIP/2.0`, `Via: SIP/2.0/UDP 127.0.0.1:${local};branch=z9hG4bKup${Date.now()};rport`, 'Max-Forwards: 70', 'From: <sip:test@127.0.0.1>;tag=1',
      `To: <sip:127.0.0.1:${port}>`, `Call-ID: up-${local}`, 'CSeq: 1 OPTIONS', 'Content-Length: 0', '', '',
    ].join('\r\n'), port, '127.0.0.1');
  };
  const again = setInterval(ask, 100);
  const up = await Promise.race([once(socket, 'message').then(() => true), new Promise<false>((resolve) => { setTimeout(resolve, startLimit, false); })]);
  clearInterval(again);
  socket.close();
  return up;
}
