/**
 * Which elements and attributes may be shared at all. Allow-lists: what is not named here does not leave the page. Values that carry
 * text are decided in attributes.ts; this file knows only what is harmless by its form.
 */
import { containsNameSecret } from './secrets.ts';

/** Everything that has no place in a picture of a page; each becomes the element on the right, without attributes. */
const inertTags = new Map([['script', 'noscript'], ['template', 'noscript'], ['param', 'noscript'], ['source', 'noscript'], ['track', 'noscript'], ['bgsound', 'noscript']]);
/** Kept as they are, but without attributes. */
export const bareTags: ReadonlySet<string> = new Set(['noscript', 'base', 'title', 'animate', 'animatemotion', 'animatetransform', 'set', 'discard', 'handler', 'listener']);

/** The element name to send for a recorded one. Unknown names are kept when they look like names: they can do nothing by themselves. */
export function safeTag(tag: string): string {
  const name = tag.toLowerCase();
  if (!/^[a-z][a-z0-9-]{0,60}$/.test(name) || containsNameSecret(name)) return 'div';
  return inertTags.get(name) ?? name;
}

const word = /^[\w -]{0,60}$/;
const size = /^-?\d{1,6}(?:\.\d{1,6})?(?:%|px|em|rem|pt)?$/;
const flag = /^(?:|true|false|disabled|readonly|multiple|open|hidden|until-found|inert|nowrap|reversed|manual|auto)$/;
const pixels = /^\d{1,6}(?:\.\d{1,20})?px$/;

