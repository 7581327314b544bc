/**
 * Makes CSS harmless: nothing in it can make the viewer fetch, and no text or secret in it can be read. Works on characters, not on a
 * grammar, and understands strings, comments and escapes (CSS Syntax 3, section 4), because `u\72l(` is `url(` to a browser.
 */
import { isPictureProperty, pictureProperty } from './assets.ts';
import { withoutSpreadSecrets, withoutWordSecret } from './css-secrets.ts';
import { maxCssLength } from './limits.ts';
import { resolveSight } from './scheme.ts';
import { containsNameSecret, containsSecret } from './secrets.ts';
import type { PageSight } from './sight.ts';
import { StyleSheetMemory } from './style-sheet-memory.ts';

/** Functions that name something to fetch or draw; each becomes an empty image, so that the declaration around it stays valid. */
const fetching = new Set(['url', 'src', 'image', 'image-set', '-webkit-image-set', 'cross-fade', '-webkit-cross-fade', 'element', '-moz-element', 'paint', 'expression']);
/** Of these those that name pictures that can be shown. */
const naming = new Set(['url', 'image-set', '-webkit-image-set']);
const noFont = 'local("")';
const emptyImage = 'url("data:,")';
/** rrweb cuts the text of a style element at this comment; all others go. */
const splitComment = '/* rr_split */';
/**
 * Stands for whatever is taken out. Neither nothing nor a blank would do: `u/**\/rl(` would become a function, and so would `\\75<rl(`,
 * since a blank ends an escape and is swallowed by it.
 */
