/** The part of the contact-center file about the journal of hops. */
import { z } from 'zod';
import { timeZone } from './identifiers.ts';

export const journalSchema = z.strictObject({
  timeZone: timeZone.optional().describe('Of the dates in the journal\'s lines; default: that of the first calendar in `hours`, else UTC.'),
  phoneAttribute: z.string().min(1).max(100).default('phone').describe('The customer\'s attribute that holds their telephone number, which stands for them in the journal.'),
});
