/** Durations as a clock shows them, and wait ranges as people say them. */
import type { WaitRange } from '#shared/vocabulary.ts';
import type { Translate } from '../i18n/translate.ts';

/** 65 → `1:05`, 3605 → `1:00:05`. Never negative. */
export function clockTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** Seconds from an ISO time to `now`; 0 where there is none. */
export function secondsSince(at: string | null, now: number): number {
  return at === null ? 0 : Math.max(0, (now - Date.parse(at)) / 1000);
}

/** Whole minutes for a range of seconds, as an agent would tell it a customer. */
export function waitText(range: WaitRange | null, text: Translate): string {
  if (range === null) return text('queue.ewtUnknown');
  const low = Math.floor(range.low / 60);
  const high = Math.max(1, Math.ceil(range.high / 60));
  return low === 0 ? text('queue.ewtBelow', { high }) : text('queue.ewtRange', { low, high });
}
