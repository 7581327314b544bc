/**
 * What rrweb does not record and the viewer still has to know, as custom events of our own that travel in the same order. Numbers and
 * fixed words only, so that nothing of the page can hide in them.
 */
import { readAsset } from './assets.ts';
import { isFiniteNumber, isObject, type JsonObject } from './json.ts';

export const ownTags = { view: 'gethelp-view', asset: 'gethelp-asset' } as const;

/** What part of the page a pinched or zoomed phone shows, in CSS pixels of the layout viewport. `scale` 1: all of it. */
export interface View {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

const maxScale = 20;

export function sanitizeOwnEvent(data: JsonObject): JsonObject | null {
  const { tag, payload } = data;
  if (!isObject(payload)) return null;
  const safe = tag === ownTags.view ? readView(payload) : tag === ownTags.asset ? readAsset(payload) : null;
  return safe && { tag, payload: safe };
}

export function readView(payload: unknown): View | null {
  if (!isObject(payload)) return null;
  const { scale, left, top } = payload;
  if (!isFiniteNumber(scale) || !isFiniteNumber(left) || !isFiniteNumber(top)) return null;
  return scale < 1 || scale > maxScale || Math.abs(left) > 30_000 || Math.abs(top) > 30_000 ? null : { scale, left, top };
}
