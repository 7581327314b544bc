/** Shows the page: builds each new checkpoint on a stage behind the one that is seen, and swaps when it stands. Fits it to the window. */
import type { CobrowseFrame } from '#shared/cobrowse-protocol.ts';
import { eventTypes } from '../policy/sanitizer.ts';
import { Stage, type PageSize, type StageOptions } from './stage.ts';

export interface TheatreOptions extends Pick<StageOptions, 'title' | 'placeholders' | 'shelf'> {
  readonly parent: HTMLElement;
  /** A page has come into sight. */
  handleShown(): void;
  /** The picture cannot go on from here: it needs the last snapshot again. */
  handleLost(): void;
}

export class Theatre {
  readonly #options: TheatreOptions;
  #shown: Stage | null = null;
  #next: Stage | null = null;
  readonly #sizes = new WeakMap<Stage, PageSize>();

  constructor(options: TheatreOptions) {
    this.#options = options;
    new ResizeObserver(() => this.#fit(this.#shown)).observe(options.parent);
  }

  get isEmpty(): boolean {
    return this.#shown === null;
  }

  /** Frames of one message. A backlog (snapshot and what followed, for a late joiner) is played without its pauses. */
  show(frames: readonly CobrowseFrame[]): void {
    const beginning = frames.findLastIndex((frame) => frame.event.type === eventTypes.meta);
    const events = frames.map((frame) => frame.event);
    if (beginning === -1) {
      const stage = this.#next ?? this.#shown;
      if (stage === null) this.#options.handleLost();
      else this.#play(stage, events, false);
      return;
    }
    const [meta, ...following] = events.slice(beginning);
    if (meta === undefined) return;
    this.#next?.destroy();
    this.#next = new Stage(meta, {
      ...this.#options,
      handleBuilt: (stage) => this.#swap(stage),
      handleSize: (stage, size) => {
        this.#sizes.set(stage, size);
        this.#fit(stage);
      },
    });
    this.#play(this.#next, [meta, ...following], true);
  }

  clear(): void {
    this.#next?.destroy();
    this.#shown?.destroy();
    this.#next = null;
    this.#shown = null;
  }

  #play(stage: Stage, events: Parameters<Stage['play']>[0], isBacklog: boolean): void {
    try {
      stage.play(events, isBacklog);
    } catch {
      this.#options.handleLost();
    }
  }

  #swap(stage: Stage): void {
    // A later checkpoint may have overtaken this one.
    if (stage !== this.#next) return;
    this.#shown?.destroy();
    this.#shown = stage;
    this.#next = null;
    stage.element.classList.add('shown');
    this.#fit(stage);
    this.#options.handleShown();
  }

  #fit(stage: Stage | null): void {
    const size = stage && this.#sizes.get(stage);
    if (!stage || !size || size.width === 0 || size.height === 0) return;
    const { clientWidth, clientHeight } = this.#options.parent;
    const scale = Math.min(clientWidth / size.width, clientHeight / size.height, 1);
    const left = Math.max(0, (clientWidth - size.width * scale) / 2);
    const top = Math.max(0, (clientHeight - size.height * scale) / 2);
    stage.element.style.width = `${size.width}px`;
    stage.element.style.height = `${size.height}px`;
    stage.element.style.transform = `translate(${left}px, ${top}px) scale(${scale})`;
  }
}
