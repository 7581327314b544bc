/**
 * The pictures and fonts of the page that may be seen: gives each a number, gets its bytes when the page has loaded it, hands them to the
 * relay, and then says which content the number stands for. Fails quietly, one by one: what cannot be had is a labelled box.
 */
import { maxRef, pictureTypes, type SharedAsset } from '../policy/assets.ts';
import { maxPagePictures } from '../policy/limits.ts';
import { ownTags } from '../policy/own-events.ts';
import { bytesOfAddress, bytesOfElement, bytesOfFont, drawn, hashOf, type AssetBytes } from './asset-bytes.ts';
import type { AssetSender } from './asset-sender.ts';
import { fontsIn, type FontFound } from './fonts.ts';
import { LoadedAddresses } from './loaded-addresses.ts';

export interface PicturesPort {
  readonly sender: AssetSender;
  /** An event of our own, to be sent in order with the others. */
  handleOwnEvent(event: { readonly tag: string; readonly payload: SharedAsset }): void;
  drop(hash: string): void;
  /** Whether the picture of this element may be seen at this moment. */
  isShown(element: Element): boolean;
}

/** Milliseconds between two looks at the drawings that are shared. */
const canvasInterval = 1_000;
const maxCanvases = 4;
/** How many are fetched at a time, so that the page's own requests come first. */
const maxAtOnce = 2;

interface Picture {
  readonly ref: number;
  /** Begins as soon as the page has loaded it; null when it has begun. */
  begin: (() => Promise<AssetBytes | null>) | null;
  readonly url: string;
  readonly font: FontFound | null;
  /** Named by a style sheet, which is not read again for every snapshot. */
  isLasting: boolean;
  /** On the page for certain, whatever the browser still knows of what it has loaded. */
  isLoaded: boolean;
  /** What was told. */
  told: SharedAsset | null;
}

