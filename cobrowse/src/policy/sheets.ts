/** Changes of style sheets by script, and constructed style sheets, which stand in no element. */
import { isPropertyName, sanitizeDeclarationValue, sanitizeStyleSheet, type CssContext } from './css.ts';
import { asArray, asString, isId, isObject, type JsonObject } from './json.ts';
import type { PageBook } from './page-book.ts';

export function sanitizeRuleChange(data: JsonObject, book: PageBook): JsonObject | null {
  const sheet = sheetOf(data, book);
  if (sheet === null) return null;
  const context = contextOf(sheet, book);
  const adds = asArray(data['adds']).flatMap((rule) => isObject(rule)
    ? [{ rule: sanitizeStyleSheet(asString(rule['rule']), context), ...(isIndex(rule['index']) ? { index: rule['index'] } : {}) }]
    : []);
  const removes = asArray(data['removes']).flatMap((rule) => isObject(rule) && isIndex(rule['index']) ? [{ index: rule['index'] }] : []);
  return {
    source: data['source'], ...sheet,
    ...(Array.isArray(data['adds']) ? { adds } : {}),
    ...(Array.isArray(data['removes']) ? { removes } : {}),
    ...(typeof data['replace'] === 'string' ? { replace: sanitizeStyleSheet(data['replace'], context) } : {}),
    ...(typeof data['replaceSync'] === 'string' ? { replaceSync: sanitizeStyleSheet(data['replaceSync'], context) } : {}),
  };
}

export function sanitizeDeclarationChange(data: JsonObject, book: PageBook): JsonObject | null {
  const sheet = sheetOf(data, book);
  if (sheet === null || !isIndex(data['index'])) return null;
  const set = isObject(data['set']) ? data['set'] : null;
  const remove = isObject(data['remove']) ? data['remove'] : null;
  const property = asString((set ?? remove)?.['property']);
  if (!isPropertyName(property)) return null;
  return {
    source: data['source'], ...sheet, index: data['index'],
    ...(set
      ? { set: { property, value: typeof set['value'] === 'string' ? sanitizeDeclarationValue(property, set['value'], contextOf(sheet, book)) : null, ...(set['priority'] === 'important' ? { priority: 'important' } : {}) } }
      : { remove: { property } }),
  };
}

export function sanitizeAdoption(data: JsonObject, book: PageBook): JsonObject | null {
  const { id } = data;
  if (!isId(id) || !book.has(id)) return null;
  const styleIds = asArray(data['styleIds']).filter((sheet) => isId(sheet));
  for (const sheet of styleIds) book.adopt(sheet, id);
  const styles = asArray(data['styles']).flatMap((style) => isObject(style) && isId(style['styleId']) ? [sanitizeSheet({ styleId: style['styleId'] }, style, book)] : []);
  return { source: data['source'], id, ...(Array.isArray(data['styles']) ? { styles } : {}), styleIds };
}

function sanitizeSheet(sheet: { readonly styleId: number }, style: JsonObject, book: PageBook): JsonObject {
  const context = contextOf(sheet, book);
  return {
    ...sheet,
    rules: asArray(style['rules']).flatMap((rule) => isObject(rule)
      ? [{ rule: sanitizeStyleSheet(asString(rule['rule']), context), ...(isIndex(rule['index']) ? { index: rule['index'] } : {}) }]
      : []),
  };
}

/** What a style sheet shows by itself opens with its element, or where it was adopted. */
function contextOf(sheet: { readonly id?: number; readonly styleId?: number }, book: PageBook): CssContext {
  const isOpen = sheet.id === undefined ? sheet.styleId !== undefined && book.sheetShowsPictures(sheet.styleId) : book.insideOf(sheet.id)?.showsOwnPictures === true;
  return { sight: book.sight, isOpen };
}

/** A style sheet is named by its element, which must be shared, or by a number of its own when it is constructed. */
function sheetOf(data: JsonObject, book: PageBook): { id?: number; styleId?: number } | null {
  const id = isId(data['id']) && book.has(data['id']) ? data['id'] : null;
  const styleId = isId(data['styleId']) ? data['styleId'] : null;
  return id === null && styleId === null ? null : { ...(id === null ? {} : { id }), ...(styleId === null ? {} : { styleId }) };
}

function isIndex(value: unknown): boolean {
  const isPart = (part: unknown): boolean => Number.isInteger(part) && (part as number) >= 0 && (part as number) < 1e6;
  return Array.isArray(value) ? value.length <= 20 && value.every((part) => isPart(part)) : isPart(value);
}
