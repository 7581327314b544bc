/**
 * Puts pictures and fonts into one rebuilt page. Elements and style sheets name pictures by number; own events say which content a number
 * stands for. A picture that is still to come holds its place; one that cannot be had is a labelled box.
 */
import { assetAttribute, pictureProperty, sizeAttribute, type SharedAsset } from '../policy/assets.ts';
import { asArray, isObject } from '../policy/json.ts';
import { frameTag, popoverAttribute } from '../policy/markers.ts';
import type { AssetShelf } from './asset-shelf.ts';

export interface DressingOptions {
  readonly shelf: AssetShelf;
  readonly labels: { readonly image: string; readonly drawing: string };
  /** The page's own document; null when it is gone. */
  page(): Document | null;
  node(id: number): Node | null;
}

/** Attributes that do more here than to stand on their element. */
const followed = [assetAttribute, popoverAttribute, 'rr_width', 'rr_height'];

type Shown = { readonly asset: SharedAsset; readonly url: string | null };

export class Dressing {
  readonly #options: DressingOptions;
  readonly #elements = new Map<number, Set<Element>>();
  readonly #shown = new Map<number, Shown>();
  /** What was said last of each number, come or not. */
  readonly #latest = new Map<number, SharedAsset>();
  readonly #fonts: Array<{ readonly asset: Extract<SharedAsset, { family: string }>; readonly bytes: ArrayBuffer }> = [];
  readonly #sheets = new WeakMap<Document, HTMLStyleElement>();
  readonly #dressed = new WeakSet<Document>();
  /** Open, and not yet in the page. */
  readonly #popovers = new Set<HTMLElement>();
  #isOver = false;

  constructor(options: DressingOptions) {
    this.#options = options;
  }

