/**
 * Runs the lives of contacts: one event at a time per contact, each in one transaction (read, transition, records, save); effects on media
 * and SIP follow after the commit, in order, and what they bring about comes back as events. What is stored is the truth: after a crash
 * `restore` takes every open contact up from there.
 */
import type { Logger } from 'pino';
import type { Problem, Reply } from '#shared/problem.ts';
import type { Config } from '../config/schema.ts';
import { applyRecords } from '../acd/records.ts';
import { factsOf } from '../figures/facts.ts';
import { problems } from '../http/problems.ts';
import type { Db, Queries } from '../store/database.ts';
import { findContacts, lockContact, openContacts, saveContacts, type ContactChange, type StoredContact } from '../store/contacts.ts';
import { appendAudit } from '../store/cobrowse-audit.ts';
import { recordFacts } from '../store/facts.ts';
import { Gathered } from '../store/gathered.ts';
import { throughOutage } from '../store/outage.ts';
import type { CallEvent, CallPort, EndpointPort } from './call-port.ts';
import type { Changes } from './changes.ts';
import { Effects } from './effects.ts';
import type { FlowPort } from './flow-port.ts';
import { limitsOf } from './limits.ts';
import { grantChanges } from './phases/grant-audit.ts';
import type { ContactEvent, ContactState, Effect } from './state.ts';
import { transition } from './transition.ts';

export interface RunnerOptions {
  readonly db: Db;
  readonly config: Config;
  readonly calls: CallPort & EndpointPort;
  readonly changes: Changes;
  readonly flow: FlowPort;
  readonly sipDomain: string;
  readonly now: () => number;
  readonly log: Logger;
}

/** Fewer than the store's connections, so that people are served meanwhile. */
const atOnce = 6;

