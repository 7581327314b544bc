import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../environment.ts';
import { open, partContext, RecordingKeys, seal } from './recording-keys.ts';

const one = { id: 'one', key: randomBytes(32) };
const two = { id: 'two', key: randomBytes(32) };

describe('the keys of recordings', () => {
  it('CR6 a part opens with its key at its place only, and not when a bit of it was changed', () => {
    const { key } = new RecordingKeys([one]).create('r');
    const sealed = seal(key, Buffer.from('a page'), partContext('r', 3));
    expect(open(key, sealed, partContext('r', 3))?.toString()).toBe('a page');
    expect(open(key, sealed, partContext('r', 4))).toBeNull();
    expect(open(key, sealed, partContext('s', 3))).toBeNull();
    expect(open(two.key, sealed, partContext('r', 3))).toBeNull();
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at]! ^= 1;
      expect(open(key, changed, partContext('r', 3))).toBeNull();
    }
    expect(open(key, Buffer.alloc(5), partContext('r', 3))).toBeNull();
  });

  it('CR6 a new key in front is for new recordings, and older ones open as long as theirs is among them', () => {
    const { key, stored } = new RecordingKeys([one]).create('r');
    const rotated = new RecordingKeys([two, one]);
    expect(rotated.unwrap('r', stored)).toEqual(key);
    expect(rotated.create('s').stored.keyId).toBe('two');
    expect(rotated.unwrap('s', stored)).toBeNull();
    expect(new RecordingKeys([two]).unwrap('r', stored)).toBeNull();
    expect(new RecordingKeys([{ id: 'one', key: two.key }]).unwrap('r', stored)).toBeNull();
  });

  it('CR6 RECORDING_KEY takes names with keys of 32 bytes, and says what it expects of any other', () => {
    const encoded = one.key.toString('base64');
    expect(readEnvironment({ RECORDING_KEY: `one:${encoded}, two:${two.key.toString('base64url')}` }).recordingKeys).toEqual([one, two]);
    expect(readEnvironment({}).recordingKeys).toEqual([]);
    for (const wrong of [encoded, 'one:short', `one:${encoded},one:${encoded}`, `:${encoded}`]) expect(() => readEnvironment({ RECORDING_KEY: wrong })).toThrow('RECORDING_KEY');
  });
});
