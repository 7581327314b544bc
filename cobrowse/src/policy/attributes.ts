/** Judges one attribute of one element: what is sent instead of the recorded value, or `undefined` when nothing is. */
import { assetAttribute, isAssetName, sizeAttribute } from './assets.ts';
import { sanitizeDeclarations, sanitizeStyleSheet } from './css.ts';
import { maskedValue, shownType } from './fields.ts';
import { maxTextLength } from './limits.ts';
import { isMarked, maskAttribute, picturesToo, pictureTags, placeholderAttribute, popoverAttribute, readonlyAttribute, unmaskAttribute } from './markers.ts';
import { bareTags, isBoxAttribute, isDrawingAttribute, isDrawingReference, isLayoutAttribute, isScrollAttribute, safeNames } from './markup.ts';
import { maskText } from './masks.ts';
import type { NodeFacts, Surroundings } from './page-book.ts';
import { resolveSchemeValue, resolveSight } from './scheme.ts';
import { containsNameSecret, containsSecret } from './secrets.ts';
import type { PageSight } from './sight.ts';
import { styledValue } from './styled-attributes.ts';

export type AttributeValue = string | number | boolean;

/** `inner`: the surroundings of the element's children, which its own texts (a title, a placeholder) share. */
export function sanitizeAttribute(node: NodeFacts, inner: Surroundings, name: string, raw: unknown, sight: PageSight | null): AttributeValue | undefined {
  // Markers travel with every element, for the relay judges by them.
  if (name === maskAttribute) return node.marker === 'mask' ? '' : undefined;
  if (name === unmaskAttribute) return node.marker !== 'unmask' ? undefined : node.opensPictures ? picturesToo : '';
  if (node.tag === 'meta') return metaValue(name, raw, sight);
  if (bareTags.has(node.tag)) return undefined;
  // The agent is shown what cannot be touched before they try.
  if (name === readonlyAttribute) return isMarked(raw) ? '' : undefined;
  // How far a field is scrolled tells how much is written in it.
  if (isScrollAttribute(name, raw)) return node.field === null ? raw : undefined;
  if (typeof raw !== 'string' && raw !== true) return undefined;
  const value = raw === true ? '' : raw;
  if (value.length > maxTextLength && name !== '_cssText') return undefined;
  if (name.toLowerCase() !== name && !node.isSvg && name !== '_cssText') return undefined;
  switch (name) {
    case 'class':
    case 'id':
      // Inside a masked drawing a class could bring the geometry back.
      return node.isSvg && !inner.isOpen && node.tag !== 'svg' ? undefined : safeNames(value, containsNameSecret);
    case 'style':
      return node.isSvg && !inner.isOpen && node.tag !== 'svg' ? undefined : sanitizeDeclarations(value, { sight, isOpen: inner.showsOwnPictures });
    case '_cssText':
      return node.tag === 'link' || node.tag === 'style' ? sanitizeStyleSheet(value, { sight, isOpen: inner.showsOwnPictures }) : undefined;
    case assetAttribute:
      return pictureTags.has(node.tag) && inner.showsOwnPictures && isAssetName(value) ? value : undefined;
    case sizeAttribute:
      return pictureTags.has(node.tag) && inner.showsOwnPictures && /^\d{1,5}x\d{1,5}$/.test(value) ? value : undefined;
    case 'media':
      return layoutValue(node, name, sight ? resolveSight(value, sight) : value);
    case popoverAttribute:
      return value === 'open' || value === 'closed' ? value : undefined;
    case placeholderAttribute:
      return node.placeholder ?? undefined;
    case 'type':
      return node.field === null ? (node.isSvg ? drawingValue(node, inner, name, value) : layoutValue(node, name, value)) : typeOf(node, inner);
    case 'value':
      return valueOf(node, inner, value);
    case 'checked':
      return node.field?.open === true && !inner.isSealed ? true : undefined;
    case 'selected':
      return node.tag === 'option' && inner.isOpenSelect ? true : undefined;
    case 'href':
      if (node.isSvg) return drawingValue(node, inner, name, value);
      // Keeps the look of a link, and leads nowhere.
      return node.tag === 'a' || node.tag === 'area' ? '#' : undefined;
    case 'label':
      return sanitizeText(value, inner.isOpen && (node.tag !== 'option' || inner.isOpenSelect));
    case 'placeholder':
    case 'title':
    case 'alt':
    case 'aria-label':
      return sanitizeText(value, inner.isOpen);
    case 'name':
      // Of a slot alone: it says what goes where. A field's name is the portal's own affair.
      return node.tag === 'slot' && /^[\w-]{1,60}$/.test(value) ? value : undefined;
    case 'max':
    case 'min':
      return inner.isOpen && /^[\d.:TW-]{1,24}$/.test(value) ? value : undefined;
    case 'step':
      return inner.isOpen && node.field !== null && /^(?:any|[\d.]{1,20})$/.test(value) ? value : undefined;
    // What a list counts and a meter warns of is read like a text.
    case 'start':
      return inner.isOpen && node.tag === 'ol' ? listNumber(value) : undefined;
    case 'low':
    case 'high':
    case 'optimum':
      return inner.isOpen && node.tag === 'meter' && /^[\d.-]{1,20}$/.test(value) ? value : undefined;
    default:
      return node.isSvg ? drawingValue(node, inner, name, value) : layoutValue(node, name, value) ?? styledValue(node, inner, { name, value }, sight?.styled ?? null);
  }
}

