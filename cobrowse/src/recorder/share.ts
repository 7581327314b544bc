/**
 * Sharing the customer's page, from the consent to the stop:
 *
 *   connecting ──▶ live ⇄ paused          stopped: by the customer or the relay; final
 *       ▲            │  ⇄ elsewhere       failed: the relay refuses, the token cannot be renewed, or the rules cannot be applied; final
 *       └─ network ──┘
 *
 * Records only while connected, not paused and not in a storm; every (re)start begins with a full snapshot. Stopping works at once and
 * without a network: the recorder is gone before anybody else is told.
 */
import { io, type Socket } from 'socket.io-client';
import type { CobrowseClientEvents, CobrowseServerEvents, PauseReason, RecordedEvent } from '#shared/cobrowse-protocol.ts';
import { noRules, type CobrowseRules } from '#shared/cobrowse-rules.ts';
import type { Box } from '../dom/geometry.ts';
import type { Allowed, Hands } from '../control/hands.ts';
import { serveHands, type HandsHost } from '../control/serving.ts';
import { acknowledgeTimeout, flushInterval, maxAssetDelay, maxRefusals, minSnapshotInterval, refusalWindow } from '../policy/limits.ts';
import { eventTypes } from '../policy/sanitizer.ts';
import { renewPatiently } from '../connection/renewal.ts';
import { shownAddress } from '../policy/addresses.ts';
import { AddressWatch } from './address-watch.ts';
import { hiddenParts } from './hidden-parts.ts';
import { newPageEpoch, tabName } from './identity.ts';
import { AssetSender } from './asset-sender.ts';
import { Outbox } from './outbox.ts';
import { pageNodes, startRecording, type Recording } from './recording.ts';
import { RulesInPage } from './rules-in-page.ts';
import { StormGauge } from './storm.ts';

/** `elsewhere`: the customer is on a page that the portal does not share; it goes on by itself on the next one that it does. */
export type ShareState = 'connecting' | 'live' | 'paused' | 'elsewhere' | 'stopped' | 'failed';

export interface ShareOptions {
  /** Base URL of the relay; the namespace `/cobrowse` is appended. */
  readonly url: string;
  readonly token: string;
  /** What the portal's configuration says of its pages, as the gateway handed it over. */
  readonly rules?: CobrowseRules;
  /** Answers a fresh token, for reconnecting. When it goes on rejecting for a while, the sharing ends as failed. */
  readonly renew: () => Promise<string>;
  /** Where agents' hands work and show; left out: they have none in this page. */
  readonly hands?: HandsHost;
  onStateChange(state: ShareState): void;
}

export interface Share {
  /** What agents may do from now on in this page; nothing before it is said. Effective before it returns. */
  allow(allowed: Allowed): void;
  /** What of the page in sight the agent cannot read, in the viewport; nothing while nothing is recorded. */
  hiddenParts(): readonly Box[];
  pause(): void;
  resume(): void;
  stop(): void;
}

/** Nothing is recorded before this is called; the caller has the customer's consent. */
export function startSharing(options: ShareOptions): Share {
  let rules: RulesInPage;
  try {
    rules = new RulesInPage(options.rules ?? noRules, location.href);
  } catch {
    // Fails closed: what a rule that cannot be applied would have hidden is unknown.
    options.onStateChange('failed');
    return { allow: () => {}, hiddenParts: () => [], pause: () => {}, resume: () => {}, stop: () => {} };
  }
  return new Sharing(options, rules);
}

class Sharing implements Share {
  readonly #options: ShareOptions;
  readonly #socket: Socket<CobrowseServerEvents, CobrowseClientEvents>;
  readonly #outbox: Outbox;
  readonly #assets: AssetSender;
  readonly #storm = new StormGauge();
  readonly #rules: RulesInPage;
  readonly #address: AddressWatch;
  readonly #hands: Hands | null;
  readonly #tab = tabName();
  readonly #pageEpoch = newPageEpoch();
  #state: ShareState = 'connecting';
  #recording: Recording | null = null;
  #isPaused = false;
  #isBusy = false;
  #seq = 0;
  #snapshotEpoch = 0;
  /** Secrets masked where texts are unmasked, not yet told. */
  #redactions = 0;
  /** As the agent was told with the last snapshot. */
  #shownAddress = '';
  #lastSnapshotAt = Number.NEGATIVE_INFINITY;
  #snapshotTimer: ReturnType<typeof setTimeout> | null = null;
  #calmTimer: ReturnType<typeof setTimeout> | null = null;
  /** The token given at the start serves the first connection; every later one gets its own. */
  #isFirstConnection = true;
  #renewalsInARow = 0;
  /** When the relay refused frames lately. */
  #refusals: number[] = [];

