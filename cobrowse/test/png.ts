/** PNG as the tests need it: pictures made up for pages, screenshots read and compared. RFC 2083; 8 bits, no interlacing. */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, alpha for each pixel, row by row. */
  readonly data: Uint8Array;
}

const signature = Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1');

export function encodePng(width: number, height: number, colorAt: (x: number, y: number) => readonly [number, number, number]): Buffer {
  const rows = Buffer.alloc(height * (width * 3 + 1));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) rows.set(colorAt(x, y), y * (width * 3 + 1) + 1 + x * 3);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}

export function decodePng(png: Buffer): Pixels {
  const parts: Buffer[] = [];
  let [width, height, channels] = [0, 0, 0];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    const content = png.subarray(at + 8, at + 8 + length);
    const type = png.toString('latin1', at + 4, at + 8);
    if (type === 'IHDR') {
      [width, height] = [content.readUInt32BE(0), content.readUInt32BE(4)];
      const colors = content[9];
      if (content[8] !== 8 || (colors !== 2 && colors !== 6) || content[12] !== 0) throw new Error('Not a PNG as browsers make them');
      channels = colors === 6 ? 4 : 3;
    } else if (type === 'IDAT') parts.push(content);
    at += length + 12;
  }
  return unfilter(inflateSync(Buffer.concat(parts)), { width, height, channels });
}

/** RFC 2083, section 6. */
function unfilter(raw: Buffer, { width, height, channels }: { readonly width: number; readonly height: number; readonly channels: number }): Pixels {
  const data = new Uint8Array(width * height * 4).fill(255);
  const stride = width * channels;
  let above = new Uint8Array(stride);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (stride + 1)];
    const row = Uint8Array.from(raw.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1)));
    for (let x = 0; x < stride; x += 1) {
      const left = x < channels ? 0 : row[x - channels] ?? 0;
      const up = above[x] ?? 0;
      const corner = x < channels ? 0 : above[x - channels] ?? 0;
      row[x] = (row[x] ?? 0) + (filter === 1 ? left : filter === 2 ? up : filter === 3 ? (left + up) >> 1 : filter === 4 ? paeth(left, up, corner) : 0);
    }
    for (let x = 0; x < width; x += 1) data.set(row.subarray(x * channels, (x + 1) * channels), (y * width + x) * 4);
    above = row;
  }
  return { width, height, data };
}

function paeth(left: number, up: number, corner: number): number {
  const [toLeft, toUp, toCorner] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
}

export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What two channels may differ, of 255, and be alike. */
const tolerance = 16;

/** How much of two pictures of the same size is alike, from 0 to 1. `except`: areas that are meant to differ. */
export function likeness(one: Pixels, other: Pixels, except: readonly Area[] = []): number {
  if (one.width !== other.width || one.height !== other.height) throw new Error(`Of different sizes: ${one.width}×${one.height} and ${other.width}×${other.height}`);
  const isAlike = (at: number): boolean => [0, 1, 2].every((channel) => Math.abs((one.data[at + channel] ?? 0) - (other.data[at + channel] ?? 0)) <= tolerance);
  let [alike, all] = [0, 0];
  for (let y = 0; y < one.height; y += 1) {
    for (let x = 0; x < one.width; x += 1) {
      if (except.some(({ left, top, width, height }) => x >= left && x < left + width && y >= top && y < top + height)) continue;
      all += 1;
      if (isAlike((y * one.width + x) * 4)) alike += 1;
    }
  }
  return alike / all;
}
