/** Sanitizes a mutation: nodes added, moved and removed, texts and attributes changed, judged by what the book knows of their places. */
import { sanitizeAttribute, type AttributeValue } from './attributes.ts';
import { isPropertyName, sanitizeDeclarationValue } from './css.ts';
import { readField } from './fields.ts';
import { asArray, asString, isId, isObject, type JsonObject } from './json.ts';
import { maxItemsPerMutation } from './limits.ts';
import { frameTag, isEditable, maskAttribute, picturesToo, unmaskAttribute } from './markers.ts';
import { isLayoutAttribute, isLayoutName } from './markup.ts';
import { valueMask } from './masks.ts';
import { nodeTypes, sanitizeNode, sanitizeTextOf } from './nodes.ts';
import { inside, outermost, type NodeFacts, type PageBook, type Surroundings } from './page-book.ts';
import type { PageSight } from './sight.ts';

/** Answers null when nothing of it may be sent. */
export function sanitizeMutation(data: JsonObject, book: PageBook): JsonObject | null {
  const lists = { texts: asArray(data['texts']), attributes: asArray(data['attributes']), removes: asArray(data['removes']), adds: asArray(data['adds']) };
  if (Math.max(lists.texts.length, lists.attributes.length, lists.removes.length, lists.adds.length) > maxItemsPerMutation) return null;
  const removes = kept(lists.removes, sanitizeRemove, book);
  const adds = sanitizeAdds(lists.adds, book);
  if (adds === null) return null;
  // What closes a part comes before the texts in it; what opens one waits for the next snapshot.
  for (const item of lists.attributes) close(item, book);
  const texts = kept(lists.texts, sanitizeTextChange, book);
  const attributes = kept(lists.attributes, sanitizeAttributeChange, book);
  if (removes.length + adds.length + texts.length + attributes.length === 0) return null;
  return { source: 0, texts, attributes, removes, adds };
}

/** How many nodes a mutation touches: what the storm budget counts. */
export function mutationWeight(data: JsonObject): number {
  return ['texts', 'attributes', 'removes', 'adds'].reduce((sum, name) => sum + asArray(data[name]).length, 0);
}

/** What of a list may be sent, in its order. A plain loop: most lists of most mutations are empty. */
function kept(items: readonly unknown[], sanitize: (item: unknown, book: PageBook) => JsonObject | null, book: PageBook): JsonObject[] {
  const result: JsonObject[] = [];
  for (const item of items) {
    const safe = sanitize(item, book);
    if (safe !== null) result.push(safe);
  }
  return result;
}

function sanitizeRemove(item: unknown, book: PageBook): JsonObject | null {
  if (!isObject(item) || !isId(item['id']) || !isId(item['parentId']) || !book.has(item['id'])) return null;
  book.delete(item['id']);
  return { parentId: item['parentId'], id: item['id'], ...(item['isShadow'] === true ? { isShadow: true } : {}) };
}

/** In the order in which parents become known. What hangs on nothing known, or on a stand-in, is left out. */
function sanitizeAdds(items: readonly unknown[], book: PageBook): JsonObject[] | null {
  const result: JsonObject[] = [];
  let waiting = items.filter((item) => isObject(item) && isId(item['parentId']) && isObject(item['node'])) as JsonObject[];
  while (waiting.length > 0) {
    const later: JsonObject[] = [];
    for (const item of waiting) {
      const parentId = item['parentId'] as number;
      const around = book.insideOf(parentId);
      if (around === null) {
        later.push(item);
        continue;
      }
      const node = item['node'] as JsonObject;
      // A document goes into a frame, and nothing else does.
      const isDocument = node['type'] === nodeTypes.document;
      if (around.isBelowPlaceholder || isDocument !== (around.parentTag === frameTag)) continue;
      if (isDocument) book.forgetDocumentOf(parentId);
      const safe = sanitizeNode(node, parentId, around, book, 1);
      if (safe === null) return null;
      result.push({
        parentId,
        nextId: isId(item['nextId']) ? item['nextId'] : null,
        ...(isId(item['previousId']) ? { previousId: item['previousId'] } : {}),
        node: safe,
      });
    }
    if (later.length === waiting.length) break;
    waiting = later;
  }
  return result;
}

function sanitizeTextChange(item: unknown, book: PageBook): JsonObject | null {
  if (!isObject(item) || !isId(item['id'])) return null;
  const facts = book.get(item['id']);
  const around = facts?.parent == null ? null : book.insideOf(facts.parent);
  if (facts?.tag !== '#text' || around === null || around.isBelowPlaceholder) return null;
  return { id: item['id'], value: sanitizeTextOf(asString(item['value']), around, book.sight) };
}

