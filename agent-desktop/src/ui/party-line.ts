/** Who is talking to whom, as the strip above the call draws it: three parties in a row with what is between them. Pure. */
import type { AgentContact } from '#shared/agent-protocol.ts';

/** `talking` both ways; `held`: they do not hear each other; `ringing`: the one to the right has not answered. */
export type Link = 'talking' | 'held' | 'ringing' | 'away';

export interface PartyLine {
  /** In the order of the row; the middle one is who holds the two ends together. */
  readonly row: readonly [PartyInLine, PartyInLine, PartyInLine];
  readonly links: readonly [Link, Link];
  readonly isConference: boolean;
}

export type PartyInLine =
  | { readonly role: 'customer' }
  | { readonly role: 'you' }
  | { readonly role: 'colleague' | 'number'; readonly name: string };

/** Null while there are two. */
export function partyLine({ part, by, second, call }: AgentContact): PartyLine | null {
  const customer = { role: 'customer' } as const;
  const you = { role: 'you' } as const;
  const talk = second?.talk ?? 'second';
  const toCustomer: Link = call.state === 'customerAway' ? 'away' : talk === 'second' ? 'held' : 'talking';
  const toSecond: Link = second?.state === 'ringing' ? 'ringing' : talk === 'customer' ? 'held' : 'talking';
  const isConference = talk === 'all' && second?.state === 'up';
  if (part === 'consulted') {
    return { row: [customer, { role: 'colleague', name: by?.name ?? '' }, you], links: [toCustomer, call.state === 'connecting' ? 'ringing' : toSecond], isConference };
  }
  if (second === null) return null;
  return { row: [customer, you, secondInLine(second.party)], links: [toCustomer, toSecond], isConference };
}

function secondInLine(party: NonNullable<AgentContact['second']>['party']): PartyInLine {
  return party.kind === 'agent' ? { role: 'colleague', name: party.name } : { role: 'number', name: party.label ?? party.number };
}
