/**
 * Who hears whom in a call: pure. The customer, the agent and a second party; the agent may have a call aside on the same phone, in which
 * they talk to the second party while the first call waits on the phone's own hold.
 *
 *   talk      customer ↔ agent   agent ↔ second   customer ↔ second
 *   customer        yes               no                no
 *   second          no                yes               no
 *   all             yes               yes               yes
 *
 * The contact's hold cuts the customer off in every row.
 */
import type { Talk } from '../contact/call-port.ts';

/** The customer's too: where they are at a telephone. */
export const sipRoles = ['customer', 'agent', 'aside', 'second'] as const;
export type SipRole = (typeof sipRoles)[number];
export type Party = SipRole;

/** `early`: heard before the answer (an announcement of the network). `held`: put us on hold by their own button; they neither hear nor speak. */
export type Presence = 'absent' | 'early' | 'up' | 'held';

export interface Situation {
  readonly talk: Talk;
  readonly onHold: boolean;
  /** Somebody on their page is always up. */
  readonly presence: Readonly<Record<Party, Presence>>;
}

export interface Hearing {
  /** In the order in which one that can take a single stream chooses. */
  readonly from: readonly Party[];
  /** Nobody is there to be heard, and they did not ask for silence. */
  readonly holdSound: boolean;
}

export type Wiring = Readonly<Record<Party, Hearing>>;

export function wiring(situation: Situation): Wiring {
  const of = (party: Party): Hearing => {
    const { presence } = situation;
    if (presence[party] !== 'up') return { from: [], holdSound: false };
    const linked = sipRoles.filter((other) => other !== party && isLinked(situation, party, other));
    const from = linked.filter((other) => presence[other] === 'up' || presence[other] === 'early');
    const waits = party === 'customer' || party === 'second' || linked.some((other) => presence[other] === 'held');
    return { from, holdSound: from.length === 0 && waits };
  };
  return { customer: of('customer'), agent: of('agent'), aside: of('aside'), second: of('second') };
}

/** Whether anybody hears this party: what is heard by nobody is dropped at the gateway. */
export function isHeard(wired: Wiring, party: Party): boolean {
  return sipRoles.some((other) => wired[other].from.includes(party));
}

function isLinked({ talk, onHold, presence }: Situation, one: Party, other: Party): boolean {
  const pair = new Set([one, other]);
  const between = (a: Party, b: Party): boolean => pair.has(a) && pair.has(b);
  if (between('customer', 'agent')) return talk !== 'second' && !onHold;
  if (between('customer', 'second') || between('customer', 'aside')) return talk === 'all' && !onHold;
  // One voice of the agent is enough: in the call aside, where there is one.
  if (between('agent', 'second')) return talk !== 'customer' && presence.aside === 'absent';
  if (between('aside', 'second')) return true;
  return false;
}
