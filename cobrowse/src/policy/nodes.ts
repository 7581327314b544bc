/**
 * Builds the node that is sent for a recorded one, from nothing: only what is named here gets over. No node is ever left out, since
 * later events refer to their neighbours; what must not be seen is emptied instead.
 */
import { assetAttribute, isAssetName } from './assets.ts';
import { sanitizeAttribute, sanitizeText, type AttributeValue } from './attributes.ts';
import { sanitizeStyleSheet } from './css.ts';
import { readField } from './fields.ts';
import { asArray, asString, isId, isObject, type JsonObject } from './json.ts';
import { maxDepth } from './limits.ts';
import { alwaysPlaceholder, frameTag, isEditable, isMarked, labelWhenHidden, maskAttribute, picturesToo, pictureTags, placeholderAttribute, placeholderLabels, unmaskAttribute } from './markers.ts';
import { safeTag } from './markup.ts';
import { inside, type NodeFacts, type PageBook, type Surroundings } from './page-book.ts';
import type { PageSight } from './sight.ts';

/** rrweb's NodeType, whose enum cannot be imported without its package. */
export const nodeTypes = { document: 0, documentType: 1, element: 2, text: 3, cdata: 4, comment: 5 } as const;

/** Answers null for what is no node, or too deep, or too much: the whole event is then worth nothing. */
export function sanitizeNode(raw: unknown, parent: number | null, around: Surroundings, book: PageBook, depth = 0): JsonObject | null {
  if (!isObject(raw) || !isId(raw['id']) || depth > maxDepth || book.isFull) return null;
  const common = {
    id: raw['id'],
    ...(isId(raw['rootId']) ? { rootId: raw['rootId'] } : {}),
    ...(raw['isShadow'] === true ? { isShadow: true } : {}),
  };
  const plain = (tag: string): void => {
    book.set(common.id, { tag, parent, marker: null, opensPictures: false, placeholder: null, isSvg: false, isTab: false, field: null });
  };
  switch (raw['type']) {
    case nodeTypes.document: {
      // A document stands at the very top, or alone in a frame.
      if (depth > 0 && around.parentTag !== frameTag) return null;
      plain('#document');
      const childNodes = sanitizeChildren(raw, around, book, depth);
      return childNodes && { type: nodeTypes.document, ...common, childNodes, ...(raw['compatMode'] === 'BackCompat' ? { compatMode: 'BackCompat' } : {}) };
    }
    case nodeTypes.documentType:
      plain('#doctype');
      return { type: nodeTypes.documentType, ...common, ...sanitizeDocumentType(raw) };
    case nodeTypes.element:
      return sanitizeElement(raw, common, parent, around, book, depth);
    case nodeTypes.text:
      plain('#text');
      return { type: nodeTypes.text, ...common, textContent: sanitizeTextOf(asString(raw['textContent']), around, book.sight) };
    case nodeTypes.cdata:
    case nodeTypes.comment:
      plain('#comment');
      return { type: raw['type'], ...common, textContent: '' };
    default:
      return null;
  }
}

/** A text, judged by where it stands. */
export function sanitizeTextOf(text: string, around: Surroundings, sight: PageSight | null): string {
  if (around.isBelowPlaceholder || around.parentTag === 'textarea' || around.parentTag === 'noscript') return '';
  if (around.parentTag === 'style') return sanitizeStyleSheet(text, { sight, isOpen: around.showsOwnPictures });
  // What can be chosen is what is chosen, often enough: options open with their select, not with the text around it.
  return sanitizeText(text, around.isOpen && (around.parentTag !== 'option' || around.isOpenSelect));
}

