/**
 * The desk: joins the session, the stream of views, the softphone and the agent's actions into one observable state. It lives outside
 * React and is started before React loads, because after a reload in mid-call every millisecond until the registration is silence.
 */
import type { AgentView, AnswerWith, LoggedIn, Login, SetStatus, WrapUp } from '#shared/agent-protocol.ts';
import type { GrantKind } from '#shared/cobrowse-grants.ts';
import { openAgentStream } from '../session/agent-stream.ts';
import { DeskApi, unreachable } from '../session/desk-api.ts';
import { noView, withView, type ViewTrack } from '../session/latest-view.ts';
import { ServerClock } from '../session/server-clock.ts';
import { storedSession, storeSession } from '../session/session-token.ts';
import { AnswerGate } from '../softphone/answering.ts';
import { Microphone } from '../softphone/microphone.ts';
import { Playback } from '../softphone/playback.ts';
import { Softphone } from '../softphone/softphone.ts';
import { Actions } from './actions.ts';
import { CallActions } from './call-actions.ts';
import { Conversations } from './conversations.ts';
import { forgetAllBut, recall, remember } from './call-memory.ts';
import type { DeskState } from './desk-state.ts';
import { NotesKeeper } from './notes-keeper.ts';
import { noticesBetween } from './notices.ts';
import { loadPreferences, savePreferences, type Preferences } from './preferences.ts';

const warmMicrophoneKey = 'gethelp.microphoneWarm';
const inCallKey = 'gethelp.inCall';
/** How long the screen waits for a call that was running before the reload. */
const callBackLimitMilliseconds = 700;
/** A pause in typing; a wrap-up that ends by itself loses no more than this. */
const notesPauseMilliseconds = 800;

export class Desk {
  readonly clock = new ServerClock();
  readonly api: DeskApi;
  readonly calls: CallActions;
  readonly conversations: Conversations;
  state: DeskState;
  readonly #listeners = new Set<() => void>();
  readonly #actions: Actions;
  readonly #gate = new AnswerGate();
  readonly #notes: NotesKeeper;
  readonly #microphone: Microphone;
  readonly #playback: Playback;
  readonly #acted = new Set<string>();
  #login: LoggedIn | null = null;
  #softphone: Softphone | null = null;
  #closeStream: (() => void) | null = null;
  #track: ViewTrack = noView;
  #ids = 0;
  #telling = false;
  readonly #later = new MessageChannel();

