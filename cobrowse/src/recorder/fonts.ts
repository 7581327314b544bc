/** The web fonts that the page uses: found in its style sheets, shared with what the sheets know them by. */

export interface FontFound {
  readonly url: string;
  readonly family: string;
  readonly weight: string;
  readonly style: string;
  readonly stretch: string;
  readonly range: string;
}

const maxRules = 50_000;

/** Every face of every readable style sheet of the document. */
export function fontsIn(page: Document): FontFound[] {
  const found: FontFound[] = [];
  let left = maxRules;
  const walk = (rules: CSSRuleList, base: string): void => {
    for (const rule of rules) {
      left -= 1;
      if (left < 0) return;
      if (rule instanceof CSSFontFaceRule) found.push(...fontOf(rule, base));
      else if (rule instanceof CSSImportRule) walkSheet(rule.styleSheet, base);
      else if (rule instanceof CSSGroupingRule) walk(rule.cssRules, base);
    }
  };
  const walkSheet = (sheet: CSSStyleSheet | null, base: string): void => {
    try {
      if (sheet !== null) walk(sheet.cssRules, sheet.href ?? base);
    } catch {
      // Of another origin, and closed to scripts.
    }
  };
  for (const sheet of [...page.styleSheets, ...page.adoptedStyleSheets]) walkSheet(sheet, page.baseURI);
  return found;
}

function fontOf(rule: CSSFontFaceRule, base: string): FontFound[] {
  const read = (property: string): string => rule.style.getPropertyValue(property).trim();
  const [, quoted, bare] = /url\(\s*(?:["']([^"']+)["']|([^)"'\s]+))\s*\)/.exec(read('src')) ?? [];
  const address = quoted ?? bare;
  const family = read('font-family').replaceAll(/^["']|["']$/g, '');
  if (address === undefined || family === '' || !URL.canParse(address, base)) return [];
  return [{
    url: new URL(address, base).href, family, weight: read('font-weight') || 'normal', style: read('font-style') || 'normal',
    stretch: read('font-stretch') || 'normal', range: read('unicode-range') || 'U+0-10FFFF',
  }];
}
