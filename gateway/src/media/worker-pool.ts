/**
 * The mediasoup workers: one process each, one WebRtcServer port each (worker i listens on `port + i`, UDP and TCP). A worker that
 * dies is replaced on the same port; whoever had a router on it hears so from the router (`workerclose`).
 */
import { createWorker } from 'mediasoup';
import type { types } from 'mediasoup';
import type { Logger } from 'pino';
import { EnvironmentError } from '../environment.ts';
import { routerCodecs } from './media-codecs.ts';

export interface MediaListen {
  /** IPv4 and IPv6 addresses to bind. */
  readonly ips: readonly string[];
  /** What the candidates say instead, matched to `ips` by position; empty: the addresses themselves. */
  readonly announced: readonly string[];
  /** Worker i uses `port + i`; 0 takes any free port (tests). */
  readonly port: number;
}

export interface WorkerPoolOptions {
  readonly count: number;
  readonly listen: MediaListen;
  readonly log: Logger;
  /** Path of the worker's binary; mediasoup's own default when absent. */
  readonly workerBin?: string;
  readonly onDeath: () => void;
}

interface PoolWorker {
  readonly worker: types.Worker;
  readonly server: types.WebRtcServer;
  routers: number;
}

/** A router and the port its transports share. Closing the router closes everything made on it. */
export interface MediaPlace {
  readonly router: types.Router;
  readonly server: types.WebRtcServer;
  readonly workerPid: number;
}

const replaceWithin = 5000;
const portPatience = 5000;

export class WorkerPool {
  private readonly slots: Array<PoolWorker | null>;
  private readonly starting = new Set<Promise<void>>();
  private closed = false;
  private readonly options: WorkerPoolOptions;

  private constructor(options: WorkerPoolOptions) {
    this.options = options;
    this.slots = Array.from({ length: options.count }, () => null);
  }

  static async start(options: WorkerPoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options);
    try {
      await Promise.all(pool.slots.map((_, index) => pool.startFirst(index)));
    } catch (error) {
      pool.close();
      throw error;
    }
    return pool;
  }

  get alive(): number {
    return this.slots.filter((slot) => slot !== null).length;
  }

  /** A router on the least loaded living worker; while none lives, waits for a replacement. Throws when none comes. */
  async place(): Promise<MediaPlace> {
    if (this.alive === 0 && this.starting.size > 0) await Promise.race(this.starting);
    // A worker is closed a moment before its death is told.
    const slot = this.slots.filter((one) => one !== null).filter(({ worker }) => !worker.closed).sort((a, b) => a.routers - b.routers)[0];
    if (!slot) throw new Error('no media worker is alive');
    slot.routers += 1;
    try {
      const router = await slot.worker.createRouter({ mediaCodecs: routerCodecs });
      router.observer.once('close', () => { slot.routers -= 1; });
      return { router, server: slot.server, workerPid: slot.worker.pid };
    } catch (error) {
      slot.routers -= 1;
      throw error;
    }
  }

  close(): void {
    this.closed = true;
    for (const slot of this.slots) slot?.worker.close();
    this.slots.fill(null);
  }

  /** After kill -9 of a gateway its workers outlive it by a moment and still hold their ports: its successor waits for them. */
  private async startFirst(index: number): Promise<void> {
    const deadline = Date.now() + portPatience;
    for (;;) {
      try {
        await this.startWorker(index);
        return;
      } catch (error) {
        if (!(error instanceof Error && error.message.includes('address already in use'))) throw error;
        const { port, ips } = this.options.listen;
        if (Date.now() > deadline) {
          throw new EnvironmentError(`MEDIA_PORT: ${port + index} on ${ips.join(', ')} is in use by another program. Stop that one, or set MEDIA_PORT to the first of ${this.options.count} free ports.`, { cause: error });
        }
        await new Promise((resolve) => { setTimeout(resolve, 50); });
      }
    }
  }

  private async startWorker(index: number): Promise<void> {
    const { listen, log, workerBin } = this.options;
    // The worker's warnings of RTP tell SSRCs that nobody declared (rtp/ssrc-learner.ts).
    const worker = await createWorker({ logLevel: 'warn', logTags: ['rtp'], ...(workerBin === undefined ? {} : { workerBin }) });
    const port = listen.port === 0 ? 0 : listen.port + index;
    try {
      const server = await worker.createWebRtcServer({ listenInfos: listenInfos(listen, port) });
      if (this.closed) { worker.close(); return; }
      this.slots[index] = { worker, server, routers: 0 };
      log.info({ worker: index, pid: worker.pid, port: port === 0 ? undefined : port }, 'media worker up');
    } catch (error) {
      worker.close();
      throw error;
    }
    worker.once('died', (error) => {
      this.slots[index] = null;
      if (this.closed) return;
      log.error({ worker: index, pid: worker.pid, err: error }, 'media worker died');
      this.options.onDeath();
      this.replace(index);
    });
  }

  private replace(index: number): void {
    const since = Date.now();
    const attempt = async (): Promise<void> => {
      for (let pause = 50; !this.closed; pause = Math.min(pause * 2, replaceWithin)) {
        try {
          await this.startWorker(index);
          return;
        } catch (error) {
          // The dead worker's port may need a moment until the kernel gives it back.
          this.options.log.warn({ worker: index, err: error, forMs: Date.now() - since }, 'media worker not replaced yet');
          await new Promise((resolve) => { setTimeout(resolve, pause).unref(); });
        }
      }
    };
    const running = attempt().finally(() => this.starting.delete(running));
    this.starting.add(running);
  }
}

function listenInfos({ ips, announced }: MediaListen, port: number): types.TransportListenInfo[] {
  return ips.flatMap((ip, at) => {
    const announcedAddress = announced[at];
    const info = { ip, ...(port === 0 ? {} : { port }), ...(announcedAddress === undefined ? {} : { announcedAddress }) };
    return [Object.assign({ protocol: 'udp' as const }, info), Object.assign({ protocol: 'tcp' as const }, info)];
  });
}
