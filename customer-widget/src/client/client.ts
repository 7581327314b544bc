/**
 * The headless client: everything of `<get-help>` but what is seen. Owns the connection, the media, the microphone and the camera of one
 * contact at a time, and shows them as one snapshot that changes as a whole.
 */
import type { CreatedSession } from '#shared/session-api.ts';
import type { CustomerPage, CustomerView } from '#shared/customer-protocol.ts';
import { beginningOf } from './beginning.ts';
import { Capture } from './capture.ts';
import { Connection, type BeginWith } from './connection.ts';
import { parseCreatedSession } from './create-session.ts';
import { Media } from './media.ts';
import { Observable } from './observable.ts';
import { RequestFailed } from './problems.ts';
import { CustomerRequests } from './requests.ts';
import { ScreenShare } from './screen-share.ts';
import { initialSnapshot, type ClientOptions, type ClientSnapshot } from './snapshot.ts';
import { isUnderWay, reduce, viewOf, type ClientEvent, type ClientState } from './state.ts';
import { Writing, type MessageDraft } from './writing.ts';

/** How long a first connection, or a return after a reload, may take before it is called a failure. A lost one is made again for ever. */
const connectLimitMs = 20_000;
/** How long an ended contact stays in reach of an agent who calls back, while its panel is open: agents do so within minutes, or not here. */
const callBackLimitMs = 10 * 60_000;

export class GetHelpClient extends CustomerRequests {
  readonly snapshot: Observable<ClientSnapshot>;
  /** The customer's screen: what is shown of it takes the camera's place. */
  readonly screen = new ScreenShare((accept) => this.answerGrant({ grant: 'screen', accept }));
  readonly #options: ClientOptions;
  readonly #microphone = new Capture('audio');
  readonly #camera = new Capture('video');
  readonly #media: Media;
  readonly #writing: Writing;
  #connection: Connection | null = null;
  /** It still has a leave to tell, and closes by itself when nothing else wants it. */
  #leaving: Connection | null = null;
  #callBackLimit: ReturnType<typeof setTimeout> | undefined;
  #page: CustomerPage | null = null;
  /** A token can expire between the portal's answer and our connecting; one new session is asked for without a word. */
  #askedAnew = false;
  /** What the customer chose; a session that is asked for anew begins with it too. */
  #chosen: BeginWith | null = null;
  /** Rises with every start and leave, so that a late answer of an abandoned start is dropped. */
  #attempt = 0;
  #patience: ReturnType<typeof setTimeout> | undefined;
  readonly #release: Array<() => void> = [];

