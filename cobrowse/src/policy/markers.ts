/** The attributes by which an integrator says what an agent may see, and the one by which a hidden part is labelled on the wire. */

/** Shows the texts of a subtree; on an input, and only there, its value. */
export const unmaskAttribute = 'data-gethelp-unmask';
/** Its value where the pictures of the subtree are opened as well. Without it a mark opens the pictures of its own element only. */
export const picturesToo = 'pictures';
/** Masks a subtree whatever is unmasked around or inside it. */
export const maskAttribute = 'data-gethelp-mask';
/** Leaves an element out: a labelled box of the same size stands in its place. */
export const blockAttribute = 'data-gethelp-block';
/** Agents may look but not touch: control never reaches a subtree that carries it, nor what is masked or blocked. */
export const readonlyAttribute = 'data-gethelp-readonly';
/** On a form, a button or anything around them: agents with control may send it. Without it only the customer does. */
export const allowSubmitAttribute = 'data-gethelp-allow-submit';
/** Set by the sanitizer on every stand-in; the viewer draws and translates the label. */
export const placeholderAttribute = 'data-gethelp-placeholder';

/** On a popover: whether it is open, which only the browser knows. */
export const popoverAttribute = 'data-gethelp-popover';

/** Whether a marker is on an element, by the value of its attribute as recorded. */
export function isMarked(value: unknown): boolean {
  return typeof value === 'string' || value === true;
}

/** Whether people write into an element: what they write is a value, and opens like one, only on the element itself. */
export function isEditable(contenteditable: unknown): boolean {
  return isMarked(contenteditable) && contenteditable !== 'false';
}

/** `closed`: what a component keeps in a closed shadow root, which nobody outside of it can read. */
export const placeholderLabels = ['image', 'video', 'audio', 'drawing', 'frame', 'closed', 'hidden', 'widget'] as const;
export type PlaceholderLabel = (typeof placeholderLabels)[number];

/** Shared when its document is of the page's own origin. */
export const frameTag = 'iframe';

/** The widget's own element: never part of what is shared. */
export const widgetTag = 'get-help';

/** Elements of which nothing but a box of the same size is ever shared. Also handed to rrweb, so that it does not even look inside. */
const placeholderByTag = new Map<string, PlaceholderLabel>([
  ['image', 'image'], ['feimage', 'image'],
  ['video', 'video'], ['audio', 'audio'],
  ['frame', 'frame'], ['frameset', 'frame'], ['object', 'frame'], ['embed', 'frame'], ['applet', 'frame'],
  ['portal', 'frame'], ['fencedframe', 'frame'],
  [widgetTag, 'widget'],
]);

/** The label under which an element of this tag is always replaced, or null for tags that are shared. */
export function alwaysPlaceholder(tag: string): PlaceholderLabel | null {
  return placeholderByTag.get(tag) ?? null;
}

/** Shown where they are opened and their picture can be had. */
export const pictureTags: ReadonlySet<string> = new Set(['img', 'canvas']);

/** Of these the page decides one by one whether they can be shown: a frame of another origin cannot be looked into. */
const placeholderOnDemand = new Map<string, PlaceholderLabel>([[frameTag, 'frame'], ['img', 'image'], ['canvas', 'drawing']]);

/** The label of an element that the page has found not to be shown, by its tag. */
export function labelWhenHidden(tag: string): PlaceholderLabel | null {
  return placeholderByTag.get(tag) ?? placeholderOnDemand.get(tag) ?? null;
}

export const blockSelector = [`[${blockAttribute}]`, ...placeholderByTag.keys()].join(',');
