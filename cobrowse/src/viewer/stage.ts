/**
 * One rebuilt page: one replayer with one frame, empty until it is opened, and from one full snapshot to the next. rrweb's replayer keeps
 * every event for ever, so a stage is thrown away as a whole when the next snapshot stands, and memory stays flat.
 */
import { Replayer } from '@rrweb/replay';
import type { Drawing, Drawings, PictureName } from '#shared/cobrowse-hands.ts';
import type { CobrowseFrame, RecordedEvent } from '#shared/cobrowse-protocol.ts';
import { boxOf, elementAt, type Box } from '../dom/geometry.ts';
import { DrawingLayer, type Drawn } from '../drawing/layer.ts';
import { readAsset } from '../policy/assets.ts';
import { isObject } from '../policy/json.ts';
import { placeholderAttribute, placeholderLabels, type PlaceholderLabel } from '../policy/markers.ts';
import { ownTags, readView, type View } from '../policy/own-events.ts';
import { eventTypes, sources } from '../policy/sanitizer.ts';
import type { AssetShelf } from './asset-shelf.ts';
import { ReplayClock } from './clock.ts';
import { canvasRules, Dressing } from './dressing.ts';
import { forgetShadowRootsToo } from './forgetting.ts';
import { Tint } from './tint.ts';

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

/** An element of the page that the agent aims at, and where in it. */
export interface Aim {
  readonly nodeId: number;
  readonly element: Element;
  readonly x: number;
  readonly y: number;
}

/** What the frame says that opens a checkpoint. */
interface Opening {
  readonly picture: PictureName;
  readonly address: string;
  readonly clock: ReplayClock;
}

export class Stage {
  readonly element: HTMLElement;
  #opening: Opening | null = null;
  readonly #replayer: Replayer;
  readonly #options: StageOptions;
  readonly #dressing: Dressing;
  readonly #tint = new Tint(() => this.#page);
  #isBuilt = false;

  /** Over the page: what is drawn on it, and what the agent is about to draw. */
  readonly #layer = new DrawingLayer();
  #drawn: readonly Drawn[] = [];
  #preview: Drawn | null = null;
  #isFollowing = true;
  /** Where the customer has scrolled the document to. */
  #customerScroll: { readonly x: number; readonly y: number } | null = null;

