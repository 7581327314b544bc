import { describe, expect, it } from 'vitest';
import { cobrowseSchema, rulesOf } from './cobrowse.ts';

describe('what a portal says about its pages', () => {
  it('CB71 unmasks nothing by itself', () => {
    expect(rulesOf(cobrowseSchema.parse({}))).toEqual({ unmask: [], mask: [], block: [], readonly: [], allow: [] });
  });

  it('CB71 writes presets out as selectors, before its own', () => {
    const { unmask, mask, allow } = rulesOf(cobrowseSchema.parse({
      presets: ['navigation', 'footer'], unmask: ['.rate', { selector: 'main p', pages: ['/loans*'] }], mask: ['.rate .own'], pages: { allow: ['/loans*'] },
    }));
    expect(unmask.map(({ selector }) => selector)).toEqual(['nav', '[role="navigation"]', '[role="menubar"]', '[role="tablist"]', 'footer', '[role="contentinfo"]', '.rate', 'main p']);
    expect(unmask.at(-1)).toEqual({ selector: 'main p', pages: ['/loans*'] });
    expect(mask).toEqual([{ selector: '.rate .own', pages: [] }]);
    expect(allow).toEqual(['/loans*']);
  });

  it.each(['', 'p {', 'p, ', ', p', '[name="x', ':not(p', '@media', 'p;q'])('CB72 refuses at the start what cannot be a selector: %j', (selector) => {
    expect(cobrowseSchema.safeParse({ mask: [selector] }).success).toBe(false);
  });

  it.each(['h1', 'main > p:not(.own)', '[data-x="a{b"]', 'input[type="submit"], button', ':is(h1, h2) + p'])('CB72 takes a selector as it is: %j', (selector) => {
    expect(cobrowseSchema.safeParse({ mask: [selector] }).success).toBe(true);
  });

  it('CB73 refuses a pattern that can fit no path', () => {
    expect(cobrowseSchema.safeParse({ pages: { allow: ['loans'] } }).success).toBe(false);
  });
});
