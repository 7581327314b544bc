/**
 * One rebuilt page: one replayer with one frame, from one full snapshot to the next. rrweb's replayer keeps every event for ever, so a
 * stage is thrown away as a whole when the next snapshot stands, and memory stays flat.
 */
import { Replayer } from '@rrweb/replay';
import type { RecordedEvent } from '#shared/cobrowse-protocol.ts';
import { readAsset } from '../policy/assets.ts';
import { isObject } from '../policy/json.ts';
import { placeholderAttribute, placeholderLabels, type PlaceholderLabel } from '../policy/markers.ts';
import { ownTags, readView, type View } from '../policy/own-events.ts';
import { eventTypes, sources } from '../policy/sanitizer.ts';
import type { AssetShelf } from './asset-shelf.ts';
import { ReplayClock } from './clock.ts';
import { canvasRules, Dressing } from './dressing.ts';

export interface PageSize {
  readonly width: number;
  readonly height: number;
}

export interface StageOptions {
  readonly parent: HTMLElement;
  readonly title: string;
  readonly placeholders: Readonly<Record<PlaceholderLabel, string>>;
  readonly shelf: AssetShelf;
  /** The page stands and can be shown. */
  handleBuilt(stage: Stage): void;
  handleSize(stage: Stage, size: PageSize): void;
}

export class Stage {
  readonly element: HTMLElement;
  readonly #replayer: Replayer;
  readonly #clock: ReplayClock;
  readonly #options: StageOptions;
  readonly #dressing: Dressing;
  #isBuilt = false;

  /** `meta`: the event that opens a checkpoint. */
  constructor(meta: RecordedEvent, options: StageOptions) {
    this.#options = options;
    this.element = document.createElement('div');
    this.element.className = 'stage';
    options.parent.append(this.element);
    this.#dressing = new Dressing({
      shelf: options.shelf, labels: options.placeholders,
      page: () => this.#replayer.iframe.contentDocument,
      node: (id) => this.#replayer.getMirror().getNode(id),
    });
    this.#replayer = new Replayer([], {
      plugins: [{ onBuild: (node) => this.#dressing.handleBuilt(node as Node) }],
      root: this.element,
      liveMode: true,
      // Late joiners' backlog is applied at once; the virtual DOM would wait for a flush that live mode does not make.
      useVirtualDom: false,
      UNSAFE_replayCanvas: false,
      mouseTail: false,
      triggerFocus: false,
      showWarning: false,
      showDebug: false,
      pauseAnimation: false,
      insertStyleRules: placeholderRules(options.placeholders),
    });
    assertSandboxed(this.#replayer.iframe);
    this.#replayer.iframe.title = options.title;
    this.#replayer.iframe.tabIndex = -1;
    this.#replayer.on('fullsnapshot-rebuilded', () => {
      if (this.#isBuilt) return;
      this.#isBuilt = true;
      this.#options.handleBuilt(this);
    });
    this.#replayer.on('event-cast', (event) => this.#dressing.handleMutation((event as RecordedEvent).data));
    this.#replayer.on('custom-event', (event) => this.#handleOwnEvent(event));
    this.#clock = new ReplayClock(meta.timestamp, performance.now());
    this.#replayer.startLive(this.#clock.baseline);
  }

  /** Events of one message; `isBacklog`: they are the past, and are shown without its pauses. */
  play(events: readonly RecordedEvent[], isBacklog: boolean): void {
    for (const event of events) {
      const size = sizeAfter(event);
      if (size !== null) this.#options.handleSize(this, size);
      const now = performance.now();
      const timestamp = isBacklog ? this.#clock.past() : isMovement(event) ? this.#clock.translate(event.timestamp, now) : this.#clock.due(now);
      this.#replayer.addEvent({ ...event, timestamp });
    }
  }

  #handleOwnEvent(event: unknown): void {
    const { tag, payload } = (event as { data: { tag?: unknown; payload?: unknown } }).data;
    const view = tag === ownTags.view ? readView(payload) : null;
    if (view !== null) this.#zoom(view);
    const asset = tag === ownTags.asset && isObject(payload) ? readAsset(payload) : null;
    if (asset !== null) void this.#dressing.handleAsset(asset);
  }

  /** Shows the part that the customer has pinched to, as large as they see it. */
  #zoom({ scale, left, top }: View): void {
    const { style } = this.#replayer.wrapper;
    style.transformOrigin = '0 0';
    style.transform = scale === 1 ? '' : `scale(${scale}) translate(${-left}px, ${-top}px)`;
    this.element.classList.toggle('zoomed', scale !== 1);
  }

  destroy(): void {
    this.#dressing.stop();
    this.#replayer.destroy();
    this.element.remove();
  }
}

/** Nothing of the page may ever run here; rather no picture than one that could. */
function assertSandboxed(frame: HTMLIFrameElement): void {
  if (frame.getAttribute('sandbox') !== 'allow-same-origin') throw new Error('The replayer’s frame is not the sandbox that was asked for');
}

/** What the pointer does is shown as smoothly as it was done, and a press where the pointer is by then. */
function isMovement({ data }: RecordedEvent): boolean {
  const source = isObject(data) ? data['source'] : null;
  return source === sources.mouseMove || source === sources.touchMove || source === sources.drag || source === sources.mouseInteraction;
}

function sizeAfter(event: RecordedEvent): PageSize | null {
  const data = event.data as { source?: number; width?: number; height?: number };
  const isSize = event.type === eventTypes.meta || (event.type === eventTypes.incremental && data.source === 4);
  return isSize && data.width !== undefined && data.height !== undefined ? { width: data.width, height: data.height } : null;
}

/** How the stand-ins of what is not shared look. The labels come from our own catalogue. */
function placeholderRules(labels: StageOptions['placeholders']): string[] {
  const box = `[${placeholderAttribute}]`;
  return [
    // Like the pictures and frames that it stands for, it sits on the line of the text; what was no such thing keeps its own display.
    `span${box} { display: inline-block; }`,
    `:where(${box}) { position: relative; }`,
    `${box} { box-sizing: border-box; overflow: hidden; max-width: 100%; container-type: inline-size;`
    + ' background: repeating-linear-gradient(-45deg, #e9ecf1 0 8px, #dfe3ea 8px 16px) !important; border-radius: 4px; }',
    `${box}::before { position: absolute; inset: 0; display: flex; align-items: center; justify-content: center;`
    + ' font: 500 12px/1.2 system-ui, sans-serif; color: #4a5362; letter-spacing: .02em; text-align: center; }',
    ...placeholderLabels.map((label) => `[${placeholderAttribute}="${label}"]::before { content: ${JSON.stringify(labels[label])}; }`),
    // A word that does not fit says less than none.
    `@container (max-width: 56px) { ${box}::before { content: none !important; } }`,
    ...canvasRules,
    `[${placeholderAttribute}="widget"] { display: none !important; }`,
    '* { cursor: default !important; }',
  ];
}
