/** Data directories that are cleaned up with their servers, stores in this process and in others, and questions to their server. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { pino } from 'pino';
import { z } from 'zod';
import { startStore, type Store } from '../../src/store/embedded-server.ts';

const lineSchema = z.union([
  z.object({ connection: z.object({ host: z.string(), port: z.number(), user: z.string(), database: z.string() }) }),
  z.object({ error: z.string() }),
  z.object({ step: z.string() }),
]);

export interface Holder {
  readonly process: ChildProcess;
  /** What it came to: the connection, or why not. */
  readonly outcome: { readonly connection: pg.ClientConfig } | { readonly error: string };
}

export class StoreStand {
  /** What to remove, and the data directory in it. */
  readonly #directories: Array<{ readonly outer: string; readonly dataDir: string }> = [];
  readonly #stores = new Set<Store>();
  readonly #children = new Set<ChildProcess>();

  async newDataDir(inside = ''): Promise<string> {
    const outer = await mkdtemp(join(tmpdir(), 'gethelp-store-'));
    const dataDir = join(outer, inside, 'data');
    this.#directories.push({ outer, dataDir });
    return dataDir;
  }

  async start(dataDir: string, steps: string[] = []): Promise<Store> {
    const store = await startStore({ dataDir, databaseUrl: null, log: pino({ level: 'silent' }), progress: (step) => steps.push(step) });
    this.#stores.add(store);
    return store;
  }

  async stop(store: Store): Promise<void> {
    this.#stores.delete(store);
    await store.stop();
  }

  /** Starts a store in a process of its own, and waits for what it comes to. */
  async hold(dataDir: string): Promise<Holder> {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'holder.ts'), dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#children.add(child);
    for await (const text of createInterface({ input: child.stdout })) {
      const line = lineSchema.parse(JSON.parse(text));
      if (!('step' in line)) return { process: child, outcome: line };
    }
    throw new Error('the process ended without a word');
  }

  /** Starts a store in a process of its own and returns at once, so that it can be killed on the way. */
  startHolding(dataDir: string): ChildProcess {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'holder.ts'), dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#children.add(child);
    return child;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#children].map((child) => kill(child)));
    await Promise.all([...this.#stores].map((store) => store.stop()));
    for (const { outer, dataDir } of this.#directories) {
      const pid = await postmaster(dataDir);
      if (pid !== null) {
        signal(pid, 'SIGQUIT');
        await until(() => !alive(pid));
      }
      // An initdb whose parent was killed may still be writing.
      await rm(outer, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    }
  }
}

/** The first column of the first row. */
export async function ask(connection: pg.ClientConfig, query: string): Promise<unknown> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(query);
    return Object.values(rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

export async function postmaster(dataDir: string): Promise<number | null> {
  const pid = Number.parseInt(await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8').catch(() => ''), 10);
  return Number.isInteger(pid) && alive(pid) ? pid : null;
}

export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch { /* gone already */ }
}

export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Looks again until it is so; fails after `limit` ms. */
export async function until(holds: () => boolean | Promise<boolean>, limit = 20_000): Promise<void> {
  const deadline = Date.now() + limit;
  while (!await holds()) {
    if (Date.now() > deadline) throw new Error(`not so within ${limit} ms: ${holds.toString()}`);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
}
