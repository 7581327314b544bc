/**
 * Calls set up and torn down per second: SIPp calls, SIPp answers, and between them the whole product (digest aside: a trusted proxy vouches for
 * the caller), or Kamailio as a stateful proxy. The product does more: it ends the dialogs, judges the destination and builds media for each.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort, GatewayProcess } from '../../../gateway/test/support/process.ts';
import { cpuSeconds, familyOf } from './process-cpu.ts';

/** Another loopback address than the answering side's, so that the gateway takes the one for a proxy of its own and the other for a trunk. */
const callerAddress = '127.0.0.2';
const atOnce = 40;
const startLimit = 10_000;

export interface CallRate {
  readonly perSecond: number;
  /** Milliseconds of CPU per call, of all processes in between. */
  readonly cpu: number;
}

export async function gatewayRate(calls: number): Promise<CallRate> {
  const directory = await mkdtemp(join(tmpdir(), 'gethelp-bench-'));
  const [answerer, sip, http, caller] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const config = join(directory, 'center.yaml');
  await writeFile(config, `
portals: [{ id: bench, name: Bench, keys: [{ id: one, secret: bench-portal-key }], queues: [help] }]
queues: [{ id: help, label: Help }]
agents: [{ username: anna, name: Anna, password: anna, answerWith: phone, sip: { password: anna-s-phone } }]
trunks: [{ id: bench, targets: ["sip:127.0.0.1:${answerer};transport=udp"], allowed: ["+49*"], probeSeconds: 0 }]
edges: [{ id: proxy, addresses: ["${callerAddress}"] }]
`);
  const answering = startSipp(['-sn', 'uas', '-i', '127.0.0.1', '-p', String(answerer)]);
  const gateway = await GatewayProcess.start({
    port: http, dataDir: join(directory, 'data'), config, env: { SIP_UDP_PORT: String(sip), RTP_PORT_RANGE: '32000-36999', LOG_LEVEL: 'error' },
  });
  try {
    await register(sip, caller);
    return await rate(calls, sip, caller, familyOf(gateway.pid));
  } finally {
    await gateway.kill('SIGTERM');
    await stopped(answering);
    await rm(directory, { recursive: true, force: true });
  }
}

export async function kamailioRate(calls: number): Promise<CallRate> {
  const directory = await mkdtemp(join(tmpdir(), 'gethelp-bench-'));
  const [answerer, proxy, caller] = await Promise.all([freePort(), freePort(), freePort()]);
  const template = await readFile(join(import.meta.dirname, 'kamailio.cfg'), 'utf8');
  const config = join(directory, 'kamailio.cfg');
  await writeFile(config, template.replace('{PROXY_PORT}', String(proxy)).replace('{ANSWERER_PORT}', String(answerer)));
  const answering = startSipp(['-sn', 'uas', '-i', '127.0.0.1', '-p', String(answerer)]);
  const kamailio = spawn('kamailio', ['-DD', '-E', '-f', config, '-Y', directory], { stdio: 'ignore' });
  try {
    await answersOptions(proxy);
    return await rate(calls, proxy, caller, familyOf(kamailio.pid ?? 0));
  } finally {
    await stopped(kamailio, 'SIGTERM');
    await stopped(answering);
    await rm(directory, { recursive: true, force: true });
  }
}

async function rate(calls: number, callee: number, caller: number, between: readonly number[]): Promise<CallRate> {
  const scenario = join(import.meta.dirname, 'caller.xml');
  const run = async (count: number): Promise<void> => {
    const sipp = startSipp([
      `127.0.0.1:${callee}`, '-sf', scenario, '-i', callerAddress, '-p', String(caller), '-m', String(count), '-r', '5000', '-l', String(atOnce), '-timeout', '120s',
      // Kamailio's processes may let a 200 overtake the 180 before it, which is no fault.
      '-default_behaviors', 'all,-abortunexp',
    ]);
    const [code] = await once(sipp, 'exit') as [number | null];
    if (code !== 0) throw new Error(`SIPp ended with ${String(code)}: not every call went through`);
  };
  // What starts on first use has started then.
  await run(atOnce);
  const cpuBefore = between.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const startedAt = performance.now();
  await run(calls);
  const seconds = (performance.now() - startedAt) / 1000;
  return { perSecond: calls / seconds, cpu: (between.reduce((sum, pid) => sum + cpuSeconds(pid), 0) - cpuBefore) * 1000 / calls };
}

/** The proxy's phone registers, as one that calls must have. */
async function register(sip: number, caller: number): Promise<void> {
  const socket = createSocket('udp4').bind(caller, callerAddress);
  await once(socket, 'listening');
  const aor = 'sip:anna@gethelp.invalid';
  socket.send([
    'REGISTER sip:gethelp.invalid SIP/2.0', `Via: SIP/2.0/UDP ${callerAddress}:${caller};branch=z9hG4bKregister`, `From: <${aor}>;tag=1`, `To: <${aor}>`, 'Call-ID: bench', 'CSeq: 1 REGISTER',
    `Contact: <sip:anna@${callerAddress}:${caller}>`, `P-Asserted-Identity: <${aor}>`, 'Max-Forwards: 70', 'Expires: 600', 'Content-Length: 0', '', '',
  ].join('\r\n'), sip, '127.0.0.1');
  const [answer] = await once(socket, 'message', { signal: AbortSignal.timeout(startLimit) }) as [Buffer];
  socket.close();
  if (!answer.toString().startsWith('SIP/2.0 200')) throw new Error(`not registered: ${answer.toString()}`);
}

async function answersOptions(port: number): Promise<void> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port: own } = socket.address();
  const answered = once(socket, 'message', { signal: AbortSignal.timeout(startLimit) });
  const asking = setInterval(() => socket.send([
    'OPTIONS sip:127.0.0.1 SIP/2.0', `Via: SIP/2.0/UDP 127.0.0.1:${own};branch=z9hG4bK${Date.now()}`, 'From: <sip:bench@127.0.0.1>;tag=1', 'To: <sip:127.0.0.1>', `Call-ID: ${Date.now()}`, 'CSeq: 1 OPTIONS',
    'Max-Forwards: 70', 'Content-Length: 0', '', '',
  ].join('\r\n'), port, '127.0.0.1'), 100);
  try {
    await answered;
  } finally {
    clearInterval(asking);
    socket.close();
  }
}

function startSipp(options: readonly string[]): ChildProcess {
  return spawn('sipp', [...options, '-nostdin'], { stdio: 'ignore', env: { ...process.env, TERM: 'dumb' } });
}

async function stopped(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await Promise.race([gone, pause(5000)]);
}
