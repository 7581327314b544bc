import { describe, expect, it } from 'vitest';
import { resolveScheme, resolveSchemeValue, resolveSight } from './scheme.ts';
import type { PageSight } from './sight.ts';
import { StyledAttributes } from './styled-attributes.ts';
import { StyleSheetMemory } from './style-sheet-memory.ts';

describe('resolving a colour scheme', () => {
  it.each([
    ['@media (prefers-color-scheme: dark){a{b:c}}', '@media (min-width:0px){a{b:c}}'],
    ['@media (prefers-color-scheme:light) and (min-width:9px){a{b:c}}', '@media (max-width:-1px) and (min-width:9px){a{b:c}}'],
    ['@media not all and (PREFERS-COLOR-SCHEME : dark ){a{b:c}}', '@media not all and (min-width:0px){a{b:c}}'],
    [':root{color-scheme:light dark}', ':root{color-scheme:dark}'],
    [':root{color-scheme: dark light !important;x:y}', ':root{color-scheme: dark !important;x:y}'],
    [':root{color-scheme:light}', ':root{color-scheme:light}'],
    ['a{--my-color-scheme:light dark}', 'a{--my-color-scheme:light dark}'],
    ['a{b:c}', 'a{b:c}'],
  ])('CB42 makes of %s for a customer who prefers dark %s', (css, expected) => {
    expect(resolveScheme(css, 'dark')).toBe(expected);
    expect(resolveScheme(expected, 'dark')).toBe(expected);
  });

  it('CB42 chooses of a page’s own schemes the customer’s', () => {
    expect(resolveSchemeValue('light dark', 'dark')).toBe('dark');
    expect(resolveSchemeValue('light', 'dark')).toBe('light');
    expect(resolveSchemeValue('only light', 'dark')).toBe('only light');
  });
});

describe('resolving what a device can and a customer prefers', () => {
  it.each([
    ['@media (pointer: coarse) and (min-width: 9px){a{b:c}}', '@media (min-width:0px) and (min-width: 9px){a{b:c}}'],
    ['@media (HOVER){a{b:c}}', '@media (max-width:-1px){a{b:c}}'],
    ['@media not (prefers-reduced-motion: reduce){a{b:c}}', '@media not (max-width:-1px){a{b:c}}'],
    ['@media (orientation: portrait){a{b:c}}', '@media (orientation: portrait){a{b:c}}'],
  ])('CB169 makes of %s for a customer at a phone %s', (css, expected) => {
    const sight: PageSight = { scheme: 'light', styleSheets: new StyleSheetMemory(), styled: new StyledAttributes(), matches: (query) => query === '(pointer: coarse)', pictureRef: () => null };
    expect(resolveSight(css, sight)).toBe(expected);
    expect(resolveSight(expected, sight)).toBe(expected);
  });
});
