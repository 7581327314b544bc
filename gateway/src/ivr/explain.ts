/**
 * Explains what the flow would do with somebody, by the very steps that it is followed by (flow/advance.ts): each with its outcome and why. Queues
 * and agents are looked at, or assumed; other systems are asked only where that is wished; nothing is stored, and nobody is offered anything.
 */
import type { z } from 'zod';
import type { Explained, ExplainedStep, ExplainedVerdict, explainSchema } from '#shared/flow-api.ts';
import type { FlowStep } from '../config/flow.ts';
import type { Config } from '../config/schema.ts';
import { queueOf } from '../contact/limits.ts';
import { askCrm, askEntitlement } from '../crm/lookups.ts';
import { enters, passed, type Exit, type Facts, type Judged, type Progress } from '../flow/progress.ts';
import type { Asker, Figures } from './figures.ts';
import { follow, type Needs } from './follow.ts';

type Question = z.output<typeof explainSchema>;

interface ExplainerOptions {
  readonly config: Config;
  readonly figures: Figures;
  readonly now: () => number;
}

/** Where nothing was invented for it. */
const noInquiry = { pageUrl: 'https://example.com/' };

export class Explainer {
  readonly #options: ExplainerOptions;

  constructor(options: ExplainerOptions) {
    this.#options = options;
  }

  async explain(question: Question): Promise<Explained> {
    const { figures, now } = this.#options;
    const at = question.at === undefined ? now() : Date.parse(question.at);
    const steps: ExplainedStep[] = [];
    let progress = enters(question.queue);
    let attributes: Facts['attributes'] = question.customer?.attributes ?? {};
    let offered: Extract<Exit, { kind: 'offer' }> | null = null;
    for (;;) {
      const { queueId } = progress;
      const flow = figures.flowOf(queueId);
      const told = (judged: Judged, outcome: ExplainedStep['outcome']): number => steps.push({ queue: queueId, kind: judged.step.kind, name: judged.step.name, outcome, why: judged.why });
      const facts: Facts = { now: at, customerId: question.customer?.id ?? null, attributes, offers: figures.offers(queueId, 'voice') };
      const { progress: reached, judged, learned, next } = await follow(flow, progress, facts, (needs) => this.#give(needs, question, { progress, attributes, at }));
      attributes = { ...attributes, ...learned };
      for (const one of judged.slice(0, -1)) told(one, 'passed');
      const last = judged.at(-1);
      const sentOut = next.kind === 'exit' && next.step !== null;
      if (last !== undefined) told(last, sentOut ? outcomeOf(next.exit) : 'passed');
      if (next.kind === 'needs') told({ step: next.step, why: { code: 'lookupNotAsked', allowed: next.otherwise.kind === 'on' } }, outcomeOf(next.otherwise));
      if (next.kind === 'confirm') steps.push({ queue: queueId, kind: 'notice', name: next.step, outcome: 'asked', why: { code: 'mustConfirm', seconds: next.seconds, key: next.key } });

      // Whom the flow asks something is taken to say yes: to wait where that is offered.
      const exit: Exit = next.kind === 'needs' ? next.otherwise : next.kind === 'confirm' ? { kind: 'on', priority: null } : next.exit;
      const step = next.kind === 'needs' ? next.step.name : next.step;
      switch (exit.kind) {
        case 'on': progress = passed(reached, step, exit.priority); break;
        case 'queue': progress = enters(exit.queueId, [...reached.visited, queueId], exit.priority); break;
        case 'end': return { steps, verdict: { kind: 'ended', queue: queueId, end: exit.end, message: exit.message } };
        case 'wait': return { steps, verdict: await this.#waits(reached, question) };
        case 'offer':
          if (!exit.choices.includes('wait') || offered !== null) return { steps, verdict: { kind: 'offered', queue: queueId, why: exit.why, choices: exit.choices, message: exit.message } };
          progress = passed(reached, step, null);
      }
    }
  }

  async #give({ fact, step }: Needs, question: Question, { progress, attributes, at }: { readonly progress: Progress; readonly attributes: Facts['attributes']; readonly at: number }): Promise<Partial<Facts> | null> {
    const { figures } = this.#options;
    const { assume, customer } = question;
    const asker = askerOf(question, progress.queueId);
    switch (fact) {
      case 'opening': return { opening: figures.opening(progress.queueId, at) };
      case 'load': return { load: { ...await figures.load(asker), ...defined({ waiting: assume.waiting, ewt: assume.ewt, loggedIn: assume.loggedIn }) } };
      case 'lastAgent': return step.kind === 'lastAgent' ? { lastAgent: await figures.lastAgent(step, asker, this.#options.now()) } : null;
      case 'entitlement':
        if (assume.entitled !== undefined) return { entitlement: { ok: true, entitled: assume.entitled, attributes: {} } };
        break;
      case 'crm':
        if (assume.crm !== undefined) return { crm: { ok: true, attributes: assume.crm } };
    }
    return question.ask ? ask(step, { queueId: progress.queueId, customer, attributes, inquiry: question.inquiry ?? noInquiry }) : null;
  }

  async #waits({ queueId, priority, first, overflow }: Progress, question: Question): Promise<ExplainedVerdict> {
    const { config, figures } = this.#options;
    const { assume } = question;
    const asker = askerOf(question, queueId);
    const [load, next, name] = await Promise.all([figures.load(asker), figures.nextAgent(asker, this.#options.now()), first === null ? '' : figures.nameOf(first.agentId)]);
    const queue = queueOf(config, queueId);
    return {
      kind: 'waits', queue: queueId, label: queue.label, priority: priority ?? queue.priority, waiting: assume.waiting ?? load.waiting, ewt: assume.ewt === undefined ? load.ewt : assume.ewt,
      first: first === null ? null : { ...first, name }, next, overflow: overflow === null ? null : { after: overflow.after, queue: overflow.queueId },
    };
  }
}

async function ask(step: FlowStep, inquirer: Parameters<typeof askCrm>[1]): Promise<Partial<Facts> | null> {
  // Its own limit ends it; whoever asked waits for it.
  const { signal } = new AbortController();
  if (step.kind === 'entitlement') return { entitlement: await askEntitlement(step, inquirer, signal) };
  return step.kind === 'crm' ? { crm: await askCrm(step, inquirer, signal) } : null;
}

function askerOf({ customer }: Question, queueId: string): Asker {
  return { queueId, contactId: '', customerId: customer?.id ?? null, channel: 'voice', video: false };
}

function outcomeOf({ kind }: Exit): ExplainedStep['outcome'] {
  switch (kind) {
    case 'end': return 'ended';
    case 'queue': return 'queue';
    case 'offer': return 'offered';
    case 'on':
    case 'wait': return 'passed';
  }
}

function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
