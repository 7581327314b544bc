/**
 * A gateway for the widget's tests: the real protocol over a real socket.io server, with the contact's life in the test's hands. Serves the
 * built widget, the demo portal, and plain pages of a foreign portal under a strict policy.
 */
import { noGrants, type GrantAnswer, type GrantKind } from '#shared/cobrowse-grants.ts';
import type { CobrowseClientEvents, CobrowseServerEvents } from '#shared/cobrowse-protocol.ts';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express from 'express';
import { Server, type Socket } from 'socket.io';
import { noRules } from '#shared/cobrowse-rules.ts';
import type { AskCallback, CustomerAuth, CustomerClientEvents, CustomerPage, CustomerPhase, CustomerServerEvents, CustomerView, LeaveMessage } from '#shared/customer-protocol.ts';
import type { Tracks } from '#shared/media-protocol.ts';
import type { Problem } from '#shared/problem.ts';
import type { ThreadMessage } from '#shared/thread-protocol.ts';
import type { CreatedSession, QueueWait } from '#shared/session-api.ts';
import { demoPortal } from '../../gateway/src/demo/portal.ts';
import type { FakeMedia } from './fake-media.ts';

type CustomerSocket = Socket<CustomerClientEvents, CustomerServerEvents>;

export const allWays = { page: true, phone: true, scheduled: true } as const;

export const openWait: QueueWait = { queue: 'help', label: 'Customer service', open: true, takes: true, opensAt: null, hours: 'Mon–Fri 08:00–18:00 (Europe/Berlin)', position: 3, ewt: { low: 100, high: 230 } };
export const closedWait: QueueWait = { ...openWait, open: false, takes: false, opensAt: '2026-11-23T07:00:00.000Z', ewt: null };
const noticeText = { en: 'We record this conversation to train our colleagues. You can ask us at any time to delete it.', de: 'Wir zeichnen dieses Gespräch auf, um unser Team zu schulen. Sie können jederzeit verlangen, dass wir es löschen.' };
const waiting: Extract<CustomerPhase, { name: 'waiting' }> = { name: 'waiting', position: 3, ewt: { low: 100, high: 230 }, requeued: null, callback: null };

/** The relay's end of a shared page. */
type RelayedSocket = Socket<CobrowseClientEvents, CobrowseServerEvents>;

export class FakeGateway {
  readonly media: FakeMedia | null;
  readonly #http: HttpServer;
  readonly #io: Server<CustomerClientEvents, CustomerServerEvents>;
  #socket: CustomerSocket | null = null;
  #secrets = 0;
  readonly #relayed = new Set<RelayedSocket>();
  wait: QueueWait = openWait;
  view!: CustomerView;
  pages: CustomerPage[] = [];
  grants = 0;
  grantAnswers: GrantAnswer[] = [];
  pauses: unknown[] = [];
  frames = 0;
  revocations = 0;
  /** What the customer said to an agent's call, and the tones they sent. */
  channels: CreatedSession['channels'] = ['voice', 'video'];
  messages: ThreadMessage[] = [];
  /** What the customer asked for, in order. */
  wishes: string[] = [];
  /** How far the customer has read. */
  read = 0;
  /** So many messages are stored, and the line breaks before that is said. */
  lostAcknowledgements = 0;
  readonly #written = new Map<string, number>();
  answers: boolean[] = [];
  /** What they said to notices, and how often they chose to wait all the same. */
  noticeAnswers: Array<{ readonly step: string; readonly accept: boolean }> = [];
  waitsChosen = 0;
  digits = '';
  asked: AskCallback[] = [];
  /** The next requests for a callback are answered with these. */
  callbackRefusals: Problem[] = [];
  times: string[] = [];
  /** What was left instead of a wait. */
  left: LeaveMessage[] = [];
  sessions = 0;
  auths: CustomerAuth[] = [];
  /** Refuses the next connections with these problem types. */
  refusals: string[] = [];
  sessionUrlWorks = true;
  #silent = false;
  readonly #unanswered = new Set<{ readonly conn: { close(): void } }>();
  bodies: unknown[] = [];

