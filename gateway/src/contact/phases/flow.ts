/**
 * A contact on its way through the flow of its queue. What the steps mean is judged outside (flow/advance.ts) by what is known there; here stands
 * how far the contact has come, what it waits for and for how long, and what follows when that does not come.
 *
 *   customer ──▶ figures ⇄ lookup, confirmation ──▶ waiting, dissuaded, ended, or the flow of another queue
 */
import { enters, passed, type Exit, type Progress } from '../../flow/progress.ts';
import type { At, ContactEvent, ContactState, Effect, PhaseOf, Transition } from '../state.ts';
import { unchanged } from '../state.ts';
import { reached } from './deadlines.ts';
import type { FlowPause, FlowStop } from './flow-pause.ts';
import { end } from './leaving.ts';

type InFlow = PhaseOf<'flow'>;

/** For our own figures: a query or two. */
const figuresLimit = 10_000;
/** How often they are asked for again, before the customer simply waits. */
const mostTries = 3;
/** Added to a lookup's own limit, which tells more than ours. */
const lookupSlack = 5000;

/** A contact that has just arrived in a queue with a flow. */
export function arriving(queueId: string, { now, limits }: At): InFlow {
  return { name: 'flow', progress: enters(queueId), awaits: { kind: 'customer', turn: 0, limit: limits.holdPlace, until: now + limits.holdPlace } };
}

export function whileInFlow(state: ContactState, phase: InFlow, event: ContactEvent, at: At): Transition {
  const { now, limits } = at;
  const { awaits, progress } = phase;
  switch (event.type) {
    case 'customerConnected': {
      const here = { ...state, absentUntil: null };
      return awaits.kind === 'customer' ? follow(here, progress, awaits.turn + 1, at) : { state: here, effects: [] };
    }
    case 'customerDisconnected': return { state: { ...state, absentUntil: state.absentUntil ?? now + limits.holdPlace }, effects: [] };
    case 'customerLeft': return end(state, { party: 'customer', reason: 'canceled' }, at);
    // What was asked in the last process is asked again; a person gets their whole time once more.
    case 'gatewayRestarted': return {
      state: { ...state, absentUntil: state.absentUntil ?? now + limits.holdPlace, phase: { ...phase, awaits: { ...awaits, until: now + awaits.limit } } },
      effects: awaits.kind === 'figures' || awaits.kind === 'lookup' ? [{ type: 'followFlow' }] : [],
    };
    case 'flowWent': {
      if (event.turn !== awaits.turn || event.progress.queueId !== progress.queueId || (awaits.kind !== 'figures' && awaits.kind !== 'lookup')) return unchanged(state);
      const stopped = stops(state, event.progress, event.stop, awaits.turn, at);
      return Object.keys(event.learned).length === 0 ? stopped : { ...stopped, effects: [{ type: 'recordAttributes', attributes: event.learned }, ...stopped.effects] };
    }
    case 'noticeAnswered': {
      if (awaits.kind !== 'confirmation' || event.step !== awaits.step) return unchanged(state);
      return leaves(state, progress, { step: awaits.step, exit: event.accept ? goesOn : awaits.declined }, awaits.turn, at);
    }
    case 'tick': {
      if (reached(state.absentUntil, now)) return end(state, { party: 'customer', reason: 'absent' }, at);
      return now < awaits.until ? unchanged(state) : runsOut(state, progress, awaits, at);
    }
    default: return unchanged(state);
  }
}

const goesOn: Exit = { kind: 'on', priority: null };

function runsOut(state: ContactState, progress: Progress, awaits: FlowPause, at: At): Transition {
  switch (awaits.kind) {
    case 'customer': return end(state, { party: 'customer', reason: 'absent' }, at);
    // A flow that cannot be followed keeps nobody from being helped.
    case 'figures': return awaits.tries < mostTries ? follow(state, progress, awaits.turn + 1, at, awaits.tries + 1) : leaves(state, progress, { step: null, exit: { kind: 'wait' } }, awaits.turn, at);
    case 'lookup': return leaves(state, progress, { step: awaits.step, exit: awaits.otherwise }, awaits.turn, at);
    case 'confirmation': return leaves(state, progress, { step: awaits.step, exit: awaits.declined }, awaits.turn, at);
  }
}

