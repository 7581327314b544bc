/** One viewer's socket with back-pressure: a viewer that does not keep up is skipped, and gets the whole picture when it has caught up. */
import type { Socket } from 'socket.io';
import type { CobrowseClaims, CobrowseClientEvents, CobrowseFrame, CobrowseServerEvents, RelayedState } from '#shared/cobrowse-protocol.ts';
import { acknowledgeEveryBytes, acknowledgeEveryMessages, maxViewerInFlightBytes, maxViewerInFlightMessages } from '../policy/limits.ts';

export type RelaySocket = Socket<CobrowseClientEvents, CobrowseServerEvents, Record<string, never>, { claims: CobrowseClaims }>;

/** How far the stream to the viewer has come, from its beginning. */
interface Mark {
  readonly messages: number;
  readonly bytes: number;
}

const beginning: Mark = { messages: 0, bytes: 0 };

export class ViewerLink {
  readonly socket: RelaySocket;
  readonly #handleCaughtUp: (link: ViewerLink) => void;
  #sent = beginning;
  /** Up to where an acknowledgement was asked for, and has come: one answers for all before it. */
  #asked = beginning;
  #taken = beginning;
  #isBehind = false;

  constructor(socket: RelaySocket, handleCaughtUp: (link: ViewerLink) => void) {
    this.socket = socket;
    this.#handleCaughtUp = handleCaughtUp;
  }

  get isBehind(): boolean {
    return this.#isBehind;
  }

  /** Answers false when the viewer has just fallen behind. */
  push(frames: readonly CobrowseFrame[], bytes: number): boolean {
    if (this.#isBehind) return true;
    const sent = { messages: this.#sent.messages + 1, bytes: this.#sent.bytes + bytes };
    // Without an answer to wait for nothing would ever say that it has caught up.
    if (this.#isAnswerDue && (sent.bytes - this.#taken.bytes > maxViewerInFlightBytes || sent.messages - this.#taken.messages > maxViewerInFlightMessages)) {
      this.#isBehind = true;
      return false;
    }
    this.#sent = sent;
    if (sent.messages - this.#asked.messages < acknowledgeEveryMessages && sent.bytes - this.#asked.bytes < acknowledgeEveryBytes) {
      this.socket.emit('frames', frames);
    } else {
      this.#asked = sent;
      this.socket.emit('frames', frames, () => this.#handleTaken(sent));
    }
    return true;
  }

  tell(state: RelayedState): void {
    this.socket.emit('sharing', state);
  }

  get #isAnswerDue(): boolean {
    return this.#asked.messages > this.#taken.messages;
  }

  #handleTaken(upTo: Mark): void {
    if (upTo.messages > this.#taken.messages) this.#taken = upTo;
    if (!this.#isBehind || this.#isAnswerDue) return;
    this.#isBehind = false;
    this.#handleCaughtUp(this);
  }
}
