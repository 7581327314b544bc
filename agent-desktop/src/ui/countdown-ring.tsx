/** The ring that empties while an offer runs out, with the seconds in it. */
import type { ReactNode } from 'react';
import { useNow } from './desk-context.tsx';

const radius = 34;
const length = 2 * Math.PI * radius;

/** `from` and `until` are ISO times of the gateway. */
export function CountdownRing({ from, until, label }: { from: string; until: string; label: string }): ReactNode {
  const now = useNow(250);
  const end = Date.parse(until);
  const left = Math.max(0, end - now);
  const share = Math.min(1, left / Math.max(1, end - Date.parse(from)));
  const seconds = Math.ceil(left / 1000);
  return (
    <div className="ring" data-urgent={seconds <= 5 || undefined} role="timer" aria-label={`${label}: ${seconds}`}>
      <svg viewBox="0 0 80 80" aria-hidden>
        <circle className="ring-track" cx="40" cy="40" r={radius} />
        <circle className="ring-left" cx="40" cy="40" r={radius} strokeDasharray={length} strokeDashoffset={length * (1 - share)} />
      </svg>
      <span className="ring-seconds" aria-hidden>{seconds}</span>
    </div>
  );
}
