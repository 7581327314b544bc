/** The addresses of pages: whether one is shared at all, and how much of one an agent may read. */
import type { CobrowseRules, SelectorRule } from '#shared/cobrowse-rules.ts';
import { pathMatches } from '#shared/page-path.ts';
import { containsSecret } from './secrets.ts';

/** Stands where something of an address is left out. */
const gap = '•••';
const unknownAddress = 'about:blank';
const maxSegments = 12;
const address = /^(https?:\/\/)(?:[^/?#@]*@)?([a-z0-9.-]{1,253}(?::\d{1,5})?|\[[0-9a-f:.]{2,45}\](?::\d{1,5})?)(\/[^?#]*)?(\?[^#]*)?(#.*)?$/i;
/** Words that name a kind of page. Whatever has more than two digits, or is long, may name a customer, an account or a session. */
const plainSegment = /^[a-z][a-z_.-]{0,30}\d{0,2}(?:\.[a-z]{1,5})?$/i;

/**
 * The address as the agent reads it: origin and the plain words of the path. Numbers, names of anybody, the query and the fragment are
 * left out; where a fragment is a path, as in older single-page apps, it is treated as one. Doing it twice changes nothing.
 */
export function shownAddress(href: string): string {
  const [, scheme, host, path = '/', query, fragment = ''] = address.exec(href) ?? [];
  if (scheme === undefined || host === undefined || containsSecret(host)) return unknownAddress;
  const route = /^#!?(\/.*)$/.exec(fragment)?.[1];
  return `${scheme}${host}${shownPath(path)}${query === undefined ? '' : `?${gap}`}${route === undefined ? '' : `#${shownPath(route)}`}`;
}

function shownPath(path: string): string {
  return path.split('/').slice(0, maxSegments).map((segment) => segment === '' || (plainSegment.test(segment) && !containsSecret(segment)) ? segment : gap).join('/');
}

/** Whether a page may be shared. An address that cannot be read is none that was allowed. */
export function isShared(rules: Pick<CobrowseRules, 'allow'>, href: string): boolean {
  return rules.allow.length === 0 || isOnPages(rules.allow, href);
}

export function holdsOn(rule: SelectorRule, href: string): boolean {
  return rule.pages.length === 0 || isOnPages(rule.pages, href);
}

/** A pattern with `#` is compared with path and fragment together, any other with the path alone. */
function isOnPages(patterns: readonly string[], href: string): boolean {
  const [, , , path = '/', , fragment = ''] = address.exec(href) ?? [];
  return address.test(href) && patterns.some((pattern) => pathMatches(pattern, pattern.includes('#') ? `${path}${fragment}` : path));
}
