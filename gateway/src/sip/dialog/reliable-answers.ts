/** Acknowledges the reliable provisional answers to an INVITE or re-INVITE of ours (RFC 3262, 4). */
import type { Core } from 'sip.js';
import { optionTags } from './capabilities.ts';
import { credentialsOf } from './invite-dialog.ts';
import type { InviteDialog } from './invite-dialog.ts';

export class ReliableAnswers {
  private readonly request: Core.OutgoingRequestMessage;
  /** The last RSeq of each dialog. */
  private readonly last = new Map<string, number>();

  constructor(request: Core.OutgoingRequestMessage) {
    this.request = request;
  }

  /** Sends PRACK for a reliable answer. `again`: it is a repetition, or came out of order and will be repeated; it says nothing new. */
  take(dialog: InviteDialog, response: Core.IncomingResponseMessage): 'unreliable' | 'acknowledged' | 'again' {
    const header = response.getHeader('rseq')?.trim() ?? '';
    if (!optionTags(response, 'require').has('100rel') || !/^\d{1,10}$/.test(header)) return 'unreliable';
    const sequence = Number(header);
    const last = this.last.get(dialog.id);
    if (last !== undefined && sequence !== last + 1) return 'again';
    this.last.set(dialog.id, sequence);
    dialog.request('PRACK', { headers: [`RAck: ${sequence} ${this.request.cseq} INVITE`, ...credentialsOf(this.request)] });
    return 'acknowledged';
  }
}
