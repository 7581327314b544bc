/**
 * The headless client: everything of `<get-help>` but what is seen. Owns the connection, the media, the microphone and the camera of one
 * contact at a time, and shows them as one snapshot that changes as a whole.
 */
import type { CustomerPage, CustomerView } from '#shared/customer-protocol.ts';
import type { CreatedSession } from '#shared/session-api.ts';
import { Capture, type CaptureState } from './capture.ts';
import { Connection } from './connection.ts';
import { parseCreatedSession } from './create-session.ts';
import { Media, type MediaConnection } from './media.ts';
import { Observable } from './observable.ts';
import { RequestFailed } from './problems.ts';
import type { ResumeStore } from './resume-store.ts';
import { isUnderWay, reduce, viewOf, type ClientEvent, type ClientState } from './state.ts';

export interface ClientOptions {
  /** A session that the app's server created, or how to get one: called at every start, also when a token turned out to be too old. */
  readonly session: CreatedSession | (() => Promise<CreatedSession>);
  readonly store: ResumeStore;
}

export interface ClientSnapshot {
  readonly state: ClientState;
  readonly microphone: CaptureState;
  readonly camera: CaptureState;
  readonly muted: boolean;
  readonly connection: MediaConnection;
  /** What there is to hear and see of the agent. Playing it is the app's part. */
  readonly remoteAudio: MediaStream | null;
  readonly remoteVideo: MediaStream | null;
}

export interface CobrowseGrant {
  readonly token: string;
  readonly cobrowseUrl: string;
}

/** How long a first connection, or a return after a reload, may take before it is called a failure. A lost one is made again for ever. */
const connectLimitMs = 20_000;

