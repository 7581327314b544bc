/**
 * What the customer has selected. In a masked text the whole mask is, whatever part was: how far a selection reaches would tell how long
 * the words are.
 */
import { asArray, isId, isObject, type JsonObject } from './json.ts';
import { valueMask } from './masks.ts';
import type { PageBook } from './page-book.ts';

const maxRanges = 20;
const maxOffset = 100_000;

export function sanitizeSelection(data: JsonObject, book: PageBook): JsonObject | null {
  const ranges = asArray(data['ranges']).slice(0, maxRanges).flatMap((range) => isObject(range) ? sanitizeRange(range, book) : []);
  // An empty list takes back what was selected before.
  return asArray(data['ranges']).length > 0 && ranges.length === 0 ? null : { source: data['source'], ranges };
}

function sanitizeRange(range: JsonObject, book: PageBook): JsonObject[] {
  const { start, end, startOffset, endOffset } = range;
  if (!isId(start) || !isId(end) || !isOffset(startOffset) || !isOffset(endOffset)) return [];
  const isCollapsed = start === end && startOffset === endOffset;
  const from = textAt(start, book);
  const to = textAt(end, book);
  if (from === 'unknown' || to === 'unknown') return [];
  return [{
    start, startOffset: from === 'masked' ? 0 : startOffset,
    end, endOffset: to === 'masked' ? (isCollapsed ? 0 : valueMask.length) : endOffset,
  }];
}

/** Offsets count characters in a text, and children in an element, whose number is shared anyway. */
function textAt(id: number, book: PageBook): 'open' | 'masked' | 'unknown' {
  const facts = book.get(id);
  if (facts === null || facts.parent === null || facts.placeholder !== null || facts.field !== null) return 'unknown';
  const around = book.insideOf(facts.parent);
  if (around === null || around.isBelowPlaceholder) return 'unknown';
  if (facts.tag !== '#text') return 'open';
  return around.isOpen && (around.parentTag !== 'option' || around.isOpenSelect) ? 'open' : 'masked';
}

function isOffset(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= maxOffset;
}
