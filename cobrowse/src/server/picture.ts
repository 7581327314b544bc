/**
 * What a late joiner is shown: the last full snapshot of the live page and everything that followed it, within bounds, in strict order.
 * Checks every frame on its way in; knows no sockets.
 *
 *   lost ──Meta with a newer snapshotEpoch──▶ begun ──FullSnapshot──▶ complete ──gap or refused event──▶ lost
 */
import type { CobrowseFrame } from '#shared/cobrowse-protocol.ts';
import { checkEvent } from '../policy/checker.ts';
import { maxFollowingBytes, maxFollowingFrames, sizeOf } from '../policy/limits.ts';
import { PageBook } from '../policy/page-book.ts';
import { eventTypes } from '../policy/sanitizer.ts';

/**
 *  - taken: in order and clean, to be handed on            - gap: something before it is missing
 *  - refused: the policy would have to change it           - ignored: out of use until the next snapshot, which is asked for already
 */
export type Outcome = 'taken' | 'gap' | 'refused' | 'ignored';

export interface Taken {
  readonly outcome: Outcome;
  /** The frame to hand on; null unless taken. */
  readonly clean: CobrowseFrame | null;
  /** Of the frame to hand on, as `sizeOf` estimates them: a walk through all of it, done once. */
  readonly bytes: number;
  /** Secrets that the page let through, and that were masked here. */
  readonly redactions: number;
}

export class Picture {
  readonly #book = new PageBook();
  #phase: 'lost' | 'begun' | 'complete' = 'lost';
  #nextSeq = 0;
  #snapshotEpoch = -1;
  /** Null when too much followed the snapshot to be kept; frames are still handed on. */
  #frames: CobrowseFrame[] | null = null;
  #bytes = 0;
  #snapshotBytes = 0;

  /** Bytes held, as `sizeOf` estimates them. */
  get bytes(): number {
    return this.#bytes;
  }

  get isComplete(): boolean {
    return this.#phase === 'complete';
  }

  /** The frames that make up the picture, or null when there is none to show. */
  get frames(): readonly CobrowseFrame[] | null {
    return this.#phase === 'complete' ? this.#frames : null;
  }

  pathOf(nodeId: number): string | null {
    return this.#book.pathOf(nodeId);
  }

  /** Answers what became of the frame and, when taken, the clean copy to hand on. */
  take(frame: CobrowseFrame): Taken {
    const { envelope, event } = frame;
    const isBeginning = event.type === eventTypes.meta && envelope.snapshotEpoch > this.#snapshotEpoch && envelope.seq >= this.#nextSeq;
    if (!isBeginning) {
      if (this.#phase === 'lost') return { outcome: 'ignored', clean: null, bytes: 0, redactions: 0 };
      if (envelope.seq !== this.#nextSeq || envelope.snapshotEpoch !== this.#snapshotEpoch || !this.#fitsPhase(event.type)) return this.#lose('gap');
    }
    const checked = checkEvent(event, this.#book);
    if (checked === null) return this.#lose('refused');
    const clean = { envelope, event: checked.event };
    if (isBeginning) this.#begin(envelope.snapshotEpoch);
    this.#nextSeq = envelope.seq + 1;
    const bytes = sizeOf(clean);
    this.#keep(clean, bytes);
    return { outcome: 'taken', clean, bytes, redactions: checked.redactions };
  }

  /** Forgets what is shown, and waits for the next snapshot. */
  clear(): void {
    this.#phase = 'lost';
    this.#frames = null;
    this.#bytes = 0;
    this.#book.clear();
  }

  /** Gives the memory back, but goes on handing frames on. */
  stopKeeping(): void {
    this.#frames = null;
    this.#bytes = 0;
  }

  #fitsPhase(eventType: number): boolean {
    return (this.#phase === 'begun') === (eventType === eventTypes.fullSnapshot);
  }

  #begin(snapshotEpoch: number): void {
    this.#phase = 'begun';
    this.#snapshotEpoch = snapshotEpoch;
    this.#frames = [];
    this.#bytes = 0;
    this.#snapshotBytes = 0;
  }

  #keep(frame: CobrowseFrame, bytes: number): void {
    if (frame.event.type === eventTypes.fullSnapshot) this.#phase = 'complete';
    if (this.#frames === null) return;
    this.#bytes += bytes;
    this.#frames.push(frame);
    if (frame.event.type === eventTypes.fullSnapshot) this.#snapshotBytes = this.#bytes;
    if (this.#bytes - this.#snapshotBytes > Math.max(maxFollowingBytes, this.#snapshotBytes) && this.#phase === 'complete') this.stopKeeping();
    else if (this.#frames.length > maxFollowingFrames) this.stopKeeping();
  }

  #lose(outcome: 'gap' | 'refused'): Taken {
    this.clear();
    return { outcome, clean: null, bytes: 0, redactions: 0 };
  }
}
