/**
 * Resolves style sheets for the colour scheme that the customer sees, and for the device and the preferences that they have. The page is
 * rebuilt in the agent's browser, which would answer for itself there, and no attribute of a frame overrules it.
 */
import type { ColorScheme, PageSight } from './sight.ts';

const always = '(min-width:0px)';
const never = '(max-width:-1px)';
const query = /\(\s*prefers-color-scheme\s*(?::\s*([a-z-]+)\s*)?\)/gi;
/** The property, not the media feature: with both schemes named, the browser chooses by its own preference. */
const declaration = /(?<![\w-])color-scheme\s*:\s*([^;}{"'\\]*)/gi;

/** What the size of the picture does not answer by itself. */
const ofDevice = /\(\s*((?:any-)?(?:hover|pointer)|prefers-(?:reduced-motion|reduced-transparency|reduced-data|contrast)|forced-colors|inverted-colors|display-mode)\s*(?::\s*([a-z-]+)\s*)?\)/gi;

export function resolveSight(css: string, sight: PageSight): string {
  const resolved = resolveScheme(css, sight.scheme);
  return resolved.replaceAll(ofDevice, (_whole, feature: string, wanted: string | undefined) => sight.matches(wanted === undefined ? `(${feature})` : `(${feature}: ${wanted})`) ? always : never);
}

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
