/** The viewer's connection to the relay: takes frames and states over, and finds its way back after a lost network. */
import { io, type Socket } from 'socket.io-client';
import type { Act, Draw, Drawings, OfferAnswer, Outcome } from '#shared/cobrowse-hands.ts';
import type { CobrowseClientEvents, CobrowseFrame, CobrowseServerEvents, RelayedState, SharedTab } from '#shared/cobrowse-protocol.ts';
import { renewPatiently } from '../connection/renewal.ts';
import type { Problem } from '#shared/problem.ts';
import type { AssetAnswer } from './asset-shelf.ts';

export type WatchState = RelayedState | { readonly name: 'connecting' } | { readonly name: 'waiting' } | { readonly name: 'failed'; readonly problem: Problem | null };

const assetTimeout = 20_000;
/** A little more than the relay waits for the page, and the customer. */
const handTimeout = 7_000;
const offerTimeout = 65_000;
const beatInterval = 3_000;

export interface WatchOptions {
  readonly cobrowseUrl: string;
  readonly token: string;
  readonly renew: () => Promise<string | null>;
  handleFrames(frames: readonly CobrowseFrame[]): void;
  handleState(state: WatchState): void;
  handleDrawings(drawings: Drawings): void;
  handleTabs(tabs: readonly SharedTab[]): void;
  /** How long the customer's page took to answer, there and back in milliseconds; null: it did not. */
  handleBeat(roundTrip: number | null): void;
}

export class Watching {
  readonly #options: WatchOptions;
  readonly #socket: Socket<CobrowseServerEvents, CobrowseClientEvents>;
  readonly #beating: ReturnType<typeof setInterval>;
  #isFirstConnection = true;
  #refusals = 0;
  #isOver = false;
  #hasSkipped = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#socket = io(new URL('/cobrowse', options.cobrowseUrl).href, {
      auth: (give) => void this.#token().then((token) => token === null ? this.#fail(null) : give({ token })),
      transports: ['websocket', 'polling'],
      forceNew: true,
      reconnectionDelayMax: 5_000,
    });
    this.#socket.on('connect', () => {
      this.#refusals = 0;
      options.handleState({ name: 'waiting' });
    });
    this.#socket.on('frames', (frames, acknowledge) => {
      // Hidden documents get no animation frames, so nothing would be played and everything would pile up.
      if (document.hidden) this.#hasSkipped = true;
      else options.handleFrames(frames);
      acknowledge?.();
    });
    this.#socket.on('drawings', (drawings) => options.handleDrawings(drawings));
    this.#socket.on('tabs', (tabs) => options.handleTabs(tabs));
    this.#beating = setInterval(() => void this.#beat(), beatInterval);
    this.#socket.on('sharing', (state) => options.handleState(state));
    this.#socket.on('stopped', () => this.#end({ name: 'stopped' }));
    this.#socket.on('disconnect', (reason) => {
      if (reason === 'io server disconnect') this.#end({ name: 'stopped' });
      else if (!this.#isOver) options.handleState({ name: 'connecting' });
    });
    this.#socket.on('connect_error', (error) => this.#handleConnectError(error));
    document.addEventListener('visibilitychange', () => this.#handleVisibility());
  }

  /** Null where the relay has it no longer, or cannot be asked. */
  async fetchAsset(hash: string): Promise<AssetAnswer | null> {
    if (!this.#socket.connected) return null;
    const reply = await this.#socket.timeout(assetTimeout).emitWithAck('fetchAsset', hash);
    return reply.ok ? reply.value : null;
  }

  act(act: Act): Promise<Outcome> {
    return this.#ask(() => this.#socket.timeout(handTimeout).emitWithAck('act', act));
  }

  draw(draw: Draw): Promise<Outcome> {
    return this.#ask(() => this.#socket.timeout(handTimeout).emitWithAck('draw', draw));
  }

  /** Offers to lead the customer to an address. */
  async offer(url: string): Promise<OfferAnswer> {
    if (!this.#socket.connected) return 'away';
    return this.#socket.timeout(offerTimeout).emitWithAck('offer', { url }).catch((): OfferAnswer => 'unanswered');
  }

  /** Asks the customer for a tab that they do not share; `done` says only that they are being asked. */
  askTab(): Promise<Outcome> {
    return this.#ask(() => this.#socket.timeout(handTimeout).emitWithAck('askTab'));
  }

  showTab(id: string): void {
    if (this.#socket.connected) this.#socket.emit('showTab', id);
  }

  /** Asks for the last snapshot and what followed. */
  resync(): void {
    if (this.#socket.connected) this.#socket.emit('resync');
  }

  /** Never queued while the connection is away: what it was meant for may be gone by then. */
  async #ask(ask: () => Promise<Outcome>): Promise<Outcome> {
    if (!this.#socket.connected) return 'away';
    return ask().catch((): Outcome => 'away');
  }

  async #beat(): Promise<void> {
    if (!this.#socket.connected || document.hidden) return;
    const begin = performance.now();
    const isThere = await this.#socket.timeout(handTimeout).emitWithAck('beat').catch(() => false);
    if (!this.#isOver) this.#options.handleBeat(isThere ? performance.now() - begin : null);
  }

  async #token(): Promise<string | null> {
    if (!this.#isFirstConnection) return renewPatiently(this.#options.renew, () => this.#isOver);
    this.#isFirstConnection = false;
    return this.#options.token;
  }

  /** A refusal (not a network error, which socket.io repeats) gets one more try with a fresh token. */
  #handleConnectError(error: Error & { data?: unknown }): void {
    if (this.#socket.active || this.#isOver) return;
    this.#refusals += 1;
    if (this.#refusals > 1) this.#fail(isProblem(error.data) ? error.data : null);
    else this.#socket.connect();
  }

  #handleVisibility(): void {
    if (document.hidden || !this.#hasSkipped) return;
    this.#hasSkipped = false;
    this.resync();
  }

  #fail(problem: Problem | null): void {
    this.#end({ name: 'failed', problem });
  }

  #end(state: WatchState): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#beating);
    this.#socket.disconnect();
    this.#options.handleState(state);
  }
}

function isProblem(data: unknown): data is Problem {
  return typeof data === 'object' && data !== null && typeof (data as Problem).title === 'string' && typeof (data as Problem).status === 'number';
}
