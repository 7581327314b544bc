/** One co-browse session: everything that is shared under one caller URI, by whichever page of the customer's is live, and who watches it. */
import type { Drawings, Standing, Watcher } from '#shared/cobrowse-hands.ts';
import type { CobrowseFrame, PauseReason, RelayedState, SharedTab } from '#shared/cobrowse-protocol.ts';
import { snapshotRequestInterval } from '../policy/limits.ts';
import { eventTypes } from '../policy/sanitizer.ts';
import type { RecordedAsset } from '#shared/cobrowse-recording.ts';
import { SessionAssets, type Asset, type AssetStore } from './asset-store.ts';
import { Picture, type Outcome } from './picture.ts';
import type { RelayMetrics } from './metrics.ts';
import { SharedPages } from './pages.ts';
import { SessionAudit, type SessionAuditOptions } from './session-audit.ts';
import { tabList } from './tabs.ts';
import { ViewerLink, type RelaySocket } from './viewer-link.ts';

export interface SessionOptions extends SessionAuditOptions {
  readonly from: string;
  readonly assets: AssetStore;
  readonly tap: Tap | null;
}

/** Who keeps what is shared: told every clean frame and every state, beginning with a picture. */
export interface Tap {
  take(item: TappedItem): void;
}
export type TappedItem = { readonly frames: readonly CobrowseFrame[] } | { readonly state: RelayedState } | { readonly asset: RecordedAsset };

export class Session {
  readonly contactId: string;
  readonly from: string;
  readonly #metrics: RelayMetrics;
  readonly #audit: SessionAudit;
  #tap: Tap | null = null;
  readonly #sharers = new Set<RelaySocket>();
  readonly #viewers = new Map<RelaySocket, ViewerLink>();
  readonly #pages = new SharedPages(() => this.#beginPicture());
  /** The tabs as the viewers were told last. */
  #toldTabs = '[]';
  /** Of the pages, when the tabs were looked at last. */
  #toldVersion = 0;
  #picture = new Picture();
  /** Pages that share nothing at the moment, in the order in which they said so. */
  readonly #pauses = new Map<RelaySocket, PauseReason>();
  #state: RelayedState | null = null;
  #standing: Standing | null = null;
  #drawings: Drawings | null = null;
  #lastRequestAt = Number.NEGATIVE_INFINITY;
  #requestTimer: ReturnType<typeof setTimeout> | null = null;
  /** Milliseconds since 1970, or null while somebody is connected. */
  idleSince: number | null = null;

  /** Pictures and fonts that the customer's pages have given: for all of their pages, since the next one uses the same. */
  readonly assets: SessionAssets;

  constructor({ from, assets, tap, ...audited }: SessionOptions) {
    this.contactId = audited.contactId;
    this.from = from;
    this.assets = new SessionAssets(assets);
    this.#metrics = audited.metrics;
    this.#audit = new SessionAudit(audited);
    this.#listen(tap);
  }

  /** What the gateway said last of this contact; null while it has not, and when it could not be asked: nobody may do anything then. */
  get standing(): Standing | null {
    return this.#standing;
  }

  /** The page that is live and there to answer; null while there is none, or the customer pauses. */
  get livePage(): { readonly socket: RelaySocket; readonly pageEpoch: string } | null {
    const { pageEpoch, socket } = this.#pages.live ?? {};
    return pageEpoch === undefined || socket === undefined || socket === null || this.#state?.name === 'paused' ? null : { socket, pageEpoch };
  }

