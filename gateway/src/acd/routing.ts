/**
 * What a queue asks of an agent, and how that relaxes while a contact waits. Pure; made once from each version of the configuration. Steps only widen: whoever
 * could serve a contact can serve it later too, which is why the oldest of equals tells for all of them whether anybody can.
 */
import type { Channel } from '#shared/vocabulary.ts';

/** Skill → level, 1 to 5. */
export type Skills = Readonly<Record<string, number>>;
/** `hunt`: an ordered list decides (acd/hunt.ts), and nothing that is asked of agents here. */
export type Strategy = 'longestIdle' | 'roundRobin' | 'mostSkilled' | 'hunt';

export interface RoutingStep {
  /** Seconds. */
  readonly after: number;
  readonly minimumLevel?: number | undefined;
  readonly dropSkills?: readonly string[] | undefined;
  readonly addQueues?: readonly string[] | undefined;
}

/** A queue of the contact-center file, as far as routing goes. */
export interface RoutedQueue {
  readonly id: string;
  readonly skills: Skills;
  readonly videoSkill?: string | undefined;
  readonly strategy: Strategy;
  readonly steps: readonly RoutingStep[];
}

/** Contacts that need the same in the same queue. */
export type Kind = Channel | 'video';

export function kindOf({ channel, video }: { readonly channel: Channel; readonly video: boolean }): Kind {
  return channel === 'voice' && video ? 'video' : channel;
}

/** What a contact needs from a certain age on. One object per queue, kind and step, so that it can be a key. */
export interface Need {
  readonly channel: Channel;
  /** Milliseconds of routing age. */
  readonly from: number;
  /** An agent needs all the levels of one of these. */
  readonly anyOf: readonly Skills[];
  readonly strategy: Strategy;
  /** The queue's own skills, by which the most skilled is judged. */
  readonly skills: readonly string[];
}

/** The needs of one queue in the order of their age; the first is from 0. */
export type Routing = Readonly<Record<Kind, readonly Need[]>>;

/** Kept beside the queues they were made of: asked for at each use, made when the configuration in force is another one. */
const made = new WeakMap<readonly RoutedQueue[], ReadonlyMap<string, Routing>>();

export function routings(queues: readonly RoutedQueue[]): ReadonlyMap<string, Routing> {
  const known = made.get(queues);
  if (known !== undefined) return known;
  const all = routingsOf(queues);
  made.set(queues, all);
  return all;
}

function routingsOf(queues: readonly RoutedQueue[]): ReadonlyMap<string, Routing> {
  const skillsOf = (queueId: string): Skills => queues.find(({ id }) => id === queueId)?.skills ?? {};
  return new Map(queues.map((queue) => [queue.id, {
    voice: needs(queue, skillsOf, 'voice', null), video: needs(queue, skillsOf, 'voice', queue.videoSkill ?? null), chat: needs(queue, skillsOf, 'chat', null),
    message: needs(queue, skillsOf, 'message', null), task: needs(queue, skillsOf, 'task', null),
  }]));
}

function needs(queue: RoutedQueue, skillsOf: (queueId: string) => Skills, channel: Channel, camera: string | null): Need[] {
  const shared = { channel, strategy: queue.strategy, skills: Object.keys(queue.skills) };
  // No skill opens a hunt to anybody.
  const bases = queue.strategy === 'hunt' ? [] : [withCamera(queue.skills, camera)];
  const all: Need[] = [{ ...shared, from: 0, anyOf: [...bases] }];
  for (const [at, step] of queue.steps.entries()) {
    bases.push(...(step.addQueues ?? []).map((queueId) => withCamera(skillsOf(queueId), camera)));
    // What was given up once is given up of whomever a later step adds as well.
    const taken = queue.steps.slice(0, at + 1);
    all.push({ ...shared, from: step.after * 1000, anyOf: bases.map((skills) => taken.reduce(relaxed, skills)) });
  }
  return all;
}

function withCamera(skills: Skills, camera: string | null): Skills {
  return camera === null ? skills : { ...skills, [camera]: Math.max(1, skills[camera] ?? 0) };
}

function relaxed(skills: Skills, { minimumLevel = Infinity, dropSkills = [] }: RoutingStep): Skills {
  return Object.fromEntries(Object.entries(skills).filter(([skill]) => !dropSkills.includes(skill)).map(([skill, level]) => [skill, Math.min(level, minimumLevel)]));
}

/** What a contact of this age needs. */
export function needAt(all: readonly Need[], age: number): Need {
  const need = all.findLast(({ from }) => from <= age) ?? all[0];
  if (need === undefined) throw new Error('a queue has at least the need it begins with');
  return need;
}

export function canServe(agent: Skills, need: Pick<Need, 'anyOf'>): boolean {
  return need.anyOf.some((skills) => Object.entries(skills).every(([skill, level]) => (agent[skill] ?? 0) >= level));
}

/** How skilled an agent is for this need: the sum of the levels in the queue's own skills. */
export function aptitude(agent: Skills, need: Need): number {
  return need.skills.reduce((sum, skill) => sum + (agent[skill] ?? 0), 0);
}

/** Whether this need, unlike the one before it, is met by one of these agents: then its moment is worth waking for. */
export function opensTo(all: readonly Need[], need: Need, agents: ReadonlyArray<{ readonly openTo: readonly Channel[]; readonly skills: Skills }>): boolean {
  const before = all[all.indexOf(need) - 1];
  return before !== undefined && agents.some(({ openTo, skills }) => openTo.includes(need.channel) && canServe(skills, need) && !canServe(skills, before));
}
