/**
 * What a contact's transition means for the figures: times in a queue, and talk times credited to whom they belong. Read off the states before and
 * after, so that no phase has to think of figures. Pure; store/facts.ts writes them in the transaction that stores the new state.
 */
import type { ContactState, PhaseOf } from '../contact/state.ts';

/** How a stay in a queue began: `return` is a call that had stood and lost its agent. */
export type Entry = 'arrival' | 'transfer' | 'overflow' | 'return';
/** How it ended. `expired`: by a limit or a failure of ours; `forwarded`: to a number; `closed`: the queue took nobody. */
export type StayOutcome = 'answered' | 'abandoned' | 'overflowed' | 'expired' | 'forwarded' | 'closed';

export type Fact =
  | { readonly type: 'entered'; readonly how: Entry }
  | { readonly type: 'left'; readonly outcome: StayOutcome; readonly agentId: string | null }
  /** An agent and the customer, or whoever asks them for advice, hear each other from now on. */
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
  if (was && is) return moved ? [{ type: 'left', outcome: 'overflowed', agentId: null }, { type: 'entered', how: 'overflow' }] : [];
  if (was) return [leaving(after)];
  if (is) return [{ type: 'entered', how: entry(before, after) }];
  // Whoever is turned away at the door has waited for nothing, and counts all the same.
  return before === null && after.phase.name === 'ended' ? [{ type: 'entered', how: 'arrival' }, leaving(after)] : [];
}

/** Waiting, being offered by the queue, or accepted and not connected yet: the customer is with nobody. */
function isQueued({ phase }: ContactState): boolean {
  switch (phase.name) {
    case 'waiting': return true;
    case 'offered': return phase.transferredBy === null;
    case 'call': return phase.connectedAt === null && phase.dialed?.before == null;
    default: return false;
  }
}

function entry(before: ContactState | null, { phase }: ContactState): Entry {
  if (before === null) return 'arrival';
  return phase.name === 'waiting' && phase.requeued === 'transferred' ? 'transfer' : 'return';
}

function leaving({ phase }: ContactState): Fact {
  const outcome = ((): StayOutcome => {
    switch (phase.name) {
      case 'call': return 'answered';
      case 'external': return 'forwarded';
      case 'ended': return phase.end.reason === 'closed' ? 'closed' : phase.end.party === 'customer' ? 'abandoned' : 'expired';
      default: return 'expired';
    }
  })();
  return { type: 'left', outcome, agentId: phase.name === 'call' ? phase.agentId : null };
}

interface Talker {
  readonly part: 'own' | 'consulted';
  readonly onHold: boolean;
}

/** Who talks, by reservation. */
function talkers({ phase }: ContactState): ReadonlyMap<string, Talker> {
  const all = new Map<string, Talker>();
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
  for (const [reservationId, talker] of was) if (talker.part === 'own' && before?.phase.name === 'call' && isPassedOn(before.phase, after)) facts.push({ type: 'passedOn', reservationId });
  for (const [reservationId, { part, onHold }] of is) {
    const earlier = was.get(reservationId);
    if (earlier === undefined) facts.push({ type: 'talkBegan', reservationId, part });
    if (earlier?.part === 'consulted' && part === 'own') facts.push({ type: 'becameOwn', reservationId });
    if ((earlier?.onHold ?? false) !== onHold) facts.push({ type: 'hold', reservationId, onHold });
  }
  return facts;
}

function isPassedOn(from: PhaseOf<'call'>, { phase }: ContactState): boolean {
  switch (phase.name) {
    case 'call': return phase.reservationId !== from.reservationId;
    case 'offered': return phase.transferredBy === from.agentId;
    case 'external': return true;
    case 'waiting': return phase.requeued === 'transferred';
    default: return false;
  }
}
