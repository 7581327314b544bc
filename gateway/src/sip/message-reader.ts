/**
 * Makes SIP.js' message of a message's lines. SIP.js' own parser would give every header to its generated grammar, which unpacks its whole byte code
 * for each (0.1 ms and more, ten times a message); here only what has addresses in it is, and what every message of a dialog
 * repeats, once.
 */
import { Core, Grammar, type NameAddrHeader, type URI } from 'sip.js';
import { headerValues, writeMessageText, type MessageText } from './message-text.ts';

type Message = Core.IncomingRequestMessage | Core.IncomingResponseMessage;

/** Addresses remembered: the dialogs that are busy at one time. Never changed by anybody, so they can be shared. */
const remembered = 4096;
const known = new Map<string, unknown>();

const token = '[A-Za-z0-9\\-.!%*_+`\'~]+';
const word = '[A-Za-z0-9\\-.!%*_+`\'~()<>:\\\\"/\\[\\]?{}]+';
const viaHost = '(?:\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9\\-._]+)';
const parameter = `[ \\t]*;[ \\t]*${token}(?:[ \\t]*=[ \\t]*(?:${token}|\\[?[0-9A-Fa-f:.]+\\]?|"(?:[^"\\\\]|\\\\.)*"))?`;
const patterns = {
  via: new RegExp(`^SIP[ \\t]*/[ \\t]*2\\.0[ \\t]*/[ \\t]*${token}[ \\t]+${viaHost}(?:[ \\t]*:[ \\t]*\\d{1,5})?(?:${parameter})*[ \\t]*$`, 'i'),
  callId: new RegExp(`^${word}(?:@${word})?$`),
  contentType: new RegExp(`^${token}[ \\t]*/[ \\t]*${token}(?:${parameter})*[ \\t]*$`),
} as const;

/** Null: malformed. Throws nothing. */
export function readRequest(read: MessageText, method: string, target: string): Core.IncomingRequestMessage | null {
  const message = new Core.IncomingRequestMessage();
  message.method = method;
  const uri = address(target, 'SIP_URI');
  if (!uri) return null;
  message.ruri = uri as URI;
  return fill(message, read) ? message : null;
}

export function readResponse(read: MessageText, { status, phrase, method }: { readonly status: number; readonly phrase: string; readonly method: string }): Core.IncomingResponseMessage | null {
  const message = new Core.IncomingResponseMessage();
  message.statusCode = status;
  message.reasonPhrase = phrase;
  message.method = method;
  return fill(message, read) ? message : null;
}

function fill(message: Message, read: MessageText): boolean {
  message.data = writeMessageText(read);
  const length = headerValues(read, 'content-length')[0];
  // RFC 3261, 18.3: beyond it is nothing of the message.
  message.body = length === undefined || Number(length) >= Buffer.byteLength(read.body) ? read.body : Buffer.from(read.body).toString('utf8', 0, Number(length));
  for (const { name, value } of read.headers) {
    switch (name.toLowerCase()) {
      case 'contact':
        // `Contact: *` of a REGISTER (RFC 3261, 10.2.2) is not in SIP.js' grammar.
        if (value === '*' && message.method === 'REGISTER') message.addHeader(name, value);
        else if (!addList(message, 'Contact', value)) return false;
        break;
      case 'record-route':
        if (!addList(message, 'Record-Route', value)) return false;
        break;
      default:
        message.addHeader(name, value);
    }
  }
  const [via = ''] = headerValues(read, 'via');
  const [from = ''] = headerValues(read, 'from');
  const [to = ''] = headerValues(read, 'to');
  const [callId = ''] = headerValues(read, 'call-id');
  const [contentType] = headerValues(read, 'content-type');
  if (headerValues(read, 'via').some((value) => !patterns.via.test(value)) || !patterns.callId.test(callId)) return false;
  if (contentType !== undefined && !patterns.contentType.test(contentType)) return false;
  const sender = address(from, 'From');
  const recipient = address(to, 'To');
  if (!sender || !recipient) return false;
  message.from = sender as NameAddrHeader;
  message.to = recipient as NameAddrHeader;
  // Where SIP.js looks for what it has read already.
  for (const [name, parsed] of [['From', sender], ['To', recipient]] as const) for (const header of message.headers[name] ?? []) header.parsed = parsed;
  const [fromTag, toTag] = [message.from.getParam('tag'), message.to.getParam('tag')];
  if (fromTag) message.fromTag = fromTag;
  if (toTag) message.toTag = toTag;
  message.callId = callId;
  message.cseq = Number.parseInt(headerValues(read, 'cseq')[0] ?? '', 10);
  message.viaBranch = /;[ \t]*branch[ \t]*=[ \t]*([^ \t;]+)/i.exec(via)?.[1] ?? '';
  return true;
}

/** A list of addresses, each a header of its own, as SIP.js has them. */
function addList(message: Message, name: 'Contact' | 'Record-Route', value: string): boolean {
  const list: unknown = grammar(value, name === 'Contact' ? 'Contact' : 'Record_Route');
  if (!Array.isArray(list)) return false;
  for (const { position, offset, parsed } of list as ReadonlyArray<{ readonly position: number; readonly offset: number; readonly parsed: NameAddrHeader }>) {
    // The grammar gives the end first; `substring` takes them either way, `slice` does not.
    message.addHeader(name, value.substring(position, offset));
    const header = message.headers[name]?.at(-1);
    if (header) header.parsed = parsed;
  }
  return true;
}

function address(text: string, rule: 'SIP_URI' | 'From' | 'To'): NameAddrHeader | URI | null {
  const parsed = grammar(text, rule);
  return parsed === -1 || parsed === undefined ? null : parsed as NameAddrHeader | URI;
}

function grammar(text: string, rule: string): unknown {
  const key = `${rule} ${text}`;
  if (known.has(key)) return known.get(key);
  let parsed: unknown = -1;
  try {
    parsed = Grammar.parse(text, rule);
  } catch {
    // The generated grammar throws on some malformed text; to us that is the same as not parsing.
  }
  // What somebody malformed is not worth remembering, nor what is long.
  if (parsed === -1 || key.length > 500) return parsed;
  known.set(key, parsed);
  if (known.size > remembered) {
    const [oldest] = known.keys();
    if (oldest !== undefined) known.delete(oldest);
  }
  return parsed;
}
