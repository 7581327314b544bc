/**
 * A gateway with told calls (fake-calls.ts) as a process of its own, which a test may kill. What peers do comes in by message; run as a program it
 * is the process, imported it starts one.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { CallEvent } from '../../src/contact/call-port.ts';
import { callsConfig } from './calls-scene.ts';
import { FakeCalls } from './fake-calls.ts';
import { startTestGateway } from './gateway.ts';

type Order = { readonly happens: CallEvent } | { readonly reachable: string };
interface Started { readonly url: string }

export class ToldGateway {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  static async start(dataDir: string): Promise<ToldGateway> {
    const child = fork(import.meta.filename, [dataDir], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const [started] = await Promise.race([once(child, 'message') as Promise<[Started]>, once(child, 'exit').then(() => { throw new Error('the gateway did not start'); })]);
    return new ToldGateway(child, started.url);
  }

  happens(event: CallEvent): void {
    this.#order({ happens: event });
  }

  /** The agent's desktop can be rung. */
  reachable(agentId: string): void {
    this.#order({ reachable: agentId });
  }

  async kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill(signal);
    await gone;
  }

  #order(order: Order): void {
    this.#child.send(order);
  }
}

async function run(dataDir: string): Promise<void> {
  const calls = new FakeCalls();
  const test = await startTestGateway({ config: callsConfig, calls: calls.port, dataDir });
  process.on('message', (order: Order) => {
    if ('happens' in order) calls.happens(order.happens);
    else calls.endpoint(order.reachable, 'desktop', { reachable: true });
  });
  process.once('SIGTERM', () => { test.stop().then(() => process.exit(0), () => process.exit(1)); });
  process.send?.({ url: test.url } satisfies Started);
}

if (process.argv[1] === import.meta.filename && process.argv[2] !== undefined) await run(process.argv[2]);
