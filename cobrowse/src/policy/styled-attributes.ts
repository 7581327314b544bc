/**
 * Attributes by which style sheets tell the states of a component apart (`[aria-selected="true"]`, `:host([variant=primary])`) or which they
 * write out (`attr(data-label)`). What is told of one is never the page's own value but the one that a style sheet names, so that nothing
 * gets over which the style sheets do not say already; what is written out is a text like any other.
 */
import { containsNameSecret, containsSecret } from './secrets.ts';
import { maskText } from './masks.ts';
import type { NodeFacts, Surroundings } from './page-book.ts';

interface Named {
  /** Values of which one must be there, as a whole or as one of several words. */
  readonly exact: Set<string>;
  /** What a value must begin with, end with or contain. */
  readonly parts: Map<string, string>;
  isByPresence: boolean;
}

const selector = /\[\s*([a-z_][\w-]{0,60})\s*(?:([~|^$*]?)=\s*(?:"([^"\\]{0,100})"|'([^'\\]{0,100})'|([\w-]{1,100}))\s*[is]?\s*)?\]/gi;
const writtenOut = /\battr\(\s*([a-z_][\w-]{0,60})/gi;
const maxNames = 2_000;
/** From this length on it is worth knowing that a style sheet has been read. */
const worthRemembering = 2_000;
const maxRemembered = 200;

/** What the style sheets of one page say of attributes. */
export class StyledAttributes {
  readonly #named = new Map<string, Named>();
  readonly #writtenOut = new Set<string>();
  readonly #read = new Set<string>();

  /** Answers the names of which it has learnt something new. */
  learn(css: string): string[] {
    if (this.#read.has(css)) return [];
    if (css.length >= worthRemembering) {
      if (this.#read.size >= maxRemembered) this.#read.clear();
      this.#read.add(css);
    }
    const news = new Set<string>();
    if (css.includes('[')) for (const [, name = '', operator = '', ...values] of css.matchAll(selector)) if (this.#learnSelector(name.toLowerCase(), operator, values.find((value) => value !== undefined))) news.add(name.toLowerCase());
    for (const [, name = ''] of css.matchAll(writtenOut)) {
      if (this.#writtenOut.has(name.toLowerCase()) || this.#writtenOut.size >= maxNames) continue;
      this.#writtenOut.add(name.toLowerCase());
      news.add(name.toLowerCase());
    }
    return [...news];
  }

  isWrittenOut(name: string): boolean {
    return this.#writtenOut.has(name);
  }

  knows(name: string): boolean {
    return this.#named.has(name) || this.#writtenOut.has(name);
  }

  /** A value that the style sheets take for the given one; undefined where they do not ask for it. */
  standInFor(name: string, value: string): string | undefined {
    const named = this.#named.get(name);
    if (named === undefined) return undefined;
    if (named.exact.has(value)) return value;
    const word = value.split(/\s+/).find((one) => one !== '' && named.exact.has(one));
    if (word !== undefined) return word;
    for (const [part, operator] of named.parts) if (operator === '^' ? value.startsWith(part) : operator === '$' ? value.endsWith(part) : operator === '|' ? value.startsWith(`${part}-`) : value.includes(part)) return part;
    return named.isByPresence ? '' : undefined;
  }

  #learnSelector(name: string, operator: string, value: string | undefined): boolean {
    const known = this.#named.get(name);
    if (known === undefined && this.#named.size >= maxNames) return false;
    const named: Named = known ?? { exact: new Set(), parts: new Map(), isByPresence: false };
    this.#named.set(name, named);
    const before = named.exact.size + named.parts.size + Number(named.isByPresence);
    if (value === undefined) named.isByPresence = true;
    else if (operator === '' || operator === '~' || operator === '|') named.exact.add(value);
    if (value !== undefined && value !== '' && operator !== '' && operator !== '~') named.parts.set(value, operator);
    return named.exact.size + named.parts.size + Number(named.isByPresence) > before;
  }
}

/** What does something in a browser, and what is ours or rrweb's. */
const never = /^(?:on|data-gethelp|data-rr-|src|(?:is|nonce|data|poster|action|background|ping|autofocus|accesskey|tabindex|target|rel|http-equiv|accept-charset)$)/;
const ofComponents = /^[a-z][a-z0-9-]{0,60}$/;
const ofAnything = /^[a-z][a-z0-9]*-[a-z0-9-]{1,60}$/;
/** They say what is chosen, which opens like a value: on the element itself. */
const choice = /^(?:aria-(?:checked|value\w*)|(?:data-)?(?:checked|selected|value|current|rating)|data-(?:is-)?(?:checked|selected))$/;
const chosenState = /^(?:un)?(?:checked|selected)$|^(?:on|off|indeterminate)$/;
/** Names that speak of looks alone; their words may be told of what is not opened, as the names of classes are. */
const looks = new Set(['variant', 'size', 'kind', 'appearance', 'density', 'layout', 'shape', 'position', 'placement', 'alignment', 'orientation', 'theme', 'mode', 'fill', 'expand'].flatMap((name) => [name, `data-${name}`]));
const plainWord = /^(?:[a-z][\w-]{0,30})?$/i;
const maxLength = 200;

/** Whether style sheets may be followed in an attribute of this name at all. Names are checked last, when nothing else has judged them. */
export function canBeStyled(tag: string, name: string): boolean {
  return !never.test(name) && !containsNameSecret(name) && (ofAnything.test(name) || (tag.includes('-') && ofComponents.test(name)));
}

/** `styled`: what the page's style sheets say; null on the relay, which judges what was told by its form. */
export function styledValue(node: NodeFacts, inner: Surroundings, attribute: { readonly name: string; readonly value: string }, styled: StyledAttributes | null): string | undefined {
  const { name, value } = attribute;
  if (!canBeStyled(node.tag, name)) return undefined;
  const isWrittenOut = styled?.isWrittenOut(name) === true;
  const told = styled === null || isWrittenOut ? value : styled.standInFor(name, value);
  if (told === undefined || told.length > maxLength) return undefined;
  const isOpen = inner.isOpen && (node.field === null || node.field.open) && (node.marker === 'unmask' || !saysWhatIsChosen(node, name, told));
  if (isOpen && !containsSecret(told)) return told;
  if (!isOpen && looks.has(name) && plainWord.test(told) && !containsSecret(told)) return told;
  const masked = maskText(told);
  return masked.trim() !== '' && (isWrittenOut || masked === told) ? masked : undefined;
}

function saysWhatIsChosen(node: NodeFacts, name: string, told: string): boolean {
  return choice.test(name) || (name === 'data-state' && chosenState.test(told)) || (name === 'aria-selected' && !node.isTab);
}