export class GetHelpClient {
  readonly snapshot: Observable<ClientSnapshot>;
  readonly #options: ClientOptions;
  readonly #microphone = new Capture('audio');
  readonly #camera = new Capture('video');
  readonly #media: Media;
  #connection: Connection | null = null;
  #page: CustomerPage | null = null;
  /** A token can expire between the portal's answer and our connecting; one new session is asked for without a word. */
  #askedAnew = false;
  /** Rises with every start and leave, so that a late answer of an abandoned start is dropped. */
  #attempt = 0;
  #patience: ReturnType<typeof setTimeout> | undefined;
  readonly #release: Array<() => void> = [];

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#media = new Media((request) => {
      const connection = this.#connection;
      return connection === null ? Promise.reject(RequestFailed.offline(request.type)) : connection.media(request);
    });
    this.snapshot = new Observable<ClientSnapshot>({
      state: { name: 'idle' }, microphone: { name: 'off' }, camera: { name: 'off' }, muted: false, connection: 'none', remoteAudio: null, remoteVideo: null,
    });
    this.#microphone.state.subscribe((microphone) => {
      this.#patch({ microphone });
      this.#applyMute();
      this.#media.carryAudio(this.#microphone.track);
    });
    this.#camera.state.subscribe((camera) => {
      this.#patch({ camera });
      this.#media.carryVideo(this.#camera.track);
    });
    this.#media.connection.subscribe((connection) => this.#patch({ connection }));
    this.#media.remote.subscribe((remote) => this.#patch({ remoteAudio: remote.audio, remoteVideo: remote.video }));
    this.#listen(globalThis, 'online', () => this.#handleNetworkChange());
    if (typeof document !== 'undefined') {
      this.#listen(document, 'visibilitychange', () => {
        // A tab that slept may hold a dead socket, and is shown exactly when its owner wants it to work.
        if (document.visibilityState === 'visible' && this.#state.name === 'reconnecting') this.#connection?.renew();
      });
    }
  }

  /** Whether a contact of an earlier page of this tab can be taken up again. */
  get canResume(): boolean {
    return this.#options.store.load() !== null;
  }

  /** Takes up the contact of an earlier page. Answers false when there is none. */
  resume(): boolean {
    const entry = this.#options.store.load();
    if (entry === null || isUnderWay(this.#state)) return false;
    this.#attempt += 1;
    this.#dispatch({ type: 'connecting', wait: null });
    this.#connect(entry.signalingUrl, null);
    return true;
  }

  /** Asks for a session and goes into the queue. The state tells how it went. */
  async start(): Promise<void> {
    if (isUnderWay(this.#state)) return;
    this.#askedAnew = false;
    await this.#create();
  }

  /** The way out of `failed`, `superseded`, and of media that was given up. */
  async retry(): Promise<void> {
    const { name } = this.#state;
    if (name === 'reconnecting') this.#connection?.renew();
    else if (this.snapshot.value.connection === 'failed') this.#media.retry();
    else if (!this.resume()) await this.start();
  }

  /** Leaves the queue, or hangs up. Over at once on this side; the gateway is told if it can be reached. */
  async leave(): Promise<void> {
    this.#attempt += 1;
    const view = viewOf(this.#state);
    const connection = this.#connection;
    this.#endMedia();
    if (view === null || connection === null) {
      this.reset();
      return;
    }
    this.#options.store.clear();
    this.#connection = null;
    const talking = view.phase.name === 'engaged' || view.phase.name === 'connecting';
    this.#dispatch({
      type: 'view',
      view: { ...view, seq: view.seq + 1, phase: { name: 'ended', end: { party: 'customer', reason: talking ? 'hangup' : 'canceled' } } },
    });
    await connection.leave();
  }

  /** Back to the start, from any state; an unfinished contact is let go without a word (its place is held for a while). */
  reset(): void {
    this.#attempt += 1;
    this.#options.store.clear();
    this.#endMedia();
    this.#disconnect();
    this.#dispatch({ type: 'reset' });
  }

  /** Opens the microphone now: for the check beside the wait. It opens by itself when an agent is there. */
  async openMicrophone(): Promise<void> {
    await this.#microphone.acquire();
  }

  async chooseMicrophone(deviceId: string): Promise<void> {
    await this.#microphone.choose(deviceId);
  }

  toggleMute(): void {
    this.#patch({ muted: !this.snapshot.value.muted });
    this.#applyMute();
  }

  async setCamera(on: boolean): Promise<void> {
    if (on) await this.#camera.acquire();
    else this.#camera.release();
  }

  async chooseCamera(deviceId: string): Promise<void> {
    await this.#camera.choose(deviceId);
  }

  /** The customer's consent, given in the page; also renews the token. Rejects with `RequestFailed`. */
  async grantCobrowse(): Promise<CobrowseGrant> {
    if (this.#connection === null) throw RequestFailed.offline('cobrowseGrant');
    return await this.#connection.cobrowseGrant();
  }

  /** Tells the gateway that sharing is over (or declined). Stop the recorder first: offline this rejects, and is to be told again. */
  async revokeCobrowse(): Promise<void> {
    if (this.#connection === null) throw RequestFailed.offline('cobrowseRevoke');
    await this.#connection.cobrowseRevoke();
  }

  /** The page the customer is on; tell it at every navigation. */
  setPage(page: CustomerPage): void {
    this.#page = page;
    this.#connection?.page(page);
  }

  /** Lets everything go; the contact stays, and another page of the tab can resume it. */
  close(): void {
    this.#attempt += 1;
    for (const release of this.#release) release();
    this.#endMedia();
    this.#disconnect();
  }

  get #state(): ClientState {
    return this.snapshot.value.state;
  }

  async #create(): Promise<void> {
    this.#attempt += 1;
    const attempt = this.#attempt;
    this.#disconnect();
    if (!isCompatible()) {
      this.#dispatch({ type: 'failed', problem: { reason: 'incompatible', problem: null, retry: false } });
      return;
    }
    this.#dispatch({ type: 'creating' });
    try {
      const { session } = this.#options;
      const created = typeof session === 'function' ? parseCreatedSession(await session()) : session;
      if (attempt !== this.#attempt) return;
      if (!created.wait.open) {
        this.#dispatch({ type: 'closed', wait: created.wait });
        return;
      }
      this.#dispatch({ type: 'connecting', wait: created.wait });
      this.#connect(created.signalingUrl, created.token);
    } catch (error) {
      if (attempt !== this.#attempt) return;
      this.#dispatch({ type: 'failed', problem: { reason: 'session', problem: error instanceof RequestFailed ? error.problem : null, retry: true } });
    }
  }

  #connect(signalingUrl: string, token: string | null): void {
    this.#disconnect();
    // What a connection says after it was let go (a view that crossed with our leave, say) changes nothing any more.
    const current = <Arguments extends readonly unknown[]>(handle: (...input: Arguments) => void) => (...input: Arguments): void => {
      if (this.#connection === connection) handle(...input);
    };
    const connection = new Connection({
      signalingUrl, token, store: this.#options.store,
      handlers: {
        handleWelcome: current((view) => {
          const returned = this.#state.name === 'reconnecting';
          this.#askedAnew = false;
          if (this.#page !== null) this.#connection?.page(this.#page);
          this.#dispatch({ type: 'welcome', view });
          if (returned) this.#media.refresh();
        }),
        handleView: current((view) => this.#dispatch({ type: 'view', view })),
        handleTracks: current((tracks) => this.#media.apply(tracks)),
        handleLost: current(() => this.#dispatch({ type: 'connectionLost', now: Date.now() })),
        handleSuperseded: current(() => {
          this.#connection = null;
          this.#endMedia();
          this.#dispatch({ type: 'superseded' });
        }),
        handleRefused: current((problem) => {
          this.#connection = null;
          this.#endMedia();
          this.#options.store.clear();
          if (token !== null && !this.#askedAnew && typeof this.#options.session === 'function') {
            this.#askedAnew = true;
            void this.#create();
            return;
          }
          this.#dispatch({ type: 'failed', problem: { reason: 'refused', problem, retry: typeof this.#options.session === 'function' } });
        }),
      },
    });
    this.#connection = connection;
    clearTimeout(this.#patience);
    this.#patience = setTimeout(current(() => {
      if (this.#state.name !== 'connecting') return;
      this.#disconnect();
      this.#dispatch({ type: 'failed', problem: { reason: 'unreachable', problem: null, retry: true } });
    }), connectLimitMs);
  }

  #dispatch(event: ClientEvent): void {
    const state = reduce(this.#state, event);
    if (state === this.#state) return;
    this.#patch({ state });
    if (state.name === 'contact') this.#follow(state.view);
  }

  /** What the gateway's view means for the media. */
  #follow(view: CustomerView): void {
    if (view.phase.name === 'ended') {
      this.#options.store.clear();
      this.#endMedia();
      this.#connection?.close();
      return;
    }
    // A refusal is not asked again at every view: the page shows the way out.
    if (view.media !== null && this.#microphone.state.value.name === 'off') void this.#microphone.acquire();
    if (view.media === null) this.#media.warmUp();
    this.#media.setEpoch(view.media?.epoch ?? null);
  }

  #handleNetworkChange(): void {
    if (this.#connection === null || !isUnderWay(this.#state)) return;
    // The socket first: its return restarts ICE, with fresh servers, over the new path.
    this.#connection.renew();
  }

  #applyMute(): void {
    const { track } = this.#microphone;
    if (track !== null) track.enabled = !this.snapshot.value.muted;
  }

  #endMedia(): void {
    this.#media.setEpoch(null);
    this.#microphone.release();
    this.#camera.release();
    if (this.snapshot.value.muted) this.#patch({ muted: false });
  }

  #disconnect(): void {
    clearTimeout(this.#patience);
    this.#connection?.close();
    this.#connection = null;
  }

  #patch(change: Partial<ClientSnapshot>): void {
    this.snapshot.set({ ...this.snapshot.value, ...change });
  }

  #listen(target: EventTarget, type: string, listener: () => void): void {
    target.addEventListener(type, listener);
    this.#release.push(() => target.removeEventListener(type, listener));
  }
}

/** Calls need WebRTC and a secure context; browsers hide the microphone elsewhere. */
export function isCompatible(): boolean {
  return typeof RTCPeerConnection === 'function' && typeof navigator !== 'undefined' && navigator.mediaDevices !== undefined;
}
