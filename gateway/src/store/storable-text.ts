/**
 * Text as PostgreSQL can keep it: without NUL, and without half of a surrogate pair, which is what is left of an emoji where a client cut a
 * title at its limit. JSON may carry both, and `jsonb` refuses them.
 */
export function storableText(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

/** For `JSON.parse`: the same for every text in a value, and every key. */
export function storableReviver(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value);
  return entries.every(([key]) => key === storableText(key)) ? value : Object.fromEntries(entries.map(([key, inner]) => [storableText(key), inner]));
}
