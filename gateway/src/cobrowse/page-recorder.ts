/**
 * Writes one recording: what the relay tells goes into parts of some seconds, each compressed and sealed, in order. Bounded in memory and in
 * all; what cannot be written ends it, and what was written until then can be replayed.
 */
import { gzip } from 'node:zlib';
import { promisify } from 'node:util';
import type { TappedItem } from '#cobrowse/server/session.ts';
import { partContext, seal } from './recording-keys.ts';

const compress = promisify(gzip);

/** A part is closed after so many milliseconds, or so many characters of JSON. */
const partInterval = 5_000;
const partSize = 1_000_000;
/** More than this not yet written: the store does not keep up. */
const maxPending = 32_000_000;
/** Compressed. Hours of a busy page. */
const maxBytes = 400_000_000;

export interface PageRecorderPort {
  /** Rejects when it could not be stored. */
  store(number: number, sealed: Buffer): Promise<void>;
  /** It cannot go on. */
  handleFailed(cause: 'size' | 'store', error: unknown): void;
}

export class PageRecorder {
  readonly #recordingId: string;
  readonly #key: Buffer;
  readonly #port: PageRecorderPort;
  readonly #startedAt: number;
  #lines: string[] = [];
  #size = 0;
  #pending = 0;
  #bytes = 0;
  #number = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #tail: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor({ recordingId, key, port, startedAt }: { readonly recordingId: string; readonly key: Buffer; readonly port: PageRecorderPort; readonly startedAt: number }) {
    this.#recordingId = recordingId;
    this.#key = key;
    this.#port = port;
    this.#startedAt = startedAt;
  }

  /** `now`: epoch milliseconds. */
  take(what: TappedItem, now: number): void {
    if (this.#isOver) return;
    const line = JSON.stringify({ at: Math.max(0, now - this.#startedAt), ...what });
    this.#lines.push(line);
    this.#size += line.length;
    this.#timer ??= setTimeout(() => this.#close(), partInterval);
    if (this.#size >= partSize) this.#close();
  }

  /** Resolves when all that was told is stored. */
  async end(): Promise<void> {
    this.#close();
    this.#isOver = true;
    await this.#tail;
  }

  #close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#lines.length === 0 || this.#isOver) return;
    const text = this.#lines.join('\n');
    const number = this.#number;
    this.#number += 1;
    this.#lines = [];
    this.#size = 0;
    this.#pending += text.length;
    if (this.#pending > maxPending) {
      this.#fail('store', new Error('the store does not keep up'));
      return;
    }
    this.#tail = this.#tail.then(() => this.#write(number, text));
  }

  async #write(number: number, text: string): Promise<void> {
    try {
      const sealed = seal(this.#key, await compress(text), partContext(this.#recordingId, number));
      await this.#port.store(number, sealed);
      this.#pending -= text.length;
      this.#bytes += sealed.length;
      if (this.#bytes > maxBytes) this.#fail('size', null);
    } catch (error) {
      this.#fail('store', error);
    }
  }

  #fail(cause: 'size' | 'store', error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#port.handleFailed(cause, error);
  }
}
