/**
 * What stands in front of SIP.js: it drops in silence what it cannot parse, accepts some of what has to be refused and throws at a little, so
 * every message is judged here first. Pure: text in, verdict out. The statuses are those RFC 3261 and the torture tests (RFC 4475, RFC 5118)
 * ask for; gateway/test/torture.it.test.ts has them all.
 */
import { Core } from 'sip.js';
import type { SocketAddress } from './connection.ts';
import { acceptHeader, allowHeader, supportedOptions } from './dialog/capabilities.ts';
import { withOneChallenge } from './digest/credentials.ts';
import { readRequest, readResponse } from './message-reader.ts';
import { headerValues, readMessageText, type MessageText } from './message-text.ts';
import { legacyBranch, markedSource } from './via.ts';

export const maxMessageBytes = 64 * 1024;

export type Verdict =
  /** CRLF CRLF: the peer wants to know that we live (RFC 5626, 4.4.1); answered with one CRLF. */
  | { readonly type: 'keepAlive' }
  | { readonly type: 'request'; readonly message: Core.IncomingRequestMessage }
  | { readonly type: 'response'; readonly message: Core.IncomingResponseMessage }
  /** A request that is refused here; `response` is the whole answer. */
  | { readonly type: 'refuse'; readonly status: number; readonly response: string }
  | { readonly type: 'drop'; readonly why: string };

/** Methods that have a meaning to somebody; those we do not serve get 405, any other 501 (RFC 3261, 8.2.1 and 21.5.2). */
const knownMethods = new Set(['ACK', 'BYE', 'CANCEL', 'INFO', 'INVITE', 'MESSAGE', 'NOTIFY', 'OPTIONS', 'PRACK', 'PUBLISH', 'REFER', 'REGISTER', 'SUBSCRIBE', 'UPDATE']);
/** What we understand of `Require` (RFC 3261, 8.2.2.3). */
const understoodOptions = new Set<string>(['outbound', 'path', 'gruu', ...supportedOptions]);
/** There may be one of each (RFC 3261, 7.3.1), and two of them are a way to tell two servers different things. */
const singleHeaders = ['from', 'to', 'call-id', 'cseq', 'max-forwards', 'content-length', 'content-type'];
const mandatoryHeaders = ['via', 'from', 'to', 'call-id', 'cseq'];

