/**
 * The namespace `/customer`: one socket per contact. A connection is a sign that the customer is present; everything else they do comes
 * as a request with an acknowledgement, and everything they see goes out as a whole view.
 */
import type { Logger } from 'pino';
import type { Namespace, Socket } from 'socket.io';
import { grantAnswerSchema } from '#shared/cobrowse-grant-schemas.ts';
import { noRules, type CobrowseRules } from '#shared/cobrowse-rules.ts';
import {
  answerSchema, askCallbackSchema, customerAuthSchema, dtmfTonesSchema, leaveMessageSchema, noticeAnswerSchema, pageSchema, type CustomerClientEvents, type CustomerServerEvents, type CustomerView, type SharerToken,
} from '#shared/customer-protocol.ts';
import { mediaRequestSchema } from '#shared/media-protocol.ts';
import type { Problem, Reply } from '#shared/problem.ts';
import type { Callbacks } from '../acd/callbacks.ts';
import type { Acds } from '../acd/acds.ts';
import { relayFor } from '../cobrowse/relay-nodes.ts';
import { rulesOf } from '../config/cobrowse.ts';
import type { Config } from '../config/schema.ts';
import type { CallPort } from '../contact/call-port.ts';
import type { Changes } from '../contact/changes.ts';
import type { ContactEvent, ContactState } from '../contact/state.ts';
import { problems } from '../http/problems.ts';
import type { LeftMessages } from '../session/left-messages.ts';
import type { Connected, Sessions } from '../session/sessions.ts';
import type { Tokens } from '../session/tokens.ts';
import type { Db } from '../store/database.ts';
import { Gathered } from '../store/gathered.ts';
import { storableText } from '../store/storable-text.ts';
import { admit } from './admission.ts';
import { Coalescer } from './coalescer.ts';
import { CustomerThread, type CustomerThreadOptions } from './customer-thread.ts';
import { customerViews, customerViewsNow } from './customer-view.ts';

interface CustomerSocketData {
  connected?: Connected;
}
type CustomerSocket = Socket<CustomerClientEvents, CustomerServerEvents, Record<string, never>, CustomerSocketData>;
export type CustomerNamespace = Namespace<CustomerClientEvents, CustomerServerEvents, Record<string, never>, CustomerSocketData>;

/** A co-browse token's life: long enough to connect; the recorder asks for a new one when it comes back later. */
const cobrowseTokenSeconds = 60;
/** For a portal that has left the configuration, and with it what it said about masks: a pattern that no path fits. */
const nothingShared: CobrowseRules = { ...noRules, allow: [''] };

/** A busy call needs some dozens of requests; a client above this is broken or hostile. */
const rateLimit = 300;
const rateWindow = 10_000;

export interface CustomerSignalingOptions extends CustomerThreadOptions {
  readonly namespace: CustomerNamespace;
  readonly db: Db;
  readonly config: Config;
  readonly acds: Acds;
  readonly sessions: Sessions;
  readonly calls: CallPort;
  readonly callbacks: Callbacks;
  readonly leftMessages: LeftMessages;
  readonly changes: Changes;
  readonly tokens: Tokens;
  readonly publicUrl: () => string;
  /** Relays that run by themselves; none: the gateway relays. */
  readonly cobrowseNodes: readonly string[];
  readonly log: Logger;
}

export class CustomerSignaling {
  readonly #options: CustomerSignalingOptions;
  readonly #sockets = new Map<string, CustomerSocket>();
  /** What each waiting customer was told last, so that a long queue is not told what it knows. */
  readonly #told = new WeakMap<CustomerSocket, string>();
  readonly #present: Gathered<string, CustomerView | undefined>;
  readonly #views: Coalescer;
  readonly #queues: Coalescer;

