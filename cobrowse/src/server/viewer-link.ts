/** One viewer's socket with back-pressure: a viewer that does not keep up is skipped, and gets the whole picture when it has caught up. */
import type { Socket } from 'socket.io';
import type { CobrowseClaims, CobrowseClientEvents, CobrowseFrame, CobrowseServerEvents, RelayedState } from '#shared/cobrowse-protocol.ts';
import { maxViewerInFlightBytes, maxViewerInFlightMessages } from '../policy/limits.ts';

export type RelaySocket = Socket<CobrowseClientEvents, CobrowseServerEvents, Record<string, never>, { claims: CobrowseClaims }>;

export class ViewerLink {
  readonly socket: RelaySocket;
  readonly #handleCaughtUp: (link: ViewerLink) => void;
  #bytes = 0;
  #messages = 0;
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
    if (this.#messages > 0 && (this.#bytes + bytes > maxViewerInFlightBytes || this.#messages >= maxViewerInFlightMessages)) {
      this.#isBehind = true;
      return false;
    }
    this.#bytes += bytes;
    this.#messages += 1;
    this.socket.emit('frames', frames, () => this.#handleTaken(bytes));
    return true;
  }

  tell(state: RelayedState): void {
    this.socket.emit('sharing', state);
  }

  #handleTaken(bytes: number): void {
    this.#bytes -= bytes;
    this.#messages -= 1;
    if (!this.#isBehind || this.#messages > 0) return;
    this.#isBehind = false;
    this.#handleCaughtUp(this);
  }
}
