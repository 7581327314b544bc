/** SRTP keys in SDP (RFC 4568): which of the peer's lines the media worker can use, and how ours is written. */
import type { types } from 'mediasoup';
import type { MediaDescription } from 'sdp-transform';

export interface SdesKey {
  readonly tag: number;
  readonly suite: types.SrtpCryptoSuite;
  /** Master key and salt. */
  readonly keyBase64: string;
}

/** What we offer; every SRTP phone has it. With several suites the key would have to be chosen before the peer chooses the suite. */
export const offeredSuite: types.SrtpCryptoSuite = 'AES_CM_128_HMAC_SHA1_80';

/** Bytes of master key and salt (RFC 3711, 8.2; RFC 7714, 12). */
const keyLength: Readonly<Record<types.SrtpCryptoSuite, number>> = {
  AES_CM_128_HMAC_SHA1_80: 30, AES_CM_128_HMAC_SHA1_32: 30, AEAD_AES_128_GCM: 28, AEAD_AES_256_GCM: 44,
};

function isSuite(name: string): name is types.SrtpCryptoSuite {
  return Object.hasOwn(keyLength, name);
}

/** In the peer's order, the usable ones alone. */
export function usableKeys(media: MediaDescription): readonly SdesKey[] {
  return (media.crypto ?? []).flatMap(({ id, suite, config, sessionConfig }): SdesKey[] => {
    // Session parameters change what is sent (UNENCRYPTED_SRTP, KDR …); a window size hint alone does not (RFC 4568, 6.3.7).
    if (sessionConfig !== undefined && !sessionConfig.trim().split(/\s+/).every((one) => one.startsWith('WSH='))) return [];
    const key = /^inline:([A-Za-z0-9+/]+=*)(?:\|(.*))?$/.exec(config.trim());
    // A second part without a colon is the lifetime, which a call never reaches; one with a colon is an MKI, which the worker does not know.
    if (!key?.[1] || key[2]?.includes(':') || !isSuite(suite)) return [];
    if (Buffer.from(key[1], 'base64').length !== keyLength[suite]) return [];
    return [{ tag: id, suite, keyBase64: key[1] }];
  });
}

export function cryptoLine({ tag, suite, keyBase64 }: SdesKey): { id: number; suite: string; config: string } {
  return { id: tag, suite, config: `inline:${keyBase64}` };
}
