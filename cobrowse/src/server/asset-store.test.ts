import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { maxAssetBytes, maxSessionAssetBytes, maxSessionAssets, maxTotalAssetBytes } from '../policy/limits.ts';
import { AssetStore, AssetUpload, SessionAssets, type AssetOffer } from './asset-store.ts';

const picture = Buffer.concat([Buffer.from('GIF89a', 'latin1'), Buffer.alloc(50)]);
const offerOf = (bytes: Buffer, more: Partial<AssetOffer> = {}): AssetOffer => ({ hash: createHash('sha256').update(bytes).digest('hex'), type: 'image/gif', size: bytes.length, ...more });

describe('pictures on the relay', () => {
  it('CB52 arrive in pieces, in order, and are what was offered', () => {
    const upload = new AssetUpload(offerOf(picture));
    expect(upload.take(0, picture.subarray(0, 20))).toBe('more');
    expect(upload.take(20, picture.subarray(20))).toBe('complete');
    expect(upload.asset()).toEqual({ type: 'image/gif', bytes: picture });
  });

  it.each([
    ['a hole', (upload: AssetUpload) => upload.take(1, picture)],
    ['nothing', (upload: AssetUpload) => upload.take(0, Buffer.alloc(0))],
    ['too much', (upload: AssetUpload) => upload.take(0, Buffer.concat([picture, picture]))],
    ['something else', (upload: AssetUpload) => upload.take(0, Buffer.from(picture).fill(7, 30))],
  ])('CB52 are refused with %s', (_what, take) => {
    expect(take(new AssetUpload(offerOf(picture)))).toBe('bad');
  });

  it('CB52 are refused when they are of another kind than they say', () => {
    expect(new AssetUpload(offerOf(picture, { type: 'image/png' })).take(0, picture)).toBe('bad');
  });

  it('CB52 are held once for all sessions, and no longer than by the last', () => {
    const store = new AssetStore();
    const [one, other] = [new SessionAssets(store), new SessionAssets(store)];
    const { hash } = offerOf(picture);
    one.add(hash, { type: 'image/gif', bytes: picture });
    // That somebody else has it is not to be learned: it is wanted all the same.
    expect(other.judge(offerOf(picture))).toBe('wanted');
    expect(other.get(hash)).toBeNull();
    other.add(hash, { type: 'image/gif', bytes: Buffer.from(picture) });
    expect(other.get(hash)?.bytes).toBe(picture);
    expect(store.bytes).toBe(picture.length);
    one.clear();
    expect(store.bytes).toBe(picture.length);
    other.drop(hash);
    other.drop(hash);
    expect(store.bytes).toBe(0);
  });

  it('CB52 are bounded in number and bytes: what was offered or asked for least lately goes', () => {
    const assets = new SessionAssets(new AssetStore());
    for (let count = 0; count < maxSessionAssets; count += 1) assets.add(String(count), { type: 'image/gif', bytes: picture });
    assets.get('0');
    assets.judge(offerOf(picture, { hash: '1' }));
    assets.add('new', { type: 'image/gif', bytes: picture });
    expect(['0', '1', '2', 'new'].map((hash) => assets.get(hash) !== null)).toEqual([true, true, false, true]);
    assets.add('large', { type: 'image/gif', bytes: Buffer.alloc(maxSessionAssetBytes) });
    expect(['0', 'new', 'large'].map((hash) => assets.get(hash) !== null)).toEqual([false, false, true]);
  });

  it('CB52 are refused when one is too large, or all sessions together have no room', () => {
    const store = new AssetStore();
    expect(new SessionAssets(store).judge(offerOf(picture, { size: maxAssetBytes + 1 }))).toBe('full');
    store.hold('everything', { type: 'image/gif', bytes: Buffer.alloc(maxTotalAssetBytes) });
    expect(new SessionAssets(store).judge(offerOf(picture))).toBe('full');
  });
});
