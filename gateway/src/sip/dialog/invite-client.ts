/**
 * The INVITE that begins a call (RFC 3261, 13.2): its provisional answers with the early dialogs they make, reliable ones acknowledged with
 * PRACK (RFC 3262), and each 2xx, of which a forking proxy may let through several. What SIP.js' own client of INVITE would do, without its
 * session layer, which takes the first early description for the final one and allows neither UPDATE nor forks.
 */
import { Core } from 'sip.js';
import { credentialsOf, InviteDialog, statusOf } from './invite-dialog.ts';
import { ReliableAnswers } from './reliable-answers.ts';

export interface InviteClientListener {
  /** Any first sign of life, 100 Trying included. */
  onTrying(): void;
  /** 101 to 199, each reliable one once. Without a tag there is no dialog, and with a fork each has its own. */
  onProgress(response: Core.IncomingResponseMessage, dialog: InviteDialog | null, reliable: boolean): void;
  /** A 2xx of a dialog that gave none yet. To be acknowledged, whatever becomes of it. */
  onAccept(response: Core.IncomingResponseMessage, dialog: InviteDialog): void;
  /** The one final answer that is no 2xx; also the 408 and 503 that stand for silence and a dead connection. */
  onFailure(response: Core.IncomingResponseMessage): void;
}

/** Forks whose ringing is followed; no proxy rings more phones for one call, and a peer that makes up tags costs no more than these. */
const mostForks = 32;

export class InviteClient extends Core.UserAgentClient {
  private readonly listener: InviteClientListener;
  private readonly dialogs = new Map<string, InviteDialog>();
  private readonly reliable: ReliableAnswers;
  private readonly accepted = new Set<string>();
  private canceled = false;

  constructor(core: Core.UserAgentCore, message: Core.OutgoingRequestMessage, listener: InviteClientListener) {
    super(Core.InviteClientTransaction, core, message);
    this.listener = listener;
    this.reliable = new ReliableAnswers(message);
  }

  /** CANCEL, now or as soon as a provisional answer allows it (RFC 3261, 9.1). A 2xx may still cross it. */
  stop(headers: readonly string[]): void {
    if (this.canceled) return;
    this.canceled = true;
    const { state } = this.transaction;
    if (state === Core.TransactionState.Calling || state === Core.TransactionState.Proceeding) this.cancel(undefined, { extraHeaders: [...headers] });
  }

  acknowledge(dialog: InviteDialog): void {
    if (!(this.transaction instanceof Core.InviteClientTransaction)) return;
    this.transaction.ackResponse(dialog.write('ACK', { headers: credentialsOf(this.message) }, this.message.cseq));
  }

  /** Takes the request away with its early dialogs, whatever its transaction still waits for. */
  abandon(): void {
    this.core.userAgentClients.delete(`${this.transaction.id}${this.message.method}`);
    this.dispose();
  }

  /** Early dialogs that no 2xx confirmed end with the request (RFC 3261, 13.2.2.4). */
  override dispose(): void {
    for (const [id, dialog] of this.dialogs) if (!this.accepted.has(id)) dialog.dispose();
    super.dispose();
  }

  protected override receiveResponse(response: Core.IncomingResponseMessage): void {
    // What was canceled is not tried again with credentials.
    if (!this.canceled && !this.authenticationGuard(response)) return;
    const status = statusOf(response);
    if (status < 200) {
      this.listener.onTrying();
      if (status > 100) this.progress(response);
    } else if (status < 300) {
      this.accept(response);
    } else {
      for (const dialog of this.dialogs.values()) dialog.dispose();
      this.listener.onFailure(response);
    }
  }

  /** After an answer only an ACK can still fail to leave, and the peer's repeated 2xx brings it again. */
  protected override onTransportError(error: Core.TransportError): void {
    if (this.transaction.state === Core.TransactionState.Calling) super.onTransportError(error);
  }

  private progress(response: Core.IncomingResponseMessage): void {
    if (!response.toTag || (this.dialogs.size >= mostForks && !this.dialogs.has(this.idOf(response)))) {
      this.listener.onProgress(response, null, false);
      return;
    }
    const dialog = this.dialogOf(response);
    dialog.learn(response);
    const taken = this.reliable.take(dialog, response);
    if (taken !== 'again') this.listener.onProgress(response, dialog, taken === 'acknowledged');
  }

  private accept(response: Core.IncomingResponseMessage): void {
    // RFC 3261, 12.1.2: without a tag there is no dialog to speak in; nothing can be acknowledged.
    if (!response.toTag) {
      this.listener.onFailure(malformed());
      return;
    }
    const dialog = this.dialogOf(response);
    if (this.accepted.has(dialog.id)) return;
    this.accepted.add(dialog.id);
    if (dialog.early) {
      dialog.confirm();
      // RFC 3261, 13.2.2.4: the 2xx says the route set again, for peers that did not in a 1xx.
      dialog.recomputeRouteSet(response);
    }
    dialog.learn(response);
    this.listener.onAccept(response, dialog);
  }

  private dialogOf(response: Core.IncomingResponseMessage): InviteDialog {
    const known = this.dialogs.get(this.idOf(response));
    if (known) return known;
    const dialog = InviteDialog.ofResponse(this.core, this.message, response);
    this.dialogs.set(dialog.id, dialog);
    return dialog;
  }

  private idOf(response: Core.IncomingResponseMessage): string {
    return `${this.message.callId}${this.message.fromTag}${response.toTag}`;
  }
}

function malformed(): Core.IncomingResponseMessage {
  const response = new Core.IncomingResponseMessage();
  response.statusCode = 502;
  response.reasonPhrase = 'Malformed answer';
  return response;
}