  /** Takes the gateway's word: who may watch no more is answered, to be taken off. */
  handleStanding(standing: Standing | null): RelaySocket[] {
    this.#standing = standing;
    this.#tellSharers();
    if (standing === null) return [];
    return [...this.#viewers.keys()].filter(({ data: { claims } }) => claims.agentId === null || !Object.hasOwn(standing.watchers, claims.agentId));
  }

  get agentIds(): string[] {
    return [...new Set([...this.#viewers.keys()].flatMap(({ data: { claims } }) => claims.agentId ?? []))];
  }

  /** What the live page says is drawn on it; of another page it means nothing. */
  handleDrawings(socket: RelaySocket, drawings: Drawings): void {
    const { live } = this.#pages;
    if (live?.socket !== socket || live.pageEpoch !== drawings.picture.pageEpoch) return;
    this.#drawings = drawings;
    for (const viewer of this.#viewers.keys()) viewer.emit('drawings', drawings);
  }

  get viewerCount(): number {
    return this.#viewers.size;
  }

  get sharerCount(): number {
    return this.#sharers.size;
  }

  get state(): RelayedState | null {
    return this.#state;
  }

  /** Bytes of the picture held for late joiners. */
  get bytes(): number {
    return this.#picture.bytes;
  }

  addSharer(socket: RelaySocket): void {
    this.#sharers.add(socket);
    this.idleSince = null;
    socket.emit('viewers', this.#watchers());
  }

  /** `isDeliberate`: the page ended the sharing itself, as opposed to its connection getting lost. */
  removeSharer(socket: RelaySocket, isDeliberate: boolean, now: Date): void {
    this.#sharers.delete(socket);
    this.#pauses.delete(socket);
    if (this.#pages.handleGone(socket, isDeliberate)) this.#handleLiveGone(isDeliberate, now);
    this.#tellTabs();
    this.#noteIdle(now);
  }

  addViewer(socket: RelaySocket): void {
    const link = new ViewerLink(socket, (behind) => this.#showPicture(behind));
    this.#viewers.set(socket, link);
    this.idleSince = null;
    this.#tellSharers();
    this.#audit.noteViewer(socket, 'viewerJoined');
    if (this.#state !== null) link.tell(this.#state);
    this.#showPicture(link);
    socket.emit('tabs', this.#tabs());
    if (this.#drawings !== null) socket.emit('drawings', this.#drawings);
  }

  removeViewer(socket: RelaySocket, now: Date): void {
    if (this.#viewers.delete(socket)) {
      this.#audit.noteViewer(socket, 'viewerLeft');
      this.#tellSharers();
    }
    this.#noteIdle(now);
  }

  viewersOf(agentId: string): RelaySocket[] {
    return [...this.#viewers.keys()].filter((socket) => socket.data.claims.agentId === agentId);
  }

  sockets(): RelaySocket[] {
    return [...this.#sharers, ...this.#viewers.keys()];
  }

  /** Begins to tell all that is shared, or ends it with null. */
  setTap(tap: Tap | null): void {
    this.#listen(tap);
    if (tap === null) return;
    for (const [hash, asset] of this.assets.entries()) tap.take(keptAsset(hash, asset));
    const { frames } = this.#picture;
    if (frames !== null) tap.take({ frames });
    else if (this.#state === null || this.#state.name === 'live' || this.#state.name === 'busy') this.wantSnapshot();
    if (this.#state !== null && this.#state.name !== 'live') tap.take({ state: this.#state });
  }

  /** Where an element stands, as the names of the elements around it; null when the picture does not know it. */
  pathOf(nodeId: number): string | null {
    return this.#picture.pathOf(nodeId);
  }

  /** The page masked secrets where its texts are unmasked. */
  handleRedacted(count: number): void {
    this.#audit.countRedactions('page', count);
  }

  /** Frames of one message, in order. Answers the first thing that went wrong, or null, and the bytes that were handed on. */
  handleFrames(socket: RelaySocket, frames: readonly CobrowseFrame[]): { readonly failure: 'gap' | 'refused' | null; readonly bytes: number } {
    const clean: CobrowseFrame[] = [];
    let failure: 'gap' | 'refused' | null = null;
    let bytes = 0;
    for (const frame of frames) {
      const { outcome, bytes: more } = this.#handleFrame(socket, frame, clean);
      bytes += more;
      this.#metrics.countFrame(outcome);
      if (outcome === 'gap' || outcome === 'refused') failure ??= outcome;
    }
    this.#handOn(clean, bytes);
    if (failure !== null) this.wantSnapshot();
    return { failure, bytes };
  }

  /** `reason`: null when the sharing goes on. */
  handlePause(socket: RelaySocket, reason: PauseReason | null): void {
    if (reason === null) this.#pauses.delete(socket);
    else this.#pauses.set(socket, reason);
    this.#tellTabs();
    // A page says so before its first frame when it reconnects while paused; there is nothing else to be live then.
    const { live } = this.#pages;
    if (live !== null && live.socket !== null && live.socket !== socket) return;
    if (reason === null) {
      if (this.#state?.name === 'paused') this.#audit.noteResumed();
      return;
    }
    if (this.#state?.name !== 'paused' || this.#state.reason !== reason) this.#audit.notePause(reason);
    // What was seen before the pause is not shown to anybody who comes after it.
    this.#clear();
    this.#setState({ name: 'paused', reason });
  }

  /** The customer has come back to a page that was shared before another one. */
  handleActive(socket: RelaySocket): void {
    const before = this.#pages.live;
    if (!this.#pages.bringToFront(socket)) return;
    if (this.#pages.live !== before) this.wantSnapshot();
    this.#tellTabs();
  }

  /** The agent looks at another tab that is shared, until the customer comes to one of them. */
  handleShowTab(id: string): void {
    const page = this.#pages.known.find(({ pageEpoch }) => pageEpoch === id);
    if (page === undefined || page === this.#pages.live || !this.#tabs().some((tab) => tab.id === id)) return;
    this.#pages.goLive(page);
    this.wantSnapshot();
    this.#tellTabs();
  }

  /** Answers whether there is a page in which the customer can be asked. */
  handleAskTab(): boolean {
    for (const socket of this.#sharers) socket.emit('tabWanted');
    return this.#sharers.size > 0;
  }

  handleBusy(socket: RelaySocket, isBusy: boolean): void {
    if (this.#pages.live?.socket === socket && isBusy && this.#state?.name === 'live') this.#setState({ name: 'busy' });
  }

  handleResync(socket: RelaySocket): void {
    const link = this.#viewers.get(socket);
    if (link) this.#showPicture(link);
  }

  /** Asks the live page for a snapshot, at most once per `snapshotRequestInterval`. */
  wantSnapshot(): void {
    if (this.#requestTimer !== null) return;
    const wait = this.#lastRequestAt + snapshotRequestInterval - performance.now();
    if (wait > 0) {
      this.#requestTimer = setTimeout(() => {
        this.#requestTimer = null;
        this.wantSnapshot();
      }, wait);
      this.#requestTimer.unref();
      return;
    }
    const socket = this.#pages.live?.socket;
    if (!socket) return;
    this.#lastRequestAt = performance.now();
    this.#metrics.countSnapshotRequest();
    socket.emit('snapshotWanted');
  }

  tellStopped(): void {
    this.#setState({ name: 'stopped' });
  }

  /** Frees everything; the sockets are the caller's to close. */
  close(): void {
    if (this.#requestTimer !== null) clearTimeout(this.#requestTimer);
    this.#audit.close();
    this.#listen(null);
    this.#clear();
    this.assets.clear();
    this.#pages.clear();
  }

  #handleFrame(socket: RelaySocket, frame: CobrowseFrame, clean: CobrowseFrame[]): { readonly outcome: Outcome; readonly bytes: number } {
    const page = this.#pages.pageOf(socket, frame.envelope);
    if (page === null) return { outcome: 'refused', bytes: 0 };
    if (page !== this.#pages.live) return { outcome: 'ignored', bytes: 0 };
    const before = this.#picture.bytes;
    const taken = this.#picture.take(frame);
    this.#metrics.addBytes(this.#picture.bytes - before);
    if (taken.clean !== null) clean.push(taken.clean);
    if (taken.clean?.event.type === eventTypes.meta) this.#noteAddress(taken.clean);
    this.#audit.countRedactions('relay', taken.redactions);
    if (taken.outcome === 'refused') this.#audit.countRefused();
    return taken;
  }

  #listen(tap: Tap | null): void {
    this.#tap = tap;
    this.assets.handleAdded = tap && ((hash, asset) => tap.take(keptAsset(hash, asset)));
  }

  #noteAddress({ event }: CobrowseFrame): void {
    const { href } = event.data as { href: string };
    this.#pages.nameLive(href);
    this.#audit.notePage(href);
  }

  #beginPicture(): void {
    this.#clear();
    this.#drawings = null;
    this.#picture = new Picture();
  }

  #tabs(): SharedTab[] {
    return this.#state?.name === 'paused' || this.#state?.name === 'stopped' ? [] : tabList(this.#pages.known.filter(({ socket }) => socket === null || !this.#pauses.has(socket)), this.#pages.live);
  }

  #tellTabs(): void {
    this.#toldVersion = this.#pages.version;
    const tabs = this.#tabs();
    const told = JSON.stringify(tabs);
    if (told === this.#toldTabs) return;
    this.#toldTabs = told;
    for (const viewer of this.#viewers.keys()) viewer.emit('tabs', tabs);
  }

  #handleLiveGone(isDeliberate: boolean, now: Date): void {
    // Who stops in one tab does not mean another one to come forward in its place.
    if (isDeliberate) {
      this.#clear();
      this.#pages.endLive();
      this.#setState({ name: 'stopped' });
    } else if (this.#pages.fallBack()) {
      this.wantSnapshot();
    } else if (this.#pauses.size > 0) {
      // The customer has walked on to a page that is not shared, and its word came before the end of this one.
      this.#clear();
      this.#setState({ name: 'paused', reason: [...this.#pauses.values()].at(-1) ?? 'customer' });
    } else if (this.#state?.name !== 'paused') {
      this.#setState({ name: 'away', since: now.toISOString() });
    }
  }

  #handOn(frames: readonly CobrowseFrame[], bytes: number): void {
    if (frames.length === 0) return;
    if (this.#picture.isComplete && this.#state?.name !== 'live') this.#setState({ name: 'live' });
    this.#tap?.take({ frames });
    if (this.#pages.version !== this.#toldVersion) this.#tellTabs();
    for (const link of this.#viewers.values()) {
      if (!link.push(frames, bytes)) this.#metrics.countViewerBehind();
    }
    // Too much has followed the snapshot: a fresh one makes late joiners' way short again.
    if (this.#picture.isComplete && this.#picture.frames === null && this.#viewers.size > 0) this.wantSnapshot();
  }

  #showPicture(link: ViewerLink): void {
    const { frames } = this.#picture;
    if (frames !== null) link.push(frames, this.#picture.bytes);
    else if (this.#state === null || this.#state.name === 'live' || this.#state.name === 'busy') this.wantSnapshot();
  }

  #clear(): void {
    this.#metrics.addBytes(-this.#picture.bytes);
    this.#picture.clear();
  }

  /** Gives the memory of the picture back: all sessions together hold too much. Viewers who join late wait for the page's next snapshot. */
  stopKeeping(): void {
    this.#metrics.addBytes(-this.#picture.bytes);
    this.#picture.stopKeeping();
  }

  #setState(state: RelayedState): void {
    this.#state = state;
    this.#tap?.take({ state });
    for (const link of this.#viewers.values()) link.tell(state);
    this.#tellTabs();
  }

  #tellSharers(): void {
    const watchers = this.#watchers();
    for (const socket of this.#sharers) socket.emit('viewers', watchers);
  }

  /** Who has no name yet, because the gateway has not been asked, is told in a moment. */
  #watchers(): Watcher[] {
    return this.agentIds.flatMap((agentId) => this.#standing?.watchers[agentId] ?? []);
  }

  #noteIdle(now: Date): void {
    if (this.#sharers.size + this.#viewers.size === 0) this.idleSince = now.getTime();
  }
}

function keptAsset(hash: string, { type, bytes }: Asset): TappedItem {
  return { asset: { hash, type, data: Buffer.from(bytes).toString('base64') } };
}