export class Pictures {
  readonly #port: PicturesPort;
  readonly #byUrl = new Map<string, Picture>();
  readonly #canvases = new Map<HTMLCanvasElement, Picture>();
  readonly #loaded = new LoadedAddresses(() => this.#lookSoon());
  /** Named by the event that is just being made. */
  readonly #named = new Set<Picture>();
  /** Those whose content was told since the last snapshot, which knows of none. */
  readonly #toldSince = new Set<Picture>();
  #nextRef = 1;
  #underWay = 0;
  #isOver = false;
  #isLooking = false;
  #canvasTimer: ReturnType<typeof setInterval> | null = null;
  #lookTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(port: PicturesPort) {
    this.#port = port;
    this.#lookSoon();
  }

  /** The number of a picture that CSS names. */
  refOfAddress(address: string): number | null {
    if (!URL.canParse(address, document.baseURI)) return null;
    const url = new URL(address, document.baseURI).href;
    if (!/^(?:https?:|blob:|data:image\/)/i.test(url)) return null;
    return this.#refOf(url, true, () => bytesOfAddress(url));
  }

  /** The number of what an element shows now, or null while it shows nothing. */
  refOfImage(image: HTMLImageElement): number | null {
    if (!image.complete || image.naturalWidth === 0 || image.currentSrc === '') return null;
    const ref = this.#refOf(image.currentSrc, false, async () => (this.#port.isShown(image) ? bytesOfElement(image) : null));
    const picture = this.#byUrl.get(image.currentSrc);
    if (picture) picture.isLoaded = true;
    return ref;
  }

  /** Drawings change: one is looked at again and again for as long as it is on the page. */
  refOfCanvas(canvas: HTMLCanvasElement): number | null {
    const known = this.#canvases.get(canvas);
    if (known) {
      this.#named.add(known);
      return known.ref;
    }
    if (this.#canvases.size >= maxCanvases) return null;
    const picture = this.#number({ url: '', begin: null, font: null, isLasting: false, isLoaded: true });
    if (picture === null) return null;
    this.#canvases.set(canvas, picture);
    this.#canvasTimer ??= setInterval(() => void this.#lookOnce(), canvasInterval);
    return picture.ref;
  }

  /** Before a snapshot. */
  beginSnapshot(): void {
    this.#toldSince.clear();
    for (const picture of this.#byUrl.values()) if (picture.isLasting) this.#named.add(picture);
  }

  /** After an event that may have named pictures: says what is known of those of which nothing was said since the last snapshot. */
  tellNamed(): void {
    if (this.#named.size === 0) return;
    const named = [...this.#named];
    this.#named.clear();
    for (const picture of named) if (picture.told !== null && !this.#toldSince.has(picture)) this.#tell(picture, picture.told);
  }

  stop(): void {
    this.#isOver = true;
    this.#loaded.stop();
    if (this.#canvasTimer !== null) clearInterval(this.#canvasTimer);
    if (this.#lookTimer !== null) clearTimeout(this.#lookTimer);
  }

  #refOf(url: string, isLasting: boolean, begin: () => Promise<AssetBytes | null>): number | null {
    const known = this.#byUrl.get(url);
    if (known) {
      known.isLasting ||= isLasting;
      this.#named.add(known);
      return known.ref;
    }
    const picture = this.#number({ url, begin, font: null, isLasting, isLoaded: false });
    if (picture === null) return null;
    this.#byUrl.set(url, picture);
    this.#lookSoon();
    return picture.ref;
  }

  #number(more: Omit<Picture, 'ref' | 'told'>): Picture | null {
    if (this.#byUrl.size >= maxPagePictures || this.#nextRef > maxRef) return null;
    const picture: Picture = { ...more, ref: this.#nextRef, told: null };
    this.#nextRef += 1;
    return picture;
  }

  /** When the page has come to rest for a moment. */
  #lookSoon(): void {
    if (this.#isOver) return;
    this.#lookTimer ??= setTimeout(() => {
      this.#lookTimer = null;
      this.#findFonts();
      this.#beginNext();
    }, 50);
  }

  #findFonts(): void {
    for (const font of fontsIn(document)) {
      if (this.#byUrl.has(font.url) || !this.#loaded.has(font.url)) continue;
      const picture = this.#number({ url: font.url, begin: () => bytesOfFont(font.url), font, isLasting: true, isLoaded: true });
      if (picture !== null) this.#byUrl.set(font.url, picture);
    }
  }

  #beginNext(): void {
    for (const picture of this.#byUrl.values()) {
      if (this.#underWay >= maxAtOnce || this.#isOver) return;
      const { begin } = picture;
      if (begin === null || !(picture.isLoaded || this.#loaded.has(picture.url))) continue;
      picture.begin = null;
      this.#underWay += 1;
      void this.#share(picture, begin).finally(() => {
        this.#underWay -= 1;
        this.#beginNext();
      });
    }
  }

  async #share(picture: Picture, get: () => Promise<AssetBytes | null>): Promise<void> {
    const found = await get().catch(() => null);
    const hash = found && await hashOf(found.bytes);
    if (this.#isOver) return;
    const isSent = found !== null && hash !== null && await this.#port.sender.send({ hash, type: found.type, size: found.bytes.byteLength }, found.bytes);
    if (this.#isOver) return;
    this.#tell(picture, isSent ? describe(picture, hash, found) : { ref: picture.ref, hash: null });
  }

  /** An event of our own, in order with those that name the picture. */
  #tell(picture: Picture, asset: SharedAsset): void {
    picture.told = asset;
    this.#toldSince.add(picture);
    this.#port.handleOwnEvent({ tag: ownTags.asset, payload: asset });
  }

  /** One look at a time, however long it takes. */
  async #lookOnce(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    await this.#lookAtCanvases().catch(() => {});
    this.#isLooking = false;
  }

  async #lookAtCanvases(): Promise<void> {
    for (const [canvas, picture] of this.#canvases) {
      const before = picture.told?.hash ?? null;
      // Also one that has been masked since: a drawing goes on telling.
      if (!canvas.isConnected || !this.#port.isShown(canvas)) {
        this.#canvases.delete(canvas);
        if (before !== null) this.#port.drop(before);
        continue;
      }
      if (document.hidden) continue;
      const found = await drawn(canvas);
      const hash = found && await hashOf(found.bytes);
      if (this.#isOver) return;
      if (!this.#port.isShown(canvas)) continue;
      if (picture.told !== null && hash === before) continue;
      const isSent = found !== null && hash !== null && await this.#port.sender.send({ hash, type: found.type, size: found.bytes.byteLength }, found.bytes);
      if (this.#isOver) return;
      this.#tell(picture, isSent ? describe(picture, hash, found) : { ref: picture.ref, hash: null });
      if (before !== null) this.#port.drop(before);
    }
  }
}

function describe({ ref, font }: Picture, hash: string, found: AssetBytes): SharedAsset {
  const type = pictureTypes.find((known) => known === found.type);
  if (font === null) return type === undefined ? { ref, hash: null } : { ref, hash, type, density: found.density };
  const { family, weight, style, stretch, range } = font;
  return { ref, hash, type: found.type, family, weight, style, stretch, range } as SharedAsset;
}
