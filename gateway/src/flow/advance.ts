/**
 * The flow before the queue: judges one step after the other by what is known, until something is missing, a person is to be asked, or the
 * contact leaves the flow. Pure: the same facts come to the same end, for a customer (ivr/conductor.ts) as for a question (ivr/explain.ts).
 */
import type { DissuadedWhy, FlowReason } from '#shared/flow-words.ts';
import type { ContactEnd, WaitRange } from '#shared/vocabulary.ts';
import type { Consequence, FlowStep } from '../config/flow.ts';
import { passed, type Advance, type Attributes, type Exit, type Facts, type Judged, type Missing, type Next, type Progress } from './progress.ts';
import { fits } from './rules.ts';

type Step<K extends FlowStep['kind']> = Extract<FlowStep, { kind: K }>;

type Verdict =
  | { readonly kind: 'judged'; readonly why: FlowReason; readonly exit: Exit; readonly learned?: Attributes; readonly change?: Partial<Pick<Progress, 'first' | 'overflow' | 'priority'>> }
  | { readonly kind: 'needs'; readonly fact: Missing; readonly seconds: number; readonly otherwise: Exit }
  | { readonly kind: 'confirm'; readonly text: Step<'notice'>['text']; readonly key: string; readonly seconds: number; readonly declined: Exit };

const on: Exit = { kind: 'on', priority: null };
/** A queue that has a calendar and says nothing of it in its flow is closed when it is closed, but for messages where it takes them. */
const closedEnds: FlowStep = { kind: 'hours', name: 'hours', closed: { kind: 'end', message: null } };
const closedTakesMessages: FlowStep = { kind: 'hours', name: 'hours', closed: { kind: 'offer', choices: ['message'], message: null } };

export function advance(flow: readonly FlowStep[], from: Progress, facts: Facts): Advance {
  let progress = from;
  let learned: Attributes = {};
  const judged: Judged[] = [];
  const stops = (next: Next): Advance => ({ progress, judged, learned, next });
  const steps = flow.some(({ kind }) => kind === 'hours') ? flow : [facts.offers.includes('message') ? closedTakesMessages : closedEnds, ...flow];
  for (const step of steps) {
    if (progress.done.includes(step.name)) continue;
    const verdict = judge(step, progress, { ...facts, attributes: { ...facts.attributes, ...learned } });
    if (verdict.kind === 'needs') return stops({ ...verdict, step });
    if (verdict.kind === 'confirm') return stops({ ...verdict, step: step.name });
    const { why, exit } = verdict;
    learned = { ...learned, ...verdict.learned };
    judged.push({ step, why });
    progress = { ...progress, ...verdict.change };
    if (exit.kind !== 'on') return stops({ kind: 'exit', step: step.name, exit });
    progress = passed(progress, step.name, exit.priority);
  }
  return stops({ kind: 'exit', step: null, exit: { kind: 'wait' } });
}

function judge(step: FlowStep, progress: Progress, facts: Facts): Verdict {
  switch (step.kind) {
    case 'hours': return hours(step, progress, facts);
    case 'notice': return { kind: 'confirm', text: step.text, key: step.key, seconds: step.seconds, declined: follows(step.declined, 'declined', progress, facts) };
    case 'entitlement': return entitlement(step, progress, facts);
    case 'crm': return crm(step, progress, facts);
    case 'lastAgent': return lastAgent(step, facts);
    case 'dissuasion': return dissuasion(step, progress, facts);
    case 'overflow': return overflow(step, progress);
  }
}

function hours({ closed }: Step<'hours'>, progress: Progress, facts: Facts): Verdict {
  if (facts.opening === undefined) return needs('opening');
  return facts.opening.open ? { kind: 'judged', why: { code: 'open' }, exit: on }
    : { kind: 'judged', why: { code: 'closed', opensAt: facts.opening.opensAt }, exit: follows(closed, 'closed', progress, facts) };
}

function entitlement(step: Step<'entitlement'>, progress: Progress, facts: Facts): Verdict {
  const denied = follows(step.denied, 'notEntitled', progress, facts);
  const failed = step.whenFailed === 'allow' ? on : denied;
  if (!Object.hasOwn(facts.attributes, step.attribute)) {
    const allowed = step.without === 'allow';
    return { kind: 'judged', why: { code: 'attributeMissing', attribute: step.attribute, allowed }, exit: allowed ? on : denied };
  }
  const answer = facts.entitlement;
  if (answer === undefined) return needs('entitlement', step.timeout, failed);
  if (!answer.ok) return { kind: 'judged', why: { code: 'lookupFailed', failure: answer.why, allowed: step.whenFailed === 'allow' }, exit: failed };
  return { kind: 'judged', why: { code: answer.entitled ? 'entitled' : 'notEntitled' }, exit: answer.entitled ? on : denied, learned: answer.attributes };
}

function crm(step: Step<'crm'>, progress: Progress, facts: Facts): Verdict {
  const asks = step.url !== undefined && facts.customerId !== null;
  if (asks && facts.crm === undefined) return needs('crm', step.timeout);
  const learned = asks && facts.crm?.ok === true ? facts.crm.attributes : {};
  const at = step.rules.findIndex(({ when }) => fits(when, { ...facts.attributes, ...learned }));
  const rule = step.rules[at];
  if (rule === undefined) {
    const why: FlowReason = asks && facts.crm?.ok === false ? { code: 'lookupFailed', failure: facts.crm.why, allowed: true }
      : { code: step.url !== undefined && facts.customerId === null ? 'nobodyKnown' : 'noRuleFits' };
    return { kind: 'judged', why, exit: on, learned };
  }
  const priority = rule.priority ?? null;
  const queue = rule.queue ?? null;
  const why = { code: 'ruleFits', rule: at + 1, attribute: rule.when.attribute, priority, queue } as const;
  if (queue === null) return { kind: 'judged', why, exit: { kind: 'on', priority }, learned };
  // The rule's priority counts where its queue does not.
  if (isBehind(queue, progress)) return { kind: 'judged', why: { code: 'beenThere', queue }, exit: { kind: 'on', priority }, learned };
  return { kind: 'judged', why, exit: { kind: 'queue', queueId: queue, priority: priority ?? progress.priority }, learned };
}

