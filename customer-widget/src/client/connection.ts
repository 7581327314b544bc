/**
 * The socket.io connection to `/customer`: token first, the rotating resume secret afterwards. Reconnects for as long as the contact
 * stands; every request is bounded. Knows nothing of what the views mean.
 */
import { io, type Socket } from 'socket.io-client';
import type { GrantAnswer } from '#shared/cobrowse-grants.ts';
import type { AskCallback, CustomerClientEvents, CustomerPage, CustomerServerEvents, CustomerView, LeaveMessage, SharerToken } from '#shared/customer-protocol.ts';
import type { MediaReplies, MediaRequest, Tracks } from '#shared/media-protocol.ts';
import type { Problem, Reply } from '#shared/problem.ts';
import type { ThreadPage, Write, Written } from '#shared/thread-protocol.ts';
import { parseProblem, RequestFailed } from './problems.ts';
import type { ResumeStore } from './resume-store.ts';

const requestLimitMs = 6_000;
/** How long a leave waits for the line. */
const leaveLimitMs = 30_000;
/** After the server itself closed the socket (a graceful restart) socket.io does not come back by itself. */
const comeBackMs = 400;

/** A call, with or without camera, or a chat. */
export type BeginWith = 'voice' | 'chat';

export interface ConnectionHandlers {
  handleWelcome(view: CustomerView): void;
  handleView(view: CustomerView): void;
  handleTracks(tracks: Tracks): void;
  handleLost(): void;
  handleSuperseded(): void;
  /** The gateway refused the credential. Nothing is tried again by itself. */
  handleRefused(problem: Problem): void;
}

export interface ConnectionOptions {
  readonly signalingUrl: string;
  /** Null for a return: the store then has the secret. */
  readonly token: string | null;
  /** How the customer begins; null: as the gateway decides. */
  readonly channel: BeginWith | null;
  readonly store: ResumeStore;
  readonly handlers: ConnectionHandlers;
}

