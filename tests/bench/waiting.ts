/**
 * `npm run bench:waiting`: what a waiting contact costs in memory, with its connection, up to 10,000 of them: the slope of the gateway's resident memory after a
 * collection as V8 makes it where memory is short (else it keeps pages of the last rush, as many again as those who wait need), without the space for young
 * objects (V8 lets it grow to its size as it works, whoever works, and it is printed apart), and of the store's processes. Least squares over the readings. They come from several loopback addresses; who they are is in processes of their own.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const total = Number(process.argv[2] ?? 10_000);
const steps = 5;
const addresses = ['127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.5'];
/** After the last arrival everybody is told their place once more; then it is quiet. */
const settling = 5_000;

interface Reading {
  readonly waiting: number;
  /** KiB, of which `young` is the space for young objects, and `heap` what all objects in use take. */
  readonly resident: number;
  readonly young: number;
  readonly heap: number;
  readonly store: number;
}

const dataDir = await mkdtemp(join(tmpdir(), 'gethelp-bench-'));
const gateway = fork(join(import.meta.dirname, 'waiting/gateway-child.ts'), [dataDir], { execArgv: ['--expose-gc'] });
const crowds: ChildProcess[] = [];
try {
  const { port } = await told<{ port: number }>(gateway);
  crowds.push(...addresses.map((address) => fork(join(import.meta.dirname, 'waiting/crowd.ts'), [`http://127.0.0.1:${port}`, address])));
  const readings: Reading[] = [];
  for (let step = 1; step <= steps; step += 1) {
    const started = performance.now();
    await Promise.all(crowds.map((crowd) => {
      const grown = told(crowd);
      crowd.send(total / steps / crowds.length);
      return grown;
    }));
    const took = (performance.now() - started) / 1000;
    const reading = await read(total / steps * step);
    readings.push(reading);
    process.stdout.write(`${reading.waiting} waiting: gateway ${mebibytes(reading.resident)} MiB resident, ${mebibytes(reading.young)} MiB of it for young objects; ${mebibytes(reading.heap)} MiB of heap in use; store ${mebibytes(reading.store)} MiB (${(total / steps / took).toFixed(0)} arrivals a second)\n`);
  }
  const each = (of: (reading: Reading) => number): number => slope(readings.map((reading) => [reading.waiting, of(reading)]));
  const gatewayEach = each(({ resident, young }) => resident - young);
  process.stdout.write(`slope from ${readings[0]?.waiting} to ${total} waiting, least squares over ${readings.length} readings, resident without the space for young objects:\n`
    + `  one waiting contact with its connection: ${gatewayEach.toFixed(1)} KiB in the gateway (${Math.floor(1024 * 1024 / gatewayEach)} in a GiB), of which heap in use ${each(({ heap }) => heap).toFixed(1)} KiB\n`
    + `  in the store's processes: ${each(({ store }) => store).toFixed(1)} KiB; resident with the space for young objects: ${each(({ resident }) => resident).toFixed(1)} KiB\n`);
} finally {
  for (const crowd of crowds) crowd.kill('SIGKILL');
  const over = once(gateway, 'exit');
  gateway.send('stop');
  await over;
  await rm(dataDir, { recursive: true, force: true });
}

async function read(waiting: number): Promise<Reading> {
  await new Promise((resolve) => { setTimeout(resolve, settling); });
  const answer = told<{ rss: number; heapUsed: number; young: number }>(gateway);
  gateway.send('memory');
  const { rss, heapUsed, young } = await answer;
  return { waiting, resident: rss / 1024, young: young / 1024, heap: heapUsed / 1024, store: await storeMemory() };
}

async function told<T>(child: ChildProcess): Promise<T> {
  const [message] = await once(child, 'message') as [T];
  return message;
}

/** KiB of the store's processes, where what they share counts once (proportional set size). */
async function storeMemory(): Promise<number> {
  const commands = await Promise.all((await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(async (pid) => ({
    pid, parent: Number(/^PPid:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''))?.[1] ?? 0), command: await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
  })));
  const server = commands.find(({ command }) => command.includes(dataDir) && command.includes('postgres'));
  const family = commands.filter(({ pid, parent }) => pid === server?.pid || String(parent) === server?.pid);
  const sizes = await Promise.all(family.map(async ({ pid }) => Number(/^Pss:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => ''))?.[1] ?? 0)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Least squares. */
function slope(points: ReadonlyArray<readonly [x: number, y: number]>): number {
  const mean = (at: 0 | 1): number => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [x0, y0] = [mean(0), mean(1)];
  return points.reduce((sum, [x, y]) => sum + (x - x0) * (y - y0), 0) / points.reduce((sum, [x]) => sum + (x - x0) ** 2, 0);
}

function mebibytes(kibibytes: number): string {
  return (kibibytes / 1024).toFixed(1);
}
