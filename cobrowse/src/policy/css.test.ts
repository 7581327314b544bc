import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pictureProperty } from './assets.ts';
import { isPropertyName, sanitizeDeclarations, sanitizeDeclarationValue, sanitizeStyleSheet } from './css.ts';

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

  const open = { sight: null, isOpen: true } as const;

  it.each([
    'a::after{content:"4111 1111 1111 1111"}', 'a::after{content:"\\34 111 1111 1111 1111"}', 'a::after{content:"DE89 3704 0044 0532 0130 00"}', 'a{--pan:"4111111111111111"}', 'a{--pan:4111111111111111}',
    'a{--pan: 4111 1111 1111 1111 ;}', 'a{--pan:4111/**/1111/* and */1111\n1111}', 'a{--pan:4111-1111-1111-1111}', 'a{--pan:4111.1111.1111.1111}', 'a{--pan:{x 4111 1111 1111 1111}}', 'a{--iban:DE89370400440532013000}',
    'a{--iban:DE89 3704 0044 0532 0130 00}', 'a{--key:ghp_16C7e42F292c6912E7710c838347Ae178B4a}', 'a{--key:eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc}', '.pan-4111111111111111{color:red}', '#pan-4111-1111-1111-1111{color:red}',
    '.\\34 111111111111111{color:red}', 'a[title="4111 1111 1111 1111"]{color:red}', 'a{font-family:"4111 1111 1111 1111"}', 'a{quotes:"DE89370400440532013000" ""}', '@layer pan4111111111111111{a{color:red}}', '@pan4111111111111111 x;',
    'a{background:url(data:text/plain,4111111111111111)}', 'a{background:url(/pan?4111111111111111)}', 'a{fill:url(#4111111111111111)}', '/* 4111 1111 1111 1111 */', 'a{--pan-4111111111111111:red}', 'a{counter-reset:n 4111111111111111}',
    '@import "/pan?4111111111111111";', 'a{z-index:4111 1111 1111 1111}', 'a{animation:de89370400440532013000 1s}',
  ])('CB135 leaves no card number, IBAN, token or key in %s, whether it is opened or not', (css) => {
    for (const context of [open, undefined]) {
      for (const sanitize of [sanitizeStyleSheet, sanitizeDeclarations]) {
        const safe = sanitize(css, context);
        expect(safe).not.toMatch(/1111|0532|532013|ghp_|eyJ/);
        expect(sanitize(safe, context)).toBe(safe);
      }
    }
  });

  it.each([
    '.w-1\\/3{width:33.33333333333333%}', 'a{margin:.3333333333333333em -1.6666666666666667rem}', '.MuiButtonBase-root-MuiIconButton-root-12345-a1b2c3d4{color:red}', 'a{transform:matrix(1.0000000001 0 0 .9999999999999 0 0)}',
    '.skeleton-loading-text-2,.sk-folding-cube-wrapper{--skeleton-background-1:#eee}', 'a{--shadow:0 1px 3px 0 rgb(0 0 0 / 0.1), 0 1px 2px -1px rgb(0 0 0 / .1234567890123)}', 'a{--p:0.5517241379310345}',
    '@font-face{font-family:"Inter var";unicode-range:U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC}', 'a{z-index:2147483647}', '[class*="css-1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f"]{color:red}', 'a{grid-template:100px 200px / 1fr 1fr 1fr}',
    'a{color:oklch(62.3% 0.21412345678 259.815123456789)}', '.v-1-2-3-4-5-6-7-8{color:red}', 'a{animation:x 1s steps(12) 3}',
  ])('CB135 takes no measure and no long name for one: %s', (css) => {
    expect(sanitizeStyleSheet(css)).toBe(css);
  });

  it('CB135 keeps the number of rules where it takes something out', () => {
    expect(sanitizeStyleSheet('.x-4111111111111111{color:red}b{--pan:4111 1111 1111 1111;color:red}')).toBe('.--none{color:red}b{--pan:0;color:red}');
    expect(sanitizeDeclarationValue('--pan', '4111 1111 1111 1111')).toBe('0');
    expect(isPropertyName('--pan-4111111111111111')).toBe(false);
  });

  const cssish = fc.array(fc.oneof(
    fc.constantFrom('url(', 'u\\72l(', ')', '"', "'", '\\', '/*', '*/', '{', '}', ';', ':', '@import ', 'content', '--x', 'src', '<', '\n', '\r', '(', '#', 'image-set(', '4111', ' 1111', ' 1111', '1111', '-', '.', ' ', '4111111111111111', 'DE89', ' 3704', ' 0044 0532 0130 00', '\\34 ', 'eyJhbGciOiJI.', 'UzI1NiJ9eyJhbGc', '{'),
    fc.string({ maxLength: 5 }),
  ), { maxLength: 30 }).map((parts) => parts.join(''));

  it('CB22 CB23 changes nothing the second time, whatever it is given', () => {
    fc.assert(fc.property(cssish, (css) => {
      const sheet = sanitizeStyleSheet(css);
      expect(sanitizeStyleSheet(sheet)).toBe(sheet);
      const declarations = sanitizeDeclarations(css);
      expect(sanitizeDeclarations(declarations)).toBe(declarations);
      const shown = sanitizeStyleSheet(css, open);
      expect(sanitizeStyleSheet(shown, open)).toBe(shown);
      const value = sanitizeDeclarationValue('--x', css);
      expect(sanitizeDeclarationValue('--x', value)).toBe(value);
    }), { numRuns: 5000 });
  });

  it('CB23 lets no word through in the place of a picture', () => {
    expect(sanitizeStyleSheet(`.a { ${pictureProperty(7)}: "4711" }`)).toBe('.a { --none: "" }');
  });

  it('CB166 keeps a reference into the page itself, which rrweb has made an address of', () => {
    expect(sanitizeStyleSheet('.bar { fill: url("https://bank.example/app/#fade") }')).toBe('.bar { fill: url("#fade") }');
    expect(sanitizeStyleSheet('.bar { fill: url(https://bank.example/icons.svg#fade) }')).not.toContain('bank.example');
  });
});
