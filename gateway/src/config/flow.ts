/**
 * The part of the contact-center file that says what a contact goes through before its queue. The steps are taken in their order; what each
 * means is in flow/, which reads them as they are here.
 */
import { z } from 'zod';
import { choices, type Choice } from '#shared/flow-words.ts';
import { id } from './identifiers.ts';

/** Longer than a person reads, shorter than a forgotten tab. */
const personSeconds = z.int().min(10).max(3600);
const lookupSeconds = z.int().min(1).max(20);
const priority = z.int().min(0).max(100);
const attributeName = z.string().min(1).max(100);
const attributeValue = z.union([z.string().max(1000), z.number(), z.boolean()]);

/** `{ en: …, de: … }`; the customer's page takes its own language, else the first. */
const texts = z.record(z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'expected a language such as en or de'), z.string().trim().min(1).max(2000))
  .refine((all) => Object.keys(all).length > 0, 'expected a text in at least one language');

const choice = z.enum(choices);

/** What follows where a step does not let somebody pass. */
const consequence = z.union([
  z.literal('end'),
  z.strictObject({
    message: texts.optional(), queue: id.optional(), priority: priority.optional(), offer: z.array(choice).nonempty().optional(),
  }),
], 'expected `end`, or a map of queue, priority, offer, message').transform((given, context) => {
  if (given === 'end') return { kind: 'end', message: null } as const;
  const { message = null, queue, offer } = given;
  if (queue !== undefined && offer !== undefined) context.addIssue({ code: 'custom', message: 'expected either queue or offer' });
  if (queue !== undefined && message !== null) context.addIssue({ code: 'custom', path: ['message'], message: 'expected no message where another queue takes over' });
  if (queue !== undefined) return { kind: 'queue', queue, priority: given.priority ?? null } as const;
  if (offer !== undefined) return { kind: 'offer', choices: offer, message } as const;
  if (given.priority !== undefined) return { kind: 'on', priority: given.priority } as const;
  return { kind: 'end', message } as const;
});
export type Consequence = z.infer<typeof consequence>;

/** The gateway asks this address and no other: no redirect is followed. The headers may be secret. */
const lookup = {
  url: z.url({ protocol: /^https?$/ }),
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]+$/, 'expected the name of an HTTP header'), z.string().max(4000).regex(/^[ -~]+$/, 'expected printable ASCII')).default({}),
  timeout: lookupSeconds.default(3).describe('Seconds that an answer may take.'),
};

const hours = z.strictObject({ closed: consequence.describe('While the queue\'s calendar is closed.') });

