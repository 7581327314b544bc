/** The tone of a key of the dial pad, heard by the agent alone, so that a press is felt to have worked (ITU-T Q.23). */

const columns: Readonly<Record<string, number>> = { 1: 1209, 2: 1336, 3: 1477, 4: 1209, 5: 1336, 6: 1477, 7: 1209, 8: 1336, 9: 1477, '*': 1209, 0: 1336, '#': 1477 };
const rows: Readonly<Record<string, number>> = { 1: 697, 2: 697, 3: 697, 4: 770, 5: 770, 6: 770, 7: 852, 8: 852, 9: 852, '*': 941, 0: 941, '#': 941 };
const seconds = 0.12;

let context: AudioContext | null = null;

export function playKeyTone(digit: string): void {
  context ??= new AudioContext();
  const gain = context.createGain();
  gain.gain.value = 0.05;
  gain.connect(context.destination);
  for (const frequency of [rows[digit], columns[digit]]) {
    if (frequency === undefined) continue;
    const tone = context.createOscillator();
    tone.frequency.value = frequency;
    tone.connect(gain);
    tone.start();
    tone.stop(context.currentTime + seconds);
  }
}
