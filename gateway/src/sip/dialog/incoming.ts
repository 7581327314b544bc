/**
 * A call to us: an INVITE of a peer that was admitted, ringing, and the answer of whoever takes it. Refused before anybody hears of it where
 * it cannot be understood.
 */
import { Core } from 'sip.js';
import type { Logger } from 'pino';
import { networkReason } from '../end-cause.ts';
import { acceptHeader, allowHeader, optionTags } from './capabilities.ts';
import type { Dialog, DialogListener, DialogMedia, IncomingCall } from './dialog.ts';
import { IncomingDialog } from './incoming-dialog.ts';
import { InviteDialog } from './invite-dialog.ts';
import { InviteServer } from './invite-server.ts';
import type { DialogLimits } from './limits.ts';
import { readReplaces } from './replaces.ts';
import type { Replaces } from './replaces.ts';
import { readSessionBody } from './session-body.ts';
import { answerTimer } from './session-timer.ts';
import type { TimerVerdict } from './session-timer.ts';

interface Incoming {
  readonly core: Core.UserAgentCore;
  readonly message: Core.IncomingRequestMessage;
  readonly onInvite: (call: IncomingCall) => void;
  readonly limits: DialogLimits;
  readonly log: Logger;
}

interface Understood {
  readonly replaces: Replaces | null;
  readonly offer: string | null;
  readonly timer: Extract<TimerVerdict, { type: 'agreed' }>;
}

export function receiveInvite({ core, message, onInvite, limits, log }: Incoming): void {
  const refuse = (statusCode: number, extraHeaders: string[] = [], reasonPhrase?: string): null => {
    new InviteServer(core, message, limits).refuse(statusCode, { headers: extraHeaders, ...(reasonPhrase === undefined ? {} : { reason: reasonPhrase }) });
    return null;
  };
  const understood = ((): Understood | null => {
    // RFC 3261, 8.2.2.2: the same request again over another path.
    const merged = Array.from(core.userAgentServers.values()).some(({ message: other }) =>
      other.fromTag === message.fromTag && other.callId === message.callId && other.cseq === message.cseq && other.method === message.method);
    if (merged) return refuse(482);
    const contact: unknown = message.parseHeader('contact');
    if (!(contact instanceof Core.NameAddrHeader)) return refuse(400, [], 'Missing Contact');
    const body = readSessionBody(message);
    if (body.type === 'unsupported') return refuse(415, [acceptHeader]);
    const timer = answerTimer(message, limits);
    if (timer.type === 'tooSmall') return refuse(422, [...timer.headers]);
    const headers = message.getHeaders('replaces');
    const replaces = headers.length === 1 ? readReplaces(headers[0] ?? '') : null;
    // RFC 3891, 3: one dialog can be replaced, and it must be named.
    if (headers.length > 0 && !replaces) return refuse(400, [], 'Replaces cannot be read');
    return { replaces, offer: body.type === 'sdp' ? body.sdp : null, timer };
  })();
  if (understood) onInvite(new IncomingInvite({ core, message, limits, log }, understood));
}

class IncomingInvite implements IncomingCall {
  readonly target: string;
  readonly from: string;
  readonly displayName: string | null;
  readonly replaces: Replaces | null;
  private readonly server: InviteServer;
  private readonly incoming: Omit<Incoming, 'onInvite'>;
  private readonly understood: Understood;
  private readonly reliable: boolean;
  private readonly limit: NodeJS.Timeout;
  private dialog: InviteDialog | null = null;
  private answered: IncomingDialog | null = null;
  private canceled: () => void = () => { /* nobody listens yet */ };
  private over = false;

  constructor(incoming: Omit<Incoming, 'onInvite'>, understood: Understood) {
    const { core, message, limits } = incoming;
    this.incoming = incoming;
    this.understood = understood;
    this.target = message.ruri?.toString() ?? '';
    this.from = message.from.uri.toString();
    this.displayName = message.from.displayName || null;
    this.replaces = understood.replaces;
    this.reliable = optionTags(message, 'require').has('100rel');
    this.server = new InviteServer(core, message, limits);
    this.server.onCancel = () => this.giveUp(487);
    this.limit = setTimeout(() => this.giveUp(480), limits.ringing);
  }

