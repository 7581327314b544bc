/**
 * A hunt: an ordered list that is rung one after the other, from whoever is in charge, round by round. Pure. Who cannot be rung now is
 * skipped and has no hop; they come into question again whenever the list is gone through.
 */

/** How far a contact's hunt has come; part of its state. */
export interface HuntProgress {
  /** From 1. */
  readonly round: number;
  /** Who was rung in this round, in that order: user names and numbers. */
  readonly tried: readonly string[];
  /** When the list was through and nothing followed; the hunt begins again for whoever becomes free after that. Null: it goes on. */
  readonly exhaustedAt: number | null;
}

export interface Hunt {
  /** User names and numbers, in their order. */
  readonly list: readonly string[];
  /** Where a round begins; somebody who is not in the list (any more) stands for its first. */
  readonly inCharge: string;
  /** How often the list is gone through; Infinity: until somebody answers. */
  readonly rounds: number;
}

/** `later`: rung too short a time ago. */
export type Ringable = 'now' | 'later' | 'no';

export type HuntStep =
  | { readonly kind: 'ring'; readonly entry: string; readonly progress: HuntProgress }
  /** The last round is through, with nobody left in it who could be rung. */
  | { readonly kind: 'exhausted' }
  /** Something will happen first: a pause passes, or somebody becomes free. */
  | { readonly kind: 'wait' };

export const huntBegins: HuntProgress = { round: 1, tried: [], exhaustedAt: null };

/** What comes next in a contact's hunt. */
export function huntNext(hunt: Hunt, progress: HuntProgress | null, ringable: (entry: string) => Ringable): HuntStep {
  const exhausted = progress?.exhaustedAt != null;
  let at = progress === null || exhausted ? huntBegins : progress;
  for (;;) {
    const left = inOrder(hunt, at);
    const entry = left.find((one) => ringable(one) === 'now');
    if (entry !== undefined) return { kind: 'ring', entry, progress: { ...at, tried: [...at.tried, entry] } };
    if (left.some((one) => ringable(one) === 'later')) return { kind: 'wait' };
    // A round in which nobody could be rung is no reason for another one.
    if (at.tried.length === 0 || at.round >= hunt.rounds) return exhausted ? { kind: 'wait' } : { kind: 'exhausted' };
    at = { round: at.round + 1, tried: [], exhaustedAt: null };
  }
}

/** An offer that was withdrawn before its time was no try. */
export function huntUndone(progress: HuntProgress | null): HuntProgress | null {
  return progress && { ...progress, tried: progress.tried.slice(0, -1) };
}

/** Who is left in this round: from behind whoever was rung last, and round the end of the list to those who were passed over. */
function inOrder({ list, inCharge }: Hunt, { tried }: HuntProgress): string[] {
  const last = tried.at(-1);
  const from = last === undefined || !list.includes(last) ? Math.max(0, list.indexOf(inCharge)) : list.indexOf(last) + 1;
  return [...list.slice(from), ...list.slice(0, from)].filter((entry) => !tried.includes(entry));
}
