/**
 * Callbacks as people ask for them: a customer who waits, a portal for its customer, an agent out of a wrap-up. What may be called and when is
 * judged here, by the queue's own rules and the trunks' allow-list; what becomes of a callback is its contact's life (contact/phases/callback.ts).
 */
import { randomUUID } from 'node:crypto';
import type { AskCallback } from '#shared/customer-protocol.ts';
import type { Problem, Reply } from '#shared/problem.ts';
import type { CreateSession } from '#shared/session-api.ts';
import type { Config, QueueConfig } from '../config/schema.ts';
import type { EndpointPort } from '../contact/call-port.ts';
import type { Changes } from '../contact/changes.ts';
import { limitsOf, queueOf } from '../contact/limits.ts';
import type { Callback } from '../contact/phases/callback.ts';
import { enterCallback } from '../contact/phases/callback-place.ts';
import type { ContactRunner } from '../contact/runner.ts';
import { newContact } from '../contact/state.ts';
import { deadlineOf } from '../contact/transition.ts';
import { problems } from '../http/problems.ts';
import { phoneOf } from '../session/phone-of.ts';
import { hashSecret, newCallerUri, newSecret } from '../session/secrets.ts';
import { matchesNumber } from '../sip/trunks/numbers.ts';
import { agreedTimes, isAwaited, oneAgreementAtATime } from '../store/callbacks.ts';
import type { Db, Queries } from '../store/database.ts';
import { insertContact, insertSession } from '../store/sessions.ts';
import { mayAskForCallback } from './callback-choices.ts';
import { callbackWindows, slotOf, slotStarts } from './callback-times.ts';

export interface CallbacksOptions {
  readonly db: Db;
  readonly config: Config;
  readonly runner: ContactRunner;
  readonly endpoints: EndpointPort;
  readonly changes: Changes;
  readonly sipDomain: string;
  readonly now: () => number;
}

/** Whose wish it is: a customer's is bound by what the queue offers, a portal's and an agent's by what may be dialled; an agent chooses any time within the hours. */
type Asker = { readonly by: 'customer' | 'portal' } | { readonly by: 'agent'; readonly agentId: string | null };

interface Wish {
  readonly queueId: string;
  readonly number: string | null;
  readonly at: number | null;
  readonly asker: Asker;
  /** The contact that it is for, where there is one already. */
  readonly contactId: string | null;
}

export interface NewCallback {
  readonly portalId: string;
  readonly request: CreateSession;
  readonly queueId: string;
  readonly asked: AskCallback;
  readonly asker: Asker;
}

export class Callbacks {
  readonly #options: CallbacksOptions;

  constructor(options: CallbacksOptions) {
    this.#options = options;
  }

