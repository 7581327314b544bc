/**
 * What the sanitizer is told by the page in which it runs, and what the relay, which has no page, does without: everything answered here
 * is written into the event in a form that the relay's sanitizer leaves as it is.
 */

import type { StyleSheetMemory } from './style-sheet-memory.ts';
import type { StyledAttributes } from './styled-attributes.ts';

export type ColorScheme = 'light' | 'dark';

export interface PageSight {
  /** What the customer's browser prefers; style sheets are resolved for it, because the agent's browser may prefer another one. */
  readonly scheme: ColorScheme;
  /** Whether a feature of the customer's device or a preference of theirs holds there, as `(pointer: coarse)`. */
  matches(query: string): boolean;
  /** The number of a picture that a style sheet or an element's style names, or null for what is no picture that could be shared. */
  pictureRef(url: string): number | null;
  /** What style sheets were made into before: for these answers, they are worth keeping. */
  readonly styleSheets: StyleSheetMemory;
  /** What its style sheets say of attributes. */
  readonly styled: StyledAttributes;
}