  onCanceled(listener: () => void): void {
    this.canceled = listener;
  }

  ring(): void {
    if (this.over || this.answered) return;
    const dialog = this.earlyDialog();
    this.server.provisional(180, this.headers(dialog), this.reliable ? { onUnacknowledged: () => this.giveUp(504) } : null);
  }

  answer(media: DialogMedia, listener: DialogListener): Dialog {
    clearTimeout(this.limit);
    const { server, understood, incoming } = this;
    this.answered ??= new IncomingDialog({
      core: incoming.core, server, offer: understood.offer, timer: understood.timer, media, listener, limits: incoming.limits, log: incoming.log, over: this.over,
      dialog: () => this.confirmedDialog(), headers: (dialog) => this.headers(dialog), release: () => this.dialog?.dispose(),
    });
    return this.answered;
  }

  refuse(status: number, reason?: string): void {
    if (this.over || this.answered) return;
    this.close();
    this.server.refuse(status >= 400 && status < 700 ? status : 480, {
      headers: [networkReason({ cause: status })], ...(reason === undefined ? {} : { reason }),
    });
  }

  /** The caller gave up, or waited longer than anybody does. */
  private giveUp(status: number): void {
    if (this.over) return;
    if (this.answered) { this.answered.canceled(); return; }
    this.close();
    this.server.refuse(status);
    this.canceled();
  }

  private close(): void {
    this.over = true;
    clearTimeout(this.limit);
    this.dialog?.dispose();
  }

  private earlyDialog(): InviteDialog {
    if (this.dialog) return this.dialog;
    const { core, message } = this.incoming;
    const dialog = InviteDialog.ofRequest(core, message, this.server.tag, true);
    dialog.onRequest = (request) => this.receive(dialog, request);
    this.dialog = dialog;
    return dialog;
  }

  private confirmedDialog(): InviteDialog {
    const { core, message } = this.incoming;
    if (!this.dialog) this.dialog = InviteDialog.ofRequest(core, message, this.server.tag, false);
    else this.dialog.confirm();
    return this.dialog;
  }

  /** While it rings. */
  private receive(dialog: InviteDialog, request: Core.IncomingRequestMessage): void {
    const { core, limits } = this.incoming;
    const server = (): Core.UserAgentServer => new Core.UserAgentServer(Core.NonInviteServerTransaction, core, request);
    switch (request.method) {
      case 'ACK': return;
      case 'PRACK':
        if (this.server.acknowledgedBy(request)) server().accept({ statusCode: 200 });
        else server().reject({ statusCode: 481 });
        return;
      // RFC 3261, 15: the caller may end an early dialog so.
      case 'BYE':
        server().accept({ statusCode: 200 });
        this.giveUp(487);
        return;
      case 'UPDATE': {
        const timer = answerTimer(request, limits);
        if (timer.type === 'tooSmall') { server().reject({ statusCode: 422, extraHeaders: [...timer.headers] }); return; }
        // RFC 3311, 5.2: its first offer has no answer yet.
        if (readSessionBody(request).type !== 'none') { server().reject({ statusCode: 500, extraHeaders: ['Retry-After: 5'] }); return; }
        dialog.learn(request);
        server().accept({ statusCode: 200, extraHeaders: [...this.headers(dialog).slice(0, 2), ...timer.headers] });
        return;
      }
      case 'OPTIONS': core.replyStateless(request, { statusCode: 200, extraHeaders: [allowHeader, acceptHeader] }); return;
      // RFC 3261, 14.2: a second INVITE before the first was answered.
      case 'INVITE': new InviteServer(core, request, limits).refuse(500, { headers: ['Retry-After: 5'] }); return;
      default: core.replyStateless(request, { statusCode: 405, extraHeaders: [allowHeader] });
    }
  }

  private headers(dialog: InviteDialog): string[] {
    return [
      `Contact: ${this.incoming.core.configuration.contact.toString()}`, allowHeader,
      // RFC 3261, 12.1.1: copied into every answer that begins a dialog.
      ...dialog.routeSet.map((route) => `Record-Route: ${route}`),
    ];
  }
}
