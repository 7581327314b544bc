/** The looks of everything that is loaded on demand, in one sheet for every root of the page. */
import { drawingStyles } from '#cobrowse/drawing/layer.ts';
import css from './panel.css?inline';

let sheet: CSSStyleSheet | null = null;

export function takeSheet(root: ShadowRoot): void {
  if (sheet === null) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css + drawingStyles);
  }
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
}
