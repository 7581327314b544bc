/** The part of the contact-center file that says how much an agent has at once, by channel, and what may come to them beside what they have. */
import { z } from 'zod';
import { channels, type Channel } from '#shared/vocabulary.ts';

const seconds = z.int().positive();
const day = 24 * 3600;
const several = z.int().min(0).max(20);
/** Nobody talks to two at once. */
const one = z.int().min(0).max(1);
const channel = z.enum(channels);

const capacity = z.strictObject({ voice: one, chat: several, message: several, task: several });
const interruptedBy = z.strictObject({ voice: z.array(channel), chat: z.array(channel), message: z.array(channel), task: z.array(channel) });

const usualCapacity: Readonly<Record<Channel, number>> = { voice: 1, chat: 3, message: 5, task: 5 };
/** Who talks or chats is left alone; what has no customer waiting at the other end is put aside for those who have. */
const usualInterruptions: Readonly<Record<Channel, readonly Channel[]>> = { voice: [], chat: [], message: ['voice', 'chat'], task: ['voice', 'chat', 'message'] };

const capacityText = 'How many an agent has at once: calls (0 or 1, with or without camera), chats, messages, tasks.';
const interruptedByText = 'Which other channels are offered to an agent while they have one of this. `voice: [chat]` gives chats to somebody in a call.';

/** For everybody; what a setting leaves out is as usual. */
export const channelSettings = {
  capacity: capacity.partial().default({}).transform((given) => filled(usualCapacity, given)).describe(capacityText),
  interruptedBy: interruptedBy.partial().default({}).transform((given) => filled(usualInterruptions, given)).describe(interruptedByText),
};

/** For one agent; what a setting leaves out is as for everybody. */
export const agentChannelSettings = {
  capacity: capacity.partial().default({}).describe(`${capacityText} Default: as above for everybody.`),
  interruptedBy: interruptedBy.partial().default({}).describe(`${interruptedByText} Default: as above for everybody.`),
};

/** How a queue chats. */
export const chatSettings = z.strictObject({
  quietSeconds: seconds.default(600).describe('How long a customer who was written to may say nothing; then the chat ends.'),
  warningSeconds: seconds.default(120).describe('How long before that end they are warned.'),
  afterCall: z.boolean().default(true).describe('Whether the chat goes on when a call that it became is over.'),
  redactSecrets: z.boolean().default(true).describe('Whether card and account numbers are taken out of what is written before anybody reads it.'),
}).refine(({ quietSeconds, warningSeconds }) => warningSeconds < quietSeconds, { path: ['warningSeconds'], message: 'expected less than `quietSeconds`' });

/** How a queue takes messages and tasks. */
export const messageSettings = z.strictObject({
  answerWithin: seconds.default(4 * 3600).describe('For so long after they came in, messages and tasks leave first place to those who wait for a call or a chat; then they count as if just arrived.'),
  priority: z.int().min(0).max(100).optional().describe('When they are due, and among each other; default: the queue\'s.'),
  fromWidget: z.boolean().default(false).describe('Whether its customers may leave a message in the widget: while they wait, where its flow offers it, and while it is closed, unless its flow says otherwise.'),
  maximumWait: seconds.default(7 * day),
  maximumHold: seconds.default(day).describe('How long one agent may have one before it goes back to the queue.'),
});

/** How much an agent takes at once. */
export interface Workload {
  readonly capacity: Readonly<Record<Channel, number>>;
  readonly interruptedBy: Readonly<Record<Channel, readonly Channel[]>>;
}

type Given<T> = { readonly [C in Channel]?: T | undefined };

export function workloadOf(
  everybody: Workload, agent: { readonly capacity: Given<number>; readonly interruptedBy: Given<readonly Channel[]> },
): Workload {
  return { capacity: filled(everybody.capacity, agent.capacity), interruptedBy: filled(everybody.interruptedBy, agent.interruptedBy) };
}

function filled<T>(usual: Readonly<Record<Channel, T>>, { voice = usual.voice, chat = usual.chat, message = usual.message, task = usual.task }: Given<T>): Readonly<Record<Channel, T>> {
  return { voice, chat, message, task };
}