function stops(state: ContactState, progress: Progress, stop: FlowStop, turn: number, at: At): Transition {
  const pauses = (limit: number, awaits: DistributedOmit<FlowPause, 'turn' | 'limit' | 'until'>, effects: readonly Effect[]): Transition => (
    { state: { ...state, phase: { name: 'flow', progress, awaits: { ...awaits, turn: turn + 1, limit, until: at.now + limit } } }, effects }
  );
  switch (stop.kind) {
    case 'lookup': return pauses(stop.seconds * 1000 + lookupSlack, { kind: 'lookup', step: stop.step, otherwise: stop.otherwise }, [{ type: 'followFlow' }]);
    case 'confirm': return pauses(stop.seconds * 1000, { kind: 'confirmation', step: stop.step, text: stop.text, key: stop.key, declined: stop.declined }, []);
    case 'exit': return leaves(state, progress, stop, turn, at);
  }
}

type DistributedOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

function leaves(state: ContactState, progress: Progress, { step, exit }: { readonly step: string | null; readonly exit: Exit }, turn: number, at: At): Transition {
  switch (exit.kind) {
    case 'on': return follow(state, passed(progress, step, exit.priority), turn + 1, at);
    case 'wait': return intoQueue(state, progress, at);
    case 'queue': return toFlowOf(state, { queueId: exit.queueId, priority: exit.priority, visited: [...progress.visited, progress.queueId], turn: turn + 1 }, at);
    case 'end': return ended(state, exit, at);
    case 'offer': return {
      state: {
        ...state, phase: {
          name: 'dissuaded', why: exit.why, choices: exit.choices, message: exit.message, opensAt: exit.opensAt, until: at.now + exit.seconds * 1000,
          otherwise: exit.choices.includes('wait') ? null : exit.end, progress: passed(progress, step, null), turn: turn + 1,
        },
      },
      effects: [],
    };
  }
}

function ended(state: ContactState, { end: why, message }: Extract<Exit, { kind: 'end' }>, at: At): Transition {
  const over = end(state, why, at);
  return over.state.phase.name === 'ended' && message !== null ? { ...over, state: { ...over.state, phase: { ...over.state.phase, message } } } : over;
}

/** The flow is followed, by the figures of now, from where the contact stands. */
export function follow(state: ContactState, progress: Progress, turn: number, { now }: At, tries = 0): Transition {
  return { state: { ...state, phase: { name: 'flow', progress, awaits: { kind: 'figures', tries, turn, limit: figuresLimit, until: now + figuresLimit } } }, effects: [{ type: 'followFlow' }] };
}

/** Another queue, and whatever comes before it. The age counts from the arrival all the same. */
export function toFlowOf(
  state: ContactState, { queueId, priority, visited, turn }: { readonly queueId: string; readonly priority: number | null; readonly visited: readonly string[]; readonly turn: number }, at: At,
): Transition {
  const next = follow({ ...state, overflow: null, hunt: null }, enters(queueId, visited, priority), turn, at);
  return { ...next, effects: [{ type: 'recordQueue', queueId, priority }, ...next.effects] };
}

/** The flow is behind the contact: it waits, at the age that it has since it arrived. */
export function intoQueue(state: ContactState, { queueId, priority, first, overflow, visited }: Progress, { now }: At): Transition {
  return {
    state: {
      ...state, phase: { name: 'waiting', requeued: null, returnTo: null, first: first === null ? null : { agentId: first.agentId, until: now + first.seconds * 1000 } },
      overflow: overflow === null ? null : { at: now + overflow.after * 1000, queueId: overflow.queueId, priority: overflow.priority, visited: [...visited, queueId] },
    },
    effects: priority === null ? [] : [{ type: 'recordQueue', queueId, priority }],
  };
}
