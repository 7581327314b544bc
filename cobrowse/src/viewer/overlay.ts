/**
 * What lies over the rebuilt page and takes the agent's pointer and keys: turns them, by the tool in hand, into drawings and actions that name
 * an element. The page itself is never touched here; what comes of an action is seen when the customer's page has done it.
 */
import { maxPenPoints, maxTyped, typedKeys, type TypedKey } from '#shared/cobrowse-hand-bounds.ts';
import type { ControlAction, Draw, Drawing, FarPlace, Outcome } from '#shared/cobrowse-hands.ts';
import { thinned } from '../drawing/shapes.ts';
import { isSetType } from '../policy/fields.ts';
import type { Aim, Stage } from './stage.ts';
import type { Tool } from './tools.ts';

export interface OverlayOptions {
  readonly element: HTMLElement;
  readonly stage: () => Stage | null;
  act(action: ControlAction): Promise<Outcome>;
  draw(mark: Draw['mark']): Promise<Outcome>;
  /** The wheel was turned over a page that is only looked at. */
  handleLook(dx: number, dy: number): void;
  handleOutcome(outcome: Outcome): void;
  /** Lets the agent choose among a select's options. */
  choose(select: HTMLSelectElement, at: { readonly x: number; readonly y: number }): Promise<string | null>;
  /** Lets the agent set a field of dates, times, ranges or colours. */
  set(field: HTMLInputElement, at: { readonly x: number; readonly y: number }): Promise<string | null>;
}

const moveInterval = 50;
const wheelInterval = 60;
const typeInterval = 60;
/** A stroke shorter than this, in pixels, is a slip of the hand. */
const shortest = 4;

interface Stroke {
  readonly aim: Aim;
  readonly points: FarPlace[];
}

export class Overlay {
  readonly #options: OverlayOptions;
  #tool: Tool = 'look';
  #stroke: Stroke | null = null;
  #lastMove = 0;
  #wheel: { nodeId: number; dx: number; dy: number } | null = null;
  /** The field that was pressed last: where typing goes. */
  #field: number | null = null;
  #typed = '';
  #typing: Promise<unknown> = Promise.resolve();
  #ids = 0;

