import { describe, expect, it } from 'vitest';
import { neighbours } from './neighbours.ts';

describe('neighbours of a trunk', () => {
  it('SIP80 are in the same private network, or the same smallest public one', () => {
    const near = [['10.0.0.1', '10.9.8.7'], ['172.18.0.2', '172.18.0.3'], ['192.168.1.1', '192.168.7.1'], ['127.0.0.1', '::ffff:127.0.0.2'], ['fd00::1', 'fd00:1::2'], ['203.0.113.4', '203.0.113.200'], ['2001:db8::1', '2001:db8::ffff'], ['::1', '::1']];
    const far = [['203.0.113.4', '203.0.114.4'], ['203.0.113.4', '10.0.0.1'], ['10.0.0.1', '203.0.113.4'], ['10.0.0.1', '192.168.0.1'], ['10.0.0.1', '127.0.0.1'], ['2001:db8::1', '2001:db8:0:1::1'], ['10.0.0.1', 'fd00::1'], ['203.0.113.4', '2001:db8::1']];
    expect(near.map(([one = '', other = '']) => neighbours(one, other))).toEqual(near.map(() => true));
    expect(far.map(([one = '', other = '']) => neighbours(one, other))).toEqual(far.map(() => false));
  });
});