export class ContactRunner {
  readonly #options: RunnerOptions;
  readonly #effects: Effects;
  readonly #reads: Gathered<string, StoredContact | undefined>;
  /** Answers whether it was stored. */
  readonly #saves: Gathered<ContactChange, boolean>;
  /** The tail of each contact's work; an entry goes when its work is done. */
  readonly #tails = new Map<string, Promise<unknown>>();
  #closed = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
    const { db, now } = options;
    this.#reads = new Gathered((ids) => findContacts(db, ids));
    this.#saves = new Gathered(async (changes) => {
      const saved = await saveContacts(db, changes, now());
      return changes.map(({ contact }) => saved.has(contact.id));
    });
    this.#effects = new Effects(options, (contactId, event) => {
      this.report(contactId, event).catch((error: unknown) => options.log.error({ err: error, contactId, event: event.type }, 'event failed'));
    });
    options.calls.onEvent((event) => this.#onCallEvent(event));
  }

  /** Takes up every open contact after a start: what was only in the last process's memory (sockets, legs, offers) is gone. */
  async restore(): Promise<number> {
    const contacts = await openContacts(this.#options.db);
    await this.dispatchAll(contacts.map(({ id }) => id), { type: 'gatewayRestarted' });
    return contacts.length;
  }

  /**
   * One event for many contacts, a few at a time: all at once they would wait for the store's connections until those give up. A contact
   * that fails is logged and holds up no other. Answers how many failed.
   */
  async dispatchAll(contactIds: readonly string[], event: ContactEvent): Promise<number> {
    const left = [...contactIds];
    let failed = 0;
    const work = async (): Promise<void> => {
      for (let id = left.shift(); id !== undefined; id = left.shift()) {
        try {
          await this.dispatch(id, event);
        } catch (error) {
          failed += 1;
          this.#options.log.error({ err: error, contactId: id, event: event.type }, 'event failed');
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    return failed;
  }

  /** Rescinds offers, gives up calling back and ends consultations; calls are kept in the store, and taken up by the next start. Waits for work under way. */
  async stop(): Promise<void> {
    const contacts = await openContacts(this.#options.db);
    await this.dispatchAll(contacts.filter(({ state: { phase } }) => phase.name === 'offered' || phase.name === 'rung' || phase.name === 'callingBack' || (phase.name === 'call' && phase.second !== null)).map(({ id }) => id), { type: 'gatewayStopping' });
    this.#closed = true;
    await Promise.allSettled(this.#tails.values());
  }

  /**
   * Applies an event and performs what follows. Resolves with the state after it, or undefined when there is no such contact.
   * `unless` is asked within the transaction, before the event: a non-null answer refuses it and is thrown.
   */
  dispatch(contactId: string, event: ContactEvent, unless?: (state: ContactState) => Error | null): Promise<ContactState | undefined> {
    return this.#inOrder(contactId, async () => this.#followed(await this.#applied(contactId, event, unless)));
  }

  /** The same for what has happened already and nobody will say again (a hang-up, a lost connection): waits out an outage of the store. */
  report(contactId: string, event: ContactEvent): Promise<ContactState | undefined> {
    return this.#inOrder(contactId, async () => this.#followed(await throughOutage(() => this.#applied(contactId, event), () => this.#closed)));
  }

  /**
   * Most events change the contact alone. Such a change needs no transaction: it is stored in one statement if nobody else (the matcher, a
   * command) changed the contact since it was read, and otherwise made as those that change reservations, slots, the audit or the figures with it.
   */
  async #applied(contactId: string, event: ContactEvent, unless?: (state: ContactState) => Error | null): Promise<Applied | undefined> {
    const { config } = this.#options;
    const read = await this.#reads.ask(contactId);
    if (read === undefined) return undefined;
    const refusal = unless?.(read.state);
    if (refusal) throw refusal;
    const outcome = this.#outcome(read, event);
    if (outcome.after === read.state) return outcome;
    const alone = outcome.effects.every(({ type }) => !type.startsWith('record')) && grantChanges(read.state, outcome.after, event).length === 0 && factsOf(read.state, outcome.after, false).length === 0;
    if (alone) {
      const limits = limitsOf(config, read.queueId);
      if (await this.#saves.ask({ contact: read, state: outcome.after, event: event.type, limits })) return outcome;
    }
    return this.#options.db.transaction().execute(async (tx) => {
      const contact = await lockContact(tx, contactId);
      if (contact === undefined) return undefined;
      const refusal = unless?.(contact.state);
      if (refusal) throw refusal;
      return this.apply(tx, contact, event);
    });
  }

  async #followed(applied: Applied | undefined): Promise<ContactState | undefined> {
    if (applied === undefined) return undefined;
    await this.#follow(applied);
    return applied.after;
  }

  /**
   * What somebody asks of a contact: `decide` looks at it within its transaction, makes what the event needs there (a reservation, a hop) and
   * answers the event, or the problem why not. `first` runs before the contact is locked, for whoever needs the matcher's lock: the matcher
   * takes contacts after it. Resolves when what follows has been begun, with a problem where the media could not be switched.
   */
  command(contactId: string, decide: (tx: Queries, contact: StoredContact) => Promise<Decision>, first?: (tx: Queries) => Promise<void>): Promise<Reply<ContactState>> {
    return this.#inOrder(contactId, async (): Promise<Reply<ContactState>> => {
      const decided = await this.#options.db.transaction().execute(async (tx) => {
        await first?.(tx);
        const contact = await lockContact(tx, contactId);
        if (contact === undefined) return { problem: problems.notFound('contact') };
        const decision = await decide(tx, contact);
        // Thrown, so that nothing of what was made for the event stays.
        if ('problem' in decision) throw new Refused(decision.problem);
        const applied = await this.apply(tx, contact, decision.event);
        if (applied.after === contact.state) throw new Refused(problems.wrongState('The contact has moved on.'));
        return { applied };
      }).catch((error: unknown) => {
        if (error instanceof Refused) return { problem: error.problem };
        throw error;
      });
      if ('problem' in decided) return { ok: false, problem: decided.problem };
      const refusal = await this.#follow(decided.applied);
      return refusal === null ? { ok: true, value: decided.applied.after } : { ok: false, problem: problems.mediaState(refusal) };
    });
  }

  /** The transactional half, for callers who have a transaction of their own; `follow` must come after its commit. */
  async apply(tx: Queries, contact: StoredContact, event: ContactEvent): Promise<Applied> {
    const [applied] = await this.applyAll(tx, [{ contact, event }]);
    if (applied === undefined) throw new Error('unreachable: one event has one outcome');
    return applied;
  }

  /** The same for events of several contacts (the matcher), which are stored together. */
  async applyAll(tx: Queries, events: ReadonlyArray<{ readonly contact: StoredContact; readonly event: ContactEvent }>): Promise<Applied[]> {
    const { config } = this.#options;
    // One moment for all that follows: whoever is freed by an event is not free after it.
    const now = this.#options.now();
    const applied = events.map(({ contact, event }) => this.#outcome(contact, event, now));
    const changed = applied.filter(({ contact, after }) => after !== contact.state);
    if (changed.length === 0) return applied;
    // Where it was handed to another queue, it waits by that one's limits.
    const queueAfter = ({ contact, effects }: Applied): string => effects.find((effect) => effect.type === 'recordQueue')?.queueId ?? contact.queueId;
    const stored = await saveContacts(tx, changed.map((one) => ({ contact: one.contact, state: one.after, event: one.event.type, limits: limitsOf(config, queueAfter(one)) })), now);
    // The caller has locked them; a second event needs a second reading.
    if (stored.size !== changed.length) throw new Error('a contact was changed on a reading that is not its latest');
    for (const one of changed) {
      const { contact, after, effects } = one;
      await applyRecords(tx, { contact, effects, config, now });
      const queueId = queueAfter(one);
      await recordFacts(tx, { contactId: contact.id, queueId, facts: factsOf(contact.state, after, queueId !== contact.queueId) }, now);
    }
    await appendAudit(tx, changed.flatMap(({ contact, event, after }) => grantChanges(contact.state, after, event).map((change) => ({ ...change, contactId: contact.id, at: now }))));
    return applied;
  }

  #outcome(contact: StoredContact, event: ContactEvent, now = this.#options.now()): Applied {
    const { config } = this.#options;
    const { state, effects } = transition(contact.state, event, now, limitsOf(config, contact.queueId));
    return { contact, event, after: state, effects };
  }

  /**
   * Performs what follows from an event that was applied outside the contact's order. Another event may have come between the commit and
   * this turn (the customer left); what it brought about is not undone by preparing media for a contact that is over.
   */
  follow(applied: Applied): Promise<void> {
    // Whoever hears of it reads what is true by then.
    this.#announce(applied);
    return this.#inOrder(applied.contact.id, async () => {
      const contact = await this.#reads.ask(applied.contact.id);
      if (contact !== undefined && reservationOf(contact.state) === reservationOf(applied.after)) await this.#perform(applied);
    });
  }

  /** Answers why the media could not be switched; null otherwise. */
  #follow(applied: Applied): Promise<string | null> {
    this.#announce(applied);
    return this.#perform(applied);
  }

  #announce({ contact, event, after, effects }: Applied): void {
    const { changes, log } = this.#options;
    const before = contact.state;
    if (after === before) return;
    if (before.phase.name !== after.phase.name) {
      log.info({ contactId: contact.id, from: before.phase.name, to: after.phase.name, event: event.type, phase: after.phase }, 'contact transition');
    }
    changes.emit('contact', contact.id);
    if (before.cobrowse.view === 'granted' || after.cobrowse.view === 'granted') changes.emit('cobrowse', contact.id);
    if (after.phase.name === 'waiting') changes.emit('waiting', contact.id);
    if (after.phase.name === 'ended') changes.emit('ended', contact.id);
    // That the media stands ready is the customer's client's affair alone.
    if (event.type !== 'mediaPrepared') {
      changes.emit('queue', contact.queueId);
      for (const effect of effects) if (effect.type === 'recordQueue') changes.emit('queue', effect.queueId);
      for (const agentId of new Set([...agentsOf(before), ...agentsOf(after)])) changes.emit('agent', agentId, event.type === 'reserved');
    }
  }

  async #perform({ contact, after, effects }: Applied): Promise<string | null> {
    if (after === contact.state) return null;
    let refusal: string | null = null;
    for (const effect of effects) refusal = await this.#effects.perform(contact, after, effect) ?? refusal;
    return refusal;
  }

  #onCallEvent(event: CallEvent): void {
    const { contactId, ...rest } = event;
    this.report(contactId, rest).catch((error: unknown) => this.#options.log.error({ err: error, contactId, event: event.type }, 'call event failed'));
  }

  /** An endpoint of the agent is registered (anew): calls that wait for its return are put through to it. */
  async endpointReady(agentId: string): Promise<void> {
    const engaged = this.#options.db.selectFrom('slot').select('contact_id').where('agent_id', '=', agentId).where('state', '=', 'engaged');
    const rows = await throughOutage(() => engaged.execute(), () => this.#closed);
    await Promise.all(rows.map(({ contact_id }) => this.report(contact_id, { type: 'agentEndpointReady', agentId })));
  }

  #inOrder<T>(contactId: string, work: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new Error('the gateway is stopping'));
    const before = this.#tails.get(contactId) ?? Promise.resolve();
    const done = before.then(work, work);
    const tail = done.then(() => undefined, () => undefined).then(() => {
      if (this.#tails.get(contactId) === tail) this.#tails.delete(contactId);
    });
    this.#tails.set(contactId, tail);
    return done;
  }
}

export interface Applied {
  readonly contact: StoredContact;
  readonly event: ContactEvent;
  readonly after: ContactState;
  readonly effects: readonly Effect[];
}

/** What a decision comes to: an event, or why there is none. */
export type Decision = { readonly event: ContactEvent } | { readonly problem: Problem };

class Refused extends Error {
  override readonly name = 'Refused';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.title);
    this.problem = problem;
  }
}

/** What the phase was made for: news of it are of no use to another one. */
function reservationOf({ phase }: ContactState): string | null {
  if (phase.name === 'external') return phase.hopId;
  return 'reservationId' in phase ? phase.reservationId : null;
}

/** The agent who has the contact, or is offered it. */
export function agentOf({ phase }: ContactState): string | null {
  return 'agentId' in phase ? phase.agentId : null;
}

/** Everybody whose desktop shows something of this contact's state. */
export function agentsOf(state: ContactState): string[] {
  const { phase } = state;
  const agentId = agentOf(state);
  const own = agentId === null ? [] : [agentId];
  return phase.name === 'call' && phase.second?.party.kind === 'agent' ? [...own, phase.second.party.agentId] : own;
}
