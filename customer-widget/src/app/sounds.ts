/** Every sound of the widget, synthesized: no files, so nothing to allow in the page's CSP and nothing to wait for. */

interface Note {
  /** Hertz. */
  readonly pitch: number;
  /** Seconds after the beginning. */
  readonly at: number;
  readonly seconds: number;
}

const melodies = {
  yourTurn: [{ pitch: 659, at: 0, seconds: 0.5 }, { pitch: 831, at: 0.16, seconds: 0.5 }, { pitch: 988, at: 0.32, seconds: 0.9 }],
  connected: [{ pitch: 523, at: 0, seconds: 0.25 }, { pitch: 784, at: 0.12, seconds: 0.4 }],
  ended: [{ pitch: 523, at: 0, seconds: 0.25 }, { pitch: 392, at: 0.14, seconds: 0.5 }],
  message: [{ pitch: 880, at: 0, seconds: 0.3 }],
  test: [{ pitch: 523, at: 0, seconds: 0.4 }, { pitch: 659, at: 0.2, seconds: 0.4 }, { pitch: 784, at: 0.4, seconds: 0.7 }],
  hold: [{ pitch: 440, at: 0, seconds: 0.7 }, { pitch: 554, at: 0.35, seconds: 0.9 }],
  ringback: [{ pitch: 425, at: 0, seconds: 1 }],
} as const satisfies Readonly<Record<string, readonly Note[]>>;

export type Melody = keyof typeof melodies;

/** How often a repeated melody begins anew, in milliseconds. */
const period: Readonly<Partial<Record<Melody, number>>> = { yourTurn: 2_400, hold: 6_000, ringback: 4_000 };

export class Sounds {
  #context: AudioContext | null = null;
  #repeat: { readonly melody: Melody; readonly timer: ReturnType<typeof setInterval> } | null = null;

  /** Best called inside a press: browsers let a page sound only after one. */
  unlock(): void {
    this.#context ??= new AudioContext();
    if (this.#context.state === 'suspended') this.#context.resume().catch(() => undefined);
  }

  play(melody: Melody): void {
    this.unlock();
    const context = this.#context;
    if (context === null) return;
    for (const note of melodies[melody]) ring(context, note);
  }

  /** A key of the keypad, heard here alone (ITU-T Q.23). */
  tone(digit: string): void {
    this.unlock();
    const context = this.#context;
    const place = '123456789*0#'.indexOf(digit);
    const [low, high] = [[697, 770, 852, 941][Math.floor(place / 3)], [1209, 1336, 1477][place % 3]];
    if (context === null || low === undefined || high === undefined) return;
    for (const pitch of [low, high]) ring(context, { pitch, at: 0, seconds: 0.16 });
  }

  /** The one melody that goes on by itself now, or none. */
  repeat(melody: Melody | null): void {
    if (this.#repeat?.melody === melody || (this.#repeat === null && melody === null)) return;
    clearInterval(this.#repeat?.timer);
    this.#repeat = null;
    if (melody === null) return;
    this.play(melody);
    this.#repeat = { melody, timer: setInterval(() => this.play(melody), period[melody] ?? 4_000) };
  }

  close(): void {
    this.repeat(null);
    this.#context?.close().catch(() => undefined);
    this.#context = null;
  }
}

/** A soft bell: a sine with a little of its octave, quick to come and slow to go. */
function ring(context: AudioContext, { pitch, at, seconds }: Note): void {
  const start = context.currentTime + at;
  const gain = context.createGain();
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(0.16, start + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0005, start + seconds);
  gain.connect(context.destination);
  for (const [ratio, share] of [[1, 1], [2, 0.25]] as const) {
    const tone = context.createOscillator();
    const level = context.createGain();
    tone.frequency.value = pitch * ratio;
    level.gain.value = share;
    tone.connect(level).connect(gain);
    tone.start(start);
    tone.stop(start + seconds);
  }
}
