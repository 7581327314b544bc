/**
 * Telephone numbers and which of them may be dialled. A number is digits with an optional leading `+`, however people and phones wrote it;
 * a pattern is a number in which `?` stands for one digit and `*` for any, also none.
 */

/** Longer than E.164's 15 digits with any prefix of a PBX in front. */
const longest = 32;

/** `+49 (30) 123-45`, `tel:+49-30-12345`, `732`: as it is dialled; null where it is no number. A visible "(0)" of "+49 (0) 30" is not dialled. */
export function normalizedNumber(written: string): string | null {
  const bare = written.trim().replace(/^tel:/i, '').replace(/;.*$/, '').replace(/(?<=^\+\d{1,3}[\s.-]*)\(0\)/, '');
  const number = bare.replaceAll(/[\s()./\u00a0\u2010-\u2015-]/g, '');
  return /^\+?\d+$/.test(number) && number.length <= longest ? number : null;
}

export const numberPattern = /^(?=.*[\d?*])\+?[\d?]*\*?$/;

export function matchesNumber(pattern: string, number: string): boolean {
  // Only characters that `numberPattern` lets through come here; of them `+` alone means something else to a regular expression.
  const expression = pattern.replace('+', '\\+').replaceAll('?', '\\d').replace('*', '\\d*');
  return new RegExp(`^${expression}$`).test(number);
}

export interface DialPlan {
  readonly allowed: readonly string[];
  /** Taken away where the number begins with it. */
  readonly strip: string;
  readonly prefix: string;
}

export function mayDial({ allowed }: DialPlan, number: string): boolean {
  return allowed.some((pattern) => matchesNumber(pattern, number));
}

/** What goes onto the wire for a number as people know it. */
export function dialled({ strip, prefix }: DialPlan, number: string): string {
  return prefix + (number.startsWith(strip) ? number.slice(strip.length) : number);
}

/** The other way: how people know a number that the trunk shows. */
export function undialled({ strip, prefix }: DialPlan, wire: string): string {
  return prefix !== '' && wire.startsWith(prefix) ? strip + wire.slice(prefix.length) : wire;
}
