/**
 * Gets the bytes of a picture or font the way the customer's browser has them: from its cache, with the page's own credentials, or from
 * what is drawn. A picture on the page is never asked of the portal again, for a second request may change it: a captcha, a one-time code.
 */
import { sniff, type AssetType } from '../policy/assets.ts';
import { maxAssetBytes } from '../policy/limits.ts';

export interface AssetBytes {
  readonly bytes: ArrayBuffer;
  readonly type: AssetType;
  /** Device pixels to a CSS pixel of the picture's own size. */
  readonly density: number;
}

const timeout = 15_000;
/** A drawing is shared at twice its size, so that it is sharp on most screens; a large one is not. */
const sharpness = 2;
const maxSharpPixels = 1_000_000;
const maxPixels = 16_000_000;

/** A picture that an element shows. */
export async function bytesOfElement(image: HTMLImageElement): Promise<AssetBytes | null> {
  const url = image.currentSrc;
  const cached = isSameOrigin(url) ? await fetched(url, { cache: 'only-if-cached', mode: 'same-origin' }) : url.startsWith('data:') ? decoded(url) : null;
  return usable(cached) ?? drawn(image);
}

/** A picture that a style sheet names. */
export async function bytesOfAddress(url: string): Promise<AssetBytes | null> {
  return usable(url.startsWith('data:') ? decoded(url) : await fetched(url, requestFor(url))) ?? drawn(await loaded(url));
}

export async function bytesOfFont(url: string): Promise<AssetBytes | null> {
  const found = usable(url.startsWith('data:') ? decoded(url) : await fetched(url, requestFor(url)));
  return found?.type.startsWith('font/') === true ? found : null;
}

/** What is drawn at this moment; null where the page may not read it itself, because something in it came from elsewhere. */
export async function drawn(source: HTMLImageElement | HTMLCanvasElement | null): Promise<AssetBytes | null> {
  if (source === null) return null;
  const isImage = source.localName === 'img';
  const width = isImage ? (source as HTMLImageElement).naturalWidth : source.width;
  const height = isImage ? (source as HTMLImageElement).naturalHeight : source.height;
  if (width < 1 || height < 1 || width * height > maxPixels) return null;
  const density = isImage && width * height * sharpness * sharpness <= maxSharpPixels ? sharpness : 1;
  try {
    const canvas = new OffscreenCanvas(Math.round(width * density), Math.round(height * density));
    canvas.getContext('2d')?.drawImage(source, 0, 0, canvas.width, canvas.height);
    const png = await canvas.convertToBlob({ type: 'image/png' });
    const blob = png.size <= maxAssetBytes ? png : await canvas.convertToBlob({ type: 'image/webp', quality: 0.9 });
    const found = usable(await blob.arrayBuffer());
    return found && { ...found, density };
  } catch {
    return null;
  }
}

function usable(bytes: ArrayBuffer | null): AssetBytes | null {
  if (bytes === null || bytes.byteLength > maxAssetBytes) return null;
  const type = sniff(new Uint8Array(bytes, 0, Math.min(bytes.byteLength, 32)));
  return type && { bytes, type, density: 1 };
}

function requestFor(url: string): RequestInit {
  // What came without CORS stays unreadable; asking without credentials shows that it is nobody's own.
  return isSameOrigin(url) || url.startsWith('blob:') ? { cache: 'force-cache', credentials: 'same-origin' } : { cache: 'force-cache', mode: 'cors', credentials: 'omit' };
}

async function fetched(url: string, request: RequestInit): Promise<ArrayBuffer | null> {
  try {
    const response = await fetch(url, { ...request, signal: AbortSignal.timeout(timeout), referrerPolicy: 'no-referrer' });
    if (!response.ok || Number(response.headers.get('Content-Length') ?? 0) > maxAssetBytes) return null;
    return await response.arrayBuffer();
  } catch {
    return null;
  }
}

/** A `data:` address, without asking: the page's own policy may forbid to fetch it. */
function decoded(url: string): ArrayBuffer | null {
  const [, base64, content] = /^data:[^,]*?(;base64)?,(.*)$/is.exec(url) ?? [];
  if (content === undefined) return null;
  try {
    const text = base64 === undefined ? decodeURIComponent(content) : atob(decodeURIComponent(content));
    return Uint8Array.from(text, (character) => character.codePointAt(0) ?? 0).buffer;
  } catch {
    return null;
  }
}

async function loaded(url: string): Promise<HTMLImageElement | null> {
  const image = new Image();
  if (!isSameOrigin(url) && /^https?:/.test(url)) image.crossOrigin = 'anonymous';
  image.src = url;
  try {
    await Promise.race([image.decode(), new Promise((_resolve, reject) => setTimeout(reject, timeout))]);
    return image;
  } catch {
    return null;
  }
}

function isSameOrigin(url: string): boolean {
  return url.startsWith(`${location.origin}/`);
}

/** Null where the page was not loaded over a safe connection, for then browsers hash nothing. */
export async function hashOf(bytes: ArrayBuffer): Promise<string | null> {
  const { subtle } = crypto as Partial<Crypto>;
  if (subtle === undefined) return null;
  return Array.from(new Uint8Array(await subtle.digest('SHA-256', bytes)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