/** @param source where a request really came from, to be named in its Via; not given where its responses go back on a connection anyhow. */
export function judge(text: string, source?: SocketAddress): Verdict {
  if (/^(?:\r\n)+$/.test(text)) return { type: 'keepAlive' };
  if (Buffer.byteLength(text) > maxMessageBytes) return { type: 'drop', why: 'larger than 64 KB' };
  // RFC 3261, 7.5: line breaks before the start line are no part of the message.
  const read = readMessageText(withOneChallenge(text.replace(/^(?:\r\n)+/, '')));
  if (!read) return refuseUnparsed(text, { source });
  const marked = source === undefined ? read : withSource(read, source);
  if (/^SIP\//i.test(marked.startLine)) return judgeResponse(marked);
  const startLine = /^([A-Za-z0-9\-.!%*_+`'~]{1,64}) ([^ \t<>]+) (SIP\/\d{1,3}\.\d{1,3})$/i.exec(marked.startLine);
  if (!startLine) return refusalOf(marked, 400, 'Malformed request line');
  if (startLine[3]?.toUpperCase() !== 'SIP/2.0') return refusalOf(marked, 505);
  const missing = mandatoryHeaders.find((name) => headerValues(marked, name).length === 0);
  if (missing !== undefined) return refusalOf(marked, 400, `No ${missing} header`);
  const double = singleHeaders.find((name) => headerValues(marked, name).length > 1);
  if (double !== undefined) return refusalOf(marked, 400, `More than one ${double} header`);
  const scalar = wrongScalar(marked, startLine[1] ?? '');
  if (scalar !== null) return refusalOf(marked, ...scalar);
  // RFC 3261, 8.2.2.1: what we do not speak of at all is told before it is read any further.
  if (!/^sips?:/i.test(startLine[2] ?? '')) return refusalOf(marked, 416);
  const message = readRequest(marked, startLine[1] ?? '', startLine[2] ?? '');
  return message ? judgeRequest(message) : refusalOf(marked, 400);
}

/** A whole response to a request that never reaches SIP.js. */
export function refusal(message: Core.IncomingRequestMessage, statusCode: number, reasonPhrase?: string, extraHeaders: readonly string[] = []): Verdict {
  // An ACK is never answered (RFC 3261, 17.1.1.3).
  if (message.method === 'ACK') return { type: 'drop', why: `ACK that would be a ${statusCode}` };
  const options = { statusCode, extraHeaders: [...extraHeaders], ...(reasonPhrase === undefined ? {} : { reasonPhrase }) };
  return { type: 'refuse', status: statusCode, response: Core.constructOutgoingResponse(message, options).message };
}

/** For what could not be told apart into lines: answered where enough can be read to address an answer, else dropped. */
export function refuseUnparsed(text: string, { status = 400, source }: { readonly status?: 400 | 413; readonly source?: SocketAddress | undefined } = {}): Verdict {
  const head = text.replace(/^(?:\r\n)+/, '').slice(0, 8192);
  const headers = Array.from(head.matchAll(/\r\n(via|v|from|f|to|t|call-id|i|cseq)[ \t]*:[ \t]*([^\r\n]{1,1000})(?=\r\n)/gi), ([, name = '', value = '']) => ({ name, value }));
  const startLine = head.split('\r\n', 1)[0] ?? '';
  const written = readMessageText(`${startLine}\r\n${headers.map(({ name, value }) => `${name}: ${value}\r\n`).join('')}\r\n`);
  if (!written || !/^[A-Z]{1,20} \S{1,2000} SIP\/\d/.test(startLine)) return { type: 'drop', why: 'not SIP' };
  return refusalOf(source === undefined ? written : withSource(written, source), status);
}

function judgeResponse(read: MessageText): Verdict {
  // RFC 3261, 25.1: the reason phrase may be empty.
  const [, status, phrase = ''] = /^SIP\/2\.0 ([1-6]\d\d)(?: (.*))?$/i.exec(read.startLine) ?? [];
  const [, method = ''] = /^\d+\s+(\S+)$/.exec(headerValues(read, 'cseq')[0] ?? '') ?? [];
  if (status === undefined) return { type: 'drop', why: 'no status of SIP' };
  const missing = mandatoryHeaders.find((name) => headerValues(read, name).length === 0);
  if (missing !== undefined) return { type: 'drop', why: `no ${missing} header` };
  if (singleHeaders.some((name) => headerValues(read, name).length > 1)) return { type: 'drop', why: 'a header twice' };
  // RFC 3261, 18.1.2: a response of ours has one Via, ours; with more it was meant for somebody else.
  if (headerValues(read, 'via').length > 1) return { type: 'drop', why: 'more than one Via' };
  if (wrongScalar(read, method) !== null) return { type: 'drop', why: 'malformed number' };
  const message = readResponse(read, { status: Number(status), phrase, method });
  return message ? { type: 'response', message } : { type: 'drop', why: 'malformed response' };
}

function judgeRequest(message: Core.IncomingRequestMessage): Verdict {
  const branch = message.viaBranch as string | undefined;
  if (branch === undefined || !/^z9hG4bK./i.test(branch)) message.viaBranch = legacyBranch(message);
  // RFC 3261, 12.1.1: before it, From had no tag; it counts as one that is empty.
  if (!message.fromTag) message.fromTag = '';
  const hops = message.getHeader('max-forwards')?.trim();
  // RFC 3261, 11: OPTIONS may be answered by whom it reaches, which is how a route is traced.
  if (hops === '0' && message.method !== 'ACK' && message.method !== 'OPTIONS') return refusal(message, 483);
  if (!message.ruri) return refusal(message, 400);
  // RFC 3261, 19.1.1: headers have no place in a Request-URI. A question mark in its user part is just a character.
  if (/\?[^@]*$/.test(message.data.slice(0, message.data.indexOf('\r\n')))) return refusal(message, 400, 'Headers in Request-URI');
  // Escaped in a quoted string it is legal (RFC 3261, 25.1); no database and no peer would take it from us, so only what needs neither is let through.
  if (message.data.slice(0, message.data.indexOf('\r\n\r\n')).includes('\0') && knownMethods.has(message.method)) return refusal(message, 400, 'NUL in header');
  if (message.method === 'INVITE' && !acceptsSdp(message.getHeaders('accept'))) return refusal(message, 406, undefined, [acceptHeader]);
  if (!knownMethods.has(message.method)) return refusal(message, 501, undefined, [allowHeader]);
  const unknown = message.getHeaders('require').flatMap((value) => value.split(',')).map((tag) => tag.trim())
    .filter((tag) => tag !== '' && !understoodOptions.has(tag.toLowerCase()));
  if (unknown.length > 0 && message.method !== 'CANCEL' && message.method !== 'ACK') return refusal(message, 420, undefined, [`Unsupported: ${unknown.join(', ')}`]);
  return { type: 'request', message };
}

/** RFC 3261, 20.1: without the header application/sdp is meant; an empty one accepts nothing. */
function acceptsSdp(accept: readonly string[]): boolean {
  if (accept.length === 0) return true;
  return accept.flatMap((value) => value.split(',')).some((range) => /^\s*(?:application\/(?:sdp|\*)|multipart\/(?:mixed|\*)|\*\/\*)\s*(?:;|$)/i.test(range));
}

/** Numbers that SIP.js takes however long they are. */
function wrongScalar(read: MessageText, method: string): readonly [status: number, reason: string] | null {
  const [sequence = '', sequenceMethod = ''] = (headerValues(read, 'cseq')[0] ?? '').split(/\s+/);
  if (!/^\d{1,10}$/.test(sequence) || Number(sequence) >= 2 ** 31) return [400, 'CSeq number out of range'];
  if (sequenceMethod !== method) return [400, 'CSeq method does not match'];
  const hops = headerValues(read, 'max-forwards')[0];
  // RFC 3261, 20.22: up to 255; leading zeros are allowed by its grammar.
  if (hops !== undefined && (!/^\d{1,10}$/.test(hops) || Number(hops) > 255)) return [400, 'Max-Forwards out of range'];
  const length = headerValues(read, 'content-length')[0];
  if (length !== undefined && (!/^\d{1,9}$/.test(length) || Number(length) > Buffer.byteLength(read.body))) return [400, 'Content-Length does not match'];
  const expires = headerValues(read, 'expires')[0];
  if (expires !== undefined && method === 'REGISTER' && (!/^\d{1,10}$/.test(expires) || Number(expires) >= 2 ** 32)) return [400, 'Expires out of range'];
  return null;
}

/** From the lines alone, because SIP.js could not or should not read them. Dropped where nobody could be told. */
function refusalOf(read: MessageText, status: number, reason?: string): Verdict {
  if (read.startLine.startsWith('ACK ')) return { type: 'drop', why: `ACK that would be a ${status}` };
  const copied = read.headers.filter(({ name }) => mandatoryHeaders.includes(name.toLowerCase()));
  const via = copied.find(({ name }) => name.toLowerCase() === 'via');
  if (!via || !/^SIP\s*\/\s*\d/i.test(via.value)) return { type: 'drop', why: 'nowhere to answer to' };
  const lines = copied.map(({ name, value }) => name.toLowerCase() === 'to' && !/;\s*tag\s*=/i.test(value) ? `${name}: ${value};tag=${refusalTag}` : `${name}: ${value}`);
  return { type: 'refuse', status, response: [`SIP/2.0 ${status} ${reason ?? phrases[status] ?? 'Refused'}`, ...lines, 'Content-Length: 0', '', ''].join('\r\n') };
}

/** RFC 3261, 8.2.7: without state, a repeated request has to get the same tag. */
const refusalTag = 'refused';
const phrases: Readonly<Record<number, string>> = { 400: 'Bad Request', 413: 'Request Entity Too Large', 416: 'Unsupported URI Scheme', 505: 'Version Not Supported' };

function withSource(read: MessageText, source: SocketAddress): MessageText {
  if (/^SIP\//i.test(read.startLine)) return read;
  let marked = false;
  return { ...read, headers: read.headers.map((header) => {
    if (marked || header.name.toLowerCase() !== 'via') return header;
    marked = true;
    return { name: header.name, value: markedSource(header.value, source) };
  }) };
}
