/**
 * What of the page in sight an agent cannot read, as boxes, for the customer to see: asked of the same rules that the recorder masks by, so
 * what is shown as hidden is hidden, and nothing else.
 */
import { boxOf, type Box } from '../dom/geometry.ts';
import { fieldTags, readField } from '../policy/fields.ts';
import { alwaysPlaceholder, labelWhenHidden, pictureTags, unmaskAttribute, widgetTag } from '../policy/markers.ts';
import { containsSecret } from '../policy/secrets.ts';
import type { RulesInPage } from './rules-in-page.ts';

/** More than that on one screen tells nobody more. */
const maxParts = 600;
const unseen: ReadonlySet<string> = new Set(['head', 'script', 'style', 'noscript', 'template', widgetTag]);

/** In the viewport of the page, whatever frame or shadow root they are in. */
export function hiddenParts(rules: RulesInPage): Box[] {
  const parts: Box[] = [];
  look(document.documentElement, rules, parts);
  return parts;
}

function look(element: Element, rules: RulesInPage, parts: Box[]): void {
  const tag = element.localName;
  if (parts.length >= maxParts || unseen.has(tag)) return;
  const frame = tag === 'iframe' || tag === 'frame' ? documentIn(element) : null;
  if (isHiddenWhole(element, tag, frame, rules)) {
    add(boxOf(element), parts);
    return;
  }
  if (frame !== null) look(frame.documentElement, rules, parts);
  let isOpen: boolean | null = null;
  for (const node of [...element.shadowRoot?.childNodes ?? [], ...element.childNodes]) {
    if (node.nodeType === Node.ELEMENT_NODE) look(node as Element, rules, parts);
    else if (node.nodeType === Node.TEXT_NODE && node.nodeValue?.trim() !== '') {
      isOpen ??= rules.isOpen(element);
      if (!isOpen || containsSecret(node.nodeValue ?? '')) add(boxOfText(node, element), parts);
    }
  }
}

function isHiddenWhole(element: Element, tag: string, frame: Document | null, rules: RulesInPage): boolean {
  if (rules.isBlocked(element) || alwaysPlaceholder(tag) !== null) return true;
  if (fieldTags.has(tag)) return !rules.isOpenField(element) || isSecretField(element, tag);
  if (pictureTags.has(tag)) return !rules.showsPicture(element);
  if (tag === 'svg') return !rules.isOpen(element);
  return labelWhenHidden(tag) !== null && frame === null;
}

/** Some fields stay masked whatever the rules say, and some values wherever they are. */
function isSecretField(element: Element, tag: string): boolean {
  const attributes = Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value]));
  return readField(tag, { ...attributes, [unmaskAttribute]: '' })?.open !== true || containsSecret((element as HTMLInputElement).value);
}

function boxOfText(text: Node, element: Element): Box {
  const range = element.ownerDocument.createRange();
  range.selectNodeContents(text);
  const inFrame = range.getBoundingClientRect();
  const own = element.getBoundingClientRect();
  const outer = boxOf(element);
  return { left: inFrame.left + outer.left - own.left, top: inFrame.top + outer.top - own.top, width: inFrame.width, height: inFrame.height };
}

function add(box: Box, parts: Box[]): void {
  const isInSight = box.width >= 2 && box.height >= 2 && box.left < innerWidth && box.top < innerHeight && box.left + box.width > 0 && box.top + box.height > 0;
  if (isInSight && parts.length < maxParts) parts.push(box);
}

function documentIn(frame: Element): Document | null {
  try {
    return (frame as HTMLIFrameElement).contentDocument;
  } catch {
    return null;
  }
}