  constructor(options: ClientOptions) {
    super();
    this.#options = options;
    this.#media = new Media((request) => {
      const connection = this.#connection;
      return connection === null ? Promise.reject(RequestFailed.offline(request.type)) : connection.media(request);
    });
    this.#writing = new Writing(() => this.#connection, (thread) => this.#patch({ thread }));
    this.snapshot = new Observable<ClientSnapshot>(initialSnapshot);
    this.#microphone.state.subscribe((microphone) => {
      this.#patch({ microphone });
      this.#applyMute();
      this.#media.carryAudio(this.#microphone.track);
    });
    this.#camera.state.subscribe((camera) => {
      this.#patch({ camera });
      this.#carryPicture();
    });
    this.screen.state.subscribe((screen) => {
      this.#patch({ screen });
      this.#carryPicture();
    });
    this.#media.pictures.subscribe((pictures) => this.#patch({ pictures }));
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
    this.#writing.thread.clear();
    this.#connect({ signalingUrl: entry.signalingUrl, token: null, channel: null });
    return true;
  }

  /** Asks for a session and goes into the queue. The state tells how it went. */
  async start(): Promise<void> {
    if (isUnderWay(this.#state)) return;
    this.#askedAnew = false;
    this.#chosen = null;
    await this.#create();
  }

  /** Out of `choosing`: begins with a call or with a chat. */
  choose(channel: BeginWith): void {
    const state = this.#state;
    if (state.name === 'choosing') this.#begin(state.session, channel);
  }

  /** Writes to whoever has, or will have, the contact. It is shown at once and sent as soon as the line allows. */
  write(text: string): void {
    this.#writing.thread.write(text);
  }

  /** What was typed and not sent: it outlives the screen that it was typed in. */
  get draft(): string {
    return this.#writing.draft;
  }

  keepDraft(text: string): void {
    this.#writing.draft = text;
  }

  /** The message that is being written instead of a wait: it outlives its form. */
  get messageDraft(): MessageDraft {
    return this.#writing.messageDraft;
  }

  keepMessageDraft(draft: MessageDraft): void {
    this.#writing.messageDraft = draft;
  }

  /** Leaves a message, where the view's `messages` allow it; the page may be closed then, or come back by `resume`. '' where nothing is said. Rejects with `RequestFailed`. */
  async leaveMessage(draft: MessageDraft): Promise<void> {
    await this.reach('leaveMessage').leaveMessage(this.#writing.messageOf(draft));
  }

  /** The customer is writing. */
  types(): void {
    this.#writing.thread.typing(Date.now());
  }

  /** Whether the conversation is before the customer's eyes. */
  showThread(seen: boolean): void {
    this.#writing.thread.show(seen);
  }

  /** Out of a chat: would rather talk, or says yes to an agent who would. Rejects with `RequestFailed`. */
  async proposeCall({ video }: { readonly video: boolean }): Promise<void> {
    const connection = this.reach('proposeCall');
    const view = viewOf(this.#state);
    // Inside the press that agrees, as with a call that is answered.
    if (view?.phase.name === 'chat' && view.phase.proposal?.by === 'agent') void this.#microphone.acquire();
    await connection.proposeCall(video);
  }

  /** The way out of `failed`, `superseded`, and of media that was given up. */
  async retry(): Promise<void> {
    const { name } = this.#state;
    if (name === 'reconnecting') this.#connection?.renew();
    else if (this.snapshot.value.connection === 'failed') this.#media.retry();
    else if (!this.resume()) await this.start();
  }

  /** Leaves the queue, hangs up, or declines an agent's call. Over at once on this side; the gateway is told if it can be reached. */
  async leave(): Promise<void> {
    const view = viewOf(this.#state);
    if (view?.phase.name === 'rung') {
      await this.answer(false);
      return;
    }
    this.#attempt += 1;
    const connection = this.#connection;
    this.#endMedia();
    if (view === null || connection === null) {
      this.reset();
      return;
    }
    this.#options.store.clear();
    this.#leaving = connection;
    const talking = view.phase.name === 'engaged' || view.phase.name === 'chat' || view.phase.name === 'connecting' || (view.phase.name === 'offered' && view.phase.transfer !== null);
    this.#dispatch({
      type: 'view',
      view: { ...view, seq: view.seq + 1, phase: { name: 'ended', end: { party: 'customer', reason: talking ? 'hangup' : 'canceled' } } },
    });
    await connection.leave(() => this.#connection === connection);
    if (this.#leaving === connection) this.#leaving = null;
  }

  /** Takes the call of an agent who rings this customer (phase `rung`), or declines it. Rejects with `RequestFailed`. */
  async answer(accept: boolean): Promise<void> {
    const connection = this.reach('answer');
    // Inside the press that accepts: browsers ask for the microphone more willingly, and the call starts sooner.
    if (accept) void this.#microphone.acquire();
    await connection.answer(accept);
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

  protected override get connection(): Connection | null {
    return this.#connection;
  }

  get #state(): ClientState {
    return this.snapshot.value.state;
  }

  async #create(): Promise<void> {
    this.#attempt += 1;
    const attempt = this.#attempt;
    this.#disconnect();
    this.#dispatch({ type: 'creating' });
    try {
      const { session } = this.#options;
      const created = typeof session === 'function' ? parseCreatedSession(await session()) : session;
      if (attempt !== this.#attempt) return;
      const beginning = beginningOf(created, this.#chosen);
      if (beginning === 'closed') this.#dispatch({ type: 'closed', wait: created.wait });
      else if (beginning === 'incompatible') this.#dispatch({ type: 'failed', problem: { reason: 'incompatible', problem: null, retry: false } });
      else if (beginning === 'choosing') this.#dispatch({ type: 'choosing', session: created });
      else this.#begin(created, beginning.channel);
    } catch (error) {
      if (attempt !== this.#attempt) return;
      this.#dispatch({ type: 'failed', problem: { reason: 'session', problem: error instanceof RequestFailed ? error.problem : null, retry: true } });
    }
  }

  #begin(created: CreatedSession, channel: BeginWith | null): void {
    this.#chosen = channel;
    this.#writing.clear();
    this.#dispatch({ type: 'connecting', wait: created.wait });
    this.#connect({ signalingUrl: created.signalingUrl, token: created.token, channel });
  }

  #connect({ signalingUrl, token, channel }: { readonly signalingUrl: string; readonly token: string | null; readonly channel: BeginWith | null }): void {
    this.#disconnect();
    // What a connection says after it was let go (a view that crossed with our leave, say) changes nothing any more.
    const current = <Arguments extends readonly unknown[]>(handle: (...input: Arguments) => void) => (...input: Arguments): void => {
      if (this.#connection === connection) handle(...input);
    };
    const connection = new Connection({
      signalingUrl, token, channel, store: this.#options.store,
      handlers: {
        handleWelcome: current((view) => {
          const returned = this.#state.name === 'reconnecting';
          this.#askedAnew = false;
          if (this.#page !== null) this.#connection?.page(this.#page);
          this.#dispatch({ type: 'welcome', view });
          if (returned) this.#media.refresh();
        }),
        handleView: current((view) => {
          if (!this.#isOutOfDate(view)) this.#dispatch({ type: 'view', view });
        }),
        handleTracks: current((tracks) => this.#media.apply(tracks)),
        handleLost: current(() => {
          if (!this.#hasEnded()) this.#dispatch({ type: 'connectionLost', now: Date.now() });
          else if (this.#leaving !== connection) this.#disconnect();
        }),
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
    this.#writing.thread.follow(view.thread);
    clearTimeout(this.#callBackLimit);
    if (view.phase.name === 'ended') {
      this.#options.store.clear();
      this.#endMedia();
      this.#callBackLimit = setTimeout(() => this.#disconnect(), callBackLimitMs);
      return;
    }
    // It had ended, and an agent calls back: a reload is to find it again.
    if (view.phase.name === 'rung') this.#connection?.remember();
    // A refusal is not asked again at every view: the page shows the way out.
    if (view.media !== null && this.#microphone.state.value.name === 'off') void this.#microphone.acquire();
    if (view.media === null && view.channel === 'voice') this.#media.warmUp();
    // Both agreed on it; who refuses the camera talks without, and nobody is seen once they write again.
    if (view.phase.name === 'connecting' && view.phase.withCamera === true && this.#camera.state.value.name === 'off') void this.#camera.acquire();
    if (view.phase.name === 'chat' && this.#camera.state.value.name !== 'off') this.#camera.release();
    this.#media.setEpoch(view.media?.epoch ?? null);
    this.screen.follow(view);
  }

  #hasEnded(): boolean {
    return viewOf(this.#state)?.phase.name === 'ended';
  }

  /** A view of the call that crossed with our leave. What follows an end begins with an agent's call. */
  #isOutOfDate({ phase }: CustomerView): boolean {
    return this.#hasEnded() && phase.name !== 'ended' && phase.name !== 'rung';
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

  /** One picture at a time goes to the agent; a camera that is on shows again when the screen is over. */
  #carryPicture(): void {
    this.#media.carryVideo(this.screen.track ?? this.#camera.track);
  }

  #endMedia(): void {
    this.screen.close();
    this.#media.setEpoch(null);
    this.#microphone.release();
    this.#camera.release();
    if (this.snapshot.value.muted) this.#patch({ muted: false });
  }

  #disconnect(): void {
    clearTimeout(this.#patience);
    clearTimeout(this.#callBackLimit);
    if (this.#connection !== this.#leaving) this.#connection?.close();
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
