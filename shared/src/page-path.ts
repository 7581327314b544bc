/** Patterns for the paths of a portal's pages, as they stand in the contact-center file: `*` stands for anything, also nothing. */

export function pathMatches(pattern: string, path: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (!path.startsWith(first)) return false;
  let at = first.length;
  for (const [index, part] of rest.entries()) {
    if (index === rest.length - 1) return part === '' || (path.length - part.length >= at && path.endsWith(part));
    const found = path.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at === path.length;
}
