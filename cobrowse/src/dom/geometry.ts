/**
 * Where elements are and what lies at a place, through open shadow roots and frames of the same origin; the same in the customer's page and in
 * the rebuilt one. Nothing here asks `instanceof`: every frame has classes of its own.
 */

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The innermost element at a place of a document's viewport. */
export function elementAt(root: Document | ShadowRoot, x: number, y: number): Element | null {
  const hit = root.elementFromPoint(x, y);
  if (hit === null) return null;
  if (hit.shadowRoot !== null && hit.shadowRoot !== root) return elementAt(hit.shadowRoot, x, y) ?? hit;
  const inner = innerDocument(hit);
  if (inner === null) return hit;
  const { left, top } = contentOf(hit, hit.ownerDocument);
  return elementAt(inner, x - left, y - top) ?? hit;
}

/** In the viewport of `root`, the document that is looked at as a whole: one's own, or the rebuilt one. */
export function boxOf(element: Element, root: Document = document): Box {
  const { left, top, width, height } = element.getBoundingClientRect();
  const frame = frameOf(element, root);
  if (frame === null) return { left, top, width, height };
  const outer = contentOf(frame, root);
  return { left: left + outer.left, top: top + outer.top, width, height };
}

/** The element that holds this one's tree: the host of a shadow root, the frame of a document of the same origin. */
export function hostOf(element: Element): Element | null {
  const root = element.getRootNode();
  // Not by class: a frame's ShadowRoot is another one than ours.
  if (root.nodeType === Node.DOCUMENT_FRAGMENT_NODE && 'host' in root) return root.host as Element;
  return frameOf(element, document);
}

/** The nearest element around that matches, the element itself included, in whatever tree. */
export function closestAcross(element: Element, selector: string): Element | null {
  for (let next: Element | null = element; next !== null; next = hostOf(next)) {
    const found = next.closest(selector);
    if (found !== null) return found;
  }
  return null;
}

/** The page itself may be in somebody's frame, which is not looked at. */
function frameOf(element: Element, root: Document): Element | null {
  return element.ownerDocument === root ? null : element.ownerDocument.defaultView?.frameElement ?? null;
}

/** Where the content of a frame begins: inside its border. */
function contentOf(frame: Element, root: Document): { readonly left: number; readonly top: number } {
  const { left, top } = boxOf(frame, root);
  return { left: left + frame.clientLeft, top: top + frame.clientTop };
}

function innerDocument(element: Element): Document | null {
  if (element.localName !== 'iframe' && element.localName !== 'frame') return null;
  try {
    return (element as HTMLIFrameElement).contentDocument;
  } catch {
    return null;
  }
}