function lastAgent(step: Step<'lastAgent'>, facts: Facts): Verdict {
  if (facts.customerId === null) return { kind: 'judged', why: { code: 'nobodyKnown' }, exit: on };
  if (facts.lastAgent === undefined) return needs('lastAgent');
  if (facts.lastAgent === null) return { kind: 'judged', why: { code: 'noLastAgent' }, exit: on };
  const { agentId, name, state } = facts.lastAgent;
  if (state !== 'free') return { kind: 'judged', why: { code: 'lastAgentNotFree', agent: name, state }, exit: on };
  const seconds = step.ringSeconds;
  return { kind: 'judged', why: { code: 'lastAgentFree', agent: name, seconds }, exit: on, change: { first: { agentId, seconds } } };
}

function dissuasion(step: Step<'dissuasion'>, progress: Progress, facts: Facts): Verdict {
  const { load } = facts;
  if (load === undefined) return needs('load');
  const seconds = load.ewt === null ? null : middle(load.ewt);
  const { nobodyThere, tooFull, tooLong } = step;
  const then = (consequence: Consequence, why: Extract<FlowReason['code'], DissuadedWhy>, reason: FlowReason): Verdict => {
    const exit = follows(consequence, why, progress, facts, step.seconds);
    return { kind: 'judged', why: consequence.kind === 'queue' && exit.kind !== 'queue' ? { code: 'beenThere', queue: consequence.queue } : reason, exit };
  };
  if (nobodyThere !== undefined && load.loggedIn === 0) return then(nobodyThere.instead, 'nobodyThere', { code: 'nobodyThere' });
  // Whoever is rung first, and is free, is kept from nobody.
  const isServed = progress.first !== null;
  if (!isServed && tooFull !== undefined && load.waiting >= tooFull.over) return then(tooFull.instead, 'tooFull', { code: 'tooFull', waiting: load.waiting, limit: tooFull.over });
  if (!isServed && tooLong !== undefined && seconds !== null && seconds > tooLong.over) return then(tooLong.instead, 'tooLong', { code: 'tooLong', seconds, limit: tooLong.over });
  return { kind: 'judged', why: { code: 'bearable', waiting: load.waiting, loggedIn: load.loggedIn, seconds }, exit: on };
}

function overflow({ after, queue, priority }: Step<'overflow'>, progress: Progress): Verdict {
  if (isBehind(queue, progress)) return { kind: 'judged', why: { code: 'beenThere', queue }, exit: on };
  return { kind: 'judged', why: { code: 'overflows', seconds: after, queue }, exit: on, change: { overflow: { after, queueId: queue, priority: priority ?? progress.priority } } };
}

/** How a contact ends that a step does not let pass. */
const ends: Readonly<Record<DissuadedWhy, ContactEnd>> = {
  closed: { party: 'system', reason: 'closed' }, declined: { party: 'customer', reason: 'declined' }, notEntitled: { party: 'system', reason: 'notEntitled' }, noMedia: { party: 'customer', reason: 'noMedia' },
  tooLong: { party: 'system', reason: 'dissuaded' }, tooFull: { party: 'system', reason: 'dissuaded' }, nobodyThere: { party: 'system', reason: 'dissuaded' },
};
/** In these the queue stays open to the customer where nothing else can be done for them; otherwise they could as well not have been asked. */
const mayWait: ReadonlySet<DissuadedWhy> = new Set(['tooLong', 'tooFull', 'nobodyThere']);

function follows(then: Consequence, why: DissuadedWhy, progress: Progress, facts: Facts, seconds = choiceSeconds): Exit {
  const end = ends[why];
  switch (then.kind) {
    case 'end': return { kind: 'end', end, message: then.message };
    case 'on': return { kind: 'on', priority: then.priority };
    case 'queue':
      if (!isBehind(then.queue, progress)) return { kind: 'queue', queueId: then.queue, priority: then.priority ?? progress.priority };
      return mayWait.has(why) ? on : { kind: 'end', end, message: null };
    case 'offer': {
      const choices = then.choices.filter((choice) => facts.offers.includes(choice));
      return choices.length === 0 ? { kind: 'end', end, message: then.message } : { kind: 'offer', why, choices, message: then.message, opensAt: why === 'closed' ? facts.opening?.opensAt ?? null : null, seconds: choices.includes('message') && !choices.includes('wait') ? Math.max(seconds, writingSeconds) : seconds, end };
    }
  }
}

/** How long a customer may think where the step does not say. */
const choiceSeconds = 120;
/** Whoever is writing must not be cut off; who may wait as well can go on writing while they do. */
const writingSeconds = 1800;

function isBehind(queueId: string, progress: Progress): boolean {
  return queueId === progress.queueId || progress.visited.includes(queueId);
}

function needs(fact: Missing, seconds = 0, otherwise: Exit = on): Verdict {
  return { kind: 'needs', fact, seconds, otherwise };
}

function middle({ low, high }: WaitRange): number {
  return Math.round((low + high) / 2);
}