  /** A node of the page has been built. */
  handleBuilt(node: Node): void {
    if (node.nodeType === Node.DOCUMENT_NODE) queueMicrotask(() => this.#dressDocument(node as Document));
    else if (node.nodeType === Node.ELEMENT_NODE) {
      const element = node as HTMLElement;
      if (element.hasAttribute(assetAttribute)) this.#note(element);
      if (element.getAttribute(popoverAttribute) === 'open') this.#popovers.add(element);
    }
  }

  /** What has been built stands in the page now. */
  handleStanding(): void {
    for (const element of this.#popovers) setPopover(element);
    this.#popovers.clear();
  }

  /** Elements whose attributes have changed. */
  handleMutation(data: unknown): void {
    if (!isObject(data)) return;
    this.handleStanding();
    for (const item of asArray(data['attributes'])) {
      if (!isObject(item) || !isObject(item['attributes'])) continue;
      const { attributes } = item;
      if (!followed.some((name) => Object.hasOwn(attributes, name))) continue;
      const node = this.#options.node(item['id'] as number);
      if (node?.nodeType !== Node.ELEMENT_NODE) continue;
      const element = node as HTMLElement;
      if (Object.hasOwn(attributes, assetAttribute)) this.#note(element);
      if (Object.hasOwn(attributes, popoverAttribute)) setPopover(element);
      // rrweb gives a box its size when it is built, and not again.
      if (typeof attributes['rr_width'] === 'string') element.style.width = attributes['rr_width'];
      if (typeof attributes['rr_height'] === 'string') element.style.height = attributes['rr_height'];
    }
  }

  async handleAsset(asset: SharedAsset): Promise<void> {
    this.#latest.set(asset.ref, asset);
    if (asset.hash === null) {
      this.#show({ asset, url: null });
      return;
    }
    const found = await this.#options.shelf.get(asset.hash);
    // A drawing may have changed again, and its later state have come sooner.
    if (this.#isOver || this.#latest.get(asset.ref) !== asset) return;
    if ('family' in asset) {
      if (found?.kind === 'font') this.#addFont(asset, found.bytes);
    } else this.#show({ asset, url: found?.kind === 'picture' ? found.url : null });
  }

  stop(): void {
    this.#isOver = true;
    this.#elements.clear();
  }

  #note(element: Element): void {
    const ref = Number(element.getAttribute(assetAttribute));
    const elements = this.#elements.get(ref) ?? new Set();
    this.#elements.set(ref, elements);
    elements.add(element);
    const shown = this.#shown.get(ref);
    if (shown) this.#fill(element, shown);
    else if (element.localName === 'img') element.setAttribute('src', placeholder(element, ''));
    if (element.localName === 'canvas') setSize(element as HTMLCanvasElement);
  }

  #show(shown: Shown): void {
    const { ref } = shown.asset;
    const before = this.#shown.get(ref)?.asset.hash ?? null;
    this.#shown.set(ref, shown);
    // A drawing has changed: what it was is needed by nobody.
    if (before !== null && before !== shown.asset.hash) this.#options.shelf.drop(before);
    for (const element of this.#elements.get(ref) ?? []) {
      // Taken out of the page, or given another picture.
      if (!element.isConnected || Number(element.getAttribute(assetAttribute)) !== ref) this.#elements.get(ref)?.delete(element);
      else this.#fill(element, shown);
    }
    for (const page of this.#documents()) this.#setProperty(page, shown);
  }

  #fill(element: Element, { asset, url }: Shown): void {
    const density = 'density' in asset ? asset.density : 1;
    if (element.localName === 'canvas') {
      // Without scripts a browser shows no canvas, only what stands for it; it takes the picture as its ground (see `canvasRules`).
      (element as HTMLElement).style.setProperty('--gethelp-canvas', url === null ? 'none' : `url("${url}")`);
      return;
    }
    element.removeAttribute('srcset');
    if (url === null) element.setAttribute('src', placeholder(element, this.#options.labels.image));
    else if (density === 1) element.setAttribute('src', url);
    else {
      // Beside it, `src` would be the candidate for a screen of density 1.
      element.removeAttribute('src');
      element.setAttribute('srcset', `${url} ${density}x`);
    }
  }

  /** The page and every frame in it. */
  #documents(): Document[] {
    const found: Document[] = [];
    const walk = (page: Document | null): void => {
      if (page === null) return;
      found.push(page);
      for (const frame of page.querySelectorAll<HTMLIFrameElement>(frameTag)) walk(frame.contentDocument);
    };
    walk(this.#options.page());
    return found;
  }

  #dressDocument(page: Document): void {
    if (this.#isOver || page.defaultView === null) return;
    for (const shown of this.#shown.values()) this.#setProperty(page, shown);
    if (this.#dressed.has(page)) return;
    this.#dressed.add(page);
    for (const { asset, bytes } of this.#fonts) addFace(page, asset, bytes);
  }

  #setProperty(page: Document, { asset, url }: Shown): void {
    if (url === null || !('density' in asset)) return;
    let element = this.#sheets.get(page);
    if (element === undefined || !element.isConnected) {
      if (page.documentElement === null) return;
      element = page.createElement('style');
      page.documentElement.insertBefore(element, page.head);
      this.#sheets.set(page, element);
    }
    const value = asset.density === 1 ? `url("${url}")` : `image-set(url("${url}") ${asset.density}x)`;
    if (element.sheet === null) return;
    if (element.sheet.cssRules.length === 0) element.sheet.insertRule(':root {}');
    (element.sheet.cssRules[0] as CSSStyleRule).style.setProperty(pictureProperty(asset.ref), value);
  }

  #addFont(asset: Extract<SharedAsset, { family: string }>, bytes: ArrayBuffer): void {
    this.#fonts.push({ asset, bytes });
    for (const page of this.#documents()) {
      this.#dressed.add(page);
      addFace(page, asset, bytes);
    }
  }
}

/** By the browser's own means, which puts it over everything else. */
function setPopover(element: HTMLElement): void {
  try {
    element.togglePopover(element.getAttribute(popoverAttribute) === 'open');
  } catch {
    // No popover any more, or gone from the page.
  }
}

function addFace(page: Document, asset: Extract<SharedAsset, { family: string }>, bytes: ArrayBuffer): void {
  try {
    const face = new FontFace(asset.family, bytes.slice(0), { weight: asset.weight, style: asset.style, stretch: asset.stretch, unicodeRange: asset.range });
    page.fonts.add(face);
    void face.load().catch(() => {});
  } catch {
    // A font that this browser cannot read: the page is shown in another one.
  }
}

/** A canvas in a page without scripts: a box of its own size, unless the page's style sheets say otherwise. */
export const canvasRules = [
  `:where(canvas[${assetAttribute}]) { display: inline-block; width: var(--gethelp-width); height: var(--gethelp-height); }`,
  `canvas[${assetAttribute}] { background: var(--gethelp-canvas, none) 0 0 / 100% 100% no-repeat !important; overflow: hidden; }`,
];

/** As a canvas has it by itself: 300 by 150, unless its attributes say otherwise. */
function setSize(canvas: HTMLCanvasElement): void {
  canvas.style.setProperty('--gethelp-width', `${canvas.width}px`);
  canvas.style.setProperty('--gethelp-height', `${canvas.height}px`);
}

/** Holds the picture's place at its own size. The label is ours, and only digits come from the page. */
function placeholder(element: Element, label: string): string {
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(element.getAttribute(sizeAttribute) ?? '') ?? [];
  if (width === undefined || height === undefined) return 'data:,';
  const text = label === '' || Number(width) < 56 ? '' : `<text x="50%" y="50%" fill="#4a5362" font-family="system-ui,sans-serif" font-size="12" text-anchor="middle" dominant-baseline="middle">${label}</text>`;
  return `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#e4e8ee"/>${text}</svg>`)}`;
}