  constructor(options: StageOptions) {
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
    forgetShadowRootsToo(this.#replayer.getMirror());
    // Beside the page inside rrweb's wrapper, so that it is enlarged with it.
    this.#replayer.wrapper.append(this.#layer.element);
    assertSandboxed(this.#replayer.iframe);
    this.#replayer.iframe.title = options.title;
    this.#replayer.iframe.tabIndex = -1;
    this.#replayer.on('fullsnapshot-rebuilded', () => {
      if (this.#isBuilt) return;
      this.#isBuilt = true;
      this.#dressing.handleStanding();
      this.#options.handleBuilt(this);
    });
    this.#replayer.on('event-cast', (event) => {
      this.#dressing.handleMutation((event as RecordedEvent).data);
      this.#tint.handleChange();
    });
    this.#replayer.on('custom-event', (event) => this.#handleOwnEvent(event));
  }

  /** `meta`: the frame that opens a checkpoint. */
  open({ event: meta, envelope: { pageEpoch, snapshotEpoch } }: CobrowseFrame): void {
    const { href } = meta.data as { href?: unknown };
    const clock = new ReplayClock(meta.timestamp, performance.now());
    this.#opening = { picture: { pageEpoch, snapshotEpoch }, address: typeof href === 'string' ? href : '', clock };
    this.#replayer.startLive(clock.baseline);
  }

  /** The picture that its nodes' ids belong to. */
  get picture(): PictureName {
    return this.#opened.picture;
  }

  /** Of the page, as far as the agent may read it. */
  get address(): string {
    return this.#opened.address;
  }

  /** Events of one message; `isBacklog`: they are the past, and are shown without its pauses. */
  play(events: readonly RecordedEvent[], isBacklog: boolean): void {
    for (const event of events) {
      const size = sizeAfter(event);
      if (size !== null) this.#options.handleSize(this, size);
      const scrolled = this.#scrollOf(event);
      if (scrolled !== null) {
        this.#customerScroll = scrolled;
        if (!this.#isFollowing) continue;
      }
      const now = performance.now();
      const { clock } = this.#opened;
      const timestamp = isBacklog ? inThePast(event, clock) : isMovement(event) ? clock.translate(event.timestamp, now) : clock.due(now);
      try {
        this.#replayer.addEvent({ ...event, timestamp });
      } catch (error) {
        // One change that cannot be shown takes nothing else with it.
        reportError(error);
      }
    }
  }

  /** What lies at a place of the viewer's window: the element, and where in it. */
  aimAt(clientX: number, clientY: number): Aim | null {
    const page = this.#page;
    const point = this.#inPage(clientX, clientY);
    if (page === null || point === null) return null;
    const mirror = this.#replayer.getMirror();
    // What rrweb adds for itself, as the pointer's frame, has no id; what is around it has.
    for (let element = elementAt(page, point.x, point.y); element !== null; element = element.parentElement) {
      const nodeId = mirror.getId(element);
      if (nodeId <= 0) continue;
      const { left, top, width, height } = boxOf(element, page);
      return { nodeId, element, x: within((point.x - left) / width), y: within((point.y - top) / height) };
    }
    return null;
  }

  /** A place of the viewer's window by the box of an element, also outside of it. */
  placeIn(element: Element, clientX: number, clientY: number): [number, number] | undefined {
    const page = this.#page;
    const point = this.#inPage(clientX, clientY);
    if (page === null || point === null) return undefined;
    const { left, top, width, height } = boxOf(element, page);
    return width === 0 || height === 0 ? undefined : [far((point.x - left) / width), far((point.y - top) / height)];
  }

  /** In the page's own pixels. */
  lengthOf(element: Element, places: ReadonlyArray<readonly [number, number]>): number {
    const { width, height } = element.getBoundingClientRect();
    return places.reduce((sum, [x, y], index) => {
      const before = places[index - 1];
      return before === undefined ? sum : sum + Math.hypot((x - before[0]) * width, (y - before[1]) * height);
    }, 0);
  }

  /** What the customer's page says is drawn on it. Of another picture than this one it means nothing here. */
  showDrawings({ picture, drawings }: Drawings): void {
    if (picture.pageEpoch !== this.picture.pageEpoch || picture.snapshotEpoch !== this.picture.snapshotEpoch) return;
    this.#drawn = drawings.map((drawing) => ({ drawing, box: () => this.#boxOf(this.#replayer.getMirror().getNode(drawing.nodeId)) }));
    this.#layer.show(this.#preview === null ? this.#drawn : [...this.#drawn, this.#preview]);
  }

  preview(preview: { readonly drawing: Drawing; readonly element: Element } | null): void {
    if (preview === null && this.#preview === null) return;
    this.#preview = preview === null ? null : { drawing: preview.drawing, box: () => this.#boxOf(preview.element) };
    this.#layer.show(this.#preview === null ? this.#drawn : [...this.#drawn, this.#preview]);
  }

  /** Whether what the agent cannot read is tinted. */
  tint(isTinted: boolean): void {
    this.#tint.set(isTinted);
  }

  /** With the customer's scrolling, or without: then the agent looks around by themselves. */
  follow(isFollowing: boolean): void {
    this.#isFollowing = isFollowing;
    if (isFollowing && this.#customerScroll !== null) this.lookTo(this.#customerScroll);
  }

  lookBy(dx: number, dy: number): void {
    this.#window?.scrollBy({ left: dx, top: dy, behavior: 'instant' });
  }

  lookTo({ x, y }: { readonly x: number; readonly y: number }): void {
    this.#window?.scrollTo({ left: x, top: y, behavior: 'instant' });
  }

  get lookedTo(): { readonly x: number; readonly y: number } {
    return { x: this.#window?.scrollX ?? 0, y: this.#window?.scrollY ?? 0 };
  }

  get #opened(): Opening {
    if (this.#opening === null) throw new Error('The stage is empty');
    return this.#opening;
  }

  get #page(): Document | null {
    return this.#replayer.iframe.contentDocument;
  }

  get #window(): Window | null {
    return this.#replayer.iframe.contentWindow;
  }

  #inPage(clientX: number, clientY: number): { readonly x: number; readonly y: number } | null {
    const { iframe } = this.#replayer;
    const { left, top, width } = iframe.getBoundingClientRect();
    const scale = width / iframe.offsetWidth;
    const [x, y] = [(clientX - left) / scale, (clientY - top) / scale];
    return x >= 0 && y >= 0 && x < iframe.offsetWidth && y < iframe.offsetHeight ? { x, y } : null;
  }

  #boxOf(node: Node | null): Box | null {
    const page = this.#page;
    const element = node === null || node.nodeType === Node.ELEMENT_NODE ? node as Element | null : node.parentElement;
    return page === null || element?.isConnected !== true ? null : boxOf(element, page);
  }

  /** Where a scroll of the document itself goes; null for every other event. */
  #scrollOf(event: RecordedEvent): { readonly x: number; readonly y: number } | null {
    const data = event.data as { source?: number; id?: number; x?: number; y?: number };
    if (event.type !== eventTypes.incremental || data.source !== sources.scroll || data.x === undefined || data.y === undefined) return null;
    const page = this.#page;
    return page !== null && data.id === this.#replayer.getMirror().getId(page) ? { x: data.x, y: data.y } : null;
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
    this.#tint.stop();
    this.#dressing.stop();
    this.#layer.close();
    this.#replayer.destroy();
    this.element.remove();
  }
}

function within(ratio: number): number {
  return Number.isFinite(ratio) ? Math.min(1, Math.max(0, ratio)) : 0.5;
}

function far(ratio: number): number {
  return Math.min(50, Math.max(-50, Math.round(ratio * 10_000) / 10_000));
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

/** Of pointer and selection rrweb shows nothing before its time begins. */
function inThePast(event: RecordedEvent, clock: ReplayClock): number {
  return isMovement(event) || (isObject(event.data) && event.data['source'] === sources.selection) ? clock.past() : clock.before;
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
    `${box} { box-sizing: border-box; flex: none !important; overflow: hidden; max-width: 100%; container-type: inline-size;`
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
