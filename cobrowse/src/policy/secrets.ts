/**
 * Recognizes what must not be shown even where an integrator unmasked it by mistake: card numbers, IBANs, tokens and keys.
 * A hit masks the whole text, so a false alarm costs one label and never a leak.
 */

const digitRun = /\d(?:[ .\u00a0-]?\d){12,63}/g;
const ibanLike = /[A-Z]{2}\d{2}(?:[ \u00a0-]?[A-Z0-9]){11,60}/gi;
const tokens = [
  /eyJ[\w-]{8,}\.[\w-]{8,}/,
  /\b(?:sk|pk|rk|ghp|gho|ghs|xox[abps]|glpat|AKIA|ASIA)[-_]?[A-Za-z0-9_-]{12,}/,
  /\bbearer\s+[\w.~+/=-]{8,}/i,
  /-----BEGIN [A-Z ]*KEY-----/,
];
/** The shortest of all of them: a card number. Most texts are shorter. */
export const shortestSecret = 13;
/** A long run of letters and digits mixed: session ids, API keys, hashes, UUIDs without dashes. */
const opaque = /[A-Za-z0-9_+/=-]{32,}/g;

export function containsSecret(text: string): boolean {
  if (text.length < shortestSecret) return false;
  return containsNumberSecret(text)
    || tokens.some((pattern) => pattern.test(text))
    || (text.match(opaque) ?? []).some((run) => /\d/.test(run) && /[a-z]/i.test(run));
}

/** Tokens that no name of a class or a variable is taken for by mistake. */
const unmistakable = /(?:gh[pos]_|[spr]k_(?:live|test)_|glpat-|xox[abps]-)[\w-]{12,}|(?:AKIA|ASIA)[A-Z0-9]{16}|eyJ[\w-]{8,}\.[\w-]{8,}/i;

/** For names of classes, variables and the like, where long mixed words are common and harmless. */
export function containsNameSecret(name: string): boolean {
  return name.length >= shortestSecret && (containsNumberSecret(name) || unmistakable.test(name));
}

/** Card numbers and IBANs only. */
export function containsNumberSecret(text: string): boolean {
  if (text.length < shortestSecret) return false;
  return (text.match(digitRun) ?? []).some((run) => containsCardNumber(run.replaceAll(/\D/g, '')))
    || (text.match(ibanLike) ?? []).some((run) => startsWithIban(run.replaceAll(/[^A-Za-z0-9]/g, '').toUpperCase()));
}

/** The text without card numbers and IBANs: of each, its last four characters stay, as on a receipt. */
export function withoutNumberSecrets(text: string): string {
  const shortened = (run: string): string => `•••• ${run.replaceAll(/[^A-Za-z0-9]/g, '').slice(-4)}`;
  return text.replaceAll(ibanLike, (run) => startsWithIban(run.replaceAll(/[^A-Za-z0-9]/g, '').toUpperCase()) ? shortened(run) : run)
    .replaceAll(digitRun, (run) => containsCardNumber(run.replaceAll(/\D/g, '')) ? shortened(run) : run);
}

/** ISO/IEC 7812: any 13 to 19 digits in a row whose Luhn sum is right. */
function containsCardNumber(digits: string): boolean {
  for (let start = 0; start + 13 <= digits.length; start += 1) {
    for (let length = 13; length <= 19 && start + length <= digits.length; length += 1) {
      if (luhn(digits.slice(start, start + length))) return true;
    }
  }
  return false;
}

function luhn(digits: string): boolean {
  if (/^(\d)\1*$/.test(digits)) return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** ISO 13616: mod 97 is 1. Words may follow the number, so every length that an IBAN can have is tried. */
function startsWithIban(text: string): boolean {
  for (let length = 15; length <= 34 && length <= text.length; length += 1) {
    let remainder = 0;
    for (const character of text.slice(4, length) + text.slice(0, 4)) {
      const value = Number.parseInt(character, 36);
      remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
    }
    if (remainder === 1) return true;
  }
  return false;
}