  /** Somebody who waits goes, and is called back. */
  async ask(contactId: string, { number, at }: AskCallback, asker: Asker): Promise<Reply<null>> {
    const judged = await this.#judgedNumber(number);
    if (!judged.ok) return judged;
    const reply = await this.#options.runner.command(contactId, async (tx, { queueId, state }) => {
      if (!mayAskForCallback(state)) return { problem: problems.wrongState('A callback is asked for while waiting.') };
      const callback = await this.#agreed(tx, { queueId, number: judged.value, at: moment(at), asker, contactId });
      return 'problem' in callback ? callback : { event: { type: 'callbackAsked', callback: callback.callback } };
    }, oneAgreementAtATime);
    return reply.ok ? { ok: true, value: null } : reply;
  }

  async withdraw(contactId: string): Promise<Reply<null>> {
    const reply = await this.#options.runner.command(contactId, (_tx, { state: { phase, callback } }) => Promise.resolve(
      phase.name === 'waiting' && callback !== null ? { event: { type: 'callbackWithdrawn' } } : { problem: problems.wrongState('There is no callback that could be given up for waiting now.') },
    ));
    return reply.ok ? { ok: true, value: null } : reply;
  }

  /** A callback without anybody who waits: its contact is made for it. */
  async create({ portalId, request, queueId, asked, asker }: NewCallback): Promise<Reply<{ readonly sessionId: string; readonly contactId: string; readonly from: string }>> {
    const { db, config, changes, sipDomain, now } = this.#options;
    const judged = await this.#judgedNumber(asked.number);
    if (!judged.ok) return judged;
    if (judged.value === null) return { ok: false, problem: problems.partyRefused(404, 'Nobody is connected who could be called on a page: name a number.') };
    const [sessionId, contactId, from] = [randomUUID(), randomUUID(), newCallerUri(sipDomain)];
    const made = await db.transaction().execute(async (tx): Promise<{ readonly problem: Problem } | { readonly ok: true }> => {
      await oneAgreementAtATime(tx);
      const agreed = await this.#agreed(tx, { queueId, number: judged.value, at: moment(asked.at), asker, contactId: null });
      if ('problem' in agreed) return agreed;
      const limits = limitsOf(config, queueId);
      const { state } = enterCallback({ ...newContact(now()), absentUntil: now() }, agreed.callback, { now: now(), limits });
      // Nobody redeems its token: it is void from the start, as the contact's resume secret is nobody's.
      // Nobody at a telephone needs an agent with a camera.
      const session = { id: sessionId, portalId, from, request: { ...request, channels: ['voice' as const] satisfies CreateSession['channels'] }, queueId, tokenId: randomUUID(), tokenExpiresAt: now(), tokenUsed: true };
      await insertSession(tx, { ...session, idempotencyKey: null, now: now() });
      await insertContact(tx, {
        id: contactId, session, priority: queueOf(config, queueId).priority, state, resumeHash: hashSecret(newSecret().secret), phone: phoneOf(request, config), wakeAt: deadlineOf(state, limits), now: now(),
      });
      return { ok: true };
    });
    if ('problem' in made) return { ok: false, problem: made.problem };
    changes.emit('queue', queueId);
    changes.emit('waiting', contactId);
    return { ok: true, value: { sessionId, contactId, from } };
  }

  /** By somebody of the house, who may choose any time within the hours. It stays whose it was. */
  async reschedule(contactId: string, at: string): Promise<Reply<null>> {
    const reply = await this.#options.runner.command(contactId, async (tx, { queueId, state: { phase, callback } }) => {
      if (callback === null || (phase.name !== 'waiting' && phase.name !== 'scheduled')) return { problem: problems.wrongState('There is no callback that could be put off now.') };
      const agreed = await this.#agreed(tx, { queueId, number: callback.number, at: moment(at), asker: { by: 'agent', agentId: callback.agentId }, contactId });
      if ('problem' in agreed) return agreed;
      return { event: { type: 'rescheduled', at: agreed.callback.at ?? this.#options.now(), windows: agreed.callback.windows } };
    }, oneAgreementAtATime);
    return reply.ok ? { ok: true, value: null } : reply;
  }

  /** By somebody of the house; a customer leaves. */
  async cancel(contactId: string): Promise<Reply<null>> {
    const reply = await this.#options.runner.command(contactId, (_tx, { state: { callback } }) => Promise.resolve(
      callback === null ? { problem: problems.wrongState('Nobody is to be called back here any more.') } : { event: { type: 'callbackCanceled' } },
    ));
    return reply.ok ? { ok: true, value: null } : reply;
  }

  /** Where slots begin that have room for one more. */
  async times(queueId: string): Promise<readonly number[]> {
    const { db, now } = this.#options;
    const { queue, starts } = this.#slots(queueId);
    const [first, last] = [starts[0], starts.at(-1)];
    if (first === undefined || last === undefined) return [];
    const taken = await agreedTimes(db, queueId, { from: Math.min(first, now()), until: last + queue.callback.slotMinutes * 60_000 });
    const full = Map.groupBy(taken, (one) => slotOf(starts, queue, one));
    return starts.filter((start) => (full.get(start)?.length ?? 0) < queue.callback.slotCapacity);
  }

  #slots(queueId: string): { readonly queue: QueueConfig; readonly starts: readonly number[] } {
    const { config, now } = this.#options;
    const queue = queueOf(config, queueId);
    return { queue, starts: slotStarts(config.hours.find(({ id }) => id === queue.hours) ?? null, queue, now()) };
  }

  /** The callback as it is agreed on, or why not. Others who agree on one at the same time wait. */
  async #agreed(tx: Queries, { queueId, number, at, asker, contactId }: Wish): Promise<{ readonly callback: Callback } | { readonly problem: Problem }> {
    const { config, now } = this.#options;
    const { queue, starts } = this.#slots(queueId);
    const rules = queue.callback;
    if (asker.by === 'customer') {
      const offered = (number === null ? rules.page : rules.phone) && (at === null || rules.scheduled);
      if (!offered) return { problem: problems.forbidden(`${queue.label} does not call back like that.`) };
      if (number !== null && rules.numbers !== undefined && !rules.numbers.some((pattern) => matchesNumber(pattern, number))) return { problem: problems.partyRefused(403, 'This number is not called back.') };
    }
    if (number !== null && await isAwaited(tx, number, contactId)) return { problem: problems.partyRefused(409, 'This number is to be called back already.') };
    const calendar = config.hours.find(({ id }) => id === queue.hours) ?? null;
    const windows = callbackWindows(calendar, queue, at ?? now());
    if (windows.length === 0) return { problem: problems.wrongState(`${queue.label} has no hours in which somebody could call.`) };
    if (at !== null) {
      const refused = asker.by === 'agent' ? this.#outsideHours(windows, at) : await this.#fullOrNone(tx, { queueId, queue, starts, at, contactId });
      if (refused !== null) return { problem: refused };
    }
    return { callback: { number, at, agentId: asker.by === 'agent' ? asker.agentId : null, triesLeft: rules.tries, notBefore: null, windows } };
  }

  #outsideHours(windows: Callback['windows'], at: number): Problem | null {
    if (at <= this.#options.now()) return problems.wrongState('This time is over: choose a later one.');
    const [first] = windows;
    return first !== undefined && first.from <= at && at < first.until ? null : problems.wrongState('The queue is closed then: choose a time within its hours.');
  }

  async #fullOrNone(tx: Queries, { queueId, queue, starts, at, contactId }: { readonly queueId: string; readonly queue: QueueConfig; readonly starts: readonly number[]; readonly at: number; readonly contactId: string | null }): Promise<Problem | null> {
    const slot = slotOf(starts, queue, at);
    if (slot === null) return problems.wrongState('This time cannot be chosen: it is too soon, too far away, or the queue is closed then.');
    const taken = await agreedTimes(tx, queueId, { from: slot, until: slot + queue.callback.slotMinutes * 60_000, ...(contactId === null ? {} : { except: contactId }) });
    return taken.length < queue.callback.slotCapacity ? null : problems.wrongState('This time has been taken meanwhile: choose another one.');
  }

  /** The allow-list: nobody's but a number that a trunk may dial. Null: none was named. */
  async #judgedNumber(named: string | undefined): Promise<Reply<string | null>> {
    if (named === undefined) return { ok: true, value: null };
    const destination = await this.#options.endpoints.destination(named);
    switch (destination.type) {
      case 'external': return { ok: true, value: destination.number };
      case 'refused': return { ok: false, problem: problems.partyRefused(destination.status === 480 ? 409 : destination.status, destination.status === 404 ? 'That is no telephone number.' : 'This number cannot be called from here.') };
      case 'agent':
      case 'caller': return { ok: false, problem: problems.partyRefused(403, 'This number cannot be called from here.') };
    }
  }
}

function moment(at: string | undefined): number | null {
  return at === undefined ? null : Date.parse(at);
}
