/**
 * One dialog on the wire that an INVITE began (RFC 3261, 12): tags, sequence numbers, route set and target, which SIP.js' `Dialog` keeps, and
 * the requests within it in both directions. What they mean is for `session.ts` and, until a call is answered, for who rings.
 */
import { Core } from 'sip.js';
import { allowHeader } from './capabilities.ts';

export interface DialogRequestOptions {
  readonly headers?: readonly string[];
  readonly body?: { readonly contentType: string; readonly content: string };
}

export class InviteDialog extends Core.Dialog {
  /** Who hears the peer's requests, in order and each once; ACK too. Whoever holds the dialog sets it; nobody holds what was canceled. */
  onRequest: (message: Core.IncomingRequestMessage) => void = (message) => {
    if (message.method !== 'ACK') this.core.replyStateless(message, { statusCode: 481 });
  };

  private peerMethods: ReadonlySet<string> | null = null;

  /** The dialog that a provisional or final answer to our INVITE begins. */
  static ofResponse(core: Core.UserAgentCore, request: Core.OutgoingRequestMessage, response: Core.IncomingResponseMessage): InviteDialog {
    // RFC 3261, 12.1.1 wants a Contact; where a peer forgets it, the address that was called is the best there is.
    if (!contactOf(response)) response.setHeader('contact', `<${request.ruri.toString()}>`);
    const dialog = new InviteDialog(core, Core.Dialog.initialDialogStateForUserAgentClient(request, response));
    dialog.learn(response);
    return dialog;
  }

  /** The dialog that our answer to the peer's INVITE begins. The request has a Contact. */
  static ofRequest(core: Core.UserAgentCore, request: Core.IncomingRequestMessage, toTag: string, early: boolean): InviteDialog {
    const dialog = new InviteDialog(core, Core.Dialog.initialDialogStateForUserAgentServer(request, toTag, early));
    dialog.learn(request);
    return dialog;
  }

  /** False where the peer said what it allows and this is not part of it. */
  peerAllows(method: string): boolean {
    return this.peerMethods?.has(method) ?? false;
  }

  /** Contact and Allow of an INVITE, UPDATE or the 2xx to one: where and how to reach the peer from now on (RFC 3261, 12.2.1.2 and 12.2.2). */
  learn(message: Core.IncomingRequestMessage | Core.IncomingResponseMessage): void {
    const contact = contactOf(message);
    if (contact) this.dialogState.remoteTarget = contact.uri;
    const allowed = message.getHeaders('allow').flatMap((value) => value.split(',')).map((method) => method.trim().toUpperCase());
    if (allowed.length > 0) this.peerMethods = new Set(allowed);
  }

  override receiveRequest(message: Core.IncomingRequestMessage): void {
    if (message.method !== 'ACK') {
      // RFC 3261, 12.2.2: a request out of order gets 500, which SIP.js' guard sends.
      if (!this.sequenceGuard(message)) return;
      super.receiveRequest(message);
    }
    this.onRequest(message);
  }

  /** Sends a request other than INVITE and ACK. `onFinal`: its final response, or the 408 or 503 that stand for none. */
  request(method: string, options: DialogRequestOptions, onFinal: (response: Core.IncomingResponseMessage) => void = () => { /* nothing to learn */ }): void {
    // The transaction keeps it until it is over.
    void new DialogClient(Core.NonInviteClientTransaction, this, this.write(method, options), (response) => {
      if (statusOf(response) >= 200) onFinal(response);
    });
  }

  /** Sends a re-INVITE; `onResponse` hears every response, provisional ones too. */
  invite(options: DialogRequestOptions, onResponse: (response: Core.IncomingResponseMessage) => void): DialogClient {
    const message = this.write('INVITE', { ...options, headers: [...options.headers ?? [], allowHeader] });
    return new DialogClient(Core.InviteClientTransaction, this, message, onResponse);
  }

  /** A request with Contact where it may move the target (RFC 3261, 12.2.1.1; RFC 3311, 5.1). */
  write(method: string, { headers = [], body }: DialogRequestOptions, cseq?: number): Core.OutgoingRequestMessage {
    const contact = method === 'INVITE' || method === 'UPDATE' || method === 'NOTIFY' || method === 'REFER'
      ? [`Contact: ${this.core.configuration.contact.toString()}`]
      : [];
    return this.createOutgoingRequestMessage(method, {
      extraHeaders: [...contact, ...headers],
      ...(cseq === undefined ? {} : { cseq }),
      ...(body ? { body: { contentDisposition: 'session', ...body } } : {}),
    });
  }
}

/** A request of ours within a dialog, with its transaction and its answer to a challenge (whose CSeq is the dialog's next). */
export class DialogClient extends Core.UserAgentClient {
  private readonly dialog: InviteDialog;
  private readonly onResponse: (response: Core.IncomingResponseMessage) => void;

  constructor(
    kind: typeof Core.NonInviteClientTransaction | typeof Core.InviteClientTransaction, dialog: InviteDialog, message: Core.OutgoingRequestMessage,
    onResponse: (response: Core.IncomingResponseMessage) => void,
  ) {
    super(kind, dialog.userAgentCore, message);
    this.dialog = dialog;
    this.onResponse = onResponse;
  }

  /** The ACK to a 2xx of our re-INVITE (RFC 3261, 13.2.2.4): its CSeq and credentials; the transaction repeats it when the 2xx comes again. */
  acknowledge(): void {
    if (!(this.transaction instanceof Core.InviteClientTransaction)) return;
    this.transaction.ackResponse(this.dialog.write('ACK', { headers: credentialsOf(this.message) }, this.message.cseq));
  }

  /** Takes the request away, whatever its transaction still waits for. */
  abandon(): void {
    this.core.userAgentClients.delete(`${this.transaction.id}${this.message.method}`);
    this.dispose();
  }

  protected override receiveResponse(message: Core.IncomingResponseMessage): void {
    if (this.authenticationGuard(message, this.dialog)) this.onResponse(message);
  }

  /** After the answer only an ACK can still fail to leave, and the peer's repeated 2xx brings it again. */
  protected override onTransportError(error: Core.TransportError): void {
    const { state } = this.transaction;
    if (state === Core.TransactionState.Calling || state === Core.TransactionState.Trying) super.onTransportError(error);
  }
}

export function statusOf(response: Core.IncomingResponseMessage): number {
  return response.statusCode ?? 500;
}

/** RFC 3261, 13.2.2.4: an ACK to a 2xx carries the credentials of its INVITE. */
export function credentialsOf(request: Core.OutgoingRequestMessage): string[] {
  return ['Authorization', 'Proxy-Authorization'].flatMap((name) => request.getHeaders(name).map((value) => `${name}: ${value}`));
}

function contactOf(message: Core.IncomingRequestMessage | Core.IncomingResponseMessage): Core.NameAddrHeader | null {
  const contact: unknown = message.parseHeader('contact');
  return contact instanceof Core.NameAddrHeader ? contact : null;
}
