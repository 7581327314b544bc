/**
 * Reads a phone's REGISTER (RFC 3261, 10.3; RFC 3327 for Path; RFC 5626 for flows): what it asks for, or the status it is refused with.
 * Pure. Who sent it has been proven by then; a desktop's is read by registration.ts.
 */
import { Grammar, type Core, type NameAddrHeader } from 'sip.js';

/** Seconds. */
export interface ExpiryLimits {
  readonly minimum: number;
  readonly default: number;
  readonly maximum: number;
}

/** What most phones ask for is granted; less than a minute would be load without use, as a dead UDP binding is found out sooner. */
export const phoneExpiry: ExpiryLimits = { minimum: 60, default: 3600, maximum: 3600 };

export interface ContactRequest {
  /** As the phone wrote it, without the expiry, to be echoed. */
  readonly contact: string;
  readonly uri: string;
  readonly instance: string | null;
  readonly regId: number | null;
  /** 0 to 1; RFC 3261, 10.2.1.2. */
  readonly q: number;
  /** Seconds; 0 ends the binding. */
  readonly expires: number;
}

export interface RegisterRequest {
  readonly callId: string;
  readonly cseq: number;
  readonly userAgent: string | null;
  /** Proxies that a request to this phone must pass, first one first. */
  readonly path: readonly string[];
  /** Whether it wants to see the Path that its proxies added. */
  readonly supportsPath: boolean;
  readonly supportsOutbound: boolean;
  readonly asks: { readonly type: 'query' } | { readonly type: 'unbindAll' } | { readonly type: 'contacts'; readonly contacts: readonly ContactRequest[] };
}

export type ReadRegister = RegisterRequest | { readonly refused: number; readonly reason?: string; readonly headers?: readonly string[] };

const mostContacts = 5;
/** Proxies in front of a phone; a longer list is somebody's attempt to make every call to it large. */
const longestPath = 8;

export function readPhoneRegister(message: Core.IncomingRequestMessage, { username, domain }: { readonly username: string; readonly domain: string }, limits: ExpiryLimits = phoneExpiry): ReadRegister {
  const { to, from } = message;
  // Its own account only; the host may be our domain or however the phone was told to find us: the account decides.
  if (to.uri.user !== username) return { refused: 403, reason: 'Not your address of record' };
  if (from.uri.user !== username) return { refused: 403, reason: 'Third-party registration' };
  if (to.uri.host.toLowerCase() !== domain.toLowerCase() && to.uri.host !== message.ruri?.host) return { refused: 404 };
  const path = message.getHeaders('path').flatMap(splitAddresses);
  if (path.length > longestPath || path.some((value) => !Grammar.nameAddrHeaderParse(value))) return { refused: 400, reason: 'Malformed Path' };
  const supported = message.getHeaders('supported').flatMap((value) => value.split(',')).map((tag) => tag.trim().toLowerCase());
  const agent = message.getHeader('user-agent')?.trim().slice(0, 100);
  const common = {
    callId: message.callId, cseq: message.cseq, userAgent: agent === undefined || agent === '' ? null : agent, path,
    supportsPath: supported.includes('path'), supportsOutbound: supported.includes('outbound'),
  };
  const expiry = message.getHeader('expires')?.trim();
  const contacts = message.getHeaders('contact');
  if (contacts.includes('*')) {
    // RFC 3261, 10.3, step 6: it stands alone, and means the end of all.
    return contacts.length === 1 && expiry === '0' ? { ...common, asks: { type: 'unbindAll' } } : { refused: 400, reason: 'Contact * wants Expires 0' };
  }
  if (contacts.length === 0) return { ...common, asks: { type: 'query' } };
  if (contacts.length > mostContacts) return { refused: 403, reason: 'Too many Contacts' };
  const read: ContactRequest[] = [];
  for (const contact of contacts) {
    const one = readContact(contact, expiry, limits);
    if ('refused' in one) return one;
    read.push(one);
  }
  return { ...common, asks: { type: 'contacts', contacts: read } };
}

function readContact(contact: string, header: string | undefined, limits: ExpiryLimits): ContactRequest | { readonly refused: number; readonly reason?: string; readonly headers?: readonly string[] } {
  const parsed = Grammar.nameAddrHeaderParse(contact);
  if (!parsed) return { refused: 400, reason: 'Malformed Contact' };
  if (parsed.uri.scheme !== 'sip' && parsed.uri.scheme !== 'sips') return { refused: 416, reason: 'Contact is no SIP address' };
  const asked = (parsed.getParam('expires') ?? header ?? String(limits.default)).trim();
  // RFC 3261, 20.19: what cannot be read is taken as 3600; ours is the default.
  const seconds = /^\d{1,10}$/.test(asked) ? Number(asked) : limits.default;
  if (seconds !== 0 && seconds < limits.minimum) return { refused: 423, headers: [`Min-Expires: ${limits.minimum}`] };
  return {
    contact: contact.replace(/;\s*expires\s*=\s*[^;,>]*/i, '').trim(), uri: parsed.uri.toString(), instance: instanceOf(parsed),
    regId: regIdOf(parsed), q: qOf(parsed), expires: Math.min(seconds, limits.maximum),
  };
}

function instanceOf(contact: NameAddrHeader): string | null {
  const value = contact.getParam('+sip.instance');
  return typeof value === 'string' && value !== '' ? value.replaceAll('"', '').slice(0, 200) : null;
}

function regIdOf(contact: NameAddrHeader): number | null {
  const value = contact.getParam('reg-id');
  return typeof value === 'string' && /^[1-9]\d{0,8}$/.test(value) ? Number(value) : null;
}

function qOf(contact: NameAddrHeader): number {
  const value = contact.getParam('q');
  return typeof value === 'string' && /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(value) ? Number(value) : 1;
}

/** At the commas outside of brackets and quotes. */
function splitAddresses(header: string): string[] {
  return Array.from(header.matchAll(/(?:"(?:[^"\\]|\\.)*"|<[^>]*>|[^,"<])+/g), ([value]) => value.trim()).filter((value) => value !== '');
}
