/**
 * What stands in the place of a masked text or value. The width is fixed, so that neither a length nor a change of it can be read.
 * Of a text one bit remains, whether it was a label or a paragraph, because without it no page keeps its shape (decision 0051).
 */

const word = '••••••';
const paragraphWords = 12;
/** From how many characters on a text is taken for a paragraph. */
const paragraphLength = 60;

export const valueMask = word;
const labelMask = word;
const paragraphMask = Array.from({ length: paragraphWords }, () => word).join(' ');

/** Masks one text node. White space alone is kept as one blank, since it carries layout and nothing else. Masking twice changes nothing. */
export function maskText(text: string): string {
  const core = text.trim();
  if (core === '') return text === '' ? '' : ' ';
  const mask = core.length >= paragraphLength ? paragraphMask : labelMask;
  return `${/^\s/.test(text) ? ' ' : ''}${mask}${/\s$/.test(text) ? ' ' : ''}`;
}

/** Whether something of a text has been masked: all of it, or a number of which the end is left (`secrets.ts`). A page that writes the same itself hides as much. */
export function looksMasked(text: string): boolean {
  return text.includes('••••');
}

/** Masks the value of a field: only whether there is one can be seen. */
export function maskValue(value: string): string {
  return value === '' ? '' : valueMask;
}
