/**
 * Where a replay stands and what is to be shown next. Pure: time comes from outside, in milliseconds of the recording.
 *
 * A place in the middle is shown from the snapshot before it, as a late joiner is shown the live page.
 */
import type { CobrowseFrame, RelayedState } from '#shared/cobrowse-protocol.ts';
import type { RecordedItem } from '#shared/cobrowse-recording.ts';
import { eventTypes } from '../policy/sanitizer.ts';

/** What the viewer has to be told, in order. */
export type Cue = { readonly frames: readonly CobrowseFrame[] } | { readonly state: RelayedState };

type Moment = Exclude<RecordedItem, { readonly asset: unknown }>;

export class Playhead {
  readonly #items: Moment[] = [];
  /** Of the first item that has not been shown. */
  #next = 0;
  #position = 0;

  /** More of the recording, in order. What pictures and fonts it needs has no place in time. */
  append(items: readonly RecordedItem[]): void {
    for (const item of items) if (!('asset' in item)) this.#items.push(item);
  }

  /** How far the recording is known. */
  get duration(): number {
    return this.#items.at(-1)?.at ?? 0;
  }

  get position(): number {
    return this.#position;
  }

  get isAtEnd(): boolean {
    return this.#position >= this.duration;
  }

  /** Goes on to a later place, and answers what happened until then. */
  advanceTo(position: number): Cue[] {
    this.#position = Math.min(Math.max(position, this.#position), this.duration);
    const begin = this.#next;
    while ((this.#items[this.#next]?.at ?? Number.POSITIVE_INFINITY) <= this.#position) this.#next += 1;
    return this.#items.slice(begin, this.#next).map(cueOf);
  }

  /** Goes anywhere, and answers what makes up the picture there: the last snapshot and what followed it, and how things stood. */
  seek(position: number): Cue[] {
    this.#position = Math.min(Math.max(position, 0), this.duration);
    const after = this.#items.findIndex(({ at }) => at > this.#position);
    this.#next = after === -1 ? this.#items.length : after;
    const past = this.#items.slice(0, this.#next);
    const from = Math.max(0, past.findLastIndex((item) => 'frames' in item && item.frames.some(({ event }) => event.type === eventTypes.meta)));
    const frames = past.slice(from).flatMap((item) => ('frames' in item ? item.frames : []));
    const state = past.findLast((item) => 'state' in item);
    return [...frames.length === 0 ? [] : [{ frames }], ...state === undefined ? [] : [cueOf(state)]];
  }
}

function cueOf(item: Moment): Cue {
  return 'frames' in item ? { frames: item.frames } : { state: item.state };
}
