/** Plain text as its words and its web addresses. What follows an address in a sentence is not part of it. Pure. */

export type TextPart = { readonly text: string; readonly url: null } | { readonly text: string; readonly url: string };

const address = /https?:\/\/[^\s<>"'`]+/gi;
const sentenceEnd = /[.,;:!?…]+$/;

/** The parts in their order; put together again their texts are the text. Only http and https become addresses. */
export function linkedText(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(address)) {
    const url = withoutSurroundings(found);
    if (!URL.canParse(url)) continue;
    if (index > from) parts.push({ text: text.slice(from, index), url: null });
    parts.push({ text: url, url: new URL(url).href });
    from = index + url.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), url: null });
  return parts;
}

/** A closing bracket belongs to the address only where it was opened in it. */
function withoutSurroundings(found: string): string {
  let url = found.replace(sentenceEnd, '');
  while (url.endsWith(')') && !url.includes('(')) url = url.slice(0, -1).replace(sentenceEnd, '');
  return url;
}
