/** The sum of all speakers, for each listener without those they must not hear (their own voice above all). 16 bits, saturated. */

export function mix<Speaker>(frames: ReadonlyMap<Speaker, Int16Array>, heard: readonly Speaker[], length: number): Int16Array {
  const sum = new Int32Array(length);
  for (const speaker of heard) {
    const frame = frames.get(speaker);
    if (frame) for (let index = 0; index < length; index += 1) sum[index] = (sum[index] ?? 0) + (frame[index] ?? 0);
  }
  return Int16Array.from(sum, (value) => Math.max(-32_768, Math.min(32_767, value)));
}