/** A part that is masked anew, or no longer unmasked, or a field that turns out to be secret, closes at once. */
function close(item: unknown, book: PageBook): void {
  if (!isObject(item) || !isId(item['id']) || !isObject(item['attributes'])) return;
  const facts = book.get(item['id']);
  if (facts === null) return;
  const changed = item['attributes'];
  const isSealedNow = typeof changed[maskAttribute] === 'string' || (isEditable(changed['contenteditable']) && facts.marker !== 'unmask');
  const isUnopened = facts.marker === 'unmask' && changed[unmaskAttribute] === null;
  const field = facts.field && closeField(facts, changed);
  const isTab = facts.isTab && (!Object.hasOwn(changed, 'role') || changed['role'] === 'tab');
  const closesPictures = facts.opensPictures && typeof changed[unmaskAttribute] === 'string' && changed[unmaskAttribute] !== picturesToo;
  if (!isSealedNow && !isUnopened && !closesPictures && field === facts.field && isTab === facts.isTab) return;
  const marker = isSealedNow ? 'mask' : isUnopened || field?.open === false ? null : facts.marker;
  book.set(item['id'], { ...facts, marker: facts.marker === 'mask' ? 'mask' : marker, opensPictures: facts.opensPictures && !closesPictures && marker === 'unmask', field, isTab });
}

function closeField(facts: NodeFacts, changed: JsonObject): NodeFacts['field'] {
  const { field } = facts;
  if (field === null) return null;
  const now = readField(facts.tag, { type: field.type, [unmaskAttribute]: '', ...changed });
  const open = field.open && now?.open === true;
  const type = Object.hasOwn(changed, 'type') && now !== null ? now.type : field.type;
  return open === field.open && type === field.type ? field : { type, open };
}

function sanitizeAttributeChange(item: unknown, book: PageBook): JsonObject | null {
  if (!isObject(item) || !isId(item['id']) || !isObject(item['attributes'])) return null;
  const facts = book.get(item['id']);
  const inner = facts && innerOf(facts, book);
  if (facts === null || inner === null) return null;
  if (inner.isBelowPlaceholder) return sanitizeNewSize(facts, item, book);
  const attributes: Record<string, AttributeValue | null | JsonObject> = {};
  for (const [name, value] of Object.entries(item['attributes'])) {
    const safe = sanitizeChangedValue(facts, inner, { name, value, sight: book.sight });
    if (safe !== undefined) attributes[name] = safe;
  }
  // A field that has just become secret must also be closed on the other side, where its name is not known.
  if (facts.field?.open === false && isReopening(item['attributes'])) attributes[unmaskAttribute] = null;
  return Object.keys(attributes).length === 0 ? null : { id: item['id'], attributes };
}

/** Of what stands for something hidden only how large that is now. */
function sanitizeNewSize(facts: NodeFacts, item: JsonObject, book: PageBook): JsonObject | null {
  const around = facts.parent === null ? outermost : book.insideOf(facts.parent);
  if (facts.placeholder === null || around === null || around.isBelowPlaceholder || !isObject(item['attributes'])) return null;
  const { rr_width, rr_height } = item['attributes'];
  const size = Object.entries({ rr_width, rr_height }).filter(([name, value]) => typeof value === 'string' && isLayoutAttribute(name, value, facts.tag));
  return size.length === 0 ? null : { id: item['id'], attributes: Object.fromEntries(size) };
}

function isReopening(attributes: JsonObject): boolean {
  return ['type', 'autocomplete', 'name', 'id', unmaskAttribute].some((name) => Object.hasOwn(attributes, name));
}

function innerOf(facts: NodeFacts, book: PageBook): Surroundings | null {
  if (facts.parent === null) return inside(facts, outermost);
  const around = book.insideOf(facts.parent);
  return around && inside(facts, around);
}

function sanitizeChangedValue(
  facts: NodeFacts, inner: Surroundings, change: { readonly name: string; readonly value: unknown; readonly sight: PageSight | null },
): AttributeValue | null | JsonObject | undefined {
  const { name, value, sight } = change;
  if (name === 'style' && isObject(value)) return sanitizeStyleChange(facts, inner, value, sight);
  // Removing a harmless attribute is harmless; whether the name may be sent does not depend on the value, so an empty one is asked about.
  if (value === null) return /^[a-z_][\w:-]{0,60}$/i.test(name) && isRemovable(facts, inner, name) ? null : undefined;
  const safe = sanitizeAttribute(facts, inner, name, value, sight);
  // What it was before must not stay.
  return safe === undefined && (isLayoutName(name, facts.tag) || sight?.styled.knows(name) === true) && isRemovable(facts, inner, name) ? null : safe;
}

function isRemovable(facts: NodeFacts, inner: Surroundings, name: string): boolean {
  // A mask that is taken off opens nothing before the next snapshot.
  if (name === maskAttribute) return false;
  return name === unmaskAttribute || isLayoutName(name, facts.tag) || ['', '0', 'x', '0px', 'modal', valueMask].some((probe) => sanitizeAttribute(facts, inner, name, probe, null) !== undefined);
}

/** rrweb's difference of a style attribute: property → value, [value, priority] or false for removed. */
function sanitizeStyleChange(facts: NodeFacts, inner: Surroundings, change: JsonObject, sight: PageSight | null): JsonObject | undefined {
  if (facts.isSvg && !inner.isOpen && facts.tag !== 'svg') return undefined;
  const context = { sight, isOpen: inner.showsOwnPictures };
  const result: Record<string, unknown> = {};
  for (const [property, value] of Object.entries(change)) {
    if (!isPropertyName(property)) continue;
    if (value === false) result[property] = false;
    else if (typeof value === 'string') result[property] = sanitizeDeclarationValue(property, value, context);
    else if (Array.isArray(value)) result[property] = [sanitizeDeclarationValue(property, asString(value[0]), context), value[1] === 'important' ? 'important' : ''];
  }
  return result;
}
