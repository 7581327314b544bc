/** Text of people inside SIP headers: nothing of it may end the header or its quotes. */

/**
 * For a quoted-string (RFC 3261, 25.1), without the quotes: control characters gone, 100 characters at most. Quotes and backslashes are
 * replaced, not escaped, because many peers, SIP.js among them, show the escape.
 */
export function quotedText(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').replaceAll('"', '\'').replaceAll('\\', '/').trim();
  return Array.from(plain).slice(0, 100).join('');
}

/** For a header of our own: identifiers only, anything else is a bug of the caller. */
export function headerToken(value: string): string {
  if (!/^[A-Za-z0-9._~-]{1,200}$/.test(value)) throw new Error('not fit for a header');
  return value;
}
