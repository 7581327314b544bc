/** Finds whom a call can go to: the directory as one list, best first, narrowed by what is typed. Pure. */
import type { Directory, PartyName } from '#shared/agent-protocol.ts';

export type Reachability =
  /** `free`: an agent who can take it at once, an open queue, a number. */
  | 'free'
  | 'offline' | 'break' | 'reserved' | 'engaged' | 'wrapUp' | 'unreachable'
  | 'closed';

export interface DirectoryEntry {
  readonly key: string;
  readonly kind: 'agent' | 'queue' | 'skill' | 'number' | 'typed';
  readonly name: string;
  /** A number behind a label; '' where there is nothing to add. */
  readonly detail: string;
  readonly waiting: number | null;
  /** Of a skill: how many are free who have it. */
  readonly free: number | null;
  readonly reachability: Reachability;
  readonly to: PartyName;
  /** A queue or a skill has nobody to talk to first. */
  readonly canConsult: boolean;
}

/** Entries in the order of the screen: agents (the free ones first), queues, skills, numbers, and last what was typed itself as a number. */
export function findInDirectory(directory: Directory, query: string, ownAgentId: string): readonly DirectoryEntry[] {
  const words = folded(query).split(/\s+/).filter((word) => word !== '');
  const matches = ({ name, detail }: DirectoryEntry): boolean => words.every((word) => folded(`${name} ${detail}`).includes(word) || sameDigits(detail, word) || sameDigits(name, word));
  const found = entriesOf(directory, ownAgentId).filter(matches);
  const typed = typedNumber(query);
  if (typed === null || !directory.dialPad || found.some(({ to }) => 'number' in to && digitsOf(to.number) === digitsOf(typed))) return found;
  return [...found, { key: `typed ${typed}`, kind: 'typed', name: typed, detail: '', waiting: null, free: null, reachability: 'free', to: { number: typed }, canConsult: true }];
}

function entriesOf({ agents, queues, skills, numbers }: Directory, ownAgentId: string): readonly DirectoryEntry[] {
  const people = agents.filter(({ agentId }) => agentId !== ownAgentId).map((agent): DirectoryEntry => ({
    key: `agent ${agent.agentId}`, kind: 'agent', name: agent.name, detail: '', waiting: null, free: null, reachability: reachabilityOf(agent), to: { agentId: agent.agentId }, canConsult: true,
  }));
  people.sort((one, other) => Number(one.reachability !== 'free') - Number(other.reachability !== 'free') || one.name.localeCompare(other.name));
  return [
    ...people,
    ...queues.map((queue): DirectoryEntry => ({
      key: `queue ${queue.id}`, kind: 'queue', name: queue.label, detail: '', waiting: queue.waiting, free: null, reachability: queue.open ? 'free' : 'closed', to: { queue: queue.id }, canConsult: false,
    })),
    ...skills.map(({ skill, free }): DirectoryEntry => ({
      key: `skill ${skill}`, kind: 'skill', name: skill, detail: '', waiting: null, free, reachability: 'free', to: { skills: [skill] }, canConsult: false,
    })),
    ...numbers.map(({ number, label }): DirectoryEntry => ({
      key: `number ${number}`, kind: 'number', name: label, detail: number, waiting: null, free: null, reachability: 'free', to: { number }, canConsult: true,
    })),
  ];
}

function reachabilityOf({ status, state, reachable }: Directory['agents'][number]): Reachability {
  if (state !== 'idle') return state;
  if (status === 'offline') return 'offline';
  if (status === 'break') return 'break';
  return reachable ? 'free' : 'unreachable';
}

/** What reads as a number to dial: a plus, digits, star and pound, with the signs people write between them; or a SIP address. */
export function typedNumber(query: string): string | null {
  const text = query.trim();
  if (/^sips?:\S+@\S+$/i.test(text)) return text;
  return /^\+?[\d*#][\d*#\s()./-]*$/.test(text) ? text.replaceAll(/[^\d*#+]/g, '') : null;
}

function sameDigits(text: string, word: string): boolean {
  const digits = digitsOf(word);
  return digits.length > 1 && digits.length === word.replaceAll(/[+().\-/]/g, '').length && digitsOf(text).includes(digits);
}

function digitsOf(text: string): string {
  return text.replaceAll(/\D/g, '');
}

/** Without case and accents: whoever looks for Müller types muller. */
function folded(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLocaleLowerCase();
}
