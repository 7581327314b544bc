/** A gateway as a process of its own, which a test may kill; a new one on the same data and port is its successor. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

const main = join(import.meta.dirname, '../../src/main.ts');
const startLimit = 60_000;

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export class GatewayProcess {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #output: string[];

  private constructor(child: ChildProcess, port: number, output: string[]) {
    this.#child = child;
    this.#output = output;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(options: {
    readonly port: number; readonly dataDir: string; readonly config?: string; readonly mediaPort?: number;
    /** More variables of the environment. */
    readonly env?: Readonly<Record<string, string>>;
  }): Promise<GatewayProcess> {
    const child = spawn(process.execPath, [main], {
      env: {
        PATH: process.env['PATH'], HOME: process.env['HOME'], PORT: String(options.port), HOST: '127.0.0.1', DATA_DIR: options.dataDir, MEDIA_PORT: String(options.mediaPort ?? 0), LOG_LEVEL: 'info',
        PUBLIC_URL: `http://127.0.0.1:${options.port}`, ...(options.config === undefined ? {} : { CONFIG: options.config }), ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: string[] = [];
    let isReady = false;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the gateway did not start:\n${output.join('')}`)), startLimit);
      const read = (chunk: Buffer): void => {
        output.push(chunk.toString());
        if (!isReady && output.join('').includes('is ready at')) {
          isReady = true;
          clearTimeout(timer);
          resolve();
        }
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('exit', (code) => { clearTimeout(timer); reject(new Error(`the gateway ended with ${code}:\n${output.join('')}`)); });
    });
    return new GatewayProcess(child, options.port, output);
  }

  /** What it has said so far: for whoever asks why a test failed. */
  get output(): string {
    return this.#output.join('');
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** A signal that it goes on after. */
  signal(signal: 'SIGHUP'): void {
    this.#child.kill(signal);
  }

  async kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill(signal);
    await once(this.#child, 'exit');
  }
}
