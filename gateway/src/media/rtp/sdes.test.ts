import { parse } from 'sdp-transform';
import { describe, expect, it } from 'vitest';
import { usableKeys } from './sdes.ts';

const key30 = 'd0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj';
const media = (...lines: string[]) => {
  const [section] = parse(['v=0', 'm=audio 4000 RTP/SAVP 0', ...lines.map((line) => `a=crypto:${line}`), ''].join('\r\n')).media;
  if (!section) throw new Error('no section');
  return usableKeys(section);
};

describe('keys in SDP', () => {
  it('MD23 are taken in the peer\'s order, with lifetime, without what the worker cannot do', () => {
    expect(media(
      `1 F8_128_HMAC_SHA1_80 inline:${key30}`, `2 AES_CM_128_HMAC_SHA1_32 inline:${key30}|2^20`, `3 AES_CM_128_HMAC_SHA1_80 inline:${key30}|2^20|1:4`,
      `4 AES_CM_128_HMAC_SHA1_80 inline:${key30} UNENCRYPTED_SRTP`, `5 AES_CM_128_HMAC_SHA1_80 inline:${key30} WSH=128`, `6 AES_CM_128_HMAC_SHA1_80 inline:${key30.slice(4)}`,
      `7 AEAD_AES_128_GCM inline:${key30}`, `8 toString inline:${key30}`, '9 AES_CM_128_HMAC_SHA1_80 uri:elsewhere',
    )).toEqual([
      { tag: 2, suite: 'AES_CM_128_HMAC_SHA1_32', keyBase64: key30 }, { tag: 5, suite: 'AES_CM_128_HMAC_SHA1_80', keyBase64: key30 },
    ]);
  });
});
