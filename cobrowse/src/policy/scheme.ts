/**
 * Resolves style sheets for the colour scheme that the customer sees. The page is rebuilt in the agent's browser, whose own preference
 * would answer `prefers-color-scheme` there, and no attribute of a frame overrules it.
 */
import type { ColorScheme } from './sight.ts';

const always = '(min-width:0px)';
const never = '(max-width:-1px)';
const query = /\(\s*prefers-color-scheme\s*(?::\s*([a-z-]+)\s*)?\)/gi;
/** The property, not the media feature: with both schemes named, the browser chooses by its own preference. */
const declaration = /(?<![\w-])color-scheme\s*:\s*([^;}{"'\\]*)/gi;

export function resolveScheme(css: string, scheme: ColorScheme): string {
  if (!/color-scheme/i.test(css)) return css;
  return css
    .replaceAll(query, (_whole, wanted: string | undefined) => wanted === undefined || wanted.toLowerCase() === scheme ? always : never)
    .replaceAll(declaration, (whole, value: string) => whole.slice(0, whole.length - value.length) + resolveSchemeValue(value, scheme));
}

/** The value of `color-scheme`, as a property or in the page's `meta`. */
export function resolveSchemeValue(value: string, scheme: ColorScheme): string {
  const words = new Set(value.toLowerCase().split(/\s+/));
  return words.has('light') && words.has('dark') ? value.replaceAll(/\b(?:light|dark)\b/gi, (word) => word.toLowerCase() === scheme ? word : '').replaceAll(/\s+/g, ' ').trim() : value;
}
