/**
 * TURN credentials in the REST form (draft-uberti-behave-turn-rest): the username carries its expiry, the password proves that we made it.
 * coturn's `use-auth-secret` checks them without a database.
 */
import { createHmac } from 'node:crypto';
import type { IceServer } from '#shared/session-api.ts';

export interface TurnServer {
  /** `turn:host:port?transport=udp` or `turns:…`; several separated by commas. Empty: no TURN server, which is valid with mediasoup. */
  readonly uri: string;
  readonly secret: string;
  /** Seconds a credential is good for; fresh ones come with every `open` and every ICE restart. */
  readonly ttl: number;
}

/** @param now epoch milliseconds. @param user ends up in the TURN server's log: the contact's id, no personal data. */
export function turnServers(now: number, user: string, { uri, secret, ttl }: TurnServer): IceServer[] {
  const urls = uri.split(',').map((url) => url.trim()).filter((url) => url !== '');
  if (urls.length === 0) return [];
  const username = `${Math.floor(now / 1000) + ttl}:${user}`;
  return [{ urls, username, credential: createHmac('sha1', secret).update(username).digest('base64') }];
}