  static async start(media: FakeMedia | null = null): Promise<FakeGateway> {
    const gateway = new FakeGateway(media);
    await gateway.listen();
    return gateway;
  }

  constructor(media: FakeMedia | null = null) {
    this.media = media;
    const app = express();
    this.#http = createServer(app);
    this.#io = new Server(this.#http, { cors: { origin: true } });
    this.reset();
    const dist = join(import.meta.dirname, '../../dist/widget');
    app.use('/widget', (_, response, next) => {
      response.set({ 'Access-Control-Allow-Origin': '*' });
      next();
    }, express.static(dist));
    app.get('/widget.js', (_, response) => { response.sendFile(join(dist, 'widget.js')); });
    app.get('/api/wait', (_, response) => { response.set('Access-Control-Allow-Origin', '*').json(this.wait); });
    app.post('/api/sessions', express.json(), (request, response) => {
      this.bodies.push(request.body);
      if (this.sessionUrlWorks) response.status(201).json(this.#createSession());
      else response.status(500).json({ type: '/problems/internal', title: 'Something went wrong here', status: 500 });
    });
    app.post('/session', (_, response) => {
      if (this.sessionUrlWorks) response.json(this.#createSession());
      else response.status(500).json({ type: '/problems/internal', title: 'Something went wrong here', status: 500 });
    });
    app.get(['/page', '/other'], (request, response) => { this.#sendPage(request.path, request.query, response); });
    app.get('/page.css', (_, response) => { response.type('css').send(pageStyle); });
    app.use('/demo', demoPortal({ gatewayUrl: () => this.url, apiKey: () => 'test' }));
    this.#io.of('/customer').use((socket, next) => {
      this.auths.push(socket.handshake.auth as CustomerAuth);
      if (this.#silent) {
        this.#unanswered.add(socket);
        return;
      }
      const type = this.refusals.shift();
      next(type === undefined ? undefined : Object.assign(new Error('refused'), { data: { type, title: 'Refused here', status: 401 } }));
    });
    // A relay that takes everything.
    this.#io.of('/cobrowse').on('connection', (socket) => {
      const relayed = socket as unknown as RelayedSocket;
      this.#relayed.add(relayed);
      socket.on('disconnect', () => { this.#relayed.delete(relayed); });
      socket.on('pause' as never, ((reason: unknown) => { this.pauses.push(reason); }) as never);
      socket.on('frames' as never, ((frames: readonly unknown[], acknowledge: (reply: unknown) => void) => {
        this.frames += frames.length;
        acknowledge({ ok: true, value: null });
      }) as never);
    });
    this.#io.of('/customer').on('connection', (socket: CustomerSocket) => { this.#handleConnection(socket); });
  }

  /** Takes connections and says nothing, like a gateway behind a line that is gone; when that is back, what waited on it comes anew. */
  set silent(silent: boolean) {
    this.#silent = silent;
    if (silent) return;
    for (const { conn } of this.#unanswered) conn.close();
    this.#unanswered.clear();
  }

  listen(): Promise<void> {
    return new Promise((resolve) => { this.#http.listen(0, '127.0.0.1', resolve); });
  }

  get url(): string {
    return `http://localhost:${(this.#http.address() as AddressInfo).port}`;
  }

  /** The page that is shared, as the relay has it: to say who watches, to act and to offer. */
  get sharer(): RelayedSocket {
    const [sharer] = this.#relayed;
    if (sharer === undefined) throw new Error('no page is shared');
    return sharer;
  }

  /** The agent asks for one of the grants. */
  ask(kind: GrantKind): void {
    const { grants } = this.view.cobrowse;
    this.show({ cobrowse: { grants: { ...grants, [kind]: 'asked' }, agent: { name: 'Anna Berger' } } });
  }

  /** How many pages are being shared right now. */
  get sharers(): number {
    return this.#relayed.size;
  }

  get connected(): boolean {
    return this.#socket?.connected ?? false;
  }

  reset(): void {
    this.view = {
      seq: 1, contactId: 'contact-1', from: 'sip:abc@gethelp.invalid', queue: { id: 'help', label: 'Customer service' }, channels: ['voice', 'video'], channel: 'voice', thread: null,
      phase: waiting, media: null, cobrowse: { grants: noGrants, agent: null }, callbacks: null, messages: null,
    };
    this.wait = openWait;
    this.channels = ['voice', 'video'];
    this.messages = [];
    this.wishes = [];
    this.read = 0;
    this.lostAcknowledgements = 0;
    this.pages = [];
    this.auths = [];
    this.bodies = [];
    this.refusals = [];
    this.grants = 0;
    this.grantAnswers = [];
    this.pauses = [];
    this.frames = 0;
    this.revocations = 0;
    this.answers = [];
    this.noticeAnswers = [];
    this.waitsChosen = 0;
    this.digits = '';
    this.asked = [];
    this.callbackRefusals = [];
    this.left = [];
    this.times = ['2027-01-18T08:00:00Z', '2027-01-18T08:30:00Z', '2027-01-19T13:00:00Z'];
    this.sessions = 0;
    this.sessionUrlWorks = true;
    this.silent = false;
    this.#socket?.disconnect(true);
    this.#socket = null;
  }

  /** Somebody may write, with a chat as what it is or beside a call. */
  converse(channel: 'chat' | 'voice' = 'chat'): void {
    this.channels = ['voice', 'video', 'chat'];
    this.show({ channels: this.channels, channel, thread: { last: this.messages.length, readByCustomer: 0, readByAgent: 0, typing: false } });
  }

  chat(more: Partial<Extract<CustomerPhase, { name: 'chat' }>> = {}): void {
    this.phase({ name: 'chat', agent: { name: 'Anna Berger' }, since: new Date(Date.now() - 83_000).toISOString(), proposal: null, video: true, endsAt: null, callFailed: false, ...more });
  }

  /** Somebody writes, as the gateway would store it. */
  say(author: 'customer' | 'agent', text: string): void {
    this.messages.push({ number: this.messages.length + 1, at: new Date().toISOString(), author, name: author === 'agent' ? 'Anna Berger' : null, text });
    this.show({ thread: { last: this.messages.length, readByCustomer: this.read, readByAgent: author === 'agent' ? this.messages.length : 0, typing: false } });
  }

  show(change: Partial<CustomerView>): void {
    this.view = { ...this.view, ...change, seq: this.view.seq + 1 };
    this.#socket?.emit('view', this.view);
  }

  phase(phase: CustomerPhase): void {
    this.show({ phase });
  }

  engage(more: Partial<Extract<CustomerPhase, { name: 'engaged' }>> = {}): void {
    this.phase({ name: 'engaged', agent: { name: 'Anna Berger' }, since: new Date(Date.now() - 83_000).toISOString(), onHold: false, agentAway: false, third: null, onTelephone: false, fromChat: false, ...more });
  }

  /** The queue's flow asks for a confirmation. */
  tell(text: Readonly<Record<string, string>> = noticeText): void {
    this.phase({ name: 'flow', notice: { step: 'notice recorded', text, key: '1', expiresAt: new Date(Date.now() + 120_000).toISOString() } });
  }

  dissuade(more: Partial<Extract<CustomerPhase, { name: 'dissuaded' }>> = {}): void {
    this.phase({
      name: 'dissuaded', why: 'tooLong', choices: ['wait'], message: null, opensAt: null, ewt: { low: 900, high: 1500 }, expiresAt: new Date(Date.now() + 120_000).toISOString(), ...more,
    });
  }

  /** An agent calls the customer back. */
  ring(seconds = 30): void {
    this.phase({ name: 'rung', agent: { name: 'Anna Berger' }, expiresAt: new Date(Date.now() + seconds * 1_000).toISOString() });
  }

  sendTracks(change: Partial<Tracks>): void {
    if (this.media === null) throw new Error('this fake has no media');
    this.media.tracks = { ...this.media.tracks, ...change, revision: this.media.tracks.revision + 1 };
    this.#socket?.emit('tracks', this.media.tracks);
  }

  /** Nobody gets in from now on. */
  refuseAll(): void {
    this.refusals = Array.from({ length: 50 }, () => '/problems/resume-invalid');
  }

  /** As if the contact had gone on in another tab. */
  supersede(): void {
    this.#socket?.emit('superseded');
  }

  /** Cuts the line without a word. */
  cut(): void {
    this.#socket?.conn.close();
  }

  async close(): Promise<void> {
    await this.#io.close();
    this.#http.closeAllConnections();
    this.media?.close();
  }

  #createSession(): CreatedSession {
    this.sessions += 1;
    return {
      sessionId: 's', from: this.view.from, token: `token-${this.sessions}`, expiresAt: new Date(Date.now() + 60_000).toISOString(), iceServers: [],
      signalingUrl: this.url, cobrowseUrl: this.url, channels: this.channels, wait: this.wait,
    };
  }

  #handleConnection(socket: CustomerSocket): void {
    const earlier = this.#socket;
    this.#socket = socket;
    if (earlier?.connected === true) {
      earlier.emit('superseded');
      earlier.disconnect(true);
    }
    this.#secrets += 1;
    socket.emit('welcome', { resume: `secret-${this.#secrets}`, view: this.view });
    if (this.media !== null && this.view.media !== null) socket.emit('tracks', this.media.tracks);
    socket.on('page', (page) => { this.pages.push(page); });
    socket.on('leave', (acknowledge) => {
      this.phase({ name: 'ended', end: { party: 'customer', reason: this.view.phase.name === 'engaged' || this.view.phase.name === 'chat' ? 'hangup' : 'canceled' } });
      acknowledge({ ok: true, value: null });
    });
    socket.on('media', (request, acknowledge) => {
      if (this.media === null) acknowledge({ ok: false, problem: { type: '/problems/media-state', title: 'No media', status: 409 } });
      else void this.media.answer(request).then((reply) => acknowledge(reply as Parameters<typeof acknowledge>[0]));
    });
    socket.on('cobrowseGrant', (acknowledge) => {
      this.grants += 1;
      this.show({ cobrowse: { grants: { ...noGrants, view: 'granted' }, agent: { name: 'Anna Berger' } } });
      acknowledge({ ok: true, value: { token: 'share', cobrowseUrl: this.url, rules: noRules } });
    });
    socket.on('cobrowseToken', (acknowledge) => acknowledge({ ok: true, value: { token: 'share', cobrowseUrl: this.url, rules: noRules } }));
    socket.on('cobrowseAnswer', (answer, acknowledge) => {
      this.grantAnswers.push(answer);
      const { cobrowse } = this.view;
      const { screen: _, ...page } = cobrowse.grants;
      const { grant, accept } = answer;
      this.show({ cobrowse: { ...cobrowse, grants: grant === 'screen' && !accept ? page : { ...cobrowse.grants, [grant]: accept ? 'granted' : 'off' } } });
      acknowledge({ ok: true, value: null });
    });
    socket.on('notice', (answer, acknowledge) => {
      this.noticeAnswers.push(answer);
      acknowledge({ ok: true, value: null });
    });
    socket.on('wait', (acknowledge) => {
      this.waitsChosen += 1;
      this.phase(waiting);
      acknowledge({ ok: true, value: null });
    });
    socket.on('answer', ({ accept }, acknowledge) => {
      this.answers.push(accept);
      if (accept) this.engage();
      else this.phase({ name: 'ended', end: { party: 'agent', reason: 'hangup' } });
      acknowledge({ ok: true, value: null });
    });
    socket.on('callback', (asked, acknowledge) => {
      this.asked.push(asked);
      const refused = this.callbackRefusals.shift();
      if (refused !== undefined) { acknowledge({ ok: false, problem: refused }); return; }
      const callback = { number: asked.number ?? null, at: asked.at ?? null, notBefore: null, calling: false };
      this.show({ callbacks: null, phase: asked.at === undefined ? { ...waiting, callback } : { name: 'scheduled', callback } });
      acknowledge({ ok: true, value: null });
    });
    socket.on('leaveMessage', (message, acknowledge) => {
      this.left.push(message);
      this.show({ channel: 'message', callbacks: null, messages: null, phase: { name: 'messageLeft', replyTo: message.replyTo ?? null } });
      if (this.lostAcknowledgements > 0) {
        this.lostAcknowledgements -= 1;
        return;
      }
      acknowledge({ ok: true, value: null });
    });
    socket.on('callbackWithdraw', (acknowledge) => {
      this.show({ callbacks: allWays, phase: waiting });
      acknowledge({ ok: true, value: null });
    });
    socket.on('callbackTimes', (acknowledge) => { acknowledge({ ok: true, value: { times: this.times } }); });
    socket.on('write', ({ id, text }, acknowledge) => {
      if (!this.#written.has(id)) {
        this.say('customer', text);
        this.#written.set(id, this.messages.length);
      }
      const number = this.#written.get(id) ?? 0;
      if (this.lostAcknowledgements > 0) {
        this.lostAcknowledgements -= 1;
        this.cut();
        return;
      }
      acknowledge({ ok: true, value: { number, at: new Date().toISOString() } });
    });
    socket.on('thread', ({ after }, acknowledge) => acknowledge({ ok: true, value: { messages: this.messages.slice(after), more: false } }));
    socket.on('read', ({ upTo }) => {
      this.read = upTo;
      if (this.view.thread !== null) this.show({ thread: { ...this.view.thread, readByCustomer: upTo } });
    });
    socket.on('typing', () => { this.wishes.push('typing'); });
    socket.on('proposeCall', (wanted, acknowledge) => {
      this.wishes.push(wanted.video ? 'proposeVideoCall' : 'proposeCall');
      if (this.view.phase.name === 'chat' && this.view.phase.proposal?.by === 'agent') this.engage({ fromChat: true });
      else this.chat({ proposal: { by: 'customer', video: wanted.video } });
      acknowledge({ ok: true, value: null });
    });
    socket.on('declineCall', (acknowledge) => {
      this.wishes.push('declineCall');
      this.chat();
      acknowledge({ ok: true, value: null });
    });
    socket.on('endCall', (acknowledge) => {
      this.wishes.push('endCall');
      this.chat();
      acknowledge({ ok: true, value: null });
    });
    socket.on('dtmf', ({ digits }, acknowledge) => {
      this.digits += digits;
      acknowledge({ ok: true, value: null });
    });
    socket.on('cobrowseRevoke', (acknowledge) => {
      this.revocations += 1;
      this.show({ cobrowse: { grants: noGrants, agent: null } });
      acknowledge({ ok: true, value: null });
    });
  }

  /** A page of somebody else's portal, as strict as the widget promises to bear. */
  #sendPage(path: string, query: Record<string, unknown>, response: express.Response): void {
    const attributes = Object.entries(query).map(([key, value]) => ` ${key}="${String(value).replace(/[^\w:/. -]/g, '')}"`).join('');
    response.set('Content-Security-Policy',
      `default-src 'none'; script-src ${this.url}; style-src 'self'; connect-src ${this.url} ${this.url.replace('http', 'ws')}; media-src 'self'; base-uri 'none'; require-trusted-types-for 'script'`);
    response.type('html').send(`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Portal ${path}</title>
<link rel="stylesheet" href="/page.css"><script src="${this.url}/widget.js" defer></script></head><body><main><h1>Portal</h1><a href="/other">Other</a></main><get-help session-url="/session" queue="help"${attributes}></get-help></body></html>`);
  }
}

const pageStyle = 'html { color-scheme: light dark } body { font: 16px system-ui; background: light-dark(#fff, #111); color: light-dark(#111, #eee) }';
