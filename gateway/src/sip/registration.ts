/**
 * Reads a desktop's REGISTER (RFC 3261, 10.3; RFC 5626 for `+sip.instance`) against the one address of record its connection is
 * authenticated for. Pure: what it asks for, or the status it is refused with. `Contact: *` is refused as malformed: a page ends its own
 * binding by name.
 */
import { Grammar } from 'sip.js';
import type { Core, NameAddrHeader, URI } from 'sip.js';
import type { Identity } from './connection.ts';

/** Seconds. A desktop that asks for more gets less; for less than the minimum, the minimum is granted. */
export const expiryLimits = { minimum: 30, default: 300, maximum: 600 } as const;

export type Registration =
  /** `contact` as the peer wrote it, to be echoed; `instance` names one load of the desktop's page. */
  | { readonly type: 'bind'; readonly instance: string; readonly target: URI; readonly contact: string; readonly expires: number }
  | { readonly type: 'unbind'; readonly instance: string }
  | { readonly type: 'query' }
  | { readonly type: 'refused'; readonly status: number; readonly reason: string };

export function readRegister(message: Core.IncomingRequestMessage, identity: Identity): Registration {
  const aor = Grammar.URIParse(identity.aor);
  if (!aor || !sameAddress(message.to.uri, aor)) return { type: 'refused', status: 404, reason: 'Not your address of record' };
  // A third party may not register somebody (RFC 3261, 10.2: From equals To unless it is a third party's).
  if (!sameAddress(message.from.uri, aor)) return { type: 'refused', status: 403, reason: 'Third-party registration' };
  const contacts = message.getHeaders('contact');
  const header = message.getHeader('expires');
  if (contacts.length === 0) return { type: 'query' };
  if (contacts.length > 1) return { type: 'refused', status: 400, reason: 'One Contact only' };
  const contact = contacts[0] ?? '';
  const parsed = Grammar.nameAddrHeaderParse(contact);
  if (!parsed) return { type: 'refused', status: 400, reason: 'Malformed Contact' };
  const asked = parsed.getParam('expires') ?? header ?? String(expiryLimits.default);
  if (!/^\d{1,10}$/.test(asked.trim())) return { type: 'refused', status: 400, reason: 'Malformed expiry' };
  // A phone without an instance id keeps its Call-ID for as long as it runs (RFC 3261, 10.2.4).
  const instance = instanceOf(parsed) ?? `call-id:${message.callId}`;
  if (Number(asked) === 0) return { type: 'unbind', instance };
  return {
    type: 'bind', instance, target: parsed.uri, contact: contact.replace(/;\s*expires\s*=\s*\d+/i, ''),
    expires: Math.min(Math.max(Number(asked), expiryLimits.minimum), expiryLimits.maximum),
  };
}

function instanceOf(contact: NameAddrHeader): string | null {
  const value = contact.getParam('+sip.instance');
  return typeof value === 'string' && value !== '' ? value.replace(/^"|"$/g, '').slice(0, 200) : null;
}

function sameAddress(one: URI, other: URI): boolean {
  return one.user === other.user && one.host.toLowerCase() === other.host.toLowerCase();
}
