/**
 * The customer's own hands go first: while they press, type or scroll, and for a moment after, an agent's actions are refused. Escape is the
 * customer's way to end the agent's control from wherever they are.
 */
import { customerFirstTime } from '../policy/limits.ts';
import { widgetTag } from '../policy/markers.ts';

const kinds = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const;

export class CustomerFirst {
  readonly #handleEscape: () => void;
  readonly #watched = new Set<Window>();
  #last = Number.NEGATIVE_INFINITY;

  constructor(handleEscape: () => void) {
    this.#handleEscape = handleEscape;
  }

  /** Frames have events of their own. */
  watch(window: Window): void {
    if (this.#watched.has(window)) return;
    this.#watched.add(window);
    for (const kind of kinds) window.addEventListener(kind, this.#handle, { capture: true, passive: true });
  }

  isBusy(now: number): boolean {
    return now - this.#last < customerFirstTime;
  }

  close(): void {
    for (const window of this.#watched) for (const kind of kinds) window.removeEventListener(kind, this.#handle, { capture: true });
    this.#watched.clear();
  }

  readonly #handle = (event: Event): void => {
    // What agents do is never trusted; what people do in the widget does not concern the page.
    if (!event.isTrusted) return;
    if (event.type === 'keydown' && (event as KeyboardEvent).key === 'Escape') this.#handleEscape();
    if ((event.target as Element | null)?.localName !== widgetTag) this.#last = performance.now();
  };
}
