/**
 * Which elements and attributes may be shared at all. Allow-lists: what is not named here does not leave the page. Values that carry
 * text are decided in attributes.ts; this file knows only what is harmless by its form.
 */

/** Everything that has no place in a picture of a page; each becomes the element on the right, without attributes. */
const inertTags = new Map([['script', 'noscript'], ['template', 'noscript'], ['param', 'noscript'], ['source', 'noscript'], ['track', 'noscript'], ['bgsound', 'noscript']]);
/** Kept as they are, but without attributes. */
export const bareTags: ReadonlySet<string> = new Set(['noscript', 'base', 'title', 'animate', 'animatemotion', 'animatetransform', 'set', 'discard', 'handler', 'listener']);

/** The element name to send for a recorded one. Unknown names are kept when they look like names: they can do nothing by themselves. */
export function safeTag(tag: string): string {
  const name = tag.toLowerCase();
  if (!/^[a-z][a-z0-9-]{0,60}$/.test(name)) return 'div';
  return inertTags.get(name) ?? name;
}

const word = /^[\w -]{0,60}$/;
const size = /^-?\d{1,6}(?:\.\d{1,6})?(?:%|px|em|rem|pt)?$/;
const flag = /^(?:|true|false|disabled|readonly|multiple|open|hidden|until-found|inert|nowrap|reversed|manual|auto)$/;
const pixels = /^\d{1,6}(?:\.\d{1,20})?px$/;

/** Attributes that lay out and style, with the form that their values must have. */
const layoutAttributes = new Map<string, RegExp>([
  ...['width', 'height', 'rows', 'cols', 'size', 'colspan', 'rowspan', 'span', 'border', 'cellpadding', 'cellspacing', 'frameborder', 'marginwidth', 'marginheight'].map((name) => [name, size] as const),
  ...['align', 'valign', 'dir', 'role', 'slot', 'part', 'wrap', 'type', 'scope', 'face', 'scrolling'].map((name) => [name, word] as const),
  ...['disabled', 'readonly', 'multiple', 'open', 'hidden', 'inert', 'nowrap', 'reversed', 'popover',
    'aria-hidden', 'aria-expanded', 'aria-invalid', 'aria-busy', 'aria-disabled', 'aria-modal'].map((name) => [name, flag] as const),
  ['lang', /^[\w-]{0,20}$/],
  ['aria-current', /^(?:page|step|location|true|false)$/],
  // What libraries of components style by. What is chosen or checked is not among the words.
  ['data-state', /^(?:open|closed|opening|closing|visible|hidden|expanded|collapsed|loading|idle)$/],
  ['data-orientation', /^(?:horizontal|vertical)$/],
  ['data-side', /^(?:top|bottom|left|right)$/],
  ['data-align', /^(?:start|center|end)$/],
  ...['data-theme', 'data-bs-theme', 'data-mode'].map((name) => [name, /^(?:light|dark|auto)$/] as const),
  ['bgcolor', /^#?\w{1,20}$/],
  ['color', /^#?\w{1,20}$/],
  ['media', /^[\w\s(),:.\-<>=/]{0,300}$/],
  ['rr_width', pixels],
  ['rr_height', pixels],
  ['rr_open_mode', /^(?:modal|non-modal)$/],
]);

/** What draws inline SVG; only where unmasked, since a chart or a QR code says as much as text. */
const drawing = /^(?!.*url\((?!["']?#))[\w\s.,#%()"'+:;/-]{0,20000}$/i;
const drawingAttributes = new Set([
  'd', 'x', 'y', 'x1', 'y1', 'x2', 'y2', 'cx', 'cy', 'r', 'rx', 'ry', 'fx', 'fy', 'dx', 'dy', 'points', 'pathlength', 'offset', 'transform',
  'fill', 'fill-rule', 'fill-opacity', 'clip-rule', 'clip-path', 'mask', 'stroke', 'stroke-width', 'stroke-linecap', 'stroke-linejoin',
  'stroke-dasharray', 'stroke-dashoffset', 'stroke-opacity', 'stroke-miterlimit', 'opacity', 'stop-color', 'stop-opacity', 'gradientunits',
  'gradienttransform', 'spreadmethod', 'patternunits', 'text-anchor', 'dominant-baseline', 'font-size', 'font-weight', 'vector-effect',
]);

/** Attributes of the outermost `svg` that give its box, drawn or not. */
const boxAttributes = new Map<string, RegExp>([['viewbox', /^[\d\s.,-]{0,100}$/], ['preserveaspectratio', word]]);

/** By these frameworks keep the styles of one component from another: Angular, Vue, Svelte. A made-up name, and no value. */
const scope = /^(?:_ng(?:content|host)-[a-z0-9-]{1,40}|data-v-[0-9a-f]{6,10}|data-svelte-[a-z0-9]{4,10})$/;

export function isLayoutAttribute(name: string, value: string): boolean {
  if (value === '' && scope.test(name)) return true;
  return layoutAttributes.get(name)?.test(value) ?? false;
}

export function isBoxAttribute(name: string, value: string): boolean {
  return boxAttributes.get(name.toLowerCase())?.test(value) ?? false;
}

export function isDrawingAttribute(name: string, value: string): boolean {
  return drawingAttributes.has(name.toLowerCase()) && drawing.test(value);
}

/** Numbers that rrweb adds itself: where an element is scrolled to. */
export function isScrollAttribute(name: string, value: unknown): value is number {
  return (name === 'rr_scrollLeft' || name === 'rr_scrollTop') && typeof value === 'number' && Math.abs(value) < 1e7;
}

/** Class names and ids without the ones that carry data: long numbers, addresses, whatever looks like a number of somebody's. */
export function safeNames(value: string, looksSecret: (name: string) => boolean): string {
  const names = value.split(/\s+/).filter((name) => name !== '');
  return names.filter((name) => name.length <= 200 && !/\d{6,}|@[\w-]+\.\w|[<>"'&]/.test(name) && !looksSecret(name)).slice(0, 200).join(' ');
}
