/** Reads as many of the waiting as can be told apart by a match: the front of each lane (store/waiting.ts), and further back where somebody is hidden. */
import type { Queries } from '../store/database.ts';
import { frontOfLine, type WaitingContact } from '../store/waiting.ts';
import type { Hunt, HuntStep } from './hunt.ts';
import { huntTurn, match, mayTake, type Candidate, type IdleAgent, type Match } from './match.ts';
import { kindOf, needAt, type Kind, type Routing } from './routing.ts';

/** Contacts at a lane's front that no agent may have, because each refused them, and they are few: more of them cost a second, wider look. */
const slack = 1;

/** More hand-overs to skills than these are not looked at together. */
const mostHandedToSkills = 500;

/** A queue's hunt, with who is in charge now. */
export interface QueueHunt extends Hunt {
  readonly numbers: ReadonlySet<string>;
}

/** Only a voice can be put through to one, and only one that is there. */
const noNumbers: ReadonlySet<string> = new Set();

interface LookOptions {
  readonly agents: ReadonlyArray<IdleAgent & { readonly username: string }>;
  readonly routing: ReadonlyMap<string, Routing>;
  /** By queue, of those that hunt. */
  readonly hunts: ReadonlyMap<string, QueueHunt>;
  /** Names the queue by whose rules a contact is routed, also when its own has left the configuration. */
  readonly ruledBy: (queueId: string) => string;
  readonly pointWorth: number;
  /** Queues that are another ACD's. */
  readonly foreign: readonly string[];
  /** No more matches than this are wanted. */
  readonly most: number;
  readonly now: number;
}

/** Those of a queue who need the same. */
export interface WaitingKind {
  readonly queueId: string;
  readonly kind: Kind;
}

/** A contact whose hunt goes on without one of our agents: to a number, or to its end. */
export interface HuntTurn {
  readonly contactId: string;
  readonly step: HuntStep;
}

export interface Matched {
  readonly matches: readonly Match[];
  readonly turns: readonly HuntTurn[];
  /** Of whom somebody waits. */
  readonly kinds: readonly WaitingKind[];
}

/** The matches of all who wait, though only a part of them is read. */
export async function matchWaiting(tx: Queries, options: LookOptions): Promise<Matched> {
  const { agents, most, pointWorth, foreign } = options;
  for (let perLane = powerOfTwo(Math.min(agents.length, most) + slack); ; perLane *= 4) {
    const { waiting, handed } = await frontOfLine(tx, { perLane, mostHanded: mostHandedToSkills, foreign });
    const candidates = waiting.map((contact) => candidate(contact, options));
    const matches = match([...candidates, ...handed.map((contact) => candidate(contact, options))], agents, pointWorth);
    const matched = new Set(matches.map(({ agentId }) => agentId));
    const look = { matches: matches.slice(0, most), turns: turnsOf(candidates, matches, matched), kinds: kindsOf(waiting) };
    if (matches.length >= most) return look;
    const left = agents.filter(({ agentId }) => !matched.has(agentId));
    // A lane that was read to its end hides nobody; where nobody left can serve the oldest, nor can they serve those behind.
    const hides = lanesOf(waiting, candidates).some((lane) => lane.length === perLane && lane[0] !== undefined && servable(lane[0], left));
    if (!hides) return look;
  }
}

/** The number is in the statement's text, and only a few of those are to be prepared. */
function powerOfTwo(least: number): number {
  return 2 ** Math.ceil(Math.log2(least));
}

/** Whoever was matched had their turn; of the others, those whose hunt does not just wait. */
function turnsOf(candidates: readonly Candidate[], matches: readonly Match[], taken: ReadonlySet<string>): HuntTurn[] {
  const matched = new Set(matches.map(({ contactId }) => contactId));
  return candidates.flatMap((one) => {
    if (one.hunted === undefined || matched.has(one.contactId)) return [];
    const step = huntTurn(one, one.hunted, taken);
    return step.kind === 'wait' ? [] : [{ contactId: one.contactId, step }];
  });
}

function candidate({ id, priority, queuedAt, queueId, channel, video, notTo, hunt: progress, wanted, callback }: WaitingContact, { routing, hunts, agents, ruledBy, now }: LookOptions): Candidate {
  const ruling = ruledBy(queueId);
  const needs = routing.get(ruling)?.[kindOf({ channel, video })];
  if (needs === undefined) throw new Error(`no routing for queue ${queueId}`);
  const hunt = hunts.get(ruling);
  const resting = notTo.filter(({ until }) => until > now);
  const asked = needAt(needs, now - queuedAt);
  const contact = { contactId: id, priority, queuedAt, need: wanted === null ? asked : { ...asked, anyOf: [wanted], skills: Object.keys(wanted) } };
  if (hunt === undefined || wanted !== null) return { ...contact, notTo: resting.map(({ agentId }) => agentId) };
  const listed = agents.filter(({ username, openTo }) => hunt.list.includes(username) && openTo.includes(channel));
  // A hunt comes back at once to whoever became free, or said that they are, after it had rung them in vain.
  const freeAgain = (agentId: string, since: number): boolean => listed.some((agent) => agent.agentId === agentId && agent.idleSince > since);
  return {
    ...contact, notTo: resting.filter(({ agentId, since }) => !freeAgain(agentId, since)).map(({ agentId }) => agentId),
    hunted: { hunt, progress, numbers: channel === 'voice' && !callback ? hunt.numbers : noNumbers, agents: new Map(listed.map((agent) => [agent.username, agent])) },
  };
}

function servable({ need, hunted }: Candidate, agents: readonly IdleAgent[]): boolean {
  if (hunted !== undefined) return hunted.numbers.size > 0 || agents.some((one) => [...hunted.agents.values()].includes(one));
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