export class Connection {
  readonly #socket: Socket<CustomerServerEvents, CustomerClientEvents>;
  readonly #options: ConnectionOptions;
  /** The secret of the last welcome; from then on it is the credential, because a token works once. */
  #resume: string | null;
  #over = false;
  #leaving = false;
  #comeBack: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ConnectionOptions) {
    const { handlers, store, signalingUrl } = options;
    this.#options = options;
    this.#resume = options.token === null ? (store.load()?.resume ?? '') : null;
    this.#socket = io(`${signalingUrl.replace(/\/$/, '')}/customer`, {
      auth: (give) => give(this.#resume === null ? { token: options.token, ...(options.channel === null ? {} : { channel: options.channel }) } : { resume: this.#resume }),
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      forceNew: true,
      reconnectionDelay: 250,
      reconnectionDelayMax: 3_000,
      timeout: 8_000,
    });
    this.#socket.on('welcome', (welcome) => {
      this.#resume = welcome.resume;
      if (this.#leaving) return;
      this.remember();
      handlers.handleWelcome(welcome.view);
    });
    this.#socket.on('view', (view) => handlers.handleView(view));
    this.#socket.on('tracks', (tracks) => handlers.handleTracks(tracks));
    this.#socket.on('superseded', () => {
      this.close();
      handlers.handleSuperseded();
    });
    this.#socket.on('connect_error', (error: Error & { data?: unknown }) => {
      // `active` means that socket.io goes on trying: the gateway is away. Otherwise it has answered, and the answer is no.
      if (this.#socket.active || this.#over) return;
      const problem = parseProblem(error.data) ?? { type: '/problems/refused', title: error.message, status: 401 };
      this.close();
      handlers.handleRefused(problem);
    });
    this.#socket.on('disconnect', () => {
      if (this.#over) return;
      handlers.handleLost();
      if (!this.#over && !this.#socket.active) this.#comeBack = setTimeout(() => this.#socket.connect(), comeBackMs);
    });
  }

  get connected(): boolean {
    return this.#socket.connected;
  }

  /** Drops a connection that may be dead without knowing it (network changed, machine slept), and connects at once. */
  renew(): void {
    if (this.#over) return;
    clearTimeout(this.#comeBack);
    this.#socket.disconnect().connect();
  }

  media<Type extends MediaRequest['type']>(request: Extract<MediaRequest, { type: Type }>): Promise<MediaReplies[Type]> {
    return this.#ask<MediaReplies[Type]>(`media ${request.type}`, (socket, done) =>
      socket.emit('media', request, done));
  }

  /** Keeps the secret for the next page of this tab. */
  remember(): void {
    if (this.#resume !== null) this.#options.store.save({ resume: this.#resume, signalingUrl: this.#options.signalingUrl });
  }

  /**
   * Tells the gateway that the customer left. Offline it waits for the line, bounded: an agent may be waiting for this customer. Closes
   * afterwards unless it is still `wanted` then, for an agent who calls back.
   */
  async leave(wanted: () => boolean): Promise<void> {
    this.#leaving = true;
    if (!this.#socket.connected) await this.#connectedAgain();
    const told = await this.#ask<null>('leave', (socket, done) => socket.emit('leave', done)).then(() => true, () => false);
    this.#leaving = false;
    if (!told || !wanted()) this.close();
  }

  #connectedAgain(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, leaveLimitMs);
      this.#socket.once('connect', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  cobrowseGrant(): Promise<SharerToken> {
    return this.#ask('cobrowseGrant', (socket, done) => socket.emit('cobrowseGrant', done));
  }

  cobrowseToken(): Promise<SharerToken> {
    return this.#ask('cobrowseToken', (socket, done) => socket.emit('cobrowseToken', done));
  }

  cobrowseAnswer(answer: GrantAnswer): Promise<null> {
    return this.#ask<null>('cobrowseAnswer', (socket, done) => socket.emit('cobrowseAnswer', answer, done));
  }

  cobrowseRevoke(): Promise<null> {
    return this.#ask<null>('cobrowseRevoke', (socket, done) => socket.emit('cobrowseRevoke', done));
  }

  /** Takes the call of an agent who rings, or declines it. */
  answer(accept: boolean): Promise<null> {
    return this.#ask<null>('answer', (socket, done) => socket.emit('answer', { accept }, done));
  }

  notice(step: string, accept: boolean): Promise<null> {
    return this.#ask<null>('notice', (socket, done) => socket.emit('notice', { step, accept }, done));
  }

  wait(): Promise<null> {
    return this.#ask<null>('wait', (socket, done) => socket.emit('wait', done));
  }

  callback(asked: AskCallback): Promise<null> {
    return this.#ask<null>('callback', (socket, done) => socket.emit('callback', asked, done));
  }

  leaveMessage(message: LeaveMessage): Promise<null> {
    return this.#ask<null>('leaveMessage', (socket, done) => socket.emit('leaveMessage', message, done));
  }

  callbackWithdraw(): Promise<null> {
    return this.#ask<null>('callbackWithdraw', (socket, done) => socket.emit('callbackWithdraw', done));
  }

  callbackTimes(): Promise<{ readonly times: readonly string[] }> {
    return this.#ask('callbackTimes', (socket, done) => socket.emit('callbackTimes', done));
  }

  dtmf(digits: string): Promise<null> {
    return this.#ask<null>('dtmf', (socket, done) => socket.emit('dtmf', { digits }, done));
  }

  write(message: Write): Promise<Written> {
    return this.#ask<Written>('write', (socket, done) => socket.emit('write', message, done));
  }

  thread(after: number): Promise<ThreadPage> {
    return this.#ask<ThreadPage>('thread', (socket, done) => socket.emit('thread', { after }, done));
  }

  read(upTo: number): void {
    if (this.#socket.connected) this.#socket.emit('read', { upTo });
  }

  typing(): void {
    if (this.#socket.connected) this.#socket.emit('typing');
  }

  proposeCall(video: boolean): Promise<null> {
    return this.#ask<null>('proposeCall', (socket, done) => socket.emit('proposeCall', { video }, done));
  }

  declineCall(): Promise<null> {
    return this.#ask<null>('declineCall', (socket, done) => socket.emit('declineCall', done));
  }

  endCall(): Promise<null> {
    return this.#ask<null>('endCall', (socket, done) => socket.emit('endCall', done));
  }

  page(page: CustomerPage): void {
    if (this.#socket.connected) this.#socket.emit('page', page);
  }

  close(): void {
    this.#over = true;
    clearTimeout(this.#comeBack);
    this.#socket.disconnect();
  }

  /** One acknowledged request: its value, or `RequestFailed`. Never queued while offline: what it asks for may be stale by then. */
  #ask<T>(what: string, emit: (socket: BoundedSocket, done: (error: Error | null, reply: Reply<T>) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      if (!this.#socket.connected) {
        reject(RequestFailed.offline(what));
        return;
      }
      emit(this.#socket.timeout(requestLimitMs), (error, reply) => {
        if (error !== null) reject(RequestFailed.timeout(what));
        else if (reply.ok) resolve(reply.value);
        else reject(new RequestFailed(reply.problem));
      });
    });
  }
}

/**
 * The socket after `timeout()`: acknowledgements get an error first. Written out, because socket.io's own decoration of event types
 * loses the generic `media` event.
 */
interface BoundedSocket {
  emit(event: 'media', request: MediaRequest, done: unknown): void;
  emit(event: 'answer', answer: { readonly accept: boolean }, done: unknown): void;
  emit(event: 'leaveMessage', message: LeaveMessage, done: unknown): void;
  emit(event: 'callback', asked: AskCallback, done: unknown): void;
  emit(event: 'dtmf', tones: { readonly digits: string }, done: unknown): void;
  emit(event: 'cobrowseAnswer', answer: GrantAnswer, done: unknown): void;
  emit(event: 'notice', answer: { readonly step: string; readonly accept: boolean }, done: unknown): void;
  emit(event: 'write', message: Write, done: unknown): void;
  emit(event: 'thread', from: { readonly after: number }, done: unknown): void;
  emit(event: 'proposeCall', wanted: { readonly video: boolean }, done: unknown): void;
  emit(event: 'declineCall' | 'endCall' | 'leave' | 'wait' | 'callbackWithdraw' | 'callbackTimes' | 'cobrowseGrant' | 'cobrowseToken' | 'cobrowseRevoke', done: unknown): void;
}
