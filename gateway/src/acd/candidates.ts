/** Reads as many of the waiting as can be told apart by a match: the front of each lane (store/waiting.ts), and further back where somebody is hidden. */
import type { Queries } from '../store/database.ts';
import { frontOfLanes, type WaitingContact } from '../store/waiting.ts';
import { match, mayTake, type Candidate, type IdleAgent, type Match } from './match.ts';
import { kindOf, needAt, type Kind, type Need, type Routing } from './routing.ts';

/** Contacts at a lane's front that no agent may have, because each refused them: more of them cost a second, wider look. */
const slack = 8;

interface LookOptions {
  readonly agents: readonly IdleAgent[];
  readonly routing: ReadonlyMap<string, Routing>;
  /** Names the queue by whose rules a contact is routed, also when its own has left the configuration. */
  readonly ruledBy: (queueId: string) => string;
  readonly pointWorth: number;
  /** No more matches than this are wanted. */
  readonly most: number;
  readonly now: number;
}

/** Those of a queue who need the same. */
export interface WaitingKind {
  readonly queueId: string;
  readonly kind: Kind;
}

export interface Matched {
  readonly matches: readonly Match[];
  /** Of whom somebody waits. */
  readonly kinds: readonly WaitingKind[];
}

/** The matches of all who wait, though only a part of them is read. */
export async function matchWaiting(tx: Queries, options: LookOptions): Promise<Matched> {
  const { agents, most, pointWorth } = options;
  for (let perLane = Math.min(agents.length, most) + slack; ; perLane *= 4) {
    const waiting = await frontOfLanes(tx, perLane);
    const candidates = waiting.map((contact) => candidate(contact, options));
    const matches = match(candidates, agents, pointWorth);
    const kinds = kindsOf(waiting);
    if (matches.length >= most) return { matches: matches.slice(0, most), kinds };
    const matched = new Set(matches.map(({ agentId }) => agentId));
    const left = agents.filter(({ agentId }) => !matched.has(agentId));
    // A lane that was read to its end hides nobody; where nobody left can serve the oldest, nor can they serve those behind.
    const hides = lanesOf(waiting, candidates).some((lane) => lane.length === perLane && lane[0] !== undefined && servable(lane[0].need, left));
    if (!hides) return { matches, kinds };
  }
}

function candidate({ id, priority, queuedAt, queueId, channel, video, notTo }: WaitingContact, { routing, ruledBy, now }: LookOptions): Candidate {
  const needs = routing.get(ruledBy(queueId))?.[kindOf({ channel, video })];
  if (needs === undefined) throw new Error(`no routing for queue ${queueId}`);
  return {
    contactId: id, priority, queuedAt, need: needAt(needs, now - queuedAt),
    notTo: notTo.filter(({ until }) => until > now).map(({ agentId }) => agentId),
  };
}

function servable(need: Need, agents: readonly IdleAgent[]): boolean {
  return agents.some((agent) => mayTake(agent, need));
}

/** Each with its oldest first, as they were read. */
function lanesOf(waiting: readonly WaitingContact[], candidates: readonly Candidate[]): Candidate[][] {
  const lanes = Map.groupBy(candidates.keys(), (at) => {
    const contact = waiting[at];
    return `${contact?.queueId} ${contact?.channel} ${contact?.video} ${contact?.priority}`;
  });
  return [...lanes.values()].map((places) => places.flatMap((at) => candidates[at] ?? []));
}

function kindsOf(waiting: readonly WaitingContact[]): WaitingKind[] {
  const kinds = new Map(waiting.map(({ queueId, channel, video }) => [`${queueId} ${channel} ${video}`, { queueId, kind: kindOf({ channel, video }) }]));
  return [...kinds.values()];
}
