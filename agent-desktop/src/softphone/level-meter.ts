/** Measures how loud a track is, for the level bar and the hint that a muted agent is speaking. */

export interface LevelMeter {
  /** 0 (silence) to 1. */
  level(): number;
  close(): void;
}

export function openLevelMeter(track: MediaStreamTrack): LevelMeter {
  const context = new AudioContext();
  const source = context.createMediaStreamSource(new MediaStream([track]));
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  return {
    level() {
      // Made before the page's first gesture (after a reload), it starts with the first one.
      if (context.state === 'suspended' && navigator.userActivation?.hasBeenActive) void context.resume();
      analyser.getFloatTimeDomainData(samples);
      let sum = 0;
      for (const sample of samples) sum += sample * sample;
      const decibels = 10 * Math.log10(sum / samples.length + 1e-10);
      return Math.min(1, Math.max(0, (decibels + 60) / 50));
    },
    close() { void context.close(); },
  };
}
