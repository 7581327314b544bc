/** The bounds of what agents do in a page. Without schemas, so that pages can have them at no cost. */

export const typedKeys = ['Backspace', 'Delete', 'Enter', 'ArrowLeft', 'ArrowRight'] as const;
export type TypedKey = (typeof typedKeys)[number];

/** Letters in one action. */
export const maxTyped = 200;
export const maxPenPoints = 256;
/** How many drawings are on a page at once; the oldest goes for the newest. */
export const maxDrawings = 40;
