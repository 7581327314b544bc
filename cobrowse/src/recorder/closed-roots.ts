/**
 * Finds components that draw into a closed shadow root, which no script can look into. Closed roots attached while sharing is on are seen
 * as they come; those of before are guessed: a component that has a size and nothing of its own to fill it.
 */

export class ClosedRoots {
  readonly #known = new WeakSet<Element>();
  readonly #original = Reflect.get(Element.prototype, 'attachShadow');
  readonly #patched: (this: Element, init: ShadowRootInit) => ShadowRoot;
  /** Whether any was seen to be attached, on whatever kind of element. */
  any = false;

  /** `handleAttached`: an element that may have been told already has closed itself. */
  constructor(handleAttached: () => void) {
    const note = (element: Element): void => {
      this.#known.add(element);
      this.any = true;
      handleAttached();
    };
    const original = this.#original;
    this.#patched = function patched(this: Element, init: ShadowRootInit): ShadowRoot {
      const root = Reflect.apply(original, this, [init]);
      if (init.mode === 'closed') note(this);
      return root;
    };
    Element.prototype.attachShadow = this.#patched;
  }

  has(element: HTMLElement): boolean {
    if (this.#known.has(element)) return true;
    if (!element.localName.includes('-') || element.shadowRoot !== null || !customElements.get(element.localName)) return false;
    const { width, height } = element.getBoundingClientRect();
    return width >= 1 && height >= 1 && [...element.childNodes].every((child) => !isSeen(child));
  }

  stop(): void {
    // Whoever has patched it since stands on ours, which does no harm.
    if (Reflect.get(Element.prototype, 'attachShadow') === this.#patched) Element.prototype.attachShadow = this.#original;
  }
}

function isSeen(node: ChildNode): boolean {
  if (node.nodeType === Node.TEXT_NODE) {
    const range = document.createRange();
    range.selectNode(node);
    return (node.textContent ?? '').trim() !== '' && range.getClientRects().length > 0;
  }
  return node instanceof Element && node.getClientRects().length > 0;
}
