/** What part of the page a phone shows: pinched, scrolled within the pinch, turned. rrweb knows the layout viewport only. */
import { ownTags, type View } from '../policy/own-events.ts';

/** Milliseconds between two reports while fingers move. */
const interval = 100;

export class ViewWatch {
  readonly #handleView: (event: { readonly tag: string; readonly payload: View }) => void;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #last = '';

  constructor(handleView: (event: { readonly tag: string; readonly payload: View }) => void) {
    this.#handleView = handleView;
    window.visualViewport?.addEventListener('resize', this.#handleChange);
    window.visualViewport?.addEventListener('scroll', this.#handleChange);
  }

  /** Tells where it stands, after a snapshot, which says nothing of it. */
  tell(): void {
    this.#last = '';
    const view = this.#read();
    if (view.scale > 1) this.#report(view);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    window.visualViewport?.removeEventListener('resize', this.#handleChange);
    window.visualViewport?.removeEventListener('scroll', this.#handleChange);
  }

  readonly #handleChange = (): void => {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#report(this.#read());
    }, interval);
  };

  #read(): View {
    const viewport = window.visualViewport;
    // Browsers report 1.0000001 at rest.
    if (!viewport || viewport.scale < 1.01) return { scale: 1, left: 0, top: 0 };
    return { scale: Math.min(20, round(viewport.scale)), left: round(viewport.offsetLeft), top: round(viewport.offsetTop) };
  }

  #report(view: View): void {
    const told = JSON.stringify(view);
    if (told === this.#last) return;
    this.#last = told;
    this.#handleView({ tag: ownTags.view, payload: view });
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