/** A text that somebody could read: masked, unless the integrator opened it and it holds no secret. */
export function sanitizeText(text: string, isOpen: boolean): string {
  return isOpen && text.length <= maxTextLength && !containsSecret(text) ? text : maskText(text);
}

/** Of all that a page says of itself only whether it can be light and dark, which decides its ground. */
function metaValue(name: string, raw: unknown, sight: PageSight | null): string | undefined {
  if (typeof raw !== 'string') return undefined;
  if (name === 'name') return raw.toLowerCase() === 'color-scheme' ? 'color-scheme' : undefined;
  if (name !== 'content' || !/^(?:(?:only|light|dark|normal)(?: |$)){1,4}$/.test(raw)) return undefined;
  return sight ? resolveSchemeValue(raw, sight.scheme) : raw;
}

function layoutValue(node: NodeFacts, name: string, value: string): string | undefined {
  // Some of them take any word.
  return isLayoutAttribute(name, value, node.tag) && !containsNameSecret(value) ? value : undefined;
}

function typeOf(node: NodeFacts, inner: Surroundings): string | undefined {
  return node.tag === 'input' && node.field !== null ? shownType(node.field, node.field.open && !inner.isSealed) : undefined;
}

function valueOf(node: NodeFacts, inner: Surroundings, value: string): string | undefined {
  if (node.field !== null) return sanitizeValue(node, inner, value);
  if (!inner.isOpen) return undefined;
  return node.tag === 'li' ? listNumber(value) : (node.tag === 'progress' || node.tag === 'meter') && /^[\d.]{1,20}$/.test(value) ? value : undefined;
}

function listNumber(value: string): string | undefined {
  return /^-?\d{1,5}$/.test(value) ? value : undefined;
}

/** The value of a field, for its attribute as for every input event. */
export function sanitizeValue(node: NodeFacts, inner: Surroundings, value: string): string {
  if (node.field === null) return '';
  const isOpen = node.field.open && !inner.isSealed;
  return isOpen && value.length <= maxTextLength && !containsSecret(value) ? value : maskedValue(node.field, value);
}

function drawingValue(node: NodeFacts, inner: Surroundings, name: string, value: string): string | undefined {
  if (node.tag === 'svg' && (isBoxAttribute(name, value) || isLayoutAttribute(name, value, node.tag))) return value;
  return inner.isOpen && (isDrawingAttribute(name, value) || isDrawingReference(node.tag, name, value)) ? value : undefined;
}
