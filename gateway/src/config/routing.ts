/** The part of the contact-center file that says which agent may have which contact, and how that relaxes while the contact waits. */
import { z } from 'zod';
import { id } from './identifiers.ts';

const level = z.int().min(1).max(5);
/** What a skill in a list counts as: an agent's is in the middle of the scale, a queue takes any level. */
const usualLevel = 3;
const anyLevel = 1;

/** `[banking, loans]`, or `{ banking: 5, loans: 2 }` where the level (1 to 5) matters. */
function skills(listed: number) {
  return z.preprocess(
    (given) => Array.isArray(given) && given.every((one) => typeof one === 'string') ? Object.fromEntries(given.map((skill) => [skill, listed])) : given,
    z.record(id, level, 'expected a list of skills, or skills with levels from 1 to 5 such as { banking: 4 }'),
  ).default({});
}

export const agentSkills = skills(usualLevel).describe('What they can: a list (each at level 3), or levels from 1 to 5 by skill.');
export const queueSkills = skills(anyLevel).describe('An agent needs all of them: a list (any level), or the least level by skill.');

export const strategySchema = z.enum(['longestIdle', 'roundRobin', 'mostSkilled', 'hunt'])
  .describe('Which of several idle agents: who is idle longest; whose last offer is longest ago; whose levels in the queue\'s skills are highest; or an ordered list, one after the other.');

export const stepSchema = z.strictObject({
  after: z.int().positive().describe('Seconds of waiting from which this step counts, on top of those before it.'),
  minimumLevel: level.optional().describe('No skill needs more than this level any longer.'),
  dropSkills: z.array(id).nonempty().optional().describe('These skills are needed no longer.'),
  addQueues: z.array(id).nonempty().optional().describe('Also agents who could serve these queues (as those begin, without their steps).'),
}).refine(({ minimumLevel, dropSkills, addQueues }) => (minimumLevel ?? dropSkills ?? addQueues) !== undefined, 'expected one of minimumLevel, dropSkills, addQueues');

type RoutedQueue = {
  readonly id: string;
  readonly skills: Readonly<Record<string, number>>;
  readonly videoSkill?: string | undefined;
  readonly steps: ReadonlyArray<z.infer<typeof stepSchema>>;
};

/** What one queue's steps say must fit the queue itself and the others. */
export function checkRouting(queues: readonly RoutedQueue[], complain: (path: Array<string | number>, message: string) => void): void {
  const ids = queues.map(({ id }) => id);
  for (const [index, queue] of queues.entries()) {
    const own = [...Object.keys(queue.skills), ...queue.videoSkill === undefined ? [] : [queue.videoSkill]];
    for (const [at, { after, dropSkills = [], addQueues = [] }] of queue.steps.entries()) {
      const path = ['queues', index, 'steps', at];
      const before = queue.steps[at - 1];
      if (before !== undefined && before.after >= after) complain([...path, 'after'], `expected more than the ${before.after} of the step before`);
      for (const [which, skill] of dropSkills.entries()) {
        if (!own.includes(skill)) complain([...path, 'dropSkills', which], `this queue does not need "${skill}"; it needs: ${own.join(', ') || 'nothing'}`);
      }
      for (const [which, name] of addQueues.entries()) {
        if (!ids.includes(name)) complain([...path, 'addQueues', which], `no queue "${name}" in this file; there are: ${ids.join(', ')}`);
        else if (name === queue.id) complain([...path, 'addQueues', which], 'expected another queue than this one');
      }
    }
  }
}
