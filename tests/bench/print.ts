/** One line for a series of measurements in milliseconds: median, 95th percentile and worst. */
export function print(what: string, milliseconds: readonly number[]): void {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
  process.stdout.write(`${what}: p50 ${Math.round(at(0.5))} ms, p95 ${Math.round(at(0.95))} ms, worst ${Math.round(at(1))} ms of ${sorted.length}\n`);
}
