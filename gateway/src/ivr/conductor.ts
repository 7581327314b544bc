/**
 * Leads contacts through the flows of their queues: gathers what the next step needs (flow/advance.ts says what), asks other systems, and tells the
 * contact where it has come to. It keeps nothing: what is stored with the contact is where another process begins again.
 */
import type { Logger } from 'pino';
import { Counter, type Registry } from 'prom-client';
import type { FlowStep } from '../config/flow.ts';
import type { FlowPort } from '../contact/flow-port.ts';
import type { PhaseOf, ContactEvent, ContactState } from '../contact/state.ts';
import { askCrm, askEntitlement, type Inquirer } from '../crm/lookups.ts';
import type { Facts } from '../flow/progress.ts';
import type { Db } from '../store/database.ts';
import type { Asker, Figures } from './figures.ts';
import { follow, type Needs } from './follow.ts';

interface ConductorOptions {
  readonly db: Db;
  readonly figures: Figures;
  readonly now: () => number;
  readonly log: Logger;
  readonly registry: Registry;
}

export class Conductor implements FlowPort {
  readonly #options: ConductorOptions;
  /** Ends what is being asked of others when the gateway stops. */
  readonly #stopped = new AbortController();
  readonly #lookups: Counter<'step' | 'outcome'>;

  constructor(options: ConductorOptions) {
    this.#options = options;
    this.#lookups = new Counter({ name: 'gethelp_flow_lookups_total', help: 'Questions of flows to other systems, by step and by what became of them', labelNames: ['step', 'outcome'], registers: [options.registry] });
  }

  follow(contactId: string, { phase }: ContactState, feed: (event: ContactEvent) => void): void {
    if (phase.name !== 'flow') return;
    this.#follow(contactId, phase).then(
      (event) => { if (event !== null && !this.#stopped.signal.aborted) feed(event); },
      (error: unknown) => { if (!this.#stopped.signal.aborted) this.#options.log.error({ err: error, contactId }, 'flow could not be followed'); },
    );
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #follow(contactId: string, { progress, awaits }: PhaseOf<'flow'>): Promise<ContactEvent | null> {
    const { db, figures, now, log } = this.#options;
    const { queueId } = progress;
    const row = await db.selectFrom('contact').innerJoin('session', 'session.id', 'contact.session_id')
      .select(['contact.customer_id', 'contact.attributes', 'contact.channel', 'contact.video', 'session.request']).where('contact.id', '=', contactId).executeTakeFirst();
    if (row === undefined) return null;
    const { customer, inquiry } = row.request;
    const attributes = { ...customer?.attributes, ...row.attributes };
    const asker = { queueId, contactId, customerId: row.customer_id, channel: row.channel, video: row.video };
    const flow = figures.flowOf(queueId);
    const asked = awaits.kind === 'lookup' ? flow.find(({ name }) => name === awaits.step) : undefined;
    const facts: Facts = {
      now: now(), customerId: row.customer_id, attributes, offers: figures.offers(queueId, row.channel),
      ...(asked === undefined ? {} : await this.#ask(contactId, asked, { queueId, customer, attributes, inquiry })),
    };
    const { progress: reached, judged, learned, next } = await follow(flow, progress, facts, (needs) => this.#figures(needs, asker, facts.now));
    if (judged.length > 0) log.info({ contactId, queueId, steps: judged.map(({ step, why }) => ({ step: step.name, ...why })) }, 'flow followed');
    const stop = next.kind === 'needs' ? { kind: 'lookup', step: next.step.name, seconds: next.seconds, otherwise: next.otherwise } as const : next;
    return { type: 'flowWent', turn: awaits.turn, progress: reached, learned, stop };
  }

  async #ask(contactId: string, step: FlowStep, inquirer: Inquirer): Promise<Partial<Facts>> {
    const { signal } = this.#stopped;
    if (step.kind !== 'entitlement' && step.kind !== 'crm') return {};
    const facts: Partial<Facts> = step.kind === 'entitlement' ? { entitlement: await askEntitlement(step, inquirer, signal) } : { crm: await askCrm(step, inquirer, signal) };
    const failed = facts.entitlement?.ok === false ? facts.entitlement.why : facts.crm?.ok === false ? facts.crm.why : null;
    if (!signal.aborted) this.#lookups.inc({ step: step.kind, outcome: failed ?? 'answered' });
    if (failed !== null && !signal.aborted) this.#options.log.warn({ contactId, step: step.name, why: failed }, 'lookup failed');
    return facts;
  }

  /** Our own; what others are to be asked is asked once the contact waits for it. */
  async #figures({ fact, step }: Needs, asker: Asker, now: number): Promise<Partial<Facts> | null> {
    const { figures } = this.#options;
    switch (fact) {
      case 'opening': return { opening: figures.opening(asker.queueId, now) };
      case 'load': return { load: await figures.load(asker) };
      case 'lastAgent': return step.kind === 'lastAgent' ? { lastAgent: await figures.lastAgent(step, asker, now) } : null;
      case 'entitlement':
      case 'crm': return null;
    }
  }
}
