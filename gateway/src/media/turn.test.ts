import { expect, it } from 'vitest';
import { turnServers } from './turn.ts';

it('MD12 gives TURN credentials in the REST form, and none where no server is configured', () => {
  const now = Date.UTC(2026, 0, 1);
  expect(turnServers(now, 'contact-1', { uri: 'turn:turn.test:3478?transport=udp, turns:turn.test:5349', secret: 'north', ttl: 600 })).toEqual([{
    urls: ['turn:turn.test:3478?transport=udp', 'turns:turn.test:5349'],
    username: `${now / 1000 + 600}:contact-1`,
    // printf '1767226200:contact-1' | openssl dgst -sha1 -hmac north -binary | base64
    credential: 'oFC9UcaZrWeXCAgt7WpBR24yGIw=',
  }]);
  expect(turnServers(now, 'contact-1', { uri: '', secret: 'north', ttl: 600 })).toEqual([]);
});