const notice = z.strictObject({
  id,
  text: texts,
  key: z.string().regex(/^[0-9*#]$/, 'expected one of 0-9, * and #').default('1').describe('Confirms as well as a tap.'),
  seconds: personSeconds.default(120).describe('Who has not confirmed by then has declined.'),
  declined: consequence.prefault('end'),
});

const entitlement = z.strictObject({
  ...lookup,
  attribute: attributeName.describe('The customer\'s attribute that holds the contract number.'),
  without: z.enum(['allow', 'deny']).default('deny').describe('A customer who has no such attribute.'),
  whenFailed: z.enum(['allow', 'deny']).default('allow').describe('No answer in time, or none that can be read.'),
  denied: consequence.prefault('end'),
});

const condition = z.strictObject({
  attribute: attributeName, is: attributeValue.optional(), in: z.array(attributeValue).nonempty().optional(), atLeast: z.number().optional(), atMost: z.number().optional(), exists: z.boolean().optional(),
}).refine(({ attribute: _attribute, ...tests }) => Object.values(tests).filter((test) => test !== undefined).length === 1, 'expected exactly one of is, in, atLeast, atMost, exists');
export type Condition = z.infer<typeof condition>;

const crm = z.strictObject({
  ...lookup,
  url: lookup.url.optional().describe('None: the rules judge what the portal said of the customer.'),
  rules: z.array(z.strictObject({ when: condition, priority: priority.optional(), queue: id.optional() })
    .refine((rule) => (rule.priority ?? rule.queue) !== undefined, 'expected a priority, a queue, or both')).default([]).describe('The first that fits counts.'),
});

const lastAgent = z.strictObject({
  within: z.int().positive().default(24 * 3600).describe('Seconds since they dealt with this customer.'),
  mode: z.enum(['last', 'first']).default('last').describe('Who dealt with them last, or who ever did first (then `within` does not count).'),
  dispositions: z.array(z.string().min(1).max(100)).nonempty().optional().describe('Contacts count that were wrapped up so; default: all that were talked in.'),
  ringSeconds: z.int().min(5).max(120).default(15).describe('How long they are rung alone.'),
});

const dissuasion = z.strictObject({
  tooLong: z.strictObject({ over: z.int().positive().describe('Seconds of expected wait, the middle of its range.'), instead: consequence }).optional(),
  tooFull: z.strictObject({ over: z.int().min(0).describe('As many wait already, or more.'), instead: consequence }).optional(),
  nobodyThere: z.strictObject({ instead: consequence }).optional().describe('No agent is logged in who could serve the queue.'),
  seconds: personSeconds.default(120).describe('How long the customer has to choose; then they wait, or, where that is not offered, the contact ends.'),
}).refine((one) => (one.tooLong ?? one.tooFull ?? one.nobodyThere) !== undefined, 'expected one of tooLong, tooFull, nobodyThere');

const overflow = z.strictObject({ after: z.int().positive().describe('Seconds of waiting in this queue.'), queue: id, priority: priority.optional() });

const steps = { hours, notice, entitlement, crm, lastAgent, dissuasion, overflow };

/** One step is a map with one key, its kind. `name` tells the steps of a flow apart, also after the file has changed. */
const step = z.strictObject(Object.fromEntries(Object.entries(steps).map(([kind, schema]) => [kind, schema.optional()])) as { [K in keyof typeof steps]: z.ZodOptional<(typeof steps)[K]> })
  .transform((given, context) => {
    const [first, ...others] = Object.entries(given).filter(([, settings]) => settings !== undefined);
    if (first === undefined || others.length > 0) {
      context.addIssue({ code: 'custom', message: `expected one step: ${Object.keys(steps).join(', ')}` });
      return z.NEVER;
    }
    const [kind, settings] = first;
    // The pair fits together: it is one entry of the map that was validated above.
    return { kind, name: kind === 'notice' && given.notice !== undefined ? `notice ${given.notice.id}` : kind, ...settings } as FlowStep;
  });

type StepOf<K extends keyof typeof steps> = { readonly kind: K; readonly name: string } & z.infer<(typeof steps)[K]>;
export type FlowStep = { [K in keyof typeof steps]: StepOf<K> }[keyof typeof steps];

export const flowSchema = z.array(step).max(20).default([]).describe('What a contact goes through before it waits, in this order.');

type QueueWithFlow = {
  readonly id: string; readonly hours?: string | undefined; readonly flow: readonly FlowStep[]; readonly callback: { readonly page: boolean; readonly phone: boolean };
  readonly messages: { readonly fromWidget: boolean };
};

/** What the steps of each queue say must fit the other queues. */
export function checkFlows(queues: readonly QueueWithFlow[], complain: (path: Array<string | number>, message: string) => void): void {
  const ids = queues.map((queue) => queue.id);
  for (const [index, queue] of queues.entries()) {
    const names = queue.flow.map(({ name }) => name);
    for (const [at, step] of queue.flow.entries()) {
      // A step that was complained about already is here as it was written.
      if (!Object.hasOwn(step, 'kind')) continue;
      const path = ['queues', index, 'flow', at];
      if (names.indexOf(step.name) !== at) complain(path, step.kind === 'notice' ? `the notice "${step.id}" stands twice in this flow` : `${step.kind} stands twice in this flow`);
      if (step.kind === 'hours' && queue.hours === undefined) complain(path, 'this queue is always open; give it `hours`');
      for (const [where, to] of destinationsOf(step)) {
        if (!ids.includes(to)) complain([...path, ...where], `no queue "${to}" in this file; there are: ${ids.join(', ')}`);
        else if (to === queue.id) complain([...path, ...where], 'expected another queue than this one');
      }
      for (const [where, then] of consequencesOf(step)) {
        const offered: readonly Choice[] = then.kind === 'offer' ? then.choices : [];
        if (offered.includes('message') && !queue.messages.fromWidget) complain([...path, step.kind, ...where, 'offer'], 'this queue takes no messages in the widget: set `messages.fromWidget`, or leave `message` out');
        if (offered.includes('callback') && !queue.callback.page && !queue.callback.phone) complain([...path, step.kind, ...where, 'offer'], 'this queue calls nobody back: set `callback.page` or `callback.phone`, or leave `callback` out');
      }
      if (step.kind === 'hours' && step.closed.kind === 'offer' && step.closed.choices.includes('wait')) complain([...path, 'hours', 'closed', 'offer'], 'nobody comes while the queue is closed: expected no `wait`');
      if (step.kind === 'hours' && step.closed.kind === 'on') complain([...path, 'hours', 'closed'], 'expected end, queue or offer: nobody comes while the queue is closed');
    }
  }
}

type Destination = readonly [path: ReadonlyArray<string | number>, queue: string];

function destinationsOf(step: FlowStep): Destination[] {
  switch (step.kind) {
    case 'crm': return step.rules.flatMap(({ queue }, at): Destination[] => queue === undefined ? [] : [[['crm', 'rules', at, 'queue'], queue]]);
    case 'overflow': return [[['overflow', 'queue'], step.queue]];
    default: return consequencesOf(step).flatMap(([where, then]): Destination[] => then.kind === 'queue' ? [[[step.kind, ...where, 'queue'], then.queue]] : []);
  }
}

/** What follows where a step does not let somebody pass, and where it says so. */
function consequencesOf(step: FlowStep): ReadonlyArray<readonly [path: readonly string[], then: Consequence]> {
  switch (step.kind) {
    case 'hours': return [[['closed'], step.closed]];
    case 'notice': return [[['declined'], step.declined]];
    case 'entitlement': return [[['denied'], step.denied]];
    case 'dissuasion': return (['tooLong', 'tooFull', 'nobodyThere'] as const).flatMap((why): Array<readonly [readonly string[], Consequence]> => {
      const then = step[why]?.instead;
      return then === undefined ? [] : [[[why, 'instead'], then]];
    });
    default: return [];
  }
}
