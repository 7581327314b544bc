/** The customer's telephone number among what the portal said of them: without the signs that people write between digits. */
import type { CreateSession } from '#shared/session-api.ts';
import type { Config } from '../config/schema.ts';

/** Null where the portal said none, or something that is no number. */
export function phoneOf({ customer }: Pick<CreateSession, 'customer'>, { journal }: Pick<Config, 'journal'>): string | null {
  const said = customer?.attributes?.[journal.phoneAttribute];
  const number = said === undefined ? '' : String(said).replaceAll(/[\s()/.-]/g, '');
  return /^\+?[0-9]{2,20}$/.test(number) ? number : null;
}
