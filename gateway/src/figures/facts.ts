/**
 * What a contact's transition means for the figures: times in a queue, and talk times credited to whom they belong. Read off the states before and
 * after, so that no phase has to think of figures. Pure; store/facts.ts writes them in the transaction that stores the new state.
 */
import { hasCustomer } from '../contact/phases/deadlines.ts';
import type { ContactState, PhaseOf } from '../contact/state.ts';

/** How a stay in a queue began: `return` is a call that had stood and lost its agent. */
export type Entry = 'arrival' | 'transfer' | 'overflow' | 'return';
/** How it ended. `callback`: the customer is called instead of waiting; `expired`: by a limit or a failure of ours; `forwarded`: to a number; `closed`: turned away at the door. */
export type StayOutcome = 'answered' | 'abandoned' | 'callback' | 'overflowed' | 'expired' | 'forwarded' | 'closed';

export type Fact =
  /** Unless they are in the queue already. */
  | { readonly type: 'entered'; readonly how: Entry }
  /** If they are. */
  | { readonly type: 'left'; readonly outcome: StayOutcome; readonly agentId: string | null }
  /** An agent and the customer, or whoever asks them for advice, hear each other from now on, or write; or the agent works at what was handed in. */
  | { readonly type: 'talkBegan'; readonly reservationId: string; readonly part: 'own' | 'consulted' }
  /** The consulted agent has the customer from now on. */
  | { readonly type: 'becameOwn'; readonly reservationId: string }
  | { readonly type: 'hold'; readonly reservationId: string; readonly onHold: boolean }
  /** The agent gave the customer to somebody else, a queue or a number. */
  | { readonly type: 'passedOn'; readonly reservationId: string };

/** @param before null: the contact has just arrived. @param moved it is in another queue than before */
export function factsOf(before: ContactState | null, after: ContactState, moved: boolean): Fact[] {
  return [...stayFacts(before, after, moved), ...talkFacts(before, after)];
}

function stayFacts(before: ContactState | null, after: ContactState, moved: boolean): Fact[] {
  const was = before !== null && isQueued(before);
  const is = isQueued(after);
  // Whoever writes instead has given up the wait, and their message begins another one.
  if (was && is && hasCustomer(before) && !hasCustomer(after)) return [{ type: 'left', outcome: 'abandoned', agentId: null }, { type: 'entered', how: 'arrival' }];
  if (was && is) return moved ? [{ type: 'left', outcome: 'overflowed', agentId: null }, { type: 'entered', how: 'overflow' }] : [];
  // A connection that is being made may have come from the queue, or from a transfer or a callback. Should it fail, the customer is in the queue again, or still.
  if (isConnecting(after)) return [];
  if (before !== null && isConnecting(before)) return is ? [{ type: 'entered', how: entry(before, after) }] : [leaving(after)];
  if (was) return [leaving(after)];
  if (is) return [{ type: 'entered', how: entry(before, after) }];
  // Whoever is turned away at the door, or asks to be called from there, has waited for nothing, and counts all the same.
  return isAtDoor(before) && isSettled(after) ? [{ type: 'entered', how: 'arrival' }, leaving(after)] : [];
}

/** Waiting, or being offered by the queue: the customer is with nobody, and there. */
function isQueued({ phase, callback }: ContactState): boolean {
  if (callback !== null) return false;
  switch (phase.name) {
    case 'waiting': return true;
    case 'offered': return phase.transferredBy === null;
    default: return false;
  }
}

/** Somebody is being called for them: an agent, or a number of a hunt. */
function isConnecting({ phase }: ContactState): boolean {
  return (phase.name === 'call' && phase.connectedAt === null && !phase.escalated) || (phase.name === 'external' && phase.connectedAt === null);
}

/** Not in the queue yet: just arrived, in its flow, or advised against waiting. */
function isAtDoor(before: ContactState | null): boolean {
  return before === null || before.phase.name === 'flow' || before.phase.name === 'dissuaded';
}

function isSettled({ phase, callback }: ContactState): boolean {
  return callback !== null || phase.name === 'ended' && (phase.end.reason === 'closed' || phase.end.reason === 'dissuaded');
}

function entry(before: ContactState | null, { phase }: ContactState): Entry {
  if (before?.phase.name === 'flow' && before.phase.progress.visited.length > 0) return 'overflow';
  if (isAtDoor(before)) return 'arrival';
  return phase.name === 'waiting' && phase.requeued === 'transferred' ? 'transfer' : 'return';
}

function leaving({ phase, callback }: ContactState): Fact {
  if (callback !== null) return { type: 'left', outcome: 'callback', agentId: null };
  const outcome = ((): StayOutcome => {
    switch (phase.name) {
      case 'call':
      case 'chat':
      case 'work': return 'answered';
      case 'external': return 'forwarded';
      case 'flow':
      case 'dissuaded': return 'overflowed';
      case 'ended': return phase.end.reason === 'closed' || phase.end.reason === 'dissuaded' ? 'closed' : phase.end.party === 'customer' ? 'abandoned' : 'expired';
      default: return 'expired';
    }
  })();
  return { type: 'left', outcome, agentId: phase.name === 'call' || phase.name === 'chat' || phase.name === 'work' ? phase.agentId : null };
}

interface Talker {
  readonly part: 'own' | 'consulted';
  readonly onHold: boolean;
}

/** Who talks, by reservation. */
function talkers({ phase }: ContactState): ReadonlyMap<string, Talker> {
  const all = new Map<string, Talker>();
  // A chat goes on while a call is made of it.
  if (phase.name === 'chat' || phase.name === 'work' || (phase.name === 'call' && phase.escalated && phase.connectedAt === null)) return all.set(phase.reservationId, { part: 'own', onHold: false });
  if (phase.name !== 'call' || phase.connectedAt === null) return all;
  // While advice is asked for the customer waits, as on hold.
  all.set(phase.reservationId, { part: 'own', onHold: phase.onHold || (phase.second?.state === 'up' && phase.second.talk === 'second') });
  if (phase.second?.party.kind === 'agent' && phase.second.state === 'up') all.set(phase.second.id, { part: 'consulted', onHold: false });
  return all;
}

function talkFacts(before: ContactState | null, after: ContactState): Fact[] {
  const was = before === null ? new Map<string, Talker>() : talkers(before);
  const is = talkers(after);
  const facts: Fact[] = [];
  const had = before?.phase.name === 'call' || before?.phase.name === 'chat' || before?.phase.name === 'work' ? before.phase : null;
  if (had !== null && was.has(had.reservationId) && isPassedOn(had, after)) facts.push({ type: 'passedOn', reservationId: had.reservationId });
  for (const [reservationId, { part, onHold }] of is) {
    const earlier = was.get(reservationId);
    if (earlier === undefined) facts.push({ type: 'talkBegan', reservationId, part });
    if (earlier?.part === 'consulted' && part === 'own') facts.push({ type: 'becameOwn', reservationId });
    if ((earlier?.onHold ?? false) !== onHold) facts.push({ type: 'hold', reservationId, onHold });
  }
  return facts;
}

function isPassedOn(from: PhaseOf<'call' | 'chat' | 'work'>, { phase }: ContactState): boolean {
  switch (phase.name) {
    case 'call':
    case 'chat':
    case 'work': return phase.reservationId !== from.reservationId;
    case 'offered': return phase.transferredBy === from.agentId;
    case 'external': return true;
    case 'waiting': return phase.requeued === 'transferred';
    default: return false;
  }
}
