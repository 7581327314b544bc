/**
 * Where media goes and from where it is taken: straight to the signalled address, or, where that cannot be right, to where the peer's
 * media comes from. Pure.
 */
import { BlockList, isIPv6 } from 'node:net';

export interface MediaPath {
  /** Null: wait for the first packet (comedia). */
  readonly remote: { readonly host: string; readonly port: number; readonly rtcpPort: number } | null;
  /** Hosts whose packets may decide the address; null: any, because nothing is known of the peer's place. */
  readonly allowed: readonly string[] | null;
}

/** RFC 1918, RFC 6598 (carriers' NAT), link-local, RFC 4193. */
const unrouted = new BlockList();
unrouted.addSubnet('10.0.0.0', 8);
unrouted.addSubnet('172.16.0.0', 12);
unrouted.addSubnet('192.168.0.0', 16);
unrouted.addSubnet('100.64.0.0', 10);
unrouted.addSubnet('169.254.0.0', 16);
unrouted.addSubnet('127.0.0.0', 8);
unrouted.addSubnet('fc00::', 7, 'ipv6');
unrouted.addSubnet('fe80::', 10, 'ipv6');
unrouted.addAddress('::1', 'ipv6');

function isUnrouted(host: string): boolean {
  return unrouted.check(host, isIPv6(host) ? 'ipv6' : 'ipv4');
}

/**
 * @param source the host that the signalling comes from; null where a proxy in front hides it.
 * An address that is not routed, and is not where the signalling comes from, is one behind a NAT. A routed one that differs is usual: carriers
 * have their media elsewhere.
 */
export function mediaPath(signalled: MediaPath['remote'], source: string | null): MediaPath {
  if (signalled && (signalled.host === source || !isUnrouted(signalled.host))) return { remote: signalled, allowed: [signalled.host] };
  if (source === null) return { remote: null, allowed: null };
  // Both inside: two hosts of one network, or of one machine, and which of them sends shows.
  const allowed = signalled && isUnrouted(source) ? [source, signalled.host] : [source];
  return { remote: null, allowed };
}

/** For a stream whose packets come from elsewhere than before: only hosts already known of it may move it. */
export function rebound({ allowed }: MediaPath, source: string | null): MediaPath {
  return { remote: null, allowed: allowed && [...new Set([...allowed, ...(source === null ? [] : [source])])] };
}
