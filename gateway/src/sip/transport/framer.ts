/**
 * Where a message ends. In a stream Content-Length says so (RFC 3261, 18.3), in a datagram the datagram does, and what it carries beyond
 * Content-Length is discarded. Pure: bytes in, texts out.
 */
import { maxMessageBytes } from '../message-filter.ts';

export type Framed =
  | { readonly type: 'message'; readonly text: string }
  | { readonly type: 'keepAlive' }
  /** Nothing that follows can be told apart any more: answer where it can be answered, then close. `head` is what was read of the message. */
  | { readonly type: 'broken'; readonly status: 400 | 413; readonly head: string };

/** A message whose header is longer than this is no SIP that we want; its body may fill the rest of `maxMessageBytes`. */
export const maxHeaderBytes = 16 * 1024;

export class StreamFramer {
  private pending: Buffer = Buffer.alloc(0);
  /** How much of `pending` was searched for the end of the header, so that a trickle is not searched over and over. */
  private searched = 0;
  private broken = false;
  /** Line breaks since the last message. */
  private lineBreaks = 0;

  /** A message has begun and is not whole yet. */
  get midway(): boolean {
    return this.pending.length > 0;
  }

  push(data: Buffer): Framed[] {
    if (this.broken) return [];
    this.pending = this.pending.length === 0 ? data : Buffer.concat([this.pending, data]);
    const framed: Framed[] = [];
    for (let next = this.take(); next !== null; next = this.take()) {
      framed.push(next);
      if (next.type === 'broken') { this.broken = true; this.pending = Buffer.alloc(0); break; }
    }
    return framed;
  }

  private take(): Framed | null {
    const blank = this.leadingLineBreaks();
    this.lineBreaks += blank / 2;
    this.drop(blank);
    // RFC 5626, 4.4.1: two line breaks ask for a sign of life; a single one may stand before any message (RFC 3261, 7.5).
    if (this.lineBreaks >= 2) { this.lineBreaks = 0; return { type: 'keepAlive' }; }
    if (this.pending.length === 0) return null;
    const end = this.pending.indexOf('\r\n\r\n', Math.max(0, this.searched - 3), 'latin1');
    if (end < 0) {
      this.searched = this.pending.length;
      return this.pending.length > maxHeaderBytes ? this.broke(413, this.pending.length) : null;
    }
    if (end > maxHeaderBytes) return this.broke(413, end + 4);
    const length = contentLength(this.pending.toString('latin1', 0, end + 2));
    // RFC 3261, 20.14: on a stream there has to be one. Where it cannot be believed, nor can anything behind it.
    if (length === null || length === 'bad') return this.broke(400, end + 4);
    const whole = end + 4 + length;
    if (whole > maxMessageBytes) return this.broke(413, end + 4);
    if (this.pending.length < whole) { this.searched = end; return null; }
    const text = this.pending.toString('utf8', 0, whole);
    this.drop(whole);
    this.lineBreaks = 0;
    return { type: 'message', text };
  }

  private leadingLineBreaks(): number {
    let at = 0;
    while (this.pending[at] === 0x0d && this.pending[at + 1] === 0x0a) at += 2;
    // A carriage return alone may be half of the next line break.
    return at;
  }

  private broke(status: 400 | 413, bytes: number): Framed {
    return { type: 'broken', status, head: this.pending.toString('utf8', 0, Math.min(bytes, maxHeaderBytes)) };
  }

  private drop(bytes: number): void {
    if (bytes === 0) return;
    this.pending = this.pending.subarray(bytes);
    this.searched = 0;
  }
}

/** The message of a datagram, without what follows its body (RFC 3261, 18.3). */
export function datagramText(data: Buffer): string {
  const start = firstOf(data);
  const end = data.indexOf('\r\n\r\n', start, 'latin1');
  if (end < 0) return data.toString('utf8');
  const length = contentLength(data.toString('latin1', start, end + 2));
  const whole = typeof length === 'number' ? Math.min(end + 4 + length, data.length) : data.length;
  return data.toString('utf8', start, whole);
}

/** Where the message begins, after line breaks (RFC 3261, 7.5); 0 for a datagram of nothing else, which is a keep-alive. */
function firstOf(data: Buffer): number {
  let at = 0;
  while (data[at] === 0x0d && data[at + 1] === 0x0a) at += 2;
  return at >= data.length ? 0 : at;
}

/** Null: none. 'bad': no number, or two that differ. */
function contentLength(head: string): number | 'bad' | null {
  const values = Array.from(head.matchAll(/^(?:content-length|l)[ \t]*:[ \t]*(?:\r\n[ \t]+)?([^\r\n]*)/gim), ([, value]) => (value ?? '').trim());
  const [first] = values;
  if (first === undefined) return null;
  if (!/^\d{1,9}$/.test(first) || values.some((value) => value !== first)) return 'bad';
  return Number(first);
}
