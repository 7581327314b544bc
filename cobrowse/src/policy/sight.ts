/**
 * What the sanitizer is told by the page in which it runs, and what the relay, which has no page, does without: everything answered here
 * is written into the event in a form that the relay's sanitizer leaves as it is.
 */

export type ColorScheme = 'light' | 'dark';

export interface PageSight {
  /** What the customer's browser prefers; style sheets are resolved for it, because the agent's browser may prefer another one. */
  readonly scheme: ColorScheme;
}