const emptyComment = '/**/';
/** An `@import` keeps its place in the list of rules, because rrweb addresses rules by index. */
const emptyRule = '@media not all{}';
/** A reference into the same document: a gradient, a mask. rrweb puts the folder of the page before it. */
const localReference = /^\(\s*(["']?)(?:https?:\/\/[^"'()\\\s#]{1,2000}\/)?(#[\w-]{1,100})\1\s*\)$/;
/** Words that may stand in a custom property of a `style` attribute: numbers, variables and a few keywords, and nobody's name. */
const harmlessWord = /^(?:-*\d+[a-z]{0,5}|-+|--[\w-]+|auto|none|solid|transparent|inherit|initial|unset|currentcolor|black|white|ease|linear)$/;
const backslash = 92;
/** Two is what it takes; a sheet that never settles is none. */
const mostTurns = 6;
const keepsStringInAttributes = /^(?:font|font-family|grid-template-areas|grid-area|grid-template)$/;

/** The relay's, for all sessions together. */
const remembered = new StyleSheetMemory();

/** What decides how a piece of CSS is shown, beside itself. */
export interface CssContext {
  readonly sight: PageSight | null;
  /** Whether what it shows by itself may be seen: generated words, and pictures, whose numbers are told instead of their addresses. */
  readonly isOpen: boolean;
}

const closed: CssContext = { sight: null, isOpen: false };

/** A whole style sheet or one rule of it. */
export function sanitizeStyleSheet(css: string, context: CssContext = closed): string {
  if (css.length > maxCssLength) return '';
  const { sight, isOpen } = context;
  const seen = sight ? resolveSight(css, sight) : css;
  return (sight?.styleSheets ?? remembered).recall(`${isOpen ? '+' : '-'}${seen}`, () => scan(seen, false, context));
}

/** The content of a `style` attribute. */
export function sanitizeDeclarations(css: string, context: CssContext = closed): string {
  return css.length > maxCssLength ? '' : scan(context.sight ? resolveSight(css, context.sight) : css, true, context);
}

/** One value of one property, as rrweb sends it when a style changes. */
export function sanitizeDeclarationValue(property: string, value: string, context: CssContext = closed): string {
  const head = `${property}:`;
  const result = sanitizeDeclarations(head + value, context);
  return result.startsWith(head) ? result.slice(head.length) : '';
}

export function isPropertyName(name: string): boolean {
  return /^-{0,2}[a-zA-Z][\w-]{0,100}$/.test(name) && !containsNameSecret(name);
}

/** Until it changes nothing: what is taken out of a whole sheet may give what is left another meaning. */
function scan(source: string, inAttribute: boolean, context: CssContext): string {
  let before = source;
  for (let turn = 0; turn < mostTurns; turn += 1) {
    const passed = pass(before, inAttribute, context);
    const whole = withoutSpreadSecrets(passed);
    if (whole === passed) return whole;
    before = whole;
  }
  return '';
}

function pass(source: string, inAttribute: boolean, context: CssContext): string {
  // Of what stands in an attribute some words go, and with them what makes a number of the others.
  const given = inAttribute ? withoutSpreadSecrets(source) : source;
  // CSS Syntax 3, section 3.3: to a browser these are line ends, and a line end ends a string.
  const css = given.replaceAll(/\r\n?|\f/g, '\n').replaceAll('\0', '\ufffd');
  let out = '';
  let at = 0;
  /** The property whose value is being read, or '' outside of a declaration. */
  let property = '';
  let lastWord = '';
  while (at < css.length) {
    const character = css[at] ?? '';
    if (css.startsWith('/*', at)) {
      const end = css.indexOf('*/', at + 2);
      out += css.startsWith(splitComment, at) ? splitComment : emptyComment;
      // An open comment swallows the rest in a browser, too.
      at = end === -1 ? css.length : end + 2;
    } else if (character === '\\' && !startsWord(css, at) || character === '<' && !/[ =]/.test(css[at + 1] ?? '')) {
      // A stray backslash, or what looks like markup, has no place outside of words and strings.
      out += emptyComment;
      at += 1;
    } else if (character === '"' || character === "'") {
      const string = readString(css, at);
      out += keepsString(string.value, property, inAttribute ? 'attribute' : context.isOpen ? 'open' : 'closed') ? css.slice(at, string.end) : '""';
      at = string.end;
    } else if (character === '@' && startsWord(css, at + 1)) {
      const word = readWord(css, at + 1);
      if (word.value === 'import' || word.value === 'namespace' || word.value === 'charset') {
        out += inAttribute ? emptyComment : emptyRule;
        at = statementEnd(css, word.end);
      } else {
        out += `@${withoutWordSecret(css.slice(at + 1, word.end), word.value, { isFraction: false, isOwnText: false })}`;
        at = word.end;
      }
    } else if (startsWord(css, at)) {
      const word = readWord(css, at);
      if (css[word.end] === '(' && fetching.has(word.value)) {
        const end = functionEnd(css, word.end, word.value === 'url');
        const argument = css.slice(word.end, end);
        const reference = word.value === 'url' && !containsNameSecret(argument) ? localReferenceIn(argument) : null;
        // `src` is where a font comes from, for which an image would be asked for, refused and complained about.
        const nothing = property === 'src' ? noFont : pictureOf(css, word, context);
        out += reference === null ? nothing : css.slice(at, word.end) + reference;
        at = end;
      } else if (isPictureProperty(word.value) && !context.isOpen) {
        out += '--none';
        lastWord = '--none';
        at = word.end;
      } else {
        const isHarmless = !inAttribute || !property.startsWith('--') || css[word.end] === '(' || css[at - 1] === '#' || harmlessWord.test(word.value);
        const isFraction = css[at - 1] === '.' && isDigit(css[at]);
        const raw = css.slice(at, word.end);
        const shown = withoutWordSecret(raw, word.value, { isFraction, isOwnText: property.startsWith('--') });
        out += isHarmless ? shown : '0';
        lastWord = shown === raw ? word.value : shown;
        at = word.end;
      }
    } else {
      if (character === ':' && property === '') property = lastWord;
      else if (character === ';' || character === '{' || character === '}') property = '';
      if (character !== ':' && character.trim() !== '') lastWord = '';
      out += character;
      at += 1;
    }
  }
  return out;
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}

function localReferenceIn(brackets: string): string | null {
  const [, quote, id] = localReference.exec(brackets) ?? [];
  return quote === undefined || id === undefined ? null : `(${quote}${id}${quote})`;
}

/** Stands for a picture: its number where it may be seen, and an empty one until it has come. */
function pictureOf(css: string, name: { readonly value: string; readonly end: number }, { sight, isOpen }: CssContext): string {
  if (!isOpen || sight === null || !naming.has(name.value)) return emptyImage;
  const address = addressIn(css, name.end);
  const ref = address === null ? null : sight.pictureRef(address);
  return ref === null ? emptyImage : `var(${pictureProperty(ref)},${emptyImage})`;
}

/** The address in `url(…)`, or the first of several in a set of the same picture for different screens. */
function addressIn(css: string, open: number): string | null {
  let at = open + 1;
  while (/[\s(]/.test(css[at] ?? '')) at += 1;
  if (css[at] === '"' || css[at] === "'") return readString(css, at).value;
  if (/^url\(/i.test(css.slice(at, at + 4))) return addressIn(css, at + 3);
  const bare = /^[^\s)"'(]+/.exec(css.slice(at, at + 20_000))?.[0];
  return bare === undefined ? null : bare.replaceAll(/\\(.)/g, '$1');
}

function keepsString(value: string, property: string, place: 'attribute' | 'open' | 'closed'): boolean {
  if (value === '') return true;
  if (value.length > 200 || /[<>\\]|:\/\//.test(value)) return false;
  if (property === 'content' || property.startsWith('--')) return (place === 'open' && !containsSecret(value)) || !/[\p{L}\p{N}\p{Co}]/u.test(value);
  // A name of a font or in a selector: long ones are common.
  if (containsNameSecret(value)) return false;
  return place !== 'attribute' || keepsStringInAttributes.test(property);
}

function startsWord(css: string, at: number): boolean {
  const code = css.charCodeAt(at);
  return isWordCode(code) || (code === backslash && at + 1 < css.length && css[at + 1] !== '\n');
}

/** Letters, digits, hyphen, underscore and everything beyond ASCII; by code, because style sheets are long. */
function isWordCode(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 45 || code === 95 || code > 127;
}

/** Reads a name with its escapes resolved, lower-cased. */
function readWord(css: string, from: number): { value: string; end: number } {
  let at = from;
  let value = '';
  while (startsWord(css, at)) {
    if (css.charCodeAt(at) === backslash) {
      const escape = readEscape(css, at);
      value += escape.value;
      at = escape.end;
    } else {
      const begin = at;
      while (isWordCode(css.charCodeAt(at))) at += 1;
      value += css.slice(begin, at);
    }
  }
  return { value: value.toLowerCase(), end: at };
}

function readEscape(css: string, at: number): { value: string; end: number } {
  const hex = /^[0-9a-f]{1,6}/i.exec(css.slice(at + 1, at + 7))?.[0];
  if (hex === undefined) return { value: css[at + 1] ?? '', end: at + 2 };
  const code = Number.parseInt(hex, 16);
  const end = at + 1 + hex.length;
  return { value: code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : '\ufffd', end: /\s/.test(css[end] ?? '') ? end + 1 : end };
}

function readString(css: string, from: number): { value: string; end: number } {
  const quote = css[from];
  let at = from + 1;
  let value = '';
  while (at < css.length && css[at] !== quote && css[at] !== '\n') {
    if (css[at] === '\\') {
      const escape = readEscape(css, at);
      value += escape.value;
      at = escape.end;
    } else {
      value += css[at];
      at += 1;
    }
  }
  return { value, end: Math.min(at + 1, css.length) };
}

/** The end of `name(…)`; an unquoted URL ends at the first closing bracket whatever is in it. */
function functionEnd(css: string, open: number, isUrl: boolean): number {
  let at = open + 1;
  let depth = 1;
  const quoted = /^\s*["']/.test(css.slice(at, at + 20));
  while (at < css.length) {
    const character = css[at];
    if (character === '\\') at = readEscape(css, at).end;
    else if ((character === '"' || character === "'") && (!isUrl || quoted)) at = readString(css, at).end;
    else {
      if (character === '(' && (!isUrl || quoted)) depth += 1;
      if (character === ')') depth -= 1;
      at += 1;
      if (depth === 0) return at;
    }
  }
  return css.length;
}

/** The end of a statement such as `@import url(…) screen;`. */
function statementEnd(css: string, from: number): number {
  let at = from;
  while (at < css.length) {
    const character = css[at];
    if (character === '"' || character === "'") at = readString(css, at).end;
    else if (character === '\\') at = readEscape(css, at).end;
    else if (character === '(') at = functionEnd(css, at, true);
    else if (character === ';') return at + 1;
    else if (character === '{' || character === '}') return at;
    else at += 1;
  }
  return css.length;
}
