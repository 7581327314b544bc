/**
 * Adds to what rrweb recorded what only the live element can tell, before the sanitizer judges it: how large a stand-in has to be, and
 * whether an element can be looked into at all.
 */
import { assetAttribute, sizeAttribute } from '../policy/assets.ts';
import { asArray, isObject } from '../policy/json.ts';
import { frameTag, pictureTags, placeholderAttribute, popoverAttribute, type PlaceholderLabel } from '../policy/markers.ts';
import { eventTypes, sources } from '../policy/sanitizer.ts';
import type { ClosedRoots } from './closed-roots.ts';
import type { ForeignSheets } from './foreign-sheets.ts';
import type { Pictures } from './pictures.ts';
import type { RulesInPage } from './rules-in-page.ts';
import type { StandInSizes } from './stand-in-sizes.ts';
import type { StyleReading } from './style-reading.ts';
import type { WholeSheets } from './whole-sheets.ts';

export interface NotesPort {
  readonly mirror: { getNode(id: number): unknown };
  readonly closedRoots: ClosedRoots;
  readonly rules: Pick<RulesInPage, 'isFrameShared' | 'showsPicture'>;
  readonly pictures: Pick<Pictures, 'refOfImage' | 'refOfCanvas'>;
  readonly sheets: Pick<ForeignSheets, 'want'>;
  readonly styles: Pick<StyleReading, 'read'>;
  readonly wholeSheets: Pick<WholeSheets, 'textOf'>;
  readonly sizes: Pick<StandInSizes, 'watch'>;
  /** A document or an open shadow root whose contents are recorded from now on. */
  handleRoot(root: Document | ShadowRoot): void;
}

type Writable = Record<string, unknown>;

/** Changes the event in place; rrweb makes a new one each time. */
export function addNotes(event: { readonly type: number; readonly data: unknown }, port: NotesPort): void {
  if (!isObject(event.data)) return;
  if (event.type === eventTypes.fullSnapshot) noteNode(event.data['node'], port);
  else if (event.type === eventTypes.incremental && event.data['source'] === sources.mutation) {
    for (const add of asArray(event.data['adds'])) {
      if (isObject(add)) noteNode(add['node'], port);
    }
  }
}

function noteNode(raw: unknown, port: NotesPort): void {
  if (!isObject(raw)) return;
  if (isObject(raw['attributes'])) noteElement(raw, raw['attributes'], port);
  else if (raw['type'] === 0) {
    const page = port.mirror.getNode(raw['id'] as number) as Document | null;
    // Told before its box could take its place: a frame has just become a page that is not shared.
    if (page !== null && page !== document && !port.rules.isFrameShared(page.URL)) (raw as Writable)['childNodes'] = [];
    else if (page !== null) port.handleRoot(page);
  }
  for (const child of asArray(raw['childNodes'])) noteNode(child, port);
}

function noteElement(raw: Writable, attributes: Writable, port: NotesPort): void {
  const isFrame = raw['tagName'] === frameTag;
  const hasShadow = raw['isShadowHost'] === true;
  if (typeof attributes['_cssText'] === 'string') noteSheet(raw, attributes, attributes['_cssText'], port);
  const isPicture = pictureTags.has(raw['tagName'] as string);
  const isUnread = raw['tagName'] === 'link' && attributes['rel'] === 'stylesheet' && !Object.hasOwn(attributes, '_cssText');
  const isStandIn = Object.hasOwn(attributes, 'rr_width');
  const isPopover = Object.hasOwn(attributes, 'popover');
  if (!isFrame && !hasShadow && !isPicture && !isUnread && !isStandIn && !isPopover && raw['isCustom'] !== true && !port.closedRoots.any) return;
  const element = port.mirror.getNode(raw['id'] as number) as HTMLElement | null;
  if (element === null) return;
  if (hasShadow && element.shadowRoot !== null) port.handleRoot(element.shadowRoot);
  if (isStandIn) {
    port.sizes.watch(element);
    return;
  }
  if (isPopover) attributes[popoverAttribute] = popoverState(element);
  if (isUnread) port.sheets.want(element as HTMLLinkElement);
  if (isPicture) notePicture(element, attributes, port);
  else if (isFrame && sharedDocumentOf(element as HTMLIFrameElement, port.rules) === null) standIn(element, attributes, 'frame');
  else if (!hasShadow && port.closedRoots.has(element)) standIn(element, attributes, 'closed');
  if (Object.hasOwn(attributes, 'rr_width')) port.sizes.watch(element);
}

function noteSheet(raw: Writable, attributes: Writable, read: string, port: NotesPort): void {
  const element = port.mirror.getNode(raw['id'] as number) as HTMLStyleElement | HTMLLinkElement | null;
  const css = element === null ? read : port.wholeSheets.textOf(element, read);
  attributes['_cssText'] = css;
  port.styles.read(css);
}

function notePicture(element: Element, attributes: Writable, port: NotesPort): void {
  const picture = pictureOf(element, port);
  if (picture !== null) Object.assign(attributes, picture);
  else standIn(element, attributes, element.localName === 'img' ? 'image' : 'drawing');
}

/** The attributes that stand for what an `img` or `canvas` shows; null where that may not be seen. An image that is yet to come has none. */
export function pictureOf(element: Element, { rules, pictures }: Pick<NotesPort, 'rules' | 'pictures'>): Record<string, string> | null {
  if (!rules.showsPicture(element)) return null;
  if (element.localName === 'canvas') {
    const ref = pictures.refOfCanvas(element as HTMLCanvasElement);
    return ref === null ? null : { [assetAttribute]: String(ref) };
  }
  const image = element as HTMLImageElement;
  const ref = pictures.refOfImage(image);
  if (ref === null) return image.complete ? null : { [assetAttribute]: '' };
  return { [assetAttribute]: String(ref), [sizeAttribute]: `${image.naturalWidth}x${image.naturalHeight}` };
}

/** Null where the frame's document is of another origin, kept apart by its sandbox, or a page that the portal does not share. */
export function sharedDocumentOf(frame: HTMLIFrameElement, rules: Pick<RulesInPage, 'isFrameShared'>): Document | null {
  try {
    const page = frame.contentDocument;
    return page !== null && rules.isFrameShared(page.URL) ? page : null;
  } catch {
    return null;
  }
}

/** Whether a popover is open is said by no attribute. */
export function popoverState(element: Element): 'open' | 'closed' {
  return element.matches(':popover-open') ? 'open' : 'closed';
}

function standIn(element: Element, attributes: Writable, label: PlaceholderLabel): void {
  const { width, height } = element.getBoundingClientRect();
  attributes['rr_width'] = `${width}px`;
  attributes['rr_height'] = `${height}px`;
  attributes[placeholderAttribute] = label;
}
