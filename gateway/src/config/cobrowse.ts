/** What a portal's entry says about co-browsing its pages, and what of it the page is handed. The attributes in the portal's markup hold besides. */
import { z } from 'zod';
import { presetNames, presets } from '#cobrowse/policy/presets.ts';
import type { CobrowseRules, SelectorRule } from '#shared/cobrowse-rules.ts';

/** Only a browser can say whether it understands a selector; what cannot be one is told at the start. */
const selector = z.string().min(1).max(300).refine((text) => isSelectorLike(text.replaceAll(/"[^"]*"|'[^']*'/g, '')), 'expected a CSS selector such as ".balance" or "main h1"');
const page = z.string().max(300).regex(/^[/*]/, 'expected a path such as /loans*; `*` stands for anything, and a `#` in it begins the fragment');
const rule = z.union([selector, z.strictObject({ selector, pages: z.array(page).nonempty().describe('Paths on which it holds; `*` stands for anything.') })]);
const rules = z.array(rule).max(200).default([]);

export const cobrowseSchema = z.strictObject({
  presets: z.array(z.enum(presetNames)).default([]).describe('Sets of texts that are commonly unmasked.'),
  unmask: rules.describe('CSS selectors of elements whose texts may be read; a field\'s value where the selector names the field itself.'),
  mask: rules.describe('Masked again, whatever is unmasked around or inside.'),
  block: rules.describe('Left out: a labelled box stands in its place.'),
  readonly: rules.describe('May be seen, but not touched by an agent in control.'),
  pages: z.strictObject({
    allow: z.array(page).default([]).describe('Paths that are shared at all. On any other page sharing rests, and goes on by itself afterwards. Empty: all.'),
  }).prefault({}),
  preview: z.boolean().default(false).describe('Lets the portal\'s pages show what an agent would see of them, with `?gethelp-preview=<portal>`.'),
  recording: z.strictObject({
    retentionDays: z.int().min(1).max(3650).default(30).describe('How long what a customer let us keep of their page is kept.'),
  }).prefault({}),
});

export type CobrowseConfig = z.infer<typeof cobrowseSchema>;

/** Presets written out, so that the page needs to know of none. */
export function rulesOf(config: CobrowseConfig): CobrowseRules {
  const opened: SelectorRule[] = config.presets.flatMap((name) => presets[name].map((selector) => ({ selector, pages: [] })));
  return {
    unmask: [...opened, ...config.unmask.map(ruleOf)], mask: config.mask.map(ruleOf), block: config.block.map(ruleOf), readonly: config.readonly.map(ruleOf),
    allow: config.pages.allow,
  };
}

function ruleOf(given: z.infer<typeof rule>): SelectorRule {
  return typeof given === 'string' ? { selector: given, pages: [] } : given;
}

/** `text`: without its strings. */
function isSelectorLike(text: string): boolean {
  if (/[{}@;<]|^\s*[,>]|,\s*$/.test(text)) return false;
  const open: string[] = [];
  for (const character of text) {
    if (character === '(' || character === '[') open.push(character);
    if (character === ')' && open.pop() !== '(') return false;
    if (character === ']' && open.pop() !== '[') return false;
    if (character === '"' || character === "'") return false;
  }
  return open.length === 0;
}
