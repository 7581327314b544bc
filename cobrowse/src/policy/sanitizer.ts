/**
 * The one sanitizer: what is handed on for an event that rrweb recorded. It runs in the page on every event before it leaves, and again
 * on the relay, where an event that it would still change is refused (checker.ts). Sanitizing twice changes nothing.
 */
import type { RecordedEvent } from '#shared/cobrowse-protocol.ts';
import { shownAddress } from './addresses.ts';
import { sanitizeValue } from './attributes.ts';
import { asArray, asString, isFiniteNumber, isId, isObject, type JsonObject } from './json.ts';
import { sanitizeMutation } from './mutation.ts';
import { nodeTypes, sanitizeNode } from './nodes.ts';
import { sanitizeOwnEvent } from './own-events.ts';
import { inside, outermost, type PageBook } from './page-book.ts';
import { sanitizeSelection } from './selection.ts';
import { sanitizeAdoption, sanitizeDeclarationChange, sanitizeRuleChange } from './sheets.ts';

/** The events that are shared at all, by rrweb's numbers: of custom events only our own, no plugin and no asset events. */
export const eventTypes = { fullSnapshot: 2, incremental: 3, meta: 4, custom: 5 } as const;
/** The incremental sources that are shared. Canvas, fonts, logs, media and custom elements are not. */
export const sources = {
  mutation: 0, mouseMove: 1, mouseInteraction: 2, scroll: 3, viewportResize: 4, input: 5, touchMove: 6,
  styleSheetRule: 8, drag: 12, styleDeclaration: 13, selection: 14, adoptedStyleSheet: 15,
} as const;
/** Not shared: a component has become known to the page's scripts, and style sheets look at it with other eyes. */
export const customElementSource = 16;

/** What has changed on the page, by an event as recorded; null for an event that says something else. */
export function changeOf({ type, data }: { readonly type: number; readonly data: unknown }): JsonObject | null {
  return type === eventTypes.incremental && isObject(data) ? data : null;
}

/** Of one batch of movements. */
const maxPositions = 500;

/** Keeps the book up to date with what is shared. Answers null when nothing of the event may be. */
export function sanitizeEvent(event: RecordedEvent, book: PageBook): RecordedEvent | null {
  if (!isFiniteNumber(event.timestamp) || !isObject(event.data)) return null;
  const data = sanitizeData(event.type, event.data, book);
  return data && { type: event.type, timestamp: event.timestamp, data };
}

function sanitizeData(type: number, data: JsonObject, book: PageBook): JsonObject | null {
  switch (type) {
    case eventTypes.meta:
      return isSize(data) ? { href: shownAddress(asString(data['href'])), width: data['width'], height: data['height'] } : null;
    case eventTypes.fullSnapshot:
      return sanitizeFullSnapshot(data, book);
    case eventTypes.incremental:
      return sanitizeIncremental(data, book);
    case eventTypes.custom:
      return sanitizeOwnEvent(data);
    default:
      return null;
  }
}

function sanitizeFullSnapshot(data: JsonObject, book: PageBook): JsonObject | null {
  book.clear();
  const raw = data['node'];
  if (!isObject(raw) || raw['type'] !== nodeTypes.document) return null;
  const node = sanitizeNode(raw, null, outermost, book);
  const offset = isObject(data['initialOffset']) ? data['initialOffset'] : {};
  return node && { node, initialOffset: { top: numberOr0(offset['top']), left: numberOr0(offset['left']) } };
}

function sanitizeIncremental(data: JsonObject, book: PageBook): JsonObject | null {
  switch (data['source']) {
    case sources.mutation:
      return sanitizeMutation(data, book);
    case sources.mouseMove:
    case sources.touchMove:
    case sources.drag:
      return sanitizePositions(data, book);
    case sources.mouseInteraction:
      return sanitizeInteraction(data, book);
    case sources.scroll:
      return isScrollable(data, book) ? { source: sources.scroll, id: data['id'], x: numberOr0(data['x']), y: numberOr0(data['y']) } : null;
    case sources.viewportResize:
      return isSize(data) ? { source: sources.viewportResize, width: data['width'], height: data['height'] } : null;
    case sources.input:
      return sanitizeInput(data, book);
    case sources.styleSheetRule:
      return sanitizeRuleChange(data, book);
    case sources.styleDeclaration:
      return sanitizeDeclarationChange(data, book);
    case sources.selection:
      return sanitizeSelection(data, book);
    case sources.adoptedStyleSheet:
      return sanitizeAdoption(data, book);
    default:
      return null;
  }
}

function sanitizePositions(data: JsonObject, book: PageBook): JsonObject | null {
  const positions: JsonObject[] = [];
  for (const position of first(maxPositions, asArray(data['positions']))) {
    if (!isObject(position) || !isPointable(position, book)) continue;
    positions.push({ x: numberOr0(position['x']), y: numberOr0(position['y']), id: position['id'], timeOffset: Math.min(0, numberOr0(position['timeOffset'])) });
  }
  return positions.length === 0 ? null : { source: data['source'], positions };
}

function sanitizeInteraction(data: JsonObject, book: PageBook): JsonObject | null {
  const { type } = data;
  if (!isPointable(data, book) || !Number.isInteger(type) || (type as number) < 0 || (type as number) > 10) return null;
  return {
    source: sources.mouseInteraction, type, id: data['id'],
    ...(isFiniteNumber(data['x']) ? { x: data['x'] } : {}),
    ...(isFiniteNumber(data['y']) ? { y: data['y'] } : {}),
    ...(data['pointerType'] === 0 || data['pointerType'] === 1 || data['pointerType'] === 2 ? { pointerType: data['pointerType'] } : {}),
  };
}

function sanitizeInput(data: JsonObject, book: PageBook): JsonObject | null {
  const facts = isId(data['id']) ? book.get(data['id']) : null;
  if (!facts?.field) return null;
  const around = facts.parent === null ? outermost : book.insideOf(facts.parent);
  if (around === null || around.isBelowPlaceholder) return null;
  const inner = inside(facts, around);
  return {
    source: sources.input,
    id: data['id'],
    text: sanitizeValue(facts, inner, asString(data['text'])),
    isChecked: facts.field.open && !inner.isSealed && data['isChecked'] === true,
  };
}

/** How far a field is scrolled tells how much is written in it. */
function isScrollable(data: JsonObject, book: PageBook): boolean {
  return isId(data['id']) && book.get(data['id'])?.field === null;
}

/** The pointer is not shown over what the integrator blocked: over a keypad it would tell the PIN. */
function isPointable(data: JsonObject, book: PageBook): boolean {
  const facts = isId(data['id']) ? book.get(data['id']) : null;
  return facts !== null && facts.placeholder !== 'hidden';
}

function first(count: number, items: readonly unknown[]): readonly unknown[] {
  return items.length > count ? items.slice(0, count) : items;
}

function isSize(data: JsonObject): boolean {
  return [data['width'], data['height']].every((side) => isFiniteNumber(side) && side >= 0 && side <= 30_000);
}

function numberOr0(value: unknown): number {
  return isFiniteNumber(value) ? value : 0;
}
