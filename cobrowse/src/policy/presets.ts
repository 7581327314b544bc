/** Ready-made sets of what an integrator commonly unmasks. Texts only: of fields' values none but what stands on buttons. */

export const presets = {
  /** Titles of pages, sections, groups of fields and tables. */
  headings: ['h1', 'h2', 'h3', 'h4', 'h5', 'h6', '[role="heading"]', 'legend', 'caption'],
  /** Menus and tabs. */
  navigation: ['nav', '[role="navigation"]', '[role="menubar"]', '[role="tablist"]'],
  /** What buttons say. */
  buttons: ['button', '[role="button"]', 'input[type="submit"]', 'input[type="button"]', 'input[type="reset"]'],
  /** What is asked for, beside fields and over columns. */
  labels: ['label', 'th', '[role="columnheader"]'],
  /** What stands at the foot of every page. */
  footer: ['footer', '[role="contentinfo"]'],
} as const satisfies Record<string, readonly string[]>;

export type Preset = keyof typeof presets;
export const presetNames = Object.keys(presets) as [Preset, ...Preset[]];
