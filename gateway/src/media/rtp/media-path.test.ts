import { describe, expect, it } from 'vitest';
import { mediaPath, rebound } from './media-path.ts';

const at = (host: string): { host: string; port: number; rtcpPort: number } => ({ host, port: 4000, rtcpPort: 4001 });

describe('where media goes', () => {
  it.each<[string, string | null, string]>([
    ['192.168.1.5', '192.168.1.5', 'a phone in the same network'],
    ['203.0.113.9', '203.0.113.9', 'a phone on the open network'],
    ['203.0.113.77', '203.0.113.9', 'a carrier whose media is elsewhere'],
    ['203.0.113.77', null, 'whoever is behind a proxy and says a routed address'],
    ['2001:db8::7', '2001:db8::9', 'the same on IPv6'],
  ])('MD20 %s, signalled from %s, is believed: %s', (host, source) => {
    expect(mediaPath(at(host), source)).toEqual({ remote: at(host), allowed: [host] });
  });

  it.each<[string, string | null, string[] | null, string]>([
    ['192.168.1.5', '203.0.113.9', ['203.0.113.9'], 'a phone behind a NAT: where its signalling comes from'],
    ['100.64.3.3', '203.0.113.9', ['203.0.113.9'], 'a phone behind a carrier\'s NAT'],
    ['192.168.1.5', '10.0.0.1', ['10.0.0.1', '192.168.1.5'], 'two hosts of one network: either'],
    ['fd00::7', '2001:db8::9', ['2001:db8::9'], 'the same on IPv6'],
    ['10.1.1.1', null, null, 'behind a proxy: nothing is known of the phone\'s place'],
  ])('MD20 %s, signalled from %s, is waited for from %j: %s', (host, source, allowed) => {
    expect(mediaPath(at(host), source)).toEqual({ remote: null, allowed });
  });

  it('MD21 a stream that moves may move among hosts that are known of it, and nowhere else', () => {
    expect(rebound(mediaPath(at('203.0.113.77'), '203.0.113.9'), '203.0.113.9')).toEqual({ remote: null, allowed: ['203.0.113.77', '203.0.113.9'] });
    expect(rebound(mediaPath(at('203.0.113.77'), null), null)).toEqual({ remote: null, allowed: ['203.0.113.77'] });
  });

  it('MD20 a description without an address (an old hold) waits for packets of the signalling\'s host', () => {
    expect(mediaPath(null, '203.0.113.9')).toEqual({ remote: null, allowed: ['203.0.113.9'] });
  });
});
