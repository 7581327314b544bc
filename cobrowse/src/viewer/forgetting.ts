/**
 * rrweb's mirror forgets what is taken out of the page, but not what is in its shadow roots. A component that comes back would be built
 * half of what it was: an old part that has not changed since is used again, with all that it held, beside the new parts.
 */
interface Mirror {
  removeNodeFromMap(node: Node): void;
}

export function forgetShadowRootsToo(mirror: Mirror): void {
  const forget = mirror.removeNodeFromMap.bind(mirror);
  // rrweb's goes through the children by calling this again.
  mirror.removeNodeFromMap = (node) => {
    forget(node);
    for (const child of (node as Partial<Element>).shadowRoot?.childNodes ?? []) mirror.removeNodeFromMap(child);
  };
}
