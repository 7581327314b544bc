/** How loud a microphone is, many times a second, for the bar of the check. */

/** Calls `handleLevel` with 0 to 1 at every frame drawn; the answer ends it. */
export function watchLevel(track: MediaStreamTrack, handleLevel: (level: number) => void): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let shown = 0;
  let frame = requestAnimationFrame(function draw() {
    analyser.getFloatTimeDomainData(samples);
    // Falls slowly and rises at once, as the eye expects of a meter.
    shown = Math.max(levelOf(samples), shown * 0.9);
    handleLevel(shown);
    frame = requestAnimationFrame(draw);
  });
  return () => {
    cancelAnimationFrame(frame);
    context.close().catch(() => undefined);
  };
}

/** −60 dB to 0 dB, spread evenly over 0 to 1: loudness as it is heard. */
export function levelOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 10 * Math.log10(sum / samples.length + 1e-9);
  return Math.min(1, Math.max(0, (decibels + 60) / 60));
}
