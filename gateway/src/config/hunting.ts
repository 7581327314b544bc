/** The part of the contact-center file about queues that ring an ordered list. */
import { z } from 'zod';

const seconds = z.int().positive();
/** More rounds than anybody waits through, so that a typing error is one. */
const mostRounds = 100;

const entry = z.union([
  z.string().min(1).transform((username) => ({ agent: username })),
  z.strictObject({
    number: z.string().trim().min(1).max(64).describe('As a trunk dials it.'),
    label: z.string().min(1).max(100).optional().describe('Whom the customer is told they talk to.'),
  }),
], 'expected the user name of an agent, or { number, label }');

export const huntSchema = z.strictObject({
  list: z.array(entry).nonempty().describe('Who is rung, in this order: user names of agents, or numbers outside.'),
  inCharge: z.string().optional().describe('The entry (user name or number) that a round begins with, until another one is set at run time; default: the first.'),
  loop: z.union([z.boolean(), z.int().min(1).max(mostRounds)]).default(false).describe('true: round and round until somebody answers; a number: so many rounds.'),
  ringSeconds: seconds.max(300).default(15).describe('How long each is rung.'),
  overflow: z.string().optional().describe('The queue that follows when the last round is through. Without one the contact waits, and the hunt begins again for whoever becomes free.'),
});
export type HuntConfig = z.infer<typeof huntSchema>;
type Entry = HuntConfig['list'][number];

/** What names an entry: the user name, or the number. */
export function entryName(entry: Entry): string {
  return 'agent' in entry ? entry.agent : entry.number;
}

interface HuntingQueue {
  readonly id: string;
  readonly strategy: string;
  readonly skills: object;
  readonly steps: ReadonlyArray<{ readonly addQueues?: readonly string[] | undefined }>;
  readonly hunt?: HuntConfig | undefined;
}

/** What a hunt names must be in the file. */
export function checkHunts(
  { queues, agents, trunks }: { readonly queues: readonly HuntingQueue[]; readonly agents: ReadonlyArray<{ readonly username: string }>; readonly trunks: readonly unknown[] },
  complain: (path: Array<string | number>, message: string) => void,
): void {
  for (const [index, { id, strategy, skills, steps, hunt }] of queues.entries()) {
    const path = ['queues', index, 'hunt'];
    for (const [at, { addQueues = [] }] of steps.entries()) {
      const which = addQueues.findIndex((name) => queues.some((queue) => queue.id === name && queue.hunt !== undefined));
      if (which >= 0) complain(['queues', index, 'steps', at, 'addQueues', which], 'expected a queue that does not hunt: nobody serves that one by skills');
    }
    if (strategy === 'hunt' && hunt === undefined) complain(path, 'expected `hunt` with the list that strategy: hunt rings');
    if (hunt === undefined) continue;
    if (strategy !== 'hunt') complain(['queues', index, 'strategy'], 'expected hunt, because this queue has a `hunt`');
    if (Object.keys(skills).length > 0 || steps.length > 0) complain(path, 'expected no `skills` and no `steps` beside it: the list says who is rung');
    const names = hunt.list.map(entryName);
    for (const [at, entry] of hunt.list.entries()) {
      if (names.indexOf(names[at] ?? '') !== at) complain([...path, 'list', at], `"${names[at]}" stands twice`);
      if ('agent' in entry && !agents.some(({ username }) => username === entry.agent)) complain([...path, 'list', at], `no agent "${entry.agent}" in this file; there are: ${agents.map(({ username }) => username).join(', ') || 'none'}`);
      if ('number' in entry && trunks.length === 0) complain([...path, 'list', at], 'expected a trunk in `trunks` that dials this number');
    }
    if (hunt.inCharge !== undefined && !names.includes(hunt.inCharge)) complain([...path, 'inCharge'], `"${hunt.inCharge}" is not in the list: ${names.join(', ')}`);
    if (hunt.overflow !== undefined && (hunt.overflow === id || !queues.some((queue) => queue.id === hunt.overflow))) complain([...path, 'overflow'], `expected another queue of this file; there are: ${queues.map((queue) => queue.id).join(', ')}`);
  }
}
