import { describe, expect, it } from 'vitest';
import { outermost, type NodeFacts } from './page-book.ts';
import { StyledAttributes, styledValue } from './styled-attributes.ts';

const element: NodeFacts = { tag: 'div', parent: null, marker: null, opensPictures: false, placeholder: null, isSvg: false, isTab: false, field: null };
const open = { ...outermost, isOpen: true };
const styled = (css: string): StyledAttributes => {
  const made = new StyledAttributes();
  made.learn(css);
  return made;
};

describe('attributes that style sheets ask for', () => {
  it.each([
    ['[data-tone="warning"]', 'warning', 'warning'],
    ['[data-tone=warning i]', 'warning', 'warning'],
    ['[data-tone="warning"]', 'secret', undefined],
    ['[data-tone~="big"]', 'secret big', 'big'],
    ['[data-tone^="a-"], [data-tone$=z]', 'a-secret', 'a-'],
    ['[data-tone*="mid"]', 'secret mid secret', 'mid'],
    ['[data-tone]', 'secret', ''],
    ['.tone { color: red }', 'secret', undefined],
    ['p::after { content: attr(data-tone) }', 'as written', 'as written'],
    ['p::after { content: attr(data-tone) }', '4111 1111 1111 1111', '••••••'],
  ])('CB168 by %s, %s is told as %s', (css, value, expected) => {
    const told = styledValue(element, open, { name: 'data-tone', value }, styled(css));
    expect(told).toBe(expected);
    // The relay, which knows no style sheets, leaves it as it is.
    if (told !== undefined) expect(styledValue(element, open, { name: 'data-tone', value: told }, null)).toBe(told);
  });

  it('CB168 tells of what is not opened nothing but looks, and of what is written out only that there is something', () => {
    const sheet = styled('[data-state="overdue"], [variant="primary"] { color: red } p::after { content: attr(data-label) }');
    const host = { ...element, tag: 'x-button' };
    const told = (name: string, value: string): string | undefined => styledValue(host, outermost, { name, value }, sheet);
    expect([told('data-state', 'overdue'), told('variant', 'primary'), told('variant', 'secret'), told('data-label', 'secret')]).toEqual([undefined, 'primary', undefined, '••••••']);
    for (const [name, value] of [['variant', 'primary'], ['data-label', '••••••']] as const) expect(styledValue(host, outermost, { name, value }, null)).toBe(value);
  });

  it('CB168 tells what is chosen only of an element that is opened itself, and which tab is in front of any', () => {
    const sheet = styled('[aria-checked="true"], [aria-selected="true"], [data-state="checked"], [data-state="active"], [checked] { color: red }');
    const told = (node: NodeFacts, name: string, value: string): string | undefined => styledValue(node, open, { name, value }, sheet);
    expect([told(element, 'aria-checked', 'true'), told(element, 'aria-selected', 'true'), told(element, 'data-state', 'checked'), told({ ...element, tag: 'x-switch' }, 'checked', '')]).toEqual([undefined, undefined, undefined, undefined]);
    expect([told({ ...element, isTab: true }, 'aria-selected', 'true'), told(element, 'data-state', 'active')]).toEqual(['true', 'active']);
    expect(told({ ...element, marker: 'unmask' }, 'aria-checked', 'true')).toBe('true');
    expect(told({ ...element, tag: 'input', field: { type: 'text', open: false } }, 'data-state', 'active')).toBeUndefined();
  });

  it.each(['onclick', 'src', 'srcdoc', 'data-gethelp-asset', 'http-equiv', 'is'])('CB8 CB168 never makes of %s what style sheets may ask for', (name) => {
    expect(styledValue({ ...element, tag: 'x-button' }, open, { name, value: 'x' }, styled(`[${name}]`))).toBeUndefined();
  });
});