  constructor(options: CustomerSignalingOptions) {
    this.#options = options;
    const { namespace, sessions, changes, calls, log } = options;
    const onError = (error: unknown): void => log.error({ err: error }, 'customer view could not be sent');
    this.#present = new Gathered((contactIds) => customerViewsNow(options, contactIds, options.acds));
    this.#views = new Coalescer((contactId) => this.#sendView(contactId), onError);
    this.#queues = new Coalescer((queueId) => this.#sendQueue(queueId), onError);
    changes.on('contact', (contactId) => this.#views.ask(contactId));
    changes.on('thread', (contactId) => this.#views.ask(contactId));
    changes.on('queue', (queueId) => this.#queues.ask(queueId));
    // Idle agents change what may be expected of every queue they serve.
    changes.on('agent', () => options.config.queues.forEach(({ id }) => this.#queues.ask(id)));
    calls.onTracks((contactId, tracks) => this.#sockets.get(contactId)?.emit('tracks', tracks));

    admit(namespace, {
      auth: customerAuthSchema, verify: (auth, origin) => sessions.connect(auth, origin),
      admitted: (socket: CustomerSocket, connected) => { socket.data.connected = connected; }, log,
    });
    namespace.on('connection', (socket) => this.#onConnection(socket));
  }

  /** From here on a socket that closes is the gateway's doing: nobody is noted as absent for it. */
  async stop(): Promise<void> {
    this.#sockets.clear();
    await Promise.all([this.#views.stop(), this.#queues.stop()]);
  }

  #onConnection(socket: CustomerSocket): void {
    const { runner, calls, callbacks, now, log } = this.#options;
    const { connected } = socket.data;
    if (connected === undefined) {
      socket.disconnect(true);
      return;
    }
    const { contactId } = connected;
    const earlier = this.#sockets.get(contactId);
    this.#sockets.set(contactId, socket);
    if (earlier !== undefined) {
      earlier.emit('superseded');
      earlier.disconnect(true);
    }
    const failed = (error: unknown): void => log.error({ err: error, contactId }, 'customer event failed');

    // The request with which the connection began would be held for as long as somebody waits (socket.io's "Memory usage" says how to let it go).
    Object.assign(socket.conn, { request: null });
    let events = 0;
    let windowEnds = 0;
    socket.use((_event, next) => {
      const at = now();
      if (at >= windowEnds) [events, windowEnds] = [0, at + rateWindow];
      events += 1;
      if (events <= rateLimit) next();
      else if (events === rateLimit + 1) {
        log.warn({ contactId }, 'customer sends too much: disconnected');
        socket.disconnect(true);
      }
    });
    socket.on('disconnect', () => {
      if (this.#sockets.get(contactId) !== socket) return;
      this.#sockets.delete(contactId);
      runner.report(contactId, { type: 'customerDisconnected' }).catch(failed);
    });
    socket.on('leave', this.#answering(socket, async () => {
      await runner.report(contactId, { type: 'customerLeft' });
      return { ok: true, value: null };
    }));
    socket.on('page', (page) => { this.#onPage(contactId, page).catch(failed); });
    socket.on('media', (request: unknown, acknowledge: unknown) => {
      const parsed = mediaRequestSchema.safeParse(request);
      const answer = this.#answering(socket, () => parsed.success
        ? calls.customerRequest(contactId, parsed.data) : Promise.resolve({ ok: false, problem: problems.invalidInput(parsed.error, 'media request') }));
      answer(acknowledge);
    });
    socket.on('answer', (answer: unknown, acknowledge: unknown) => {
      this.#answering(socket, () => this.#onAnswer(contactId, answer))(acknowledge);
    });
    socket.on('notice', (answer: unknown, acknowledge: unknown) => {
      this.#answering(socket, () => this.#onNotice(contactId, answer))(acknowledge);
    });
    socket.on('wait', this.#answering(socket, () => this.#onWait(contactId)));
    socket.on('callback', (asked: unknown, acknowledge: unknown) => {
      this.#answering(socket, () => this.#onCallback(contactId, asked))(acknowledge);
    });
    socket.on('leaveMessage', (message: unknown, acknowledge: unknown) => {
      this.#answering(socket, () => this.#onLeaveMessage(contactId, message))(acknowledge);
    });
    socket.on('callbackWithdraw', this.#answering(socket, () => callbacks.withdraw(contactId)));
    socket.on('callbackTimes', this.#answering(socket, () => this.#callbackTimes(contactId)));
    socket.on('dtmf', (tones: unknown, acknowledge: unknown) => {
      this.#answering(socket, () => this.#onDtmf(contactId, tones))(acknowledge);
    });
    socket.on('cobrowseGrant', this.#answering(socket, () => this.#grant(socket, contactId)));
    socket.on('cobrowseToken', this.#answering(socket, () => this.#sharerToken(socket, contactId)));
    socket.on('cobrowseRevoke', this.#answering(socket, async () => {
      await runner.report(contactId, { type: 'cobrowseRevoked', grant: 'view' });
      return { ok: true, value: null };
    }));
    socket.on('cobrowseAnswer', (answer: unknown, acknowledge: unknown) => {
      this.#answering(socket, () => this.#onGrantAnswer(contactId, answer))(acknowledge);
    });

    const thread = new CustomerThread(contactId, this.#options);
    socket.on('write', (message: unknown, acknowledge: unknown) => { this.#answering(socket, () => thread.write(message))(acknowledge); });
    socket.on('thread', (from: unknown, acknowledge: unknown) => { this.#answering(socket, () => thread.after(from))(acknowledge); });
    socket.on('read', (seen: unknown) => { thread.read(seen).catch(failed); });
    socket.on('typing', () => thread.types());
    socket.on('proposeCall', (wanted: unknown, acknowledge: unknown) => { this.#answering(socket, () => thread.proposeCall(wanted))(acknowledge); });
    socket.on('declineCall', this.#answering(socket, () => thread.declineCall()));
    socket.on('endCall', this.#answering(socket, () => thread.endCall()));

    this.#welcome(socket, connected).catch((error: unknown) => {
      failed(error);
      socket.disconnect(true);
    });
  }

  async #welcome(socket: CustomerSocket, connected: Connected): Promise<void> {
    const { runner } = this.#options;
    await runner.dispatch(connected.contactId, { type: 'customerConnected' });
    const view = await this.#present.ask(connected.contactId);
    if (view === undefined) throw new Error('the contact of a connected customer is not in the store');
    socket.emit('welcome', { resume: connected.resume, view });
  }

  async #grant(socket: CustomerSocket, contactId: string): Promise<Reply<SharerToken>> {
    const state = await this.#options.runner.dispatch(contactId, { type: 'cobrowseGranted', grant: 'view' });
    if (state?.phase.name !== 'call') return { ok: false, problem: problems.wrongState('A page can be shared during a call only.') };
    return this.#sharerToken(socket, contactId);
  }

  /** A yes that comes late, after the question was withdrawn or the call handed over, opens nothing; the view that follows tells the page so. */
  async #onGrantAnswer(contactId: string, answer: unknown): Promise<Reply<null>> {
    const parsed = grantAnswerSchema.safeParse(answer);
    if (!parsed.success) return { ok: false, problem: problems.invalidInput(parsed.error, 'answer') };
    const { grant, accept } = parsed.data;
    const state = await this.#options.runner.report(contactId, { type: accept ? 'cobrowseGranted' : 'cobrowseRevoked', grant });
    if (accept && state?.cobrowse[grant] !== 'granted') return { ok: false, problem: problems.wrongState('The agent does not ask for this any more.') };
    return { ok: true, value: null };
  }

  async #sharerToken(socket: CustomerSocket, contactId: string): Promise<Reply<SharerToken>> {
    const { db, tokens, publicUrl, cobrowseNodes } = this.#options;
    const contact = await db.selectFrom('contact').select(['from_uri', 'state']).where('id', '=', contactId).executeTakeFirst();
    if (contact === undefined) return { ok: false, problem: problems.notFound('contact') };
    if (contact.state.cobrowse.view !== 'granted') return { ok: false, problem: problems.grantMissing() };
    const claims = { sub: contact.from_uri, role: 'sharer' as const, contactId, agentId: null, origin: socket.handshake.headers.origin ?? null };
    return { ok: true, value: { token: tokens.issue('cobrowse', claims, cobrowseTokenSeconds), cobrowseUrl: relayFor(contact.from_uri, cobrowseNodes) ?? publicUrl(), rules: await this.#rules(contactId) } };
  }

  async #rules(contactId: string): Promise<CobrowseRules> {
    const row = await this.#options.db.selectFrom('contact').innerJoin('session', 'session.id', 'contact.session_id').select('session.portal_id')
      .where('contact.id', '=', contactId).executeTakeFirst();
    const portal = this.#options.config.portals.find(({ id }) => id === row?.portal_id);
    return portal === undefined ? nothingShared : rulesOf(portal.cobrowse);
  }

  /** To an agent who calls back. */
  async #onAnswer(contactId: string, answer: unknown): Promise<Reply<null>> {
    const parsed = answerSchema.safeParse(answer);
    if (!parsed.success) return { ok: false, problem: problems.invalidInput(parsed.error, 'answer') };
    return this.#tell(contactId, { type: 'answered', accept: parsed.data.accept }, ({ phase }) => phase.name === 'rung' || (phase.name === 'callingBack' && phase.rings === 'page') ? null : 'Nobody is calling any more.');
  }

  async #onNotice(contactId: string, answer: unknown): Promise<Reply<null>> {
    const parsed = noticeAnswerSchema.safeParse(answer);
    if (!parsed.success) return { ok: false, problem: problems.invalidInput(parsed.error, 'answer') };
    const { step, accept } = parsed.data;
    return this.#tell(contactId, { type: 'noticeAnswered', step, accept }, ({ phase }) => phase.name === 'flow' && phase.awaits.kind === 'confirmation' && phase.awaits.step === step
      ? null : 'This notice is not waited for any more.');
  }

  #onWait(contactId: string): Promise<Reply<null>> {
    return this.#tell(contactId, { type: 'waitChosen' }, ({ phase }) => phase.name === 'dissuaded' && phase.choices.includes('wait') ? null : 'There is nothing to choose any more.');
  }

  /** What a customer says where it is waited for. `unfit`: why it is not, null where it is. */
  async #tell(contactId: string, event: ContactEvent, unfit: (state: ContactState) => string | null): Promise<Reply<null>> {
    const reply = await this.#options.runner.command(contactId, (_tx, { state }) => {
      const why = unfit(state);
      return Promise.resolve(why === null ? { event } : { problem: problems.wrongState(why) });
    });
    return reply.ok ? { ok: true, value: null } : reply;
  }

  async #onCallback(contactId: string, asked: unknown): Promise<Reply<null>> {
    const parsed = askCallbackSchema.safeParse(asked);
    if (!parsed.success) return { ok: false, problem: problems.invalidInput(parsed.error, 'callback') };
    return this.#options.callbacks.ask(contactId, parsed.data, { by: 'customer' });
  }

  async #onLeaveMessage(contactId: string, message: unknown): Promise<Reply<null>> {
    const parsed = leaveMessageSchema.safeParse(message);
    if (!parsed.success) return { ok: false, problem: problems.invalidInput(parsed.error, 'message') };
    return this.#options.leftMessages.leave(contactId, parsed.data);
  }

  async #callbackTimes(contactId: string): Promise<Reply<{ readonly times: readonly string[] }>> {
    const { db, callbacks } = this.#options;
    const { queue_id: queueId } = await db.selectFrom('contact').select('queue_id').where('id', '=', contactId).executeTakeFirstOrThrow();
    return { ok: true, value: { times: (await callbacks.times(queueId)).map((time) => new Date(time).toISOString()) } };
  }

  async #onDtmf(contactId: string, tones: unknown): Promise<Reply<null>> {
    const { db, calls } = this.#options;
    const parsed = dtmfTonesSchema.safeParse(tones);
    if (!parsed.success) return { ok: false, problem: problems.invalidInput(parsed.error, 'digits') };
    const contact = await db.selectFrom('contact').select('phase').where('id', '=', contactId).executeTakeFirst();
    if (contact?.phase !== 'call' && contact?.phase !== 'external') return { ok: false, problem: problems.wrongState('Digits can be sent during a call only.') };
    await calls.customerDtmf(contactId, parsed.data.digits);
    return { ok: true, value: null };
  }

  /** Whether the customer's page is connected now, whatever became of the contact. */
  isConnected(contactId: string): boolean {
    return this.#sockets.has(contactId);
  }

  async #onPage(contactId: string, page: unknown): Promise<void> {
    const { db, changes } = this.#options;
    const parsed = pageSchema.safeParse(page);
    if (!parsed.success) return;
    const row = await db.updateTable('contact').set({ page: JSON.stringify({ url: storableText(parsed.data.url), title: storableText(parsed.data.title) }) }).where('id', '=', contactId).where('phase', '<>', 'ended').returning('id').executeTakeFirst();
    if (row === undefined) return;
    const slots = await db.selectFrom('slot').select('agent_id').where('contact_id', '=', contactId).execute();
    for (const slot of slots) changes.emit('agent', slot.agent_id);
  }

  async #sendView(contactId: string): Promise<void> {
    const socket = this.#sockets.get(contactId);
    if (socket === undefined) return;
    const view = await this.#present.ask(contactId);
    if (view !== undefined) socket.emit('view', view);
  }

  async #sendQueue(queueId: string): Promise<void> {
    const figures = await this.#options.acds.expectedWait(queueId);
    const moved: string[] = [];
    for (const contactId of figures.positions.keys()) {
      const socket = this.#sockets.get(contactId);
      const place = JSON.stringify([figures.positions.get(contactId) ?? 0, figures.ewtOf(contactId)]);
      if (socket === undefined || this.#told.get(socket) === place) continue;
      this.#told.set(socket, place);
      moved.push(contactId);
    }
    const views = await customerViews(this.#options, moved, () => Promise.resolve(figures));
    for (const view of views) this.#sockets.get(view.contactId)?.emit('view', view);
  }

  /** Runs a request and acknowledges it, whatever becomes of it. A client that sent no callback gets no answer, and no exception. */
  #answering<T>(socket: CustomerSocket, work: () => Promise<Reply<T>>): (acknowledge: unknown) => void {
    return (acknowledge) => {
      const answer = (reply: Reply<T>): void => { if (typeof acknowledge === 'function') acknowledge(reply); };
      work().then(answer, (error: unknown) => {
        this.#options.log.error({ err: error, contactId: socket.data.connected?.contactId }, 'customer request failed');
        answer({ ok: false, problem: problems.internal() satisfies Problem });
      });
    };
  }
}
