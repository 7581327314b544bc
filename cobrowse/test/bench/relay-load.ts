/**
 * How many sessions one core carries: pages in steady use, each with an agent who watches, on our relay and on a bare one, turn by turn in
 * the same run. The load comes from this process and is counted for neither.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { io, type Socket } from 'socket.io-client';
import type { CobrowseFrame } from '#shared/cobrowse-protocol.ts';
import { PageBook } from '../../src/policy/page-book.ts';
import { sanitizeEvent } from '../../src/policy/sanitizer.ts';
import { elements, Steady } from './steady-page.ts';

export interface RelayFigure {
  readonly sessionsPerCore: number;
  readonly framesPerSecond: number;
}

/** Milliseconds between two messages of a page; what a recorder does while somebody moves, types and scrolls. */
const pace = 40;

export async function measureRelay(kind: 'ours' | 'bare', options: { readonly sessions: number; readonly seconds: number }): Promise<RelayFigure> {
  const relay = fork(fileURLToPath(new URL('relay-process.ts', import.meta.url)), [kind], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  try {
    const [{ port }] = await once(relay, 'message') as [{ port: number }];
    const url = `http://127.0.0.1:${port}/cobrowse`;
    const sockets: Socket[] = [];
    const connect = async (token: string): Promise<Socket> => {
      const socket = io(url, { auth: { token }, transports: ['websocket'], forceNew: true });
      sockets.push(socket);
      await once(socket as unknown as NodeJS.EventEmitter, 'connect');
      return socket;
    };
    const pages = await Promise.all(Array.from({ length: options.sessions }, async (_, index) => {
      const viewer = await connect(`viewer:c${index}`);
      let received = 0;
      viewer.on('frames', (frames: readonly unknown[], acknowledge?: () => void) => {
        received += frames.length;
        acknowledge?.();
      });
      const page = new SimulatedPage(await connect(`sharer:c${index}`), index);
      await page.begin();
      return { page, received: () => received };
    }));
    const usage = async (): Promise<number> => {
      relay.send('cpu');
      const [{ cpu }] = await once(relay, 'message') as [{ cpu: number }];
      return cpu;
    };
    const before = await usage();
    const received = (): number => pages.reduce((sum, page) => sum + page.received(), 0);
    const [began, seen] = [performance.now(), received()];
    for (const { page } of pages) page.run();
    await new Promise((resolve) => setTimeout(resolve, options.seconds * 1000));
    const took = performance.now() - began;
    const frames = received() - seen;
    const used = await usage() - before;
    for (const { page } of pages) page.stop();
    for (const socket of sockets) socket.disconnect();
    if (frames === 0) throw new Error(`The ${kind} relay handed nothing on`);
    return { sessionsPerCore: options.sessions / (used / took), framesPerSecond: frames / took * 1000 };
  } finally {
    // It goes by itself when nobody listens.
    relay.disconnect();
    await once(relay, 'exit');
  }
}

class SimulatedPage {
  readonly #socket: Socket;
  readonly #steady: Steady;
  readonly #book = new PageBook();
  #seq = 0;
  #timer: ReturnType<typeof setInterval> | null = null;
  readonly #offset: number;

  constructor(socket: Socket, seed: number) {
    this.#socket = socket;
    this.#steady = new Steady(seed);
    this.#offset = seed % pace;
  }

  async begin(): Promise<void> {
    await this.#send([{ type: 4, timestamp: 1, data: { href: 'https://bank.example/', width: 1280, height: 800 } }, { type: 2, timestamp: 1, data: { node: elements(1_000), initialOffset: { top: 0, left: 0 } } }]);
  }

  run(): void {
    // Not all of them in the same instant.
    setTimeout(() => {
      this.#timer = setInterval(() => void this.#send(this.#steady.next()), pace);
    }, this.#offset);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  async #send(events: ReadonlyArray<{ readonly type: number; readonly timestamp: number; readonly data: unknown }>): Promise<void> {
    const frames = events.flatMap((event): CobrowseFrame[] => {
      const safe = sanitizeEvent(event, this.#book);
      if (safe === null) return [];
      const envelope = { tab: 't', pageEpoch: 'p', seq: this.#seq, snapshotEpoch: 1 };
      this.#seq += 1;
      return [{ envelope, event: safe }];
    });
    if (frames.length === 0) return;
    // The last one's answer goes with the connection.
    const reply = await this.#socket.emitWithAck('frames', frames).catch(() => null) as { readonly ok: boolean } | null;
    if (reply?.ok === false) throw new Error(`The relay refused: ${JSON.stringify(reply)}`);
  }
}
