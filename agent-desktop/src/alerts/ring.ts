/** The ring of an offer, synthesized: two soft tones, repeated, with no file to load and nothing the CSP must allow. */

export interface Ring {
  start(volume: number): void;
  stop(): void;
}

const periodSeconds = 2;

export function makeRing(): Ring {
  let context: AudioContext | null = null;
  let timer: ReturnType<typeof setInterval> | null = null;
  let output: GainNode | null = null;

  const strike = (): void => {
    if (context === null || output === null || context.state !== 'running') { void context?.resume(); return; }
    const start = context.currentTime + 0.02;
    for (const [index, frequency] of [659.25, 880, 659.25, 880].entries()) {
      const at = start + index * 0.18;
      const tone = context.createOscillator();
      const envelope = context.createGain();
      tone.type = 'triangle';
      tone.frequency.value = frequency;
      envelope.gain.setValueAtTime(0, at);
      envelope.gain.linearRampToValueAtTime(1, at + 0.02);
      envelope.gain.exponentialRampToValueAtTime(0.001, at + 0.32);
      tone.connect(envelope).connect(output);
      tone.start(at);
      tone.stop(at + 0.34);
    }
  };

  return {
    start(volume) {
      if (timer !== null || volume <= 0) return;
      context ??= new AudioContext();
      output = context.createGain();
      output.gain.value = volume * 0.35;
      output.connect(context.destination);
      strike();
      timer = setInterval(strike, periodSeconds * 1000);
    },
    stop() {
      if (timer !== null) clearInterval(timer);
      timer = null;
      output?.disconnect();
      output = null;
    },
  };
}
