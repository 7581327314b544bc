import { describe, expect, it } from 'vitest';
import { readAsset, sniff } from './assets.ts';
import { sanitizeDeclarations, sanitizeStyleSheet, type CssContext } from './css.ts';
import { StyleSheetMemory } from './style-sheet-memory.ts';
import { StyledAttributes } from './styled-attributes.ts';

const hash = 'a'.repeat(64);
const font = { ref: 1, hash, type: 'font/woff2', family: 'Inter', weight: '100 900', style: 'normal', stretch: '100%', range: 'U+0-FF, U+131' };

describe('what is told of a picture or font', () => {
  it.each([
    { ref: 1, hash: null }, { ref: 99, hash, type: 'image/png', density: 2 }, font,
    { ...font, family: 'Größe 2', style: 'oblique 0deg 14deg', stretch: 'semi-condensed', range: 'U+0-10FFFF', weight: 'bold' },
  ])('CB52 is told as it is: %j', (payload) => {
    expect(readAsset({ ...payload, more: 'secret' })).toEqual(payload);
  });

  it.each([
    { ref: 0, hash: null }, { ref: '1', hash: null }, { ref: 1, hash: 'x' }, { ref: 1, hash, type: 'image/svg+xml', density: 1 }, { ref: 1, hash, type: 'image/png', density: 0 },
    { ...font, family: 'a"; src: url(//evil)' }, { ...font, family: '4111 1111 1111 1111' }, { ...font, range: 'secret' }, { ...font, weight: 'secret' }, { ...font, style: 'x y' }, { ...font, stretch: '1;2' },
  ])('CB52 is not told where it could say something else: %j', (payload) => {
    expect(readAsset(payload)).toBeNull();
  });

  it('CB52 is recognized by its bytes', () => {
    const of = (text: string): Uint8Array => Uint8Array.from(text.padEnd(20), (character) => character.codePointAt(0) ?? 0);
    expect(['\u0089PNG\r\n\u001a\n', '\u00ff\u00d8\u00ff\u00e0', 'GIF89a', 'RIFF0000WEBP', '0000ftypavif', 'wOF2', 'wOFF', 'OTTO', '\u0000\u0001\u0000\u0000', '<svg>', '<html>', 'RIFF0000WAVE'].map((text) => sniff(of(text))))
      .toEqual(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'font/woff2', 'font/woff', 'font/otf', 'font/ttf', null, null, null]);
    expect(sniff(new Uint8Array(3))).toBeNull();
  });
});

describe('pictures in style sheets', () => {
  const asked: string[] = [];
  const sight = { scheme: 'light', styleSheets: new StyleSheetMemory(), styled: new StyledAttributes(), matches: () => false, pictureRef: (url: string) => asked.push(url) } as const;
  const open: CssContext = { sight, isOpen: true };

  it.each([
    'a{background:url(a.png) no-repeat}', 'a{background:url("a.png")}', "a{background:URL( 'a.png' )}", 'a{background:image-set("a.png" 1x, "b.png" 2x)}', 'a{background:-webkit-image-set(url(a.png) 1x)}',
    'a{background:u\\72l(a.png)}',
  ])('CB47 have a number in place of their address, and the relay leaves that as it is: %s', (css) => {
    asked.length = 0;
    const shown = sanitizeStyleSheet(css, open);
    expect(asked).toEqual(['a.png']);
    expect(shown).toMatch(/^a\{background:var\(--gethelp-asset-1,url\("data:,"\)\)(?: no-repeat)?\}$/);
    expect(sanitizeStyleSheet(shown, { sight: null, isOpen: true })).toBe(shown);
  });

  it('CB47 have none where the sheet is not opened, also when it is forged', () => {
    expect(sanitizeStyleSheet('a{background:url(a.png)}', { sight, isOpen: false })).toBe('a{background:url("data:,")}');
    expect(sanitizeDeclarations('background: var(--gethelp-asset-1, none); --gethelp-\\61sset-2: 1')).not.toMatch(/asset/);
  });

  it('CB47 come with the words of an opened sheet, and without secrets', () => {
    const css = 'a::before{content:"\\ea60 New"} b::before{content:"4111 1111 1111 1111"}';
    expect(sanitizeStyleSheet(css, open)).toBe('a::before{content:"\\ea60 New"} b::before{content:""}');
    expect(sanitizeStyleSheet(css)).toBe('a::before{content:""} b::before{content:""}');
  });
});
