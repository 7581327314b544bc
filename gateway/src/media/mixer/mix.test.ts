import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeTones, tone } from '../../../../tests/support/tone.ts';
import { mix } from './mix.ts';

const pcm = (frequencies: readonly number[]): Int16Array => Int16Array.from(tone(frequencies, 1, 8000).samples, (sample) => Math.round(sample * 32_767));

describe('the mix', () => {
  it('MD42 holds each of the others at their own level and nothing of the listener', () => {
    const frames = new Map([['a', pcm([440])], ['b', pcm([700])], ['c', pcm([1100])]]);
    const heard = Float32Array.from(mix(frames, ['b', 'c'], 8000), (sample) => sample / 32_767);
    const verdict = judgeTones({ rate: 8000, samples: heard }, [700, 1100], [440]);
    expect(Math.min(...verdict.overNeighbours)).toBeGreaterThan(40);
    expect(Math.max(...verdict.unwanted)).toBeLessThan(-40);
  });

  it('MD42 is the sum, saturated, whoever is silent', () => {
    const sample = fc.integer({ min: -32_768, max: 32_767 });
    fc.assert(fc.property(fc.array(fc.array(sample, { minLength: 4, maxLength: 4 }), { maxLength: 5 }), (speakers) => {
      const frames = new Map(speakers.map((samples, index) => [index, Int16Array.from(samples)]));
      const mixed = mix(frames, [...frames.keys(), 99], 4);
      for (let at = 0; at < 4; at += 1) {
        const sum = speakers.reduce((total, samples) => total + (samples[at] ?? 0), 0);
        expect(mixed[at]).toBe(Math.max(-32_768, Math.min(32_767, sum)));
      }
    }));
  });
});
