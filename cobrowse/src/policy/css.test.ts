import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sanitizeDeclarations, sanitizeDeclarationValue, sanitizeStyleSheet } from './css.ts';

const fetchOf = /leak|https?:|\/\//i;

describe('style sheets', () => {
  it.each([
    'a{background:url(/leak.png)}', 'a{background:URL( "leak.png" )}', "a{background:u\\72l(leak.png)}", 'a{background:\\75 rl(leak.png)}',
    'a{background:image-set("leak.png" 1x)}', 'a{background:-webkit-image-set(url(leak.png) 1x)}', '@import "leak.css";', '@import url(leak.css) screen;',
    '@\\69mport "leak.css";', '@font-face{font-family:F;src:url(leak.woff2) format("woff2")}', 'a{background:cross-fade(url(leak.png), red)}',
    'a{cursor:url(leak.cur),auto}', 'a{background:url(leak', 'a{background:url("leak', "a{background:url('leak)')}", 'a{content:url(leak)}',
    'a{background:url(le\\)ak.png)}', '@namespace url(http://leak);', 'a{behavior:url(leak.htc)}', 'a{content:"leak"}', 'a{co\\6e tent:"leak"}',
    'a{--x:"leak"}', '/* leak */', '/* leak', 'a{background:src("leak.png")}',
    'a{font-family:"x\r;background:url(leak);y:"}', 'a{font-family:"x\f;background:url(leak);y:"}',
  ])('CB23 leaves nothing to fetch or read in %s', (css) => {
    expect(sanitizeStyleSheet(css)).not.toMatch(fetchOf);
    expect(sanitizeDeclarations(css)).not.toMatch(fetchOf);
  });

  it.each([
    '.md\\:flex { display: flex; }', '@media (400px <= width) { a:hover { color: rgb(1 2 3 / 50%); } }', 'a::before { content: "→"; }',
    'a { font-family: "Helvetica Neue", sans-serif; }', 'input[type="text"] { width: calc(100% - 2px); }', 'a { fill: url(#gradient); }',
    '.a { color: red; }/* rr_split */.b { color: blue; }', '@supports (display:grid){a{--gap:4px;margin:var(--gap)}}',
  ])('CB23 leaves %s as it is', (css) => {
    expect(sanitizeStyleSheet(css)).toBe(css);
  });

  it('CB23 keeps the number of rules, by which rrweb counts', () => {
    expect(sanitizeStyleSheet('@import "a.css";b{color:red}')).toBe('@media not all{}b{color:red}');
  });

  it('CB23 does not let comments join what they part', () => {
    expect(sanitizeStyleSheet('a{background:u/**/rl(leak)}')).not.toMatch(/url\(/);
    expect(sanitizeStyleSheet('a{background:\\75<rl(leak)}')).not.toMatch(/\\75\s*rl\(/);
    expect(sanitizeDeclarations('background:\\75@import;rl(leak)')).not.toMatch(/\\75\s*rl\(/);
  });

  it('CB23 takes words and strings out of style attributes, and leaves layout', () => {
    expect(sanitizeDeclarations('--name: Alice; --w: 12px; --c: #1a2b3c; width: 43%; color: rgb(1, 2, 3)'))
      .toBe('--name: 0; --w: 12px; --c: #1a2b3c; width: 43%; color: rgb(1, 2, 3)');
    expect(sanitizeDeclarations('quotes: "leak"; --n: "leak"; font-family: "Inter"')).toBe('quotes: ""; --n: ""; font-family: "Inter"');
    expect(sanitizeDeclarationValue('background-image', 'url("/leak.png")')).toBe('url("data:,")');
    expect(sanitizeDeclarationValue('--who', 'Alice')).toBe('0');
  });

  const cssish = fc.array(fc.oneof(
    fc.constantFrom('url(', 'u\\72l(', ')', '"', "'", '\\', '/*', '*/', '{', '}', ';', ':', '@import ', 'content', '--x', 'src', '<', '\n', '\r', '(', '#', 'image-set('),
    fc.string({ maxLength: 5 }),
  ), { maxLength: 30 }).map((parts) => parts.join(''));

  it('CB22 CB23 changes nothing the second time, whatever it is given', () => {
    fc.assert(fc.property(cssish, (css) => {
      const sheet = sanitizeStyleSheet(css);
      expect(sanitizeStyleSheet(sheet)).toBe(sheet);
      const declarations = sanitizeDeclarations(css);
      expect(sanitizeDeclarations(declarations)).toBe(declarations);
      const value = sanitizeDeclarationValue('--x', css);
      expect(sanitizeDeclarationValue('--x', value)).toBe(value);
    }), { numRuns: 5000 });
  });
});
