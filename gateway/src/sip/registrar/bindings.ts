/**
 * Where a phone can be reached, and what a REGISTER changes of that (RFC 3261, 10.3, steps 6 to 8). Pure: bindings in, bindings out; a
 * request either changes all that it names, or nothing.
 */
import type { NetworkTransport } from '../trunks/locate.ts';
import type { ContactRequest, RegisterRequest } from './register-request.ts';

export interface Binding {
  /** Stable over refreshes. */
  readonly id: string;
  readonly username: string;
  readonly contact: string;
  readonly uri: string;
  readonly instance: string | null;
  readonly regId: number | null;
  readonly q: number;
  readonly path: readonly string[];
  readonly callId: string;
  readonly cseq: number;
  readonly userAgent: string | null;
  readonly updatedAt: number;
  readonly expiresAt: number;
  /** Where the REGISTER came from; calls go back there. */
  readonly transport: NetworkTransport;
  readonly address: string;
  readonly port: number;
}

export interface RegisterContext {
  readonly username: string;
  readonly transport: NetworkTransport;
  readonly address: string;
  readonly port: number;
  readonly now: number;
  readonly newId: () => string;
}

export type Registered =
  | { readonly type: 'registered'; readonly bindings: readonly Binding[]; readonly changed: readonly Binding[]; readonly removed: readonly Binding[] }
  | { readonly type: 'refused'; readonly status: number; readonly reason: string };

/** A person's phones; more are left-overs of one that changes its address at every start. */
export const mostBindings = 10;

export function register(before: readonly Binding[], { asks, callId, cseq, ...request }: RegisterRequest, context: RegisterContext): Registered {
  const alive = before.filter(({ expiresAt }) => expiresAt > context.now);
  // RFC 3261, 10.3, steps 6 and 7: a request that arrives out of order changes nothing.
  const outOfOrder = (binding: Binding): boolean => binding.callId === callId && cseq <= binding.cseq;
  const late = { type: 'refused', status: 500, reason: 'Out of order' } as const;
  if (asks.type === 'query') return { type: 'registered', bindings: alive, changed: [], removed: [] };
  if (asks.type === 'unbindAll') return alive.some(outOfOrder) ? late : { type: 'registered', bindings: [], changed: [], removed: alive };

  let bindings = alive;
  const changed: Binding[] = [];
  const removed: Binding[] = [];
  for (const contact of asks.contacts) {
    const known = bindings.find((binding) => sameBinding(binding, contact));
    if (known && outOfOrder(known)) return late;
    bindings = bindings.filter((binding) => binding !== known);
    if (contact.expires === 0) {
      if (known) removed.push(known);
      continue;
    }
    const { username, transport, address, port, now } = context;
    const { expires, ...kept } = contact;
    const binding: Binding = {
      ...kept, id: known?.id ?? context.newId(), username, path: request.path, callId, cseq, userAgent: request.userAgent,
      updatedAt: now, expiresAt: now + expires * 1000, transport, address, port,
    };
    changed.push(binding);
    bindings = [...bindings, binding];
  }
  // The one that has been silent longest makes room.
  const surplus = bindings.slice(0, Math.max(0, bindings.length - mostBindings));
  return { type: 'registered', bindings: bindings.slice(surplus.length), changed: changed.filter((binding) => !surplus.includes(binding)), removed: [...removed, ...surplus] };
}

/** RFC 5626, 6: instance and reg-id name a flow; else the address does (RFC 3261, 19.1.4, as far as phones' contacts differ). */
function sameBinding(binding: Binding, contact: ContactRequest): boolean {
  if (contact.instance !== null && contact.regId !== null && binding.regId !== null) return binding.instance === contact.instance && binding.regId === contact.regId;
  return comparable(binding.uri) === comparable(contact.uri);
}

function comparable(uri: string): string {
  const found = /^(sips?):(?:([^@]*)@)?([^;?]*)(.*)$/i.exec(uri);
  if (!found) return uri;
  const [, scheme = '', user = '', host = '', rest = ''] = found;
  const transport = /;transport=([^;?]+)/i.exec(rest)?.[1] ?? '';
  return `${scheme.toLowerCase()} ${user} ${host.toLowerCase()} ${transport.toLowerCase()}`;
}
