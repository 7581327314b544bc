/** Which addresses may be other machines of the same PBX or carrier: clusters answer from a sibling of the address that was called. */
import { BlockList, isIPv6 } from 'node:net';
import { plainAddress } from '../via.ts';

/** Networks of one house (RFC 1918, RFC 4193, loopback, link): whoever is in the same one is as near as the trunk itself. */
const houses = ([['10.0.0.0', 8], ['172.16.0.0', 12], ['192.168.0.0', 16], ['127.0.0.0', 8], ['169.254.0.0', 16], ['fc00::', 7], ['fe80::', 10], ['::1', 128]] as const).map(([network, bits]) => block(network, bits));
/** In the open, the smallest network that is routed: carriers put the machines of one site there. */
const site = { ipv4: 24, ipv6: 64 } as const;

/** @param address of a trunk's target */
export function neighbours(address: string, other: string): boolean {
  const [here, there] = [plainAddress(address), plainAddress(other)];
  if (here === there) return true;
  if (family(here) !== family(there)) return false;
  const house = houses.find((one) => one.check(here, family(here)));
  return (house ?? block(here, site[family(here)])).check(there, family(there));
}

function block(network: string, bits: number): BlockList {
  const list = new BlockList();
  list.addSubnet(network, bits, family(network));
  return list;
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}
