/**
 * What stands in front of SIP.js on a socket: SIP.js drops in silence what it cannot parse and throws at some of what it can, so every
 * message is judged here first. Pure: text in, verdict out. The statuses are those RFC 3261 and the torture tests (RFC 4475) ask for.
 */
import { Core } from 'sip.js';

export const maxMessageBytes = 64 * 1024;

export type Verdict =
  /** CRLF CRLF: the peer wants to know that we live (RFC 5626, 4.4.1); answered with one CRLF. */
  | { readonly type: 'keepAlive' }
  | { readonly type: 'request'; readonly message: Core.IncomingRequestMessage }
  | { readonly type: 'response'; readonly message: Core.IncomingResponseMessage }
  /** A request that is refused here; `response` is the whole answer. */
  | { readonly type: 'refuse'; readonly status: number; readonly response: string }
  | { readonly type: 'drop'; readonly why: string };

const silent = new Core.LoggerFactory();
silent.builtinEnabled = false;
const logger = silent.getLogger('sip.parser');

const knownMethods = new Set(['ACK', 'BYE', 'CANCEL', 'INFO', 'INVITE', 'MESSAGE', 'NOTIFY', 'OPTIONS', 'PRACK', 'REFER', 'REGISTER', 'SUBSCRIBE', 'UPDATE']);
/** What we understand of `Require` (RFC 3261, 8.2.2.3). */
const understoodOptions = new Set(['outbound', 'path', 'gruu']);

export function judge(text: string): Verdict {
  if (/^(?:\r\n)+$/.test(text)) return { type: 'keepAlive' };
  if (Buffer.byteLength(text) > maxMessageBytes) return { type: 'drop', why: 'larger than 64 KB' };
  if (text.includes('\0')) return { type: 'drop', why: 'contains NUL' };
  const message = parse(text);
  if (!message) return refuseUnparsed(text);
  const missing = ['via', 'from', 'to', 'call-id', 'cseq'].find((name) => !message.hasHeader(name));
  if (missing !== undefined) return { type: 'drop', why: `no ${missing} header` };
  if (message instanceof Core.IncomingResponseMessage) return { type: 'response', message };
  // SIP.js takes any version.
  if (!/^\S+ \S+ SIP\/2\.0\r\n/i.test(text)) return refusal(message, 505);
  return judgeRequest(message, text);
}

/** A whole response to a request that never reaches SIP.js. */
export function refusal(message: Core.IncomingRequestMessage, statusCode: number, reasonPhrase?: string, extraHeaders: string[] = []): Verdict {
  // An ACK is never answered (RFC 3261, 17.1.1.3).
  if (message.method === 'ACK') return { type: 'drop', why: `ACK that would be a ${statusCode}` };
  const options = { statusCode, extraHeaders, ...(reasonPhrase === undefined ? {} : { reasonPhrase }) };
  return { type: 'refuse', status: statusCode, response: Core.constructOutgoingResponse(message, options).message };
}

function judgeRequest(message: Core.IncomingRequestMessage, text: string): Verdict {
  if (!message.viaBranch?.startsWith('z9hG4bK')) return refusal(message, 400, 'Via without RFC 3261 branch');
  if (!message.fromTag) return refusal(message, 400, 'From without tag');
  const [sequence = '', method = ''] = (message.getHeader('cseq') ?? '').trim().split(/\s+/);
  if (!/^\d{1,10}$/.test(sequence) || Number(sequence) >= 2 ** 31) return refusal(message, 400, 'CSeq number out of range');
  if (method !== message.method) return refusal(message, 400, 'CSeq method does not match');
  const hops = message.getHeader('max-forwards');
  if (hops !== undefined && !/^\d{1,3}$/.test(hops.trim())) return refusal(message, 400, 'Max-Forwards is not a number');
  if (hops?.trim() === '0' && message.method !== 'ACK') return refusal(message, 483);
  const length = message.getHeader('content-length');
  if (length !== undefined && (!/^\d{1,9}$/.test(length.trim()) || Number(length) > bodyBytes(text))) {
    return refusal(message, 400, 'Content-Length does not match');
  }
  if (message.ruri === undefined || message.ruri.scheme.toLowerCase() !== 'sip') return refusal(message, 416);
  if (!knownMethods.has(message.method)) return refusal(message, 501);
  const unknown = message.getHeaders('require').flatMap((value) => value.split(',')).map((tag) => tag.trim())
    .filter((tag) => tag !== '' && !understoodOptions.has(tag.toLowerCase()));
  if (unknown.length > 0 && message.method !== 'CANCEL') return refusal(message, 420, undefined, [`Unsupported: ${unknown.join(', ')}`]);
  return { type: 'request', message };
}

function parse(text: string): Core.IncomingRequestMessage | Core.IncomingResponseMessage | null {
  try {
    return Core.Parser.parseMessage(text, logger) ?? null;
  } catch {
    // The generated grammar throws on some malformed headers; to us that is the same as not parsing.
    return null;
  }
}

/** SIP.js could not read it: answered where enough can be read to address an answer, else dropped. */
function refuseUnparsed(text: string): Verdict {
  const startLine = /^([A-Z]{1,20}) (\S{1,2000}) (SIP\/\d{1,3}\.\d{1,3})\r\n/.exec(text);
  if (!startLine || startLine[1] === 'ACK') return { type: 'drop', why: 'not SIP' };
  const header = (long: string, short: string): string | null =>
    new RegExp(`\\r\\n(?:${long}|${short})[ \\t]*:[ \\t]*([^\\r\\n]{1,1000})\\r\\n`, 'i').exec(text)?.[1] ?? null;
  const copied = [
    ['Via', header('Via', 'v')], ['From', header('From', 'f')], ['To', header('To', 't')], ['Call-ID', header('Call-ID', 'i')], ['CSeq', header('CSeq', 'CSeq')],
  ] as const;
  if (copied.some(([, value]) => value === null)) return { type: 'drop', why: 'not SIP' };
  const [status, phrase] = startLine[3] === 'SIP/2.0' ? [400, 'Bad Request'] as const : [505, 'Version Not Supported'] as const;
  return { type: 'refuse', status, response: [
    `SIP/2.0 ${status} ${phrase}`, ...copied.map(([name, value]) => `${name}: ${value}`), 'Content-Length: 0', '', '',
  ].join('\r\n') };
}

function bodyBytes(text: string): number {
  const start = text.indexOf('\r\n\r\n');
  return start < 0 ? 0 : Buffer.byteLength(text.slice(start + 4));
}
