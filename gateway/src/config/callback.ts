/** The part of the contact-center file that says whether customers of a queue may be called back, where, and how often it is tried. */
import { z } from 'zod';
import { numberPattern } from '../sip/trunks/numbers.ts';

const seconds = z.int().positive();

export const callbackSchema = z.strictObject({
  page: z.boolean().default(false).describe('A customer who waits may ask to be called back on their page, and keeps their place.'),
  phone: z.boolean().default(false).describe('The same at a telephone number, which `numbers` and a trunk must allow.'),
  scheduled: z.boolean().default(false).describe('They may choose a time within the queue\'s hours instead.'),
  numbers: z.array(z.string().regex(numberPattern, 'expected digits with ? for one digit and * at the end for any, such as "+49*"')).nonempty().optional()
    .describe('Which numbers customers may name, of those that a trunk allows. None given: all of them; narrow it where a trunk allows costly ones.'),
  tries: z.int().min(1).max(10).default(3).describe('How often an unanswered callback is made in all.'),
  pauseSeconds: seconds.default(300).describe('From one try to the next.'),
  maximumWait: seconds.default(24 * 3600).describe('Without `hours`: how long a callback waits for its turn. With them it may be made in the hours of the day it is for and of the next one.'),
  slotMinutes: z.int().min(5).max(240).default(30).describe('How long the slots are that times are chosen from.'),
  slotCapacity: z.int().min(1).max(10_000).default(4).describe('How many callbacks are agreed on for one slot.'),
  daysAhead: z.int().min(1).max(60).default(7),
  priority: z.int().min(0).max(100).default(100).describe('The contact\'s priority from the time that was agreed on.'),
});
export type CallbackConfig = z.infer<typeof callbackSchema>;