function sanitizeElement(
  raw: JsonObject, common: { readonly id: number }, parent: number | null, around: Surroundings, book: PageBook, depth: number,
): JsonObject | null {
  const attributes = isObject(raw['attributes']) ? raw['attributes'] : {};
  const facts = readFacts(raw, { attributes, parent, around });
  book.set(common.id, facts);
  const inner = inside(facts, around);
  // What stands in a frame's markup is for browsers without frames; its document comes as a change of its own.
  const childNodes = facts.placeholder !== null || facts.tag === frameTag ? [] : sanitizeChildren(raw, inner, book, depth);
  if (childNodes === null) return null;
  return {
    type: nodeTypes.element,
    ...common,
    tagName: facts.tag,
    attributes: facts.placeholder !== null ? placeholderAttributes(attributes, facts, inner) : sanitizeAttributes(attributes, facts, inner),
    childNodes,
    ...(facts.isSvg ? { isSVG: true } : {}),
    // Known to the page's scripts: style sheets hide what is not yet, and the viewer makes it known with nothing in it.
    ...(raw['isCustom'] === true && facts.placeholder === null && facts.tag.includes('-') ? { isCustom: true } : {}),
    ...(raw['isShadowHost'] === true && facts.placeholder === null ? { isShadowHost: true } : {}),
  };

  function sanitizeAttributes(attributes: JsonObject, facts: NodeFacts, inner: Surroundings): Record<string, AttributeValue> {
    const result: Record<string, AttributeValue> = {};
    for (const [name, value] of Object.entries(attributes)) {
      const safe = sanitizeAttribute(facts, inner, name, value, book.sight);
      if (safe !== undefined) result[name] = safe;
    }
    // Sealed by what it is and not by its markup: the relay has to know, too.
    if (facts.marker === 'mask') result[maskAttribute] = '';
    return result;
  }
}

function readFacts(raw: JsonObject, place: { readonly attributes: JsonObject; readonly parent: number | null; readonly around: Surroundings }): NodeFacts {
  const { attributes, parent, around } = place;
  const recordedTag = asString(raw['tagName']).toLowerCase();
  const fixed = alwaysPlaceholder(recordedTag);
  const hidden = labelWhenHidden(recordedTag);
  const isSvg = raw['isSVG'] === true;
  const placeholder = fixed ?? (isHidden() ? hidden ?? placeholderLabels.find((label) => label === attributes[placeholderAttribute]) ?? 'hidden' : null);
  // Replaced elements and drawings become a box that any style can size; the others keep their name, which tables and lists need.
  const tag = placeholder !== null && (hidden !== null || isSvg || recordedTag.includes('-')) ? 'span' : safeTag(recordedTag);
  const field = placeholder !== null ? null : readField(tag, attributes);
  const isUnmasked = isMarked(attributes[unmaskAttribute]) && (field === null || field.open);
  const isSealed = isMarked(attributes[maskAttribute]) || (isEditable(attributes['contenteditable']) && !isUnmasked);
  const marker = isSealed ? 'mask' : isUnmasked ? 'unmask' : null;
  return { tag, parent, marker, opensPictures: marker === 'unmask' && attributes[unmaskAttribute] === picturesToo, placeholder, isSvg: isSvg && placeholder === null, isTab: attributes['role'] === 'tab', field };

  /** Blocked, or a picture that is not opened or that the page could not give. */
  function isHidden(): boolean {
    if (Object.hasOwn(attributes, 'rr_width') || Object.hasOwn(attributes, placeholderAttribute)) return true;
    if (!pictureTags.has(recordedTag)) return false;
    const isOpen = !around.isSealed && !isMarked(attributes[maskAttribute]) && (around.showsPictures || isMarked(attributes[unmaskAttribute]));
    return !isOpen || !isAssetName(attributes[assetAttribute]);
  }
}

function placeholderAttributes(attributes: JsonObject, facts: NodeFacts, inner: Surroundings): Record<string, AttributeValue> {
  const result: Record<string, AttributeValue> = { [placeholderAttribute]: facts.placeholder ?? 'hidden' };
  for (const name of ['class', 'rr_width', 'rr_height']) {
    const safe = sanitizeAttribute(facts, inner, name, attributes[name], null);
    if (safe !== undefined) result[name] = safe;
  }
  return result;
}

function sanitizeChildren(raw: JsonObject, inner: Surroundings, book: PageBook, depth: number): JsonObject[] | null {
  const children: JsonObject[] = [];
  for (const child of asArray(raw['childNodes'])) {
    const safe = sanitizeNode(child, raw['id'] as number, inner, book, depth + 1);
    if (safe === null) return null;
    children.push(safe);
  }
  return children;
}

/** Public and system ids decide between quirks and standards mode, and are free text otherwise. */
function sanitizeDocumentType(raw: JsonObject): JsonObject {
  const name = asString(raw['name']);
  const publicId = asString(raw['publicId']);
  const systemId = asString(raw['systemId']);
  return {
    name: /^[a-z]{1,20}$/i.test(name) ? name : 'html',
    publicId: /^-\/\/(?:W3C|IETF)\/\/[\w /.]{1,60}$/.test(publicId) ? publicId : '',
    systemId: /^http:\/\/www\.w3\.org\/TR\/[\w/.-]{1,80}$/.test(systemId) ? systemId : '',
  };
}
