/**
 * The sheet over a page on which agents draw and point: in the customer's page inside the widget, in the viewer over the rebuilt one. Never
 * recorded, never in the way of a press. It looks where its elements are for as long as there is something on it, so that what is drawn
 * sticks to them however the page scrolls, and costs nothing otherwise.
 */
import type { Drawing } from '#shared/cobrowse-hands.ts';
import type { Box } from '../dom/geometry.ts';
import { pathOf } from './shapes.ts';

export interface Drawn {
  readonly drawing: Drawing;
  /** Where its element is now; null while that is nowhere to be seen. */
  readonly box: () => Box | null;
}

export interface Pointing {
  /** Whose it is; empty: not said. */
  readonly name: string;
  /** In the pixels of the sheet; null while the element is nowhere to be seen. */
  readonly at: () => { readonly x: number; readonly y: number } | null;
}

const svgNamespace = 'http://www.w3.org/2000/svg';
const pointerPath = 'M2 1 L2 19 L6.8 14.6 L9.9 21.6 L13 20.3 L9.9 13.4 L16.4 13.2 Z';

interface Shape {
  readonly halo: SVGElement;
  readonly line: SVGElement;
  drawn: Drawn;
}

export class DrawingLayer {
  readonly element = svg('svg', { 'aria-hidden': 'true', focusable: 'false', class: 'gethelp-drawings' });
  readonly #marks = svg('g', {});
  readonly #pointer = svg('g', {});
  readonly #name = svg('text', { x: '20', y: '29' });
  readonly #plate = svg('rect', { x: '13', y: '14', rx: '10', height: '21' });
  readonly #shapes = new Map<string, Shape>();
  #pointing: Pointing | null = null;
  #frame: number | null = null;

  constructor() {
    this.#pointer.append(svg('path', { d: pointerPath, class: 'pointer' }), this.#plate, this.#name);
    this.#pointer.style.display = 'none';
    this.element.append(this.#marks, this.#pointer);
  }

  show(drawn: readonly Drawn[]): void {
    const wanted = new Set(drawn.map(({ drawing }) => drawing.id));
    for (const [id, shape] of this.#shapes) if (!wanted.has(id)) this.#remove(id, shape);
    for (const one of drawn) {
      const known = this.#shapes.get(one.drawing.id);
      if (known === undefined) this.#add(one);
      else known.drawn = one;
    }
    this.#run();
  }

  point(pointing: Pointing | null): void {
    if (pointing !== null && pointing.name !== this.#name.textContent) this.#label(pointing.name);
    this.#pointing = pointing;
    this.#run();
  }

  close(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
    this.element.remove();
  }

  #add(drawn: Drawn): void {
    const { kind } = drawn.drawing;
    const [halo, line] = [svg('path', { class: `halo ${kind}` }), svg('path', { class: `line ${kind}` })];
    this.#marks.append(halo, line);
    this.#shapes.set(drawn.drawing.id, { halo, line, drawn });
  }

  #remove(id: string, { halo, line }: Shape): void {
    halo.remove();
    line.remove();
    this.#shapes.delete(id);
  }

  #label(name: string): void {
    this.#name.textContent = name;
    for (const part of [this.#plate, this.#name]) part.style.display = name === '' ? 'none' : '';
    // How wide the letters are can be asked only once they stand on the sheet.
    requestAnimationFrame(() => this.#plate.setAttribute('width', String(Math.ceil((this.#name as SVGTextElement).getComputedTextLength()) + 14)));
  }

  #run(): void {
    this.#place();
    if (this.#frame !== null || (this.#shapes.size === 0 && this.#pointing === null)) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = null;
      this.#run();
    });
  }

  #place(): void {
    for (const { halo, line, drawn } of this.#shapes.values()) {
      const box = drawn.box();
      const path = box === null || box.width + box.height === 0 ? '' : pathOf(drawn.drawing, box);
      if (line.getAttribute('d') === path) continue;
      line.setAttribute('d', path);
      halo.setAttribute('d', path);
    }
    const at = this.#pointing?.at() ?? null;
    this.#pointer.style.display = at === null ? 'none' : '';
    if (at !== null) this.#pointer.setAttribute('transform', `translate(${Math.round(at.x)} ${Math.round(at.y)})`);
  }
}

/** For whoever puts the sheet up: colours that are seen on any page, light or dark. */
export const drawingStyles = `
.gethelp-drawings { position: absolute; inset: 0; width: 100%; height: 100%; overflow: hidden; pointer-events: none; }
.gethelp-drawings path { fill: none; stroke-linecap: round; stroke-linejoin: round; }
.gethelp-drawings .halo { stroke: rgb(255 255 255 / 85%); stroke-width: 7px; }
.gethelp-drawings .line { stroke: #c2185b; stroke-width: 4px; }
.gethelp-drawings .halo.highlight { stroke-width: 6px; }
.gethelp-drawings .line.highlight { fill: rgb(194 24 91 / 9%); stroke-width: 3px; }
.gethelp-drawings .pointer { fill: #c2185b; stroke: #fff; stroke-width: 1.5px; }
.gethelp-drawings rect { fill: #c2185b; }
.gethelp-drawings text { fill: #fff; font: 600 12px/1 system-ui, sans-serif; }
`;

function svg(name: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const element = document.createElementNS(svgNamespace, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