/** Attributes that lay out and style, with the form that their values must have. */
const layoutAttributes = new Map<string, RegExp>([
  ...['width', 'height', 'rows', 'cols', 'size', 'colspan', 'rowspan', 'span', 'border', 'cellpadding', 'cellspacing', 'frameborder', 'marginwidth', 'marginheight'].map((name) => [name, size] as const),
  ['role', /^[a-z]{2,20}(?: [a-z]{2,20})?$/],
  ...['slot', 'part'].map((name) => [name, /^(?:[a-z][\w-]{0,30}(?: |$)){0,4}$/i] as const),
  ['exportparts', /^(?:[a-z][\w-]{0,30}(?: ?: ?[a-z][\w-]{0,30})?(?: ?, ?|$)){1,10}$/i],
  ...['align', 'valign'].map((name) => [name, /^(?:left|right|center|justify|top|middle|bottom|baseline|abs(?:middle|bottom)|texttop|char)$/i] as const),
  ['dir', /^(?:ltr|rtl|auto)$/i],
  ['wrap', /^(?:hard|soft|off|virtual|physical)$/i],
  ['scope', /^(?:row|col|rowgroup|colgroup)$/i],
  ['scrolling', /^(?:yes|no|auto)$/i],
  ['type', /^(?:button|submit|reset|text\/css|disc|circle|square|[1aAiI])$/],
  ['face', word],
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
const drawing = /^(?!.*url\((?!["']?#))[\w\s.,#%()"'+:;/-]{0,100000}$/i;
const drawingAttributes = new Set([
  // Shapes, and the boxes that they are drawn in.
  'd', 'x', 'y', 'x1', 'y1', 'x2', 'y2', 'cx', 'cy', 'r', 'rx', 'ry', 'fx', 'fy', 'fr', 'dx', 'dy', 'points', 'pathlength', 'offset', 'transform',
  'transform-origin', 'width', 'height', 'viewbox', 'preserveaspectratio',
  // How they are painted.
  'fill', 'fill-rule', 'fill-opacity', 'clip-rule', 'clip-path', 'mask', 'stroke', 'stroke-width', 'stroke-linecap', 'stroke-linejoin',
  'stroke-dasharray', 'stroke-dashoffset', 'stroke-opacity', 'stroke-miterlimit', 'opacity', 'stop-color', 'stop-opacity', 'color', 'display', 'visibility',
  'overflow', 'paint-order', 'shape-rendering', 'vector-effect', 'mix-blend-mode',
  // What they are painted with, cut by and ended with.
  'gradientunits', 'gradienttransform', 'spreadmethod', 'patternunits', 'patterncontentunits', 'patterntransform', 'clippathunits', 'maskunits',
  'maskcontentunits', 'mask-type', 'markerwidth', 'markerheight', 'markerunits', 'refx', 'refy', 'orient', 'marker-start', 'marker-mid', 'marker-end',
  // Words.
  'text-anchor', 'dominant-baseline', 'alignment-baseline', 'baseline-shift', 'font-family', 'font-size', 'font-style', 'font-weight', 'font-stretch',
  'font-variant', 'letter-spacing', 'word-spacing', 'text-decoration', 'text-rendering', 'textlength', 'lengthadjust', 'rotate', 'startoffset',
  'writing-mode', 'direction',
  // Filters.
  'filter', 'filterunits', 'primitiveunits', 'color-interpolation-filters', 'in', 'in2', 'result', 'stddeviation', 'mode', 'operator', 'type', 'values', 'k1',
  'k2', 'k3', 'k4', 'radius', 'flood-color', 'flood-opacity', 'lighting-color', 'order', 'kernelmatrix', 'divisor', 'bias', 'edgemode', 'surfacescale',
  'specularconstant', 'specularexponent', 'diffuseconstant', 'azimuth', 'elevation', 'z', 'scale', 'xchannelselector', 'ychannelselector', 'basefrequency',
  'numoctaves', 'seed', 'stitchtiles', 'tablevalues', 'slope', 'intercept', 'amplitude', 'exponent',
]);
/** What takes its look from another element of the drawing. */
const borrowing = new Set(['use', 'textpath', 'lineargradient', 'radialgradient', 'pattern']);

/** A reference into the same drawing, or another one of the page. */
export function isDrawingReference(tag: string, name: string, value: string): boolean {
  return borrowing.has(tag) && (name === 'href' || name === 'xlink:href') && /^#[\w-]{1,100}$/.test(value);
}

/** Attributes of the outermost `svg` that give its box, drawn or not. */
const boxAttributes = new Map<string, RegExp>([['viewbox', /^[\d\s.,-]{0,100}$/], ['preserveaspectratio', word]]);

/** By these frameworks keep the styles of one component from another: Angular, Vue, Svelte. A made-up name, and no value. */
const scope = /^(?:_ng(?:content|host)-[a-z0-9-]{1,40}|data-v-[0-9a-f]{6,10}|data-svelte-[a-z0-9]{4,10})$/;

/** What lays out these elements and is, on any other one, a word or number of the page's own. */
const tables = ['table', 'thead', 'tbody', 'tfoot', 'tr', 'td', 'th'];
const onlyOn = new Map<string, readonly string[]>([
  ['media', ['link', 'style']],
  ['face', ['font']],
  ['color', ['font', 'hr']],
  ['bgcolor', ['body', ...tables]],
  ['size', ['input', 'select', 'font', 'hr']],
  ['rows', ['textarea']],
  ['cols', ['textarea']],
  ...['colspan', 'rowspan', 'scope'].map((name) => [name, ['td', 'th']] as const),
  ['span', ['col', 'colgroup']],
]);

export function isLayoutAttribute(name: string, value: string, tag: string): boolean {
  if (value === '' && scope.test(name)) return true;
  return isLayoutName(name, tag) && layoutAttributes.get(name)?.test(value) === true;
}

/** Whether an attribute of this name lays out such an element, whatever its value. */
export function isLayoutName(name: string, tag: string): boolean {
  return scope.test(name) || (layoutAttributes.has(name) && onlyOn.get(name)?.includes(tag) !== false);
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
  const names = value.split(/\s+/).filter((name) => name.length <= 200 && !/\d{6,}|@[\w-]+\.\w|[<>"'&]/.test(name) && !looksSecret(name));
  const together = names.filter((name) => name !== '').slice(0, 200).join(' ');
  // A number may be written in groups.
  return looksSecret(together) ? '' : together;
}
