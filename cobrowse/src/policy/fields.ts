/** Form fields: which of them may ever show their value, and what a masked one looks like. */
import { asString, type JsonObject } from './json.ts';
import { isMarked, unmaskAttribute } from './markers.ts';
import { maskValue } from './masks.ts';

export interface Field {
  /** `input` types, or the tag for the others. */
  readonly type: string;
  /** Whether the integrator unmasked this very field, and it is none that must stay masked. A mask around it still wins. */
  readonly open: boolean;
}

export const fieldTags: ReadonlySet<string> = new Set(['input', 'textarea', 'select']);

const inputTypes = new Set([
  'text', 'search', 'url', 'tel', 'email', 'password', 'number', 'date', 'month', 'week', 'time', 'datetime-local', 'color', 'range',
  'checkbox', 'radio', 'button', 'submit', 'reset', 'hidden', 'file', 'image',
]);
/** Shown as text fields while masked, because they cannot show the mask themselves. */
const shownAsText = new Set(['number', 'date', 'month', 'week', 'time', 'datetime-local']);
const textTypes = new Set(['text', 'search', 'url', 'tel', 'email', 'password', 'textarea', 'button', 'submit', 'reset']);

/** Fields that are never shown, whatever the integrator says: HTML's own autofill tokens, and names that say the same. */
const secretAutocomplete = /(?:^|\s)(?:cc-[\w-]+|one-time-code|(?:new|current)-password|transaction-amount)(?:\s|$)/i;
const secretName = /pass(?:word|wd|code|phrase)?|pwd|\bpin\b|(?:^|[-_])(?:pin|tan|otp|mfa|cvc|cvv|csc|ssn|iban)(?:$|[-_\d])|card-?_?(?:number|no|num)|one-?time|secret|token/i;
const neverOpen = new Set(['password', 'hidden', 'file', 'image']);

/** Fields that are set as a whole rather than typed into, and how HTML writes their values. Whether there is such a day, the browser knows. */
const valueForms = {
  date: /^\d{4}-\d\d-\d\d$/, month: /^\d{4}-\d\d$/, week: /^\d{4}-W\d\d$/, time: /^\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?$/,
  'datetime-local': /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?$/, range: /^-?\d{1,12}(?:\.\d{1,9})?$/, color: /^#[0-9a-f]{6}$/i,
} as const;
/** These always have a value. */
const neverEmpty = new Set(['range', 'color']);

export function isSetType(type: string): type is keyof typeof valueForms {
  return Object.hasOwn(valueForms, type);
}

/** Whether a field of this type can have this value at all. */
export function isValueOf(type: string, value: string): boolean {
  return isSetType(type) && (value === '' ? !neverEmpty.has(type) : valueForms[type].test(value));
}

/** Reads a field from its attributes as recorded, or null when the element is none. */
export function readField(tag: string, attributes: JsonObject): Field | null {
  if (!fieldTags.has(tag)) return null;
  const declared = asString(attributes['type']).toLowerCase();
  const type = tag === 'input' ? (inputTypes.has(declared) ? declared : 'text') : tag;
  const isSecret = neverOpen.has(type)
    || Object.hasOwn(attributes, 'data-rr-is-password')
    || secretAutocomplete.test(asString(attributes['autocomplete']))
    || ['name', 'id'].some((name) => secretName.test(asString(attributes[name])));
  return { type, open: isMarked(attributes[unmaskAttribute]) && !isSecret };
}

/** The type to send: one that can show the mask where the value is masked. */
export function shownType(field: Field, isOpen: boolean): string {
  return !isOpen && shownAsText.has(field.type) ? 'text' : field.type;
}

/** The value to send for a masked field: the mask where one can be shown, else nothing. */
export function maskedValue(field: Field, value: string): string {
  return textTypes.has(field.type) || shownAsText.has(field.type) ? maskValue(value) : '';
}
