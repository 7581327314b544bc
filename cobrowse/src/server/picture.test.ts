import { describe, expect, it } from 'vitest';
import type { CobrowseFrame } from '#shared/cobrowse-protocol.ts';
import { maxFollowingFrames } from '../policy/limits.ts';
import { Picture } from './picture.ts';

const meta = (seq: number, snapshotEpoch: number): CobrowseFrame => frame(seq, snapshotEpoch, 4, { href: 'about:blank', width: 10, height: 10 });
const full = (seq: number, snapshotEpoch: number): CobrowseFrame =>
  frame(seq, snapshotEpoch, 2, { node: { type: 0, id: 1, childNodes: [] }, initialOffset: { top: 0, left: 0 } });
const resize = (seq: number, snapshotEpoch: number): CobrowseFrame => frame(seq, snapshotEpoch, 3, { source: 4, width: 10, height: 10 });

function frame(seq: number, snapshotEpoch: number, type: number, data: unknown): CobrowseFrame {
  return { envelope: { tab: 't', pageEpoch: 'p', seq, snapshotEpoch }, event: { type, timestamp: 1, data } };
}

const outcomes = (picture: Picture, frames: readonly CobrowseFrame[]): string[] => frames.map((each) => picture.take(each).outcome);

describe('the picture', () => {
  it('CB10 takes frames in strict order, and nothing after a gap until the next snapshot', () => {
    const picture = new Picture();
    expect(outcomes(picture, [resize(0, 0), meta(1, 1), full(2, 1), resize(3, 1), resize(5, 1), resize(6, 1), meta(9, 2), full(10, 2)]))
      .toEqual(['ignored', 'taken', 'taken', 'taken', 'gap', 'ignored', 'taken', 'taken']);
    expect(picture.frames?.map(({ envelope }) => envelope.seq)).toEqual([9, 10]);
  });

  it.each([
    ['a repeated frame', [meta(0, 1), full(1, 1), resize(1, 1)]],
    ['a snapshot without its opening', [meta(0, 1), full(1, 1), full(2, 2)]],
    ['an opening without its snapshot', [meta(0, 1), resize(1, 1)]],
    ['an older snapshot', [meta(0, 2), full(1, 2), meta(2, 1)]],
    ['a frame of another snapshot', [meta(0, 1), full(1, 1), resize(2, 2)]],
  ])('CB10 sees a gap in %s', (_, frames) => {
    expect(outcomes(new Picture(), frames).at(-1)).toBe('gap');
  });

  it('CB9 shows nobody what the policy refuses', () => {
    const picture = new Picture();
    expect(outcomes(picture, [meta(0, 1), full(1, 1), frame(2, 1, 5, { tag: 'x', payload: 1 })])).toEqual(['taken', 'taken', 'refused']);
    expect(picture.frames).toBeNull();
  });

  it('CB11 keeps no more than its bound, and goes on handing frames on', () => {
    const picture = new Picture();
    outcomes(picture, [meta(0, 1), full(1, 1)]);
    for (let seq = 2; seq < maxFollowingFrames + 10; seq += 1) expect(picture.take(resize(seq, 1)).outcome).toBe('taken');
    expect(picture.frames).toBeNull();
    expect(picture.bytes).toBe(0);
  });
});