  constructor(options: ShareOptions, rules: RulesInPage) {
    this.#options = options;
    this.#rules = rules;
    this.#address = new AddressWatch((href) => this.#handleMove(href));
    this.#outbox = new Outbox({
      send: (frames) => this.#socket.timeout(acknowledgeTimeout).emitWithAck('frames', frames),
      handleDelivered: () => this.#handleDelivered(),
      handleLost: (reason) => this.#handleLost(reason),
    });
    this.#assets = new AssetSender({
      offer: (offer) => this.#socket.timeout(acknowledgeTimeout).emitWithAck('offerAsset', offer),
      sendPiece: (piece) => this.#socket.timeout(acknowledgeTimeout).emitWithAck('assetPiece', piece),
      quiet: () => this.#quiet(),
    });
    this.#socket = io(new URL('/cobrowse', options.url).href, {
      auth: (give) => void this.#token().then((token) => token === null ? this.#end('failed') : give({ token })),
      transports: ['websocket', 'polling'],
      forceNew: true,
      reconnectionDelayMax: 5_000,
    });
    document.addEventListener('visibilitychange', this.#handleAttention);
    window.addEventListener('focus', this.#handleAttention);
    this.#socket.on('connect', () => this.#handleConnect());
    this.#socket.on('disconnect', (reason) => this.#handleDisconnect(reason));
    this.#socket.on('connect_error', () => this.#handleConnectError());
    this.#socket.on('snapshotWanted', () => this.#wantSnapshot());
    this.#socket.on('stopped', () => this.#end('stopped'));
    this.#hands = options.hands === undefined ? null : serveHands({
      socket: this.#socket, host: options.hands, rules, nodes: pageNodes,
      // Nothing is touched behind the customer's back: of several tabs only in the one that they can see.
      isShown: () => this.#recording !== null && !document.hidden,
      picture: () => ({ pageEpoch: this.#pageEpoch, snapshotEpoch: this.#snapshotEpoch }),
    });
    this.#socket.on('beat', (acknowledge) => acknowledge());
    options.onStateChange('connecting');
  }

  allow(allowed: Allowed): void {
    this.#hands?.allow(allowed);
  }

  hiddenParts(): readonly Box[] {
    return this.#recording === null ? [] : hiddenParts(this.#rules);
  }

  pause(): void {
    if (this.#isPaused || this.#isOver) return;
    this.#isPaused = true;
    this.#pause();
  }

  resume(): void {
    if (!this.#isPaused || this.#isOver) return;
    this.#isPaused = false;
    this.#goOn();
  }

  stop(): void {
    this.#end('stopped');
  }

  /** Why nothing is recorded at the moment; null: nothing forbids it. */
  get #pauseReason(): PauseReason | null {
    return this.#isPaused ? 'customer' : this.#rules.isShared ? null : 'page';
  }

  #pause(): void {
    this.#halt();
    if (this.#socket.connected) this.#tellPause();
    this.#setState(this.#isPaused ? 'paused' : 'elsewhere');
  }

  #tellPause(): void {
    this.#socket.emit('pause', this.#pauseReason ?? false);
  }

  /** What made it pause is over; something else may still be the reason for one. */
  #goOn(): void {
    if (this.#pauseReason !== null) {
      this.#pause();
      return;
    }
    this.#setState('connecting');
    if (!this.#socket.connected) return;
    this.#tellPause();
    this.#begin();
  }

  /** A single-page app is at another address, where other rules may hold. */
  #handleMove(href: string): void {
    if (this.#isOver) return;
    const before = this.#pauseReason;
    const hasOtherRules = this.#rules.moveTo(href);
    if (before === 'customer') return;
    if (this.#pauseReason !== null) this.#pause();
    else if (before !== null) this.#goOn();
    else if (hasOtherRules && this.#recording !== null) {
      this.#halt();
      this.#begin();
    } else if (shownAddress(href) !== this.#shownAddress) this.#wantSnapshot();
  }

  get #isOver(): boolean {
    return this.#state === 'stopped' || this.#state === 'failed';
  }

  async #token(): Promise<string | null> {
    if (!this.#isFirstConnection) return renewPatiently(this.#options.renew, () => this.#isOver);
    this.#isFirstConnection = false;
    return this.#options.token;
  }

  #handleConnect(): void {
    this.#renewalsInARow = 0;
    if (this.#pauseReason !== null) this.#pause();
    else this.#begin();
  }

  #handleDisconnect(reason: string): void {
    this.#halt();
    // The relay hung up for good; everything else is the network, and socket.io tries again.
    if (reason === 'io server disconnect') this.#end('stopped');
    else if (this.#pauseReason === null) this.#setState('connecting');
  }

  /** The customer looks at this page now: of several that they share it is the one to be seen. */
  readonly #handleAttention = (): void => {
    if (document.hidden || this.#isOver || !this.#socket.connected) return;
    if (this.#recording === null && !this.#isBusy) this.#begin();
    else this.#socket.emit('active');
  };

  /** A refusal by the relay (not a network error, which socket.io repeats) gets one more try with a fresh token. */
  #handleConnectError(): void {
    if (this.#socket.active || this.#isOver) return;
    this.#renewalsInARow += 1;
    if (this.#renewalsInARow > 1) this.#end('failed');
    else this.#socket.connect();
  }

  /** Starts recording, which begins with a snapshot. */
  #begin(): void {
    if (this.#recording !== null || this.#isOver || this.#pauseReason !== null || !this.#socket.connected) return;
    // Opened in the background: it is shown when the customer comes to it, and not in the place of what they look at.
    if (document.hidden && this.#snapshotEpoch === 0) return;
    this.#outbox.clear();
    this.#lastSnapshotAt = performance.now();
    const recording = startRecording({
      handleEvent: (event) => this.#handleEvent(event),
      handleWeight: (weight) => this.#handleWeight(weight),
      handleStale: () => this.#wantSnapshot(),
      handleTooLarge: () => this.#rest(),
      handleRedaction: () => { this.#redactions += 1; },
      assets: this.#assets,
      dropAsset: (hash) => this.#socket.emit('dropAsset', hash),
    }, this.#rules);
    // The first snapshot, taken by now, may have been too large.
    if (this.#isOver || this.#isBusy || this.#pauseReason !== null) recording.stop();
    else this.#recording = recording;
  }

  #halt(): void {
    this.#recording?.stop();
    this.#recording = null;
    this.#outbox.clear();
    if (this.#snapshotTimer !== null) clearTimeout(this.#snapshotTimer);
    if (this.#calmTimer !== null) clearTimeout(this.#calmTimer);
    this.#snapshotTimer = null;
    this.#calmTimer = null;
    this.#isBusy = false;
  }

  #handleEvent(event: RecordedEvent): void {
    // Before anything leaves: the address may have changed without a word.
    this.#address.look();
    if (this.#pauseReason !== null || this.#isOver) return;
    if (event.type === eventTypes.meta) {
      this.#snapshotEpoch += 1;
      this.#shownAddress = shownAddress(location.href);
    }
    const envelope = { tab: this.#tab, pageEpoch: this.#pageEpoch, seq: this.#seq, snapshotEpoch: this.#snapshotEpoch };
    this.#seq += 1;
    this.#outbox.add({ envelope, event }, event.type === eventTypes.fullSnapshot || event.type === eventTypes.meta);
    if (event.type === eventTypes.fullSnapshot) this.#hands?.handleSnapshot();
  }

  /** Resolves when nothing of the page waits for the network, or has kept it waiting long enough: a page that moves all the time never does. */
  async #quiet(): Promise<void> {
    for (const limit = performance.now() + maxAssetDelay; !this.#outbox.isIdle && performance.now() < limit;) await new Promise((resolve) => setTimeout(resolve, flushInterval));
    if (!this.#socket.connected || this.#pauseReason !== null || this.#isOver) throw new Error('Nothing is shared now');
  }

  #handleDelivered(): void {
    if (this.#redactions > 0) this.#socket.emit('redacted', this.#redactions);
    this.#redactions = 0;
    if (this.#pauseReason === null && !this.#isOver) this.#setState('live');
  }

  #handleLost(reason: 'overflow' | 'refused' | 'timeout'): void {
    if (reason === 'overflow') this.#rest();
    else if (reason === 'refused' && this.#isRefusedForGood()) this.#end('failed');
    else this.#wantSnapshot();
  }

  /** The relay goes on refusing: it is of another version than this page, which a reload mends and another snapshot does not. */
  #isRefusedForGood(): boolean {
    const now = performance.now();
    this.#refusals = [...this.#refusals.filter((at) => now - at < refusalWindow), now];
    return this.#refusals.length >= maxRefusals;
  }

  #handleWeight(weight: number): void {
    if (this.#storm.isStorm(weight, performance.now())) this.#rest();
  }

  /** The page changes faster than it can be followed: leaves it alone, and begins anew when it is idle again. */
  #rest(): void {
    if (this.#isOver) return;
    const calm = this.#storm.handleStorm(performance.now());
    this.#halt();
    this.#isBusy = true;
    this.#socket.emit('busy', true);
    this.#calmTimer = setTimeout(() => whenIdle(() => {
      if (!this.#isBusy || this.#isOver) return;
      this.#isBusy = false;
      this.#socket.emit('busy', false);
      this.#begin();
    }), calm);
  }

  /** Takes a snapshot soon, and never more often than `minSnapshotInterval`. What still waits is dropped: the snapshot says it all. */
  #wantSnapshot(): void {
    if (this.#recording === null || this.#snapshotTimer !== null) return;
    const wait = Math.max(0, this.#lastSnapshotAt + minSnapshotInterval - performance.now());
    this.#snapshotTimer = setTimeout(() => {
      this.#snapshotTimer = null;
      if (this.#recording === null) return;
      this.#outbox.clear();
      this.#lastSnapshotAt = performance.now();
      this.#recording.takeSnapshot();
    }, wait);
  }

  #end(state: 'stopped' | 'failed'): void {
    if (this.#isOver) return;
    this.#halt();
    this.#hands?.close();
    this.#address.close();
    document.removeEventListener('visibilitychange', this.#handleAttention);
    window.removeEventListener('focus', this.#handleAttention);
    this.#setState(state);
    this.#socket.disconnect();
  }

  #setState(state: ShareState): void {
    if (this.#state === state || this.#isOver) return;
    this.#state = state;
    this.#options.onStateChange(state);
  }
}

function whenIdle(work: () => void): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(work, { timeout: 2_000 });
  else setTimeout(work, 0);
}