  constructor(options: OverlayOptions) {
    this.#options = options;
    const { element } = options;
    const on = <Type extends keyof HTMLElementEventMap>(type: Type, handle: (event: HTMLElementEventMap[Type]) => void): void =>
      // What opens over the page takes its own presses and keys.
      element.addEventListener(type, (event) => { if (event.target === element) handle(event); }, { passive: false });
    on('pointermove', (event) => this.#handleMove(event));
    on('pointerdown', (event) => this.#handleDown(event));
    on('pointerup', (event) => this.#handleUp(event));
    on('pointercancel', () => this.#drop());
    on('pointerleave', () => { if (this.#tool === 'pointer') void this.#options.draw({ kind: 'pointer', at: null }); });
    on('wheel', (event) => this.#handleWheel(event));
    on('keydown', (event) => this.#handleKey(event));
    on('paste', (event) => this.#handlePaste(event));
  }

  take(tool: Tool): void {
    this.#drop();
    this.#field = null;
    this.#tool = tool;
    this.#options.element.dataset['tool'] = tool;
    if (tool === 'control') this.#options.element.focus();
  }

  #aim(event: MouseEvent): Aim | null {
    return this.#options.stage()?.aimAt(event.clientX, event.clientY) ?? null;
  }

  #handleMove(event: PointerEvent): void {
    if (this.#stroke !== null) {
      const place = this.#options.stage()?.placeIn(this.#stroke.aim.element, event.clientX, event.clientY);
      if (place === undefined) return;
      if (this.#tool === 'arrow') this.#stroke.points.splice(1);
      this.#stroke.points.push(place);
      this.#preview();
      return;
    }
    if (this.#tool !== 'pointer' && this.#tool !== 'control') return;
    if (event.timeStamp - this.#lastMove < moveInterval) return;
    this.#lastMove = event.timeStamp;
    const aim = this.#aim(event);
    if (aim === null) return;
    const at = { nodeId: aim.nodeId, x: aim.x, y: aim.y };
    // A pointer that is late says nothing: nobody waits for what came of it.
    if (this.#tool === 'pointer') void this.#options.draw({ kind: 'pointer', at });
    else void this.#options.act({ kind: 'move', at });
  }

  #handleDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    const aim = this.#aim(event);
    if (aim === null) return;
    if (this.#tool === 'pen' || this.#tool === 'arrow') {
      event.preventDefault();
      this.#options.element.setPointerCapture(event.pointerId);
      const place = this.#options.stage()?.placeIn(aim.element, event.clientX, event.clientY);
      if (place !== undefined) this.#stroke = { aim, points: [place] };
    }
  }

  #handleUp(event: PointerEvent): void {
    if (this.#stroke !== null) {
      this.#finish(event);
      return;
    }
    if (event.button !== 0) return;
    const aim = this.#aim(event);
    if (aim === null) return;
    if (this.#tool === 'highlight') this.#mark({ kind: 'highlight', id: this.#newId(), nodeId: aim.nodeId });
    if (this.#tool === 'control') this.#press(aim, event);
  }

  #press(aim: Aim, event: MouseEvent): void {
    this.#options.element.focus();
    const at = { x: event.clientX, y: event.clientY };
    if (aim.element.localName === 'select') {
      void this.#options.choose(aim.element as HTMLSelectElement, at).then((value) => this.#settle(value, (chosen) => ({ kind: 'choose', nodeId: aim.nodeId, value: chosen })));
      return;
    }
    this.#field = aim.nodeId;
    const pressed = this.#do({ kind: 'click', at: { nodeId: aim.nodeId, x: aim.x, y: aim.y } });
    const field = setFieldOf(aim.element);
    if (field !== null) void pressed.then((outcome) => { if (outcome === 'done' && this.#field === aim.nodeId) void this.#set(field, aim.nodeId, at); });
  }

  /** Only a press that the page let through opens anything: what the agent cannot read asks them for nothing. */
  async #set(field: HTMLInputElement, nodeId: number, at: { readonly x: number; readonly y: number }): Promise<void> {
    this.#field = null;
    this.#settle(await this.#options.set(field, at), (value) => ({ kind: 'set', nodeId, value }));
  }

  #settle(value: string | null, action: (value: string) => ControlAction): void {
    this.#options.element.focus();
    if (value !== null) void this.#do(action(value));
  }

  #finish(event: PointerEvent): void {
    const stroke = this.#stroke;
    this.#drop();
    if (stroke === null) return;
    const stage = this.#options.stage();
    const end = stage?.placeIn(stroke.aim.element, event.clientX, event.clientY);
    const [from] = stroke.points;
    if (stage === null || end === undefined || from === undefined || stage.lengthOf(stroke.aim.element, [...stroke.points, end]) < shortest) return;
    const { nodeId } = stroke.aim;
    if (this.#tool === 'arrow') this.#mark({ kind: 'arrow', id: this.#newId(), nodeId, from: [...from], to: [...end] });
    else this.#mark({ kind: 'pen', id: this.#newId(), nodeId, points: thinned([...stroke.points, end], maxPenPoints) });
  }

  #preview(): void {
    if (this.#stroke === null) return;
    const { aim: { nodeId, element }, points } = this.#stroke;
    const [from, to] = [points[0], points.at(-1)];
    if (from === undefined || to === undefined || points.length < 2) return;
    const drawing: Drawing = this.#tool === 'arrow' ? { kind: 'arrow', id: 'preview', nodeId, from, to } : { kind: 'pen', id: 'preview', nodeId, points };
    this.#options.stage()?.preview({ drawing, element });
  }

  #drop(): void {
    this.#stroke = null;
    this.#options.stage()?.preview(null);
  }

  #mark(drawing: Drawing): void {
    void this.#options.draw(drawing).then((outcome) => this.#options.handleOutcome(outcome));
  }

  #handleWheel(event: WheelEvent): void {
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
    if (this.#tool !== 'control') {
      this.#options.handleLook(dx, dy);
      return;
    }
    const aim = this.#aim(event);
    if (aim === null) return;
    if (this.#wheel !== null) {
      this.#wheel = { nodeId: aim.nodeId, dx: this.#wheel.dx + dx, dy: this.#wheel.dy + dy };
      return;
    }
    this.#wheel = { nodeId: aim.nodeId, dx, dy };
    setTimeout(() => {
      const turned = this.#wheel;
      this.#wheel = null;
      const bounded = (length: number): number => Math.max(-4000, Math.min(4000, length));
      if (turned !== null) void this.#do({ kind: 'scroll', nodeId: turned.nodeId, dx: bounded(turned.dx), dy: bounded(turned.dy) });
    }, wheelInterval);
  }

  #handleKey(event: KeyboardEvent): void {
    if (this.#tool !== 'control' || this.#field === null || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key.length === 1) {
      event.preventDefault();
      this.#type(event.key);
      return;
    }
    const key = typedKeys.find((known) => known === event.key);
    if (key === undefined) return;
    event.preventDefault();
    this.#strike(key);
  }

  #handlePaste(event: ClipboardEvent): void {
    if (this.#tool !== 'control' || this.#field === null) return;
    event.preventDefault();
    this.#type(event.clipboardData?.getData('text/plain') ?? '');
  }

  /** Letters that come quickly travel together, and in their order with every other key. */
  #type(text: string): void {
    const wasEmpty = this.#typed === '';
    this.#typed += text;
    if (wasEmpty && text !== '') this.#inOrder(() => new Promise((resolve) => { setTimeout(resolve, typeInterval); }).then(() => this.#flush()));
  }

  #strike(key: TypedKey): void {
    const nodeId = this.#field;
    if (nodeId !== null) this.#inOrder(() => this.#do({ kind: 'key', nodeId, key }));
  }

  async #flush(): Promise<void> {
    const [text, nodeId] = [this.#typed, this.#field];
    this.#typed = '';
    if (nodeId === null) return;
    for (let from = 0; from < text.length; from += maxTyped) await this.#do({ kind: 'type', nodeId, text: text.slice(from, from + maxTyped) });
  }

  #inOrder(work: () => Promise<unknown>): void {
    this.#typing = this.#typing.then(work, work);
  }

  async #do(action: ControlAction): Promise<Outcome> {
    const outcome = await this.#options.act(action);
    this.#options.handleOutcome(outcome);
    return outcome;
  }

  #newId(): string {
    this.#ids += 1;
    return `${this.#ids}-${Math.trunc(performance.now()).toString(36)}`;
  }
}

/** The field itself, or the one that the label stands for. */
function setFieldOf(element: Element): HTMLInputElement | null {
  const field = element.localName === 'label' ? (element as HTMLLabelElement).control : element;
  return field?.localName === 'input' && isSetType((field as HTMLInputElement).type) ? field as HTMLInputElement : null;
}
