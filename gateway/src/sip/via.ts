/**
 * Via headers, which say where a response goes: what we add to those of others (RFC 3261, 18.2.1; RFC 3581), and our own, which SIP.js
 * writes without a port and with seven random digits for a branch. On the way out ours gets the real address and a branch that
 * nobody can guess and no two calls share; on the way in SIP.js gets back the branch it knows.
 */
import { createHash } from 'node:crypto';
import type { Connection, SocketAddress } from './connection.ts';

/** Brackets for IPv6 (RFC 3261, 25.1: IPv6reference). */
export function hostText(address: string): string {
  const plain = address.replace(/%.*$/, '');
  return plain.includes(':') && !plain.startsWith('[') ? `[${plain}]` : plain;
}

export function hostPort({ address, port }: SocketAddress): string {
  return `${hostText(address)}:${port}`;
}

/** The address without what IPv4 over an IPv6 socket puts before it. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

const ownVia = /^via: SIP\/2\.0\/\S+ [^;\r\n]*;branch=(z9hG4bK[^;\r\n]*)[^\r\n]*\r\n/im;

/** A request of ours as it leaves on this connection. The same for an INVITE, its CANCEL and the ACK of its refusal (RFC 3261, 9.1 and 17.1.1.3). */
export function withOwnVia(text: string, connection: Pick<Connection, 'transport' | 'local'>, token: string): string {
  return text.replace(ownVia, (_line, branch: string) => {
    const callId = /^call-id: ([^\r\n]*)\r\n/im.exec(text)?.[1] ?? '';
    const sequence = /^cseq: (\d+)/im.exec(text)?.[1] ?? '';
    const unique = createHash('sha256').update(`${callId} ${sequence}`).digest('hex').slice(0, 10);
    return `Via: SIP/2.0/${connection.transport} ${hostPort(connection.local)};branch=${branch}.${token}.${unique};rport\r\n`;
  });
}

const ownBranch = /^(z9hG4bK[^.]+)\.([0-9a-f]+)\.[0-9a-f]+$/i;

/** The token of the peer that sent the request which this branch answers. */
export function branchToken(branch: string | undefined): string | null {
  return ownBranch.exec(branch ?? '')?.[2] ?? null;
}

export function innerBranch(branch: string): string {
  return ownBranch.exec(branch)?.[1] ?? branch;
}

/** Names in its topmost Via where a request really came from. `rport` is filled in where the sender asked for it (RFC 3581, 4). */
export function markedSource(via: string, remote: SocketAddress): string {
  const [sentBy = '', ...parameters] = via.split(';').map((part) => part.trim());
  // A sender may write a `received` of its own, to have the response sent elsewhere; ours alone counts.
  const kept = parameters.filter((parameter) => !/^received\s*(?:=|$)/i.test(parameter));
  const asksPort = kept.some((parameter) => /^rport\s*(?:=|$)/i.test(parameter));
  const others = kept.filter((parameter) => !/^rport\s*(?:=|$)/i.test(parameter));
  const address = plainAddress(remote.address);
  const host = /^SIP\s*\/\s*2\.0\s*\/\s*\S+\s+(\[[^\]]*\]|[^:\s]+)/i.exec(sentBy)?.[1]?.replace(/^\[|\]$/g, '') ?? '';
  return [
    sentBy, ...others,
    // RFC 3581, 4: with rport always, RFC 3261, 18.2.1: else where the name differs.
    ...(asksPort || host.toLowerCase() !== address.toLowerCase() ? [`received=${address}`] : []),
    ...(asksPort ? [`rport=${remote.port}`] : []),
  ].join(';');
}

/**
 * The port that a response over UDP goes to (RFC 3261, 18.2.2; RFC 3581, 4). The address is the one its request came from and nothing in the
 * message: neither `received` nor `maddr` may aim our answers at somebody else.
 */
export function responsePort(response: string): number | null {
  const via = /^(?:via|v)[ \t]*:[ \t]*([^\r\n,]*)/im.exec(response)?.[1] ?? '';
  const sent = /^SIP\s*\/\s*2\.0\s*\/\s*[^\s;]+\s+(?:\[[^\]]*\]|[^:;,\s]+)(?:\s*:\s*(\d{1,5}))?/i.exec(via);
  if (!sent) return null;
  const port = Number(/;\s*rport\s*=\s*(\d{1,5})/i.exec(via)?.[1] ?? sent[1] ?? 5060);
  return port > 0 && port < 65_536 ? port : null;
}

/**
 * A branch for a request whose own is none of RFC 3261's: made of what RFC 3261, 17.2.3 compares then, To tag and method apart, so that the
 * CANCEL and the ACK of an INVITE have it too.
 */
export function legacyBranch(message: { readonly callId: string; readonly fromTag?: string; readonly cseq: number; getHeader(name: string): string | undefined }): string {
  const parts = [message.callId, message.fromTag ?? '', message.cseq, message.getHeader('via') ?? ''];
  return `z9hG4bK-legacy-${createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 20)}`;
}
