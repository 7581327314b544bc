import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AgentView } from '#shared/agent-protocol.ts';
import { noView, withView } from './latest-view.ts';

const view = (epoch: string, seq: number): AgentView => ({ epoch, seq }) as AgentView;

describe('choosing the view to render', () => {
  it('AD3 renders the highest sequence number of an epoch, in whatever order views arrive', () => {
    fc.assert(fc.property(fc.array(fc.nat(50), { minLength: 1 }), (sequence) => {
      const track = sequence.reduce((track, seq) => withView(track, view('a', seq)), noView);
      expect(track.view?.seq).toBe(Math.max(...sequence));
    }));
  });

  it('AD3 takes a new epoch whatever its number, and never goes back to one that was left', () => {
    let track = withView(noView, view('a', 40));
    track = withView(track, view('b', 1));
    expect(track.view).toEqual(view('b', 1));
    track = withView(track, view('a', 41));
    expect(track.view).toEqual(view('b', 1));
  });

  it('AD3 leaves the state as it is when nothing is newer', () => {
    const track = withView(noView, view('a', 2));
    expect(withView(track, view('a', 2))).toBe(track);
  });
});
