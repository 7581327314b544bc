/** How things are named in the contact-center file. */
import { z } from 'zod';

export const id = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,49}$/, 'expected 1 to 50 of a-z, 0-9, - and _, beginning with a letter or digit');

export const timeZone = z.string().refine(isTimeZone, 'expected an IANA time zone such as Europe/Berlin');

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