  constructor() {
    this.#later.port2.onmessage = () => { this.#tell(); };
    const preferences = loadPreferences();
    this.api = new DeskApi({ token: () => this.#login?.token ?? null, clock: this.clock, onUnauthorized: () => { this.#leave(true); } });
    this.#actions = new Actions({ state: () => this.state, set: (patch) => { this.#set(patch); }, isLoggedIn: () => this.#login !== null });
    this.calls = new CallActions(this.api, this.#actions);
    this.conversations = new Conversations(this.api, this.#actions, () => { this.#set({ threads: this.conversations.copies() }); });
    this.#notes = new NotesKeeper({ save: (contactId, notes) => this.api.keepNotes(contactId, notes), pause: notesPauseMilliseconds });
    this.#microphone = new Microphone({ deviceId: preferences.microphoneId, onChange: () => { this.#handleMicrophone(); } });
    this.#playback = new Playback({ deviceId: preferences.speakerId, onChange: () => { this.#set({ soundBlocked: this.#playback.blocked }); } });
    this.state = {
      session: { name: 'loggedOut', expired: false }, connection: 'offline', view: null, floor: null, registration: { name: 'off' }, legs: [], threads: new Map(),
      microphone: this.#microphone.state, soundBlocked: false, accepting: new Set(), underWay: new Set(), notices: [], failures: [], preferences,
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => { this.#listeners.delete(listener); };
  };

  readonly snapshot = (): DeskState => this.state;

  /** Takes this tab's login up again, if there is one. */
  start(): void {
    const session = storedSession(this.clock.now());
    if (session !== null) this.#enter(session);
  }

  /**
   * Resolves when the call that ran before a reload is answered again, or after a moment without it; at once when there was none. The
   * screen waits for this: building it takes the time in which the customer hears nothing.
   */
  callIsBack(): Promise<void> {
    if (this.#login === null || sessionStorage.getItem(inCallKey) === null) return Promise.resolve();
    return new Promise((resolve) => {
      const settle = (): void => { stopWatching(); clearTimeout(limit); resolve(); };
      const limit = setTimeout(settle, callBackLimitMilliseconds);
      const stopWatching = this.subscribe(() => { if (this.state.legs.some(({ state }) => state !== 'answering')) settle(); });
    });
  }

  /** Throws a `ProblemError` when refused. */
  async login(login: Login): Promise<void> {
    const session = await this.api.login(login);
    storeSession(session);
    this.#enter(session);
  }

  async logout(): Promise<void> {
    await this.#notes.flush();
    await this.#actions.run('logout', '', () => this.api.logout());
    this.#leave(false);
  }

  /** Takes the desk back from another desktop of the same agent. */
  takeOver(): void {
    const session = this.#login;
    if (session !== null) this.#enter(session);
  }

  /** False when it was not done: refused, or available without a microphone (its state says why). Whoever answers on a phone needs none. */
  async setStatus(status: SetStatus): Promise<boolean> {
    if (status.status === 'available' && this.#answersHere(this.#track.view) && await this.#microphone.acquire() === null) return false;
    return this.#actions.run('status', '', () => this.api.setStatus(status));
  }

  acquireMicrophone(): Promise<MediaStreamTrack | null> {
    return this.#microphone.acquire();
  }

  async accept(contactId: string): Promise<void> {
    const contact = this.#track.view?.contacts.find((contact) => contact.contactId === contactId);
    if (contact?.slot !== 'reserved' || this.state.accepting.has(contactId)) return;
    performance.mark('gethelp:accept');
    this.#setAccepting(contactId, true);
    this.#acted.add(contactId);
    const accepted = await this.#actions.run('accept', contactId, () => this.api.accept(contact.reservationId));
    // Once accepted, the view takes over; until it comes, the INVITE still counts on this.
    if (!accepted) {
      this.#setAccepting(contactId, false);
      this.#acted.delete(contactId);
    }
  }

  async reject(contactId: string): Promise<void> {
    const contact = this.#track.view?.contacts.find((contact) => contact.contactId === contactId);
    if (contact?.slot !== 'reserved' || this.state.accepting.has(contactId)) return;
    this.#acted.add(contactId);
    if (!await this.#actions.run('reject', contactId, () => this.api.reject(contact.reservationId))) this.#acted.delete(contactId);
  }

  async hangUp(contactId: string): Promise<void> {
    const leg = this.#softphone?.leg(contactId) ?? null;
    // A colleague who leaves a consultation knows that it is over.
    if (this.#track.view?.contacts.find((contact) => contact.contactId === contactId)?.part === 'consulted') this.#acted.add(contactId);
    if (await this.#actions.run('hangup', contactId, () => this.api.contact(contactId, 'hangup'))) return;
    this.#acted.delete(contactId);
    // The API is out of reach, the call is not.
    if (this.state.failures.at(-1)?.problem.type === unreachable.type) leg?.hangUp();
  }

  setHeld(contactId: string, held: boolean): Promise<boolean> {
    const action = held ? 'hold' : 'resume';
    return this.#actions.run(action, contactId, () => this.api.contact(contactId, action));
  }

  setAnswerWith(answerWith: AnswerWith): Promise<boolean> {
    return this.#actions.run('answerWith', '', () => this.api.setAnswerWith(answerWith));
  }

  setMuted(contactId: string, muted: boolean): void {
    remember(contactId, { muted });
    this.#softphone?.leg(contactId)?.setMuted(muted);
  }

  setCamera(contactId: string, on: boolean): void {
    void this.#softphone?.leg(contactId)?.setCamera(on, this.state.preferences.cameraId);
  }

  /** The draft of a contact's result, kept in this tab and, its notes, at the gateway too. */
  keepDraft(contactId: string, draft: WrapUp): void {
    if (draft.notes !== recall(contactId).draft.notes) this.#notes.keep(contactId, draft.notes);
    remember(contactId, { draft });
  }

  /** The wrap-up is about to be ended by the system: what was typed is at the gateway before. */
  keepNotesNow(): void {
    void this.#notes.flush();
  }

  async wrapUp(contactId: string, wrapUp: WrapUp): Promise<boolean> {
    this.#acted.add(contactId);
    const done = await this.#actions.run('wrapUp', contactId, () => this.api.wrapUp(contactId, wrapUp));
    if (done) this.#notes.drop(contactId);
    else this.#acted.delete(contactId);
    return done;
  }

  /** To see the page; drawing, control, recording and the screen, each by itself. */
  askGrant(contactId: string, grant: GrantKind): Promise<boolean> {
    return this.#actions.run('askGrant', `${contactId}:${grant}`, () => this.api.askGrant(contactId, grant));
  }

  /** Also withdraws the question. With the view everything else on the page goes. */
  giveBackGrant(contactId: string, grant: GrantKind): Promise<boolean> {
    return this.#actions.run('giveBackGrant', `${contactId}:${grant}`, () => this.api.giveBackGrant(contactId, grant));
  }

  unblockSound(): void {
    this.#playback.unblock();
  }

  setPreferences(patch: Partial<Preferences>): void {
    const preferences = { ...this.state.preferences, ...patch };
    savePreferences(preferences);
    this.#set({ preferences });
    if (patch.microphoneId !== undefined) void this.#microphone.use(patch.microphoneId);
    if (patch.speakerId !== undefined) this.#playback.use(patch.speakerId);
  }

  dismissNotice(id: number): void {
    this.#set({ notices: this.state.notices.filter((notice) => notice.id !== id) });
  }

  dismissSummary(id: string): Promise<boolean> {
    return this.#actions.run('dismissSummary', id, () => this.api.dismissSummary(id));
  }

  dismissFailure(id: number): void {
    this.#set({ failures: this.state.failures.filter((failure) => failure.id !== id) });
  }

  #enter(session: LoggedIn): void {
    this.#login = session;
    this.#softphone?.stop();
    this.#closeStream?.();
    this.#softphone = new Softphone({
      account: session.sip,
      ticket: async () => (await this.api.sipTicket()).ticket,
      gate: this.#gate,
      microphone: this.#microphone,
      playback: this.#playback,
      startsMuted: (contactId) => recall(contactId).muted,
      onChange: () => { this.#handlePhone(); },
    });
    this.#softphone.start();
    if (sessionStorage.getItem(warmMicrophoneKey) !== null) void this.#microphone.acquire();
    this.#set({ session: { name: 'loggedIn', agent: session.agent }, connection: 'connecting', failures: [] });
    this.#closeStream = openAgentStream(session.token, {
      view: (view) => { this.#handleView(withView(this.#track, view)); },
      floor: (floor) => { this.#set({ floor }); },
      connection: (online) => { this.#handleConnection(online); },
      superseded: () => { this.#handleSuperseded(session); },
      unauthorized: () => { this.#leave(true); },
    });
  }

  #leave(expired: boolean): void {
    if (this.#login === null) return;
    this.#login = null;
    storeSession(null);
    forgetAllBut([]);
    this.#disconnect();
    this.#set({ session: { name: 'loggedOut', expired }, notices: [], failures: [] });
  }

  #handleSuperseded(session: LoggedIn): void {
    this.#disconnect();
    this.#set({ session: { name: 'superseded', agent: session.agent } });
  }

  #disconnect(): void {
    this.#softphone?.stop();
    this.#softphone = null;
    this.#closeStream?.();
    this.#closeStream = null;
    this.#microphone.release();
    sessionStorage.removeItem(warmMicrophoneKey);
    sessionStorage.removeItem(inCallKey);
    this.#track = noView;
    this.conversations.clear();
    this.#gate.update({ view: null, accepting: new Set() });
    this.#set({ view: null, floor: null, connection: 'offline', legs: [], threads: new Map(), registration: { name: 'off' }, accepting: new Set() });
  }

  #handleConnection(online: boolean): void {
    const cameBack = online && this.state.connection === 'offline';
    this.#set({ connection: online ? 'online' : 'offline' });
    if (cameBack) this.#softphone?.checkConnection();
  }

  #handleView(track: ViewTrack): void {
    if (track === this.#track || track.view === null) return;
    const previous = this.#track.view;
    const { view } = track;
    this.#track = track;
    const accepting = new Set([...this.state.accepting].filter((id) => view.contacts.find(({ contactId }) => contactId === id)?.slot === 'reserved'));
    this.#gate.update({ view, accepting });
    const news = noticesBetween({ previous, next: view, acted: this.#acted, now: this.clock.now() });
    const present = view.contacts.map(({ contactId }) => contactId);
    forgetAllBut(present);
    for (const id of this.#acted) if (!present.includes(id) || wasTaken(id, previous, view)) this.#acted.delete(id);
    this.calls.forgetAllBut(present);
    this.conversations.follow(view);
    this.#applyHold(view);
    this.#beginWithCamera(view);
    if (!view.contacts.some(({ slot }) => slot === 'engaged')) sessionStorage.removeItem(inCallKey);
    this.#set({ view, accepting, notices: [...this.state.notices, ...news.map((notice) => Object.assign({ id: this.#nextId() }, notice))].slice(-4) });
    const mayTalk = view.agent.status === 'available' || view.contacts.some(({ slot }) => slot !== 'wrapUp');
    this.#keepMicrophone(mayTalk && (this.#answersHere(view) || this.state.legs.length > 0));
  }

  /** On hold nobody hears the agent, so nothing of the microphone leaves; unless a second party is there, who may be the one they talk to. */
  #applyHold(view: AgentView | null): void {
    for (const { contactId, call, second } of view?.contacts ?? []) this.#softphone?.leg(contactId)?.setHeld(call.state === 'held' && second === null);
  }

  /** Out of a chat both wanted to be seen: the camera is switched on once, when the call is there. */
  #beginWithCamera(view: AgentView | null): void {
    for (const { contactId, channel, call } of view?.contacts ?? []) {
      const { beganWithCamera } = recall(contactId);
      if (channel === 'chat' && beganWithCamera) remember(contactId, { beganWithCamera: false });
      if (call.withCamera !== true || beganWithCamera || this.#softphone?.leg(contactId)?.view.state !== 'connected') continue;
      remember(contactId, { beganWithCamera: true });
      this.setCamera(contactId, true);
    }
  }

  #answersHere(view: AgentView | null): boolean {
    return (view?.agent.answerWith ?? 'desktop') === 'desktop';
  }

  /** Warm while a call can come, released (and the browser's recording sign gone) when none can. */
  #keepMicrophone(wanted: boolean): void {
    if (wanted) sessionStorage.setItem(warmMicrophoneKey, '1');
    else sessionStorage.removeItem(warmMicrophoneKey);
    const { name } = this.#microphone.state;
    if (wanted && name === 'off') void this.#microphone.acquire();
    if (!wanted && name === 'on' && this.state.legs.length === 0 && !this.state.underWay.has('status:')) this.#microphone.release();
  }

  #handleMicrophone(): void {
    const { state } = this.#microphone;
    if (state.name === 'on') this.#softphone?.useMicrophone(state.track);
    this.#set({ microphone: state });
  }

  #handlePhone(): void {
    const softphone = this.#softphone;
    if (softphone === null) return;
    this.#applyHold(this.#track.view);
    this.#beginWithCamera(this.#track.view);
    const legs = softphone.legs();
    if (legs.some(({ state }) => state !== 'answering')) sessionStorage.setItem(inCallKey, '1');
    this.#set({ registration: softphone.registration, legs });
  }

  #setAccepting(contactId: string, under: boolean): void {
    const accepting = new Set(this.state.accepting);
    if (under) accepting.add(contactId); else accepting.delete(contactId);
    this.#gate.update({ view: this.#track.view, accepting });
    this.#set({ accepting });
  }

  #nextId(): number {
    this.#ids += 1;
    return this.#ids;
  }

  /**
   * Listeners are told once per turn and after it: React renders a store's change at once, and an INVITE must not wait for that. A
   * message, not a timer, because hidden pages have their timers slowed.
   */
  #set(patch: Partial<DeskState>): void {
    this.state = { ...this.state, ...patch };
    if (this.#telling) return;
    this.#telling = true;
    this.#later.port1.postMessage(null);
  }

  #tell(): void {
    this.#telling = false;
    for (const listener of this.#listeners) listener();
  }
}

/** The accept has become a call: what becomes of that is news again. */
function wasTaken(id: string, previous: AgentView | null, next: AgentView): boolean {
  const slot = (view: AgentView | null): string | undefined => view?.contacts.find(({ contactId }) => contactId === id)?.slot;
  return slot(previous) === 'reserved' && slot(next) === 'engaged';
}
