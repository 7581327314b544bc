/**
 * What a portal's configuration says about its pages: what may be read, what never, and where sharing rests. The gateway hands it to the
 * page together with the grant, over the customer's own connection, so no script of the page can widen it.
 */

export interface SelectorRule {
  /** A CSS selector, as the page's browser understands it. */
  readonly selector: string;
  /** Patterns of paths on which the rule holds (`page-path.ts`); empty: on all. */
  readonly pages: readonly string[];
}

export interface CobrowseRules {
  /** Each as the attribute of the same name in the portal's markup. */
  readonly unmask: readonly SelectorRule[];
  readonly mask: readonly SelectorRule[];
  readonly block: readonly SelectorRule[];
  readonly readonly: readonly SelectorRule[];
  /** Patterns of the paths that are shared at all; empty: all. On any other page sharing rests and goes on by itself afterwards. */
  readonly allow: readonly string[];
}

export const noRules: CobrowseRules = { unmask: [], mask: [], block: [], readonly: [], allow: [] };
