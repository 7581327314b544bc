import { describe, expect, it } from 'vitest';
import { judgeTones, mix, tone, toneWav } from './tone.ts';

const customer = [523, 1319];
const agent = [697, 1637];

describe('judging tones', () => {
  it('MD15 finds both frequencies far over their neighbours, without a gap', () => {
    const verdict = judgeTones(tone(customer, 2), customer, agent);
    expect(Math.min(...verdict.overNeighbours)).toBeGreaterThan(20);
    expect(verdict.longestGap).toBe(0);
    expect(Math.max(...verdict.unwanted)).toBeLessThan(-20);
  });

  it('MD15 does not find the other party\'s frequencies, so swapped legs fail', () => {
    const verdict = judgeTones(tone(agent, 2), customer, agent);
    expect(Math.max(...verdict.overNeighbours)).toBeLessThan(20);
  });

  it('MD15 tells when somebody hears themselves beside the other', () => {
    const verdict = judgeTones(mix([tone(agent, 2), tone(customer, 2)]), agent, customer);
    expect(Math.max(...verdict.unwanted)).toBeGreaterThan(-20);
  });

  it.each([[30, 0, 40], [60, 40, 80], [100, 90, 120], [400, 390, 420]])('MD15 measures a gap of %i ms', (gap, least, most) => {
    const recording = tone(customer, 2, 8000);
    recording.samples.fill(0, 8000, 8000 + gap * 8);
    const { longestGap } = judgeTones(recording, customer);
    expect(longestGap).toBeGreaterThanOrEqual(least);
    expect(longestGap).toBeLessThanOrEqual(most);
  });

  it('MD15 calls silence an endless gap', () => {
    expect(judgeTones({ rate: 8000, samples: new Float32Array(8000) }, customer).longestGap).toBe(Infinity);
  });

  it('MD15 writes a WAV file that begins with its header and holds the seconds asked for', () => {
    const wav = toneWav(customer, 1, 16_000);
    expect(wav.subarray(0, 4).toString()).toBe('RIFF');
    expect(wav.readUInt32LE(24)).toBe(16_000);
    expect(wav.length).toBe(44 + 32_000);
  });
});
