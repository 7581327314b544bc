/**
 * Which agent gets which contact. Pure: contacts in the order in which they are served, each to the best agent with a place for it who can: who has
 * least at hand, then by the queue's strategy. Priority is a
 * lead in time, so that this order never changes while they wait, and nobody is overtaken without end.
 */
import type { Channel } from '#shared/vocabulary.ts';
import { huntNext, type Hunt, type HuntProgress, type HuntStep } from './hunt.ts';
import { aptitude, canServe, type Need, type Skills, type Strategy } from './routing.ts';

/** What decides who is served first. */
export interface Rank {
  readonly contactId: string;
  readonly priority: number;
  /** Routing age, epoch milliseconds; the wait that people are told counts from elsewhere. */
  readonly queuedAt: number;
}

export interface Candidate extends Rank {
  readonly need: Need;
  /** Agents to whom this contact must not be offered now. */
  readonly notTo: readonly string[];
  /** An ordered list decides, and not the need. */
  readonly hunted?: Hunted;
}

export interface Hunted {
  readonly hunt: Hunt;
  readonly progress: HuntProgress | null;
  /** Entry → agent, of those who are idle. */
  readonly agents: ReadonlyMap<string, IdleAgent>;
  /** The entries that are numbers. */
  readonly numbers: ReadonlySet<string>;
}

export interface IdleAgent {
  readonly agentId: string;
  /** What they may be offered, beside what they have. */
  readonly openTo: readonly Channel[];
  /** How many contacts they have. */
  readonly load: number;
  readonly skills: Skills;
  readonly idleSince: number;
  /** When they were offered a contact last; 0: never. */
  readonly lastOfferAt: number;
}

export interface Match {
  readonly contactId: string;
  readonly agentId: string;
  /** Whose turn it was in a hunt. */
  readonly hunt?: HuntProgress;
}

/** Orders contacts as they are served; `pointWorth`: how many milliseconds of waiting a point of priority counts for. */
export function byRank(pointWorth: number): (a: Rank, b: Rank) => number {
  return (a, b) => (a.queuedAt - a.priority * pointWorth) - (b.queuedAt - b.priority * pointWorth) || compare(a.contactId, b.contactId);
}

const best: Record<Strategy, (need: Need) => (a: IdleAgent, b: IdleAgent) => number> = {
  longestIdle: () => longestIdle,
  roundRobin: () => (a, b) => a.lastOfferAt - b.lastOfferAt || longestIdle(a, b),
  hunt: () => longestIdle,
  mostSkilled: (need) => (a, b) => aptitude(b.skills, need) - aptitude(a.skills, need) || longestIdle(a, b),
};

/** No contact and no agent appears twice in the answer, whose order is the contacts' rank: an agent with several places gets the next one in the next run, by what they have then. */
export function match(contacts: readonly Candidate[], agents: readonly IdleAgent[], pointWorth: number): Match[] {
  const taken = new Set<string>();
  const matches: Match[] = [];
  // Contacts with the same need choose from the same line of agents, so it is made once.
  const lines = new Map<Need, IdleAgent[]>();
  for (const contact of [...contacts].sort(byRank(pointWorth))) {
    if (taken.size === agents.length) break;
    const { contactId, need, notTo, hunted } = contact;
    if (hunted !== undefined) {
      const turn = huntTurn(contact, hunted, taken);
      const next = turn.kind === 'ring' ? hunted.agents.get(turn.entry) : undefined;
      if (turn.kind !== 'ring' || next === undefined) continue;
      taken.add(next.agentId);
      matches.push({ contactId, agentId: next.agentId, hunt: turn.progress });
      continue;
    }
    let line = lines.get(need);
    if (line === undefined) {
      line = agents.filter((agent) => mayTake(agent, need)).sort(leastLoaded(best[need.strategy](need)));
      lines.set(need, line);
    }
    while (line[0] !== undefined && taken.has(line[0].agentId)) line.shift();
    const agent = line.find(({ agentId }) => !taken.has(agentId) && !notTo.includes(agentId));
    if (agent === undefined) continue;
    taken.add(agent.agentId);
    matches.push({ contactId, agentId: agent.agentId });
  }
  return matches;
}

/** Whether the agent has a place for such a contact, and the skills. */
export function mayTake({ openTo, skills }: Pick<IdleAgent, 'openTo' | 'skills'>, need: Need): boolean {
  return openTo.includes(need.channel) && canServe(skills, need);
}

/** Whom a contact's hunt rings next, when these agents are given away. Who is taken is skipped, as whoever talks is. */
export function huntTurn({ notTo }: Pick<Candidate, 'notTo'>, { hunt, progress, agents, numbers }: Hunted, taken: ReadonlySet<string>): HuntStep {
  return huntNext(hunt, progress, (entry) => {
    if (numbers.has(entry)) return notTo.includes(entry) ? 'later' : 'now';
    const agent = agents.get(entry);
    if (agent === undefined || taken.has(agent.agentId)) return 'no';
    return notTo.includes(agent.agentId) ? 'later' : 'now';
  });
}

/** Whoever has nothing goes before whoever would be interrupted, and chats are spread evenly. */
function leastLoaded(among: (a: IdleAgent, b: IdleAgent) => number): (a: IdleAgent, b: IdleAgent) => number {
  return (a, b) => a.load - b.load || among(a, b);
}

function longestIdle(a: IdleAgent, b: IdleAgent): number {
  return a.idleSince - b.idleSince || compare(a.agentId, b.agentId);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
