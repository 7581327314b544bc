/**
 * Pictures and fonts that are shared: what kinds there may be, how large, and how they are named in events and style sheets. An event
 * names a picture by a number of its page (`ref`); an own event says which content that is, by the hash under which the relay keeps it.
 */
import { isFiniteNumber, type JsonObject } from './json.ts';
import { containsSecret } from './secrets.ts';

export const pictureTypes = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'] as const;
export const fontTypes = ['font/woff2', 'font/woff', 'font/ttf', 'font/otf'] as const;
/** No SVG: it is a document. The page draws it and shares the drawing. */
export type AssetType = (typeof pictureTypes)[number] | (typeof fontTypes)[number];

export const assetTypes: readonly AssetType[] = [...pictureTypes, ...fontTypes];

/** On `img` and `canvas`: the number of its picture. Without it they are a labelled box. */
export const assetAttribute = 'data-gethelp-asset';
/** Beside it: the picture's own width and height, so that it takes its place before it comes. */
export const sizeAttribute = 'data-gethelp-size';
export const maxRef = 99_999;

const property = '--gethelp-asset-';
/** What a style sheet says instead of the address of a picture. The viewer sets the property when it has the picture. */
export function pictureProperty(ref: number): string {
  return `${property}${ref}`;
}

export function isPictureProperty(word: string): boolean {
  return word.startsWith(property);
}

export function isRef(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) <= maxRef;
}

/** The number of a picture as an attribute says it; empty while an image is yet to get one. */
export function isAssetName(value: unknown): value is string {
  return typeof value === 'string' && /^(?:[1-9]\d{0,4})?$/.test(value);
}

export function isHash(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

/** The content of a picture, or of a font with what style sheets know it by. `hash` null: the picture cannot be had. */
export type SharedAsset =
  | { readonly ref: number; readonly hash: null }
  /** `density`: device pixels to a CSS pixel of its own size. */
  | { readonly ref: number; readonly hash: string; readonly type: (typeof pictureTypes)[number]; readonly density: number }
  | { readonly ref: number; readonly hash: string; readonly type: (typeof fontTypes)[number]; readonly family: string; readonly weight: string; readonly style: string; readonly stretch: string; readonly range: string };

const fontWords = {
  family: /^[\p{L}\p{N} ._-]{1,100}$/u,
  weight: /^(?:normal|bold|auto|\d{1,4}(?: \d{1,4})?)$/,
  style: /^(?:normal|italic|auto|oblique(?: -?\d{1,2}(?:\.\d{1,4})?deg){0,2})$/,
  stretch: /^(?:[a-z-]{1,20}|\d{1,3}(?:\.\d{1,4})?%(?: \d{1,3}(?:\.\d{1,4})?%)?)$/,
  range: /^(?:U\+[0-9A-F?]{1,6}(?:-[0-9A-F]{1,6})?(?:, ?|$)){1,400}$/i,
} as const;

/** Built anew, or null when anything of it is not as it must be. */
export function readAsset(payload: JsonObject): SharedAsset | null {
  const { ref, hash, type, density } = payload;
  if (!isRef(ref)) return null;
  if (hash === null) return { ref, hash };
  if (!isHash(hash)) return null;
  const picture = pictureTypes.find((known) => known === type);
  if (picture !== undefined) return isFiniteNumber(density) && density >= 0.1 && density <= 20 ? { ref, hash, type: picture, density } : null;
  const font = fontTypes.find((known) => known === type);
  const { family, weight, style, stretch, range } = payload;
  if (font === undefined || !isWord('family', family) || !isWord('weight', weight) || !isWord('style', style) || !isWord('stretch', stretch) || !isWord('range', range)) return null;
  return { ref, hash, type: font, family, weight, style, stretch, range };
}

function isWord(name: keyof typeof fontWords, value: unknown): value is string {
  return typeof value === 'string' && fontWords[name].test(value) && (name !== 'family' || !containsSecret(value));
}

/** What the bytes are, by how they begin, whatever they are called; null for anything that is not shared. */
export function sniff(bytes: Uint8Array): AssetType | null {
  const begins = (at: number, text: string): boolean => Array.from(text, (character) => character.codePointAt(0)).every((code, index) => bytes[at + index] === code);
  if (bytes.length < 12) return null;
  if (begins(0, '\u0089PNG\r\n\u001a\n')) return 'image/png';
  if (begins(0, '\u00ff\u00d8\u00ff')) return 'image/jpeg';
  if (begins(0, 'GIF87a') || begins(0, 'GIF89a')) return 'image/gif';
  if (begins(0, 'RIFF') && begins(8, 'WEBP')) return 'image/webp';
  if (begins(4, 'ftypavif') || begins(4, 'ftypavis')) return 'image/avif';
  if (begins(0, 'wOF2')) return 'font/woff2';
  if (begins(0, 'wOFF')) return 'font/woff';
  if (begins(0, 'OTTO')) return 'font/otf';
  if (begins(0, '\u0000\u0001\u0000\u0000') || begins(0, 'true')) return 'font/ttf';
  return null;
}
