/**
 * Proof of audio by value: a party plays two frequencies, the other side must find exactly these, well above their neighbours, without a gap.
 * Pure: makes WAV files (for Chromium's `--use-file-for-fake-audio-capture`) and judges samples by the Goertzel algorithm.
 */

export interface Recording {
  /** Samples a second. */
  readonly rate: number;
  /** Mono, -1 to 1. */
  readonly samples: Float32Array;
}

export interface ToneVerdict {
  /** Per expected frequency: dB over the stronger of its neighbours. */
  readonly overNeighbours: readonly number[];
  /** The longest stretch, in ms, in which either tone was missing. */
  readonly longestGap: number;
  /** Per frequency that must be absent: dB relative to the weakest expected one (negative is good). */
  readonly unwanted: readonly number[];
}

/** 16 bit mono. */
export function toneWav(frequencies: readonly number[], seconds: number, rate = 48_000): Buffer {
  const { samples } = tone(frequencies, seconds, rate);
  const data = Buffer.alloc(samples.length * 2);
  samples.forEach((sample, index) => data.writeInt16LE(Math.round(sample * 32_767), index * 2));
  const header = Buffer.alloc(44);
  header.write('RIFF', 0); header.writeUInt32LE(36 + data.length, 4); header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16); header.writeUInt16LE(1, 20); header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24); header.writeUInt32LE(rate * 2, 28); header.writeUInt16LE(2, 32); header.writeUInt16LE(16, 34);
  header.write('data', 36); header.writeUInt32LE(data.length, 40);
  return Buffer.concat([header, data]);
}

/** The sum of sines, together at half of full scale. Whole periods of 1 s, so that a looped file has no click. */
export function tone(frequencies: readonly number[], seconds: number, rate = 48_000): Recording {
  const samples = new Float32Array(Math.round(seconds * rate));
  for (let index = 0; index < samples.length; index += 1) {
    for (const frequency of frequencies) {
      samples[index] = (samples[index] ?? 0) + Math.sin((2 * Math.PI * frequency * index) / rate) * (0.5 / frequencies.length);
    }
  }
  return { rate, samples };
}

/** Everything that is heard at once, as the ear would have it. Recordings must share their rate. */
export function mix(recordings: readonly Recording[]): Recording {
  const rate = recordings[0]?.rate ?? 48_000;
  const samples = new Float32Array(Math.max(0, ...recordings.map((recording) => recording.samples.length)));
  for (const recording of recordings) {
    if (recording.rate !== rate) throw new Error('recordings of different rates');
    recording.samples.forEach((sample, index) => { samples[index] = (samples[index] ?? 0) + sample; });
  }
  return { rate, samples };
}

/** Window for the presence of a tone: long enough to tell the frequencies apart, short enough to see a gap of 60 ms. */
const windowMs = 20;
const hopMs = 10;
/** Further away than a window's resolution, nearer than any other frequency in use. */
const neighbourDistance = 70;
/** A tone this far below its own usual level is missing. */
const missingBelow = 15;

export function judgeTones(recording: Recording, expected: readonly number[], absent: readonly number[] = []): ToneVerdict {
  const { samples, rate } = recording;
  const levels = expected.map((frequency) => level(samples, rate, frequency));
  const overNeighbours = expected.map((frequency, index) =>
    (levels[index] ?? 0) - Math.max(level(samples, rate, frequency - neighbourDistance), level(samples, rate, frequency + neighbourDistance)));
  const weakest = Math.min(...levels);
  return {
    overNeighbours,
    longestGap: Math.max(...expected.map((frequency) => longestGap(recording, frequency))),
    unwanted: absent.map((frequency) => level(samples, rate, frequency) - weakest),
  };
}

/** Power of one frequency in dB of full scale. A Hann window keeps strong tones from leaking into their neighbours. */
function level(samples: Float32Array, rate: number, frequency: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * frequency) / rate);
  const { length } = samples;
  let before = 0;
  let last = 0;
  for (let index = 0; index < length; index += 1) {
    const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / (length - 1));
    const next = (samples[index] ?? 0) * hann + coefficient * last - before;
    before = last;
    last = next;
  }
  const power = (last * last + before * before - coefficient * last * before) / ((length / 4) ** 2);
  return 10 * Math.log10(Math.max(power, 1e-12));
}

function longestGap({ samples, rate }: Recording, frequency: number): number {
  const size = Math.round((rate * windowMs) / 1000);
  const hop = Math.round((rate * hopMs) / 1000);
  const levels: number[] = [];
  for (let start = 0; start + size <= samples.length; start += hop) levels.push(level(samples.subarray(start, start + size), rate, frequency));
  const usual = levels.slice().sort((a, b) => a - b)[Math.floor(levels.length / 2)] ?? -Infinity;
  if (usual < -60) return Infinity;
  let longest = 0;
  let run = 0;
  for (const value of levels) {
    run = value < usual - missingBelow ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  // n missing windows in a row span n - 1 hops and a window, of which the tone may still hold the edges.
  return longest === 0 ? 0 : (longest - 1) * hopMs + windowMs;
}
