/**
 * Card numbers, IBANs, tokens and keys in style sheets. A sheet is no sentence: long names and long fractions are common in it and say
 * nothing of anybody, so in names only the unmistakable is looked for, and what follows a decimal point is a measure.
 */
import { containsNameSecret, containsNumberSecret, containsSecret, shortestSecret } from './secrets.ts';

/** A valid name in every place where a name may stand. */
const noName = '--none';
/** What may stand between two groups of a number: blanks, and what is left of a comment. */
const between = String.raw`(?:[\s\u00a0]|\/\*\*\/)+`;
/** Groups of digits that are no measures: with blanks between them, or with more points than a number has. */
const groups = new RegExp(String.raw`(?<![\w.#-])(?:\d+(?:${between}\d+)+|\d+(?:\.\d+){2,})(?![\w.%])`, 'g');
const ibanGroups = new RegExp(String.raw`(?<![\w.#-])[A-Z]{2}\d{2}(?:${between}[A-Z0-9]{1,4}){3,8}(?![\w-])`, 'gi');
const token = /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g;

/** What is kept of a word: a name, a number with its unit. `value`: with its escapes resolved. */
export function withoutWordSecret(raw: string, value: string, place: { readonly isFraction: boolean; readonly isOwnText: boolean }): string {
  if (value.length < shortestSecret || place.isFraction) return raw;
  // The value of a custom property can be any text, though it rarely is one; the name of another one is a name.
  const isSecret = place.isOwnText && !value.startsWith('--') ? containsSecret(raw) || containsSecret(value) : containsNameSecret(value);
  return isSecret ? (/^\d/.test(raw) ? '0' : noName) : raw;
}

/** A whole sheet whose words and strings have been looked at: what only several of them together say. */
export function withoutSpreadSecrets(css: string): string {
  return css
    .replaceAll(groups, (run) => containsNumberSecret(run.replaceAll(new RegExp(between, 'g'), ' ')) ? '0' : run)
    .replaceAll(ibanGroups, (run) => containsNumberSecret(run.replaceAll(new RegExp(between, 'g'), ' ')) ? noName : run)
    .replaceAll(token, noName);
}
