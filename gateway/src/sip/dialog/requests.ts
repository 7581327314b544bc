/**
 * Where a request of a peer goes: to the transaction that it repeats or cancels, to its dialog, or, an INVITE, to whoever takes calls. In front
 * of SIP.js' core, which knows no UPDATE, answers 404 to any user part but its own and takes an ACK only where it expects one.
 */
import { Core } from 'sip.js';
import type { Logger } from 'pino';
import { acceptHeader, allowHeader } from './capabilities.ts';
import type { IncomingCall } from './dialog.ts';
import { receiveInvite } from './incoming.ts';
import { InviteDialog } from './invite-dialog.ts';
import { InviteServer } from './invite-server.ts';
import { defaultDialogLimits } from './limits.ts';
import type { DialogLimits } from './limits.ts';

export interface IncomingRequest {
  readonly core: Core.UserAgentCore;
  /** Read and judged (message-filter.ts), from a peer that has proven who it is. */
  readonly message: Core.IncomingRequestMessage;
  readonly onInvite: (call: IncomingCall) => void;
  readonly limits?: Partial<DialogLimits>;
  readonly log: Logger;
}

/** Every request of a peer but REGISTER. */
export function receiveRequest({ core, message, onInvite, limits, log }: IncomingRequest): void {
  const transaction = core.userAgentServers.get(message.viaBranch);
  if (message.method === 'CANCEL') {
    // RFC 3261, 9.2: 200 where there is something to cancel, else 481.
    core.receiveIncomingRequestFromTransport(message);
    if (transaction instanceof InviteServer && transaction.pending) transaction.onCancel(message);
    return;
  }
  // RFC 6026, 7.1: the ACK to a 2xx is for the dialog, also where a peer gives it the branch of its INVITE.
  const forDialog = message.method === 'ACK' && (!transaction || transaction.transaction.state === Core.TransactionState.Accepted);
  if (transaction && !forDialog) {
    core.receiveIncomingRequestFromTransport(message);
    return;
  }
  const dialog = core.dialogs.get(`${message.callId}${message.toTag}${message.fromTag}`);
  if (dialog instanceof InviteDialog) {
    dialog.receiveRequest(message);
  } else if (message.method === 'INVITE' && !message.toTag) {
    receiveInvite({ core, message, onInvite, limits: { ...defaultDialogLimits, ...limits }, log });
  } else if (message.toTag) {
    // RFC 3261, 12.2.2: the dialog is unknown here, or over.
    if (message.method !== 'ACK') core.replyStateless(message, { statusCode: 481 });
  } else {
    outsideDialog(core, message);
  }
}

function outsideDialog(core: Core.UserAgentCore, message: Core.IncomingRequestMessage): void {
  switch (message.method) {
    case 'ACK': return;
    case 'OPTIONS': core.replyStateless(message, { statusCode: 200, extraHeaders: [allowHeader, acceptHeader] }); return;
    // RFC 3261, 15.1.2 and its like: what belongs into a dialog and names none.
    case 'BYE':
    case 'INFO':
    case 'PRACK':
    case 'UPDATE': core.replyStateless(message, { statusCode: 481 }); return;
    case 'REFER': core.replyStateless(message, { statusCode: 403, reasonPhrase: 'Only within a call' }); return;
    // RFC 6665, 7.2.2: no event is offered.
    case 'NOTIFY':
    case 'SUBSCRIBE': core.replyStateless(message, { statusCode: 489 }); return;
    default: core.replyStateless(message, { statusCode: 405, extraHeaders: [allowHeader] });
  }
}
