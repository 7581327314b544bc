/** Shows the page: builds each new checkpoint on a stage behind the one that is seen, and swaps when it stands. Fits it to the window. */
import type { Drawings } from '#shared/cobrowse-hands.ts';
import type { CobrowseFrame } from '#shared/cobrowse-protocol.ts';
import { eventTypes } from '../policy/sanitizer.ts';
import type { Zoom } from './tools.ts';
import { Stage, type PageSize, type StageOptions } from './stage.ts';

export interface TheatreOptions extends Pick<StageOptions, 'title' | 'placeholders' | 'shelf'> {
  readonly parent: HTMLElement;
  /** A page has come into sight, or the same one again: a fresh picture in the place of one that had gaps, or that too much had followed. */
  handleShown(stage: Stage, isRenewed: boolean): void;
  /** How large the page is shown now: as a factor of the customer's. */
  handleScale(scale: number): void;
  /** The picture cannot go on from here: it needs the last snapshot again. */
  handleLost(): void;
}

/** Up to this width, in CSS pixels, an upright page is a phone's, and is shown as one. */
const phoneWidth = 520;
/** For the frame of the device. */
const phoneMargin = 18;

export class Theatre {
  readonly #options: TheatreOptions;
  #shown: Stage | null = null;
  #next: Stage | null = null;
  /** For the first picture. */
  #prepared: Stage | null = null;
  #zoom: Zoom = 'fit';
  #isFollowing = true;
  #isTinted = false;
  #drawings: Drawings | null = null;
  readonly #sizes = new WeakMap<Stage, PageSize>();

  constructor(options: TheatreOptions) {
    this.#options = options;
    new ResizeObserver(() => this.#fit(this.#shown)).observe(options.parent);
  }

  get isEmpty(): boolean {
    return this.#shown === null;
  }

  /** Makes the stage of the first picture while that is still awaited: its frame takes the browser a moment. */
  prepare(): void {
    this.#prepared ??= this.#makeStage();
  }

  /** Frames of one message. A backlog (snapshot and what followed, for a late joiner) is played without its pauses. */
  show(frames: readonly CobrowseFrame[]): void {
    const beginning = frames.findLastIndex((frame) => frame.event.type === eventTypes.meta);
    if (beginning === -1) {
      const stage = this.#next ?? this.#shown;
      if (stage === null) this.#options.handleLost();
      else this.#play(stage, frames, false);
      return;
    }
    const [meta] = frames.slice(beginning);
    if (meta === undefined) return;
    this.#next?.destroy();
    this.#next = this.#prepared ?? this.#makeStage();
    this.#prepared = null;
    this.#next.open(meta);
    this.#play(this.#next, frames.slice(beginning), true);
  }

  get stage(): Stage | null {
    return this.#shown;
  }

  /** What the customer's page says is drawn on it; kept until the picture that it names is shown. */
  showDrawings(drawings: Drawings): void {
    this.#drawings = drawings;
    this.#shown?.showDrawings(drawings);
  }

  follow(isFollowing: boolean): void {
    this.#isFollowing = isFollowing;
    this.#shown?.follow(isFollowing);
  }

  tint(isTinted: boolean): void {
    this.#isTinted = isTinted;
    this.#shown?.tint(isTinted);
  }

  zoom(zoom: Zoom): void {
    this.#zoom = zoom;
    this.#fit(this.#shown);
  }

  clear(): void {
    this.#drawings = null;
    this.#prepared?.destroy();
    this.#next?.destroy();
    this.#shown?.destroy();
    this.#prepared = null;
    this.#next = null;
    this.#shown = null;
  }

  #makeStage(): Stage {
    return new Stage({
      ...this.#options,
      handleBuilt: (stage) => this.#swap(stage),
      handleSize: (stage, size) => {
        this.#sizes.set(stage, size);
        this.#fit(stage);
      },
    });
  }

  #play(stage: Stage, frames: readonly CobrowseFrame[], isBacklog: boolean): void {
    try {
      stage.play(frames.map(({ event }) => event), isBacklog);
    } catch {
      this.#options.handleLost();
    }
  }

  #swap(stage: Stage): void {
    // A later checkpoint may have overtaken this one.
    if (stage !== this.#next) return;
    const isSamePage = this.#shown?.picture.pageEpoch === stage.picture.pageEpoch;
    const isRenewed = isSamePage && this.#shown?.address === stage.address;
    const looked = isSamePage && !this.#isFollowing ? this.#shown?.lookedTo ?? null : null;
    this.#shown?.destroy();
    this.#shown = stage;
    this.#next = null;
    stage.follow(this.#isFollowing);
    stage.tint(this.#isTinted);
    if (looked !== null) stage.lookTo(looked);
    if (this.#drawings !== null) stage.showDrawings(this.#drawings);
    stage.element.classList.add('shown');
    this.#fit(stage);
    this.#options.handleShown(stage, isRenewed);
  }

  #fit(stage: Stage | null): void {
    const size = stage && this.#sizes.get(stage);
    if (!stage || !size || size.width === 0 || size.height === 0) return;
    const isPhone = size.width <= phoneWidth && size.height > size.width;
    stage.element.classList.toggle('phone', isPhone);
    const margin = isPhone ? phoneMargin : 0;
    const { clientWidth, clientHeight } = this.#options.parent;
    const ground = this.#options.parent.getBoundingClientRect();
    const scale = this.#zoom === 'fit' ? Math.min((clientWidth - 2 * margin) / size.width, (clientHeight - 2 * margin) / size.height, 1) : this.#zoom;
    const left = onWholePixel(ground.left + Math.max(margin, (clientWidth - size.width * scale) / 2)) - ground.left;
    const top = onWholePixel(ground.top + Math.max(margin, (clientHeight - size.height * scale) / 2)) - ground.top;
    this.#options.handleScale(scale);
    stage.element.style.width = `${size.width}px`;
    stage.element.style.height = `${size.height}px`;
    stage.element.style.transform = `translate(${left}px, ${top}px) scale(${scale})`;
  }
}

/** A page that starts between two pixels of the screen is blurred as a whole, or cut by a row. */
function onWholePixel(position: number): number {
  return Math.round(position * devicePixelRatio) / devicePixelRatio;
}
