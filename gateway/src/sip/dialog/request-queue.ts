/**
 * Requests of ours within a dialog that must arrive in order (digits, NOTIFYs), one at a time: over UDP a later one could overtake, and the
 * earlier one would be refused as out of order (RFC 3261, 12.2.2).
 */
import type { Core } from 'sip.js';
import type { DialogRequestOptions, InviteDialog } from './invite-dialog.ts';

interface Queued {
  readonly method: string;
  readonly options: DialogRequestOptions;
  readonly onFinal: (response: Core.IncomingResponseMessage) => void;
}

/** More digits than anybody waits for: the peer does not answer. */
const longestQueue = 64;

export class RequestQueue {
  private readonly dialog: InviteDialog;
  private readonly queue: Queued[] = [];
  private busy = false;

  constructor(dialog: InviteDialog) {
    this.dialog = dialog;
  }

  /** False when too many wait already. */
  send(method: string, options: DialogRequestOptions, onFinal: (response: Core.IncomingResponseMessage) => void): boolean {
    if (this.queue.length >= longestQueue) return false;
    this.queue.push({ method, options, onFinal });
    this.next();
    return true;
  }

  clear(): void {
    this.queue.length = 0;
  }

  private next(): void {
    const request = this.busy ? undefined : this.queue.shift();
    if (!request) return;
    this.busy = true;
    this.dialog.request(request.method, request.options, (response) => {
      this.busy = false;
      request.onFinal(response);
      this.next();
    });
  }
}
