/** What opens over the rebuilt page at the place of a press, to be answered or left: it goes with its answer, with Escape, with a press beside it, and when the focus leaves it. */

export interface PopoverPlace {
  readonly parent: HTMLElement;
  readonly label: string;
  readonly at: { readonly x: number; readonly y: number };
}

/** As the style sheet bounds it. */
const largest = { width: 240, height: 200 };

/** `build` is given what takes the answer. Answers null where there was none. */
export function openPopover(element: HTMLElement, { parent, label, at }: PopoverPlace, build: (answer: (value: string) => void) => HTMLElement): Promise<string | null> {
  return new Promise((resolve) => {
    let isOver = false;
    const end = (value: string | null): void => {
      if (isOver) return;
      isOver = true;
      parent.removeEventListener('pointerdown', handlePress);
      element.remove();
      resolve(value);
    };
    const handlePress = ({ target }: Event): void => { if (!element.contains(target as Node | null)) end(null); };
    element.setAttribute('aria-label', label);
    element.style.left = `max(0px, min(${at.x}px, 100% - ${largest.width}px))`;
    element.style.top = `max(0px, min(${at.y}px, 100% - ${largest.height}px))`;
    element.addEventListener('keydown', (event) => { if (event.key === 'Escape') end(null); });
    // A picker of the browser's own may be a window of its own, and take the focus from the whole document.
    element.addEventListener('focusout', ({ relatedTarget }) => { if (document.hasFocus() && !element.contains(relatedTarget as Node | null)) end(null); });
    parent.addEventListener('pointerdown', handlePress);
    const first = build(end);
    parent.append(element);
    first.focus();
  });
}
