/** How long a contact will probably wait, as a range; nothing where there is too little to go by. Pure. */
import type { WaitRange } from '#shared/vocabulary.ts';

export interface WaitInput {
  /** 1 is next. */
  readonly position: number;
  /** Agents who serve this queue and are at work (available or busy with a contact). */
  readonly agents: number;
  /** How many of them are idle now. */
  readonly idle: number;
  /** Seconds from connecting to being free again, of recent contacts; newest first. */
  readonly handleTimes: readonly number[];
}

/** Below this many answered contacts a mean says nothing. */
const leastSamples = 5;
/** An idle agent still has to notice and accept. */
const offerSeconds = 20;

/**
 * With all agents busy the queue moves `agents` times per mean handle time, so the wait at position n is the sum of n such
 * intervals: mean n·AHT/agents, deviation √n·AHT/agents. The range is one deviation to each side: about two thirds of all waits.
 */
export function expectedWait({ position, agents, idle, handleTimes }: WaitInput): WaitRange | null {
  if (idle >= position) return { low: 0, high: offerSeconds };
  if (agents === 0 || handleTimes.length < leastSamples) return null;
  const step = handleTimes.reduce((sum, seconds) => sum + seconds, 0) / handleTimes.length / agents;
  const ahead = position - idle;
  const mean = ahead * step;
  const deviation = Math.sqrt(ahead) * step;
  return { low: Math.max(0, Math.floor(mean - deviation)), high: Math.ceil(mean + deviation) };
}
