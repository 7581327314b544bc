import { describe, expect, it } from 'vitest';
import type { CobrowseFrame } from '#shared/cobrowse-protocol.ts';
import { Playhead, type Cue } from './playhead.ts';

const frame = (seq: number, type: number): CobrowseFrame => ({ envelope: { tab: 't', pageEpoch: 'p', seq, snapshotEpoch: 1 }, event: { type, timestamp: seq, data: {} } });
const change = (at: number) => ({ at, frames: [frame(at, 3)] });
const snapshot = (at: number) => ({ at, frames: [frame(at, 4), frame(at + 1, 2)] });
const paused = (at: number) => ({ at, state: { name: 'paused', reason: 'customer' } as const });
const told = (cues: readonly Cue[]) => cues.map((cue) => ('frames' in cue ? cue.frames.map(({ envelope }) => envelope.seq) : cue.state.name));

function recording(): Playhead {
  const playhead = new Playhead();
  playhead.append([snapshot(0), change(100), change(200), paused(300)]);
  playhead.append([snapshot(400), change(500)]);
  return playhead;
}

describe('the place in a replay', () => {
  it('CR9 goes on in order, shows each moment once, and stops at the end', () => {
    const playhead = recording();
    expect(told(playhead.advanceTo(0))).toEqual([[0, 1]]);
    expect(told(playhead.advanceTo(150))).toEqual([[100]]);
    expect(told(playhead.advanceTo(120))).toEqual([]);
    expect(told(playhead.advanceTo(450))).toEqual([[200], 'paused', [400, 401]]);
    expect(playhead.isAtEnd).toBe(false);
    expect(told(playhead.advanceTo(10_000))).toEqual([[500]]);
    expect([playhead.position, playhead.isAtEnd]).toEqual([500, true]);
  });

  it('CR9 is shown from the snapshot before it, wherever it is sought, and goes on from there', () => {
    const playhead = recording();
    expect(told(playhead.seek(250))).toEqual([[0, 1, 100, 200]]);
    expect(told(playhead.seek(350))).toEqual([[0, 1, 100, 200], 'paused']);
    expect(told(playhead.seek(10_000)).at(0)).toEqual([400, 401, 500]);
    expect(told(playhead.seek(-5))).toEqual([[0, 1]]);
    expect(told(playhead.advanceTo(100))).toEqual([[100]]);
  });

  it('CR9 stands at nothing while nothing is known', () => {
    const playhead = new Playhead();
    expect([playhead.seek(5), playhead.advanceTo(5), playhead.duration]).toEqual([[], [], 0]);
  });
});
