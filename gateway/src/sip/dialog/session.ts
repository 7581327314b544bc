/**
 * A dialog that rings or stands, whoever called: the peer's requests in it (BYE, re-INVITE, UPDATE, INFO, REFER, OPTIONS), ours, and its
 * session timer. It ends once: by the peer, by us, or because the peer is gone.
 */
import { Core } from 'sip.js';
import type { Logger } from 'pino';
import { readCause, reasonHeaders } from '../end-cause.ts';
import type { EndCause } from '../end-cause.ts';
import { acceptHeader, allowHeader } from './capabilities.ts';
import type { DialogEnd, DialogListener, DialogMedia } from './dialog.ts';
import { IncomingReferral } from './incoming-referral.ts';
import { dtmfInfo, keyframeInfo, readInfoBody } from './info-body.ts';
import type { OutgoingInfo } from './info-body.ts';
import { statusOf } from './invite-dialog.ts';
import type { InviteDialog } from './invite-dialog.ts';
import type { DialogLimits } from './limits.ts';
import { OfferAnswer } from './offer-answer.ts';
import { RequestQueue } from './request-queue.ts';
import { SessionTimer } from './session-timer.ts';
import type { SessionTerms } from './session-timer.ts';

export interface SessionOptions {
  readonly dialog: InviteDialog;
  readonly media: DialogMedia;
  readonly listener: Pick<DialogListener, 'onRefer' | 'onDtmf' | 'onKeyframeRequest'>;
  readonly outgoing: boolean;
  readonly limits: DialogLimits;
  readonly log: Logger;
  /** Once; not for `bye`. */
  readonly onEnd: (end: DialogEnd) => void;
  /** Whether this PRACK or ACK belongs to the INVITE that the session is still made by. */
  readonly onPending?: (message: Core.IncomingRequestMessage) => boolean;
}

export class DialogSession {
  readonly dialog: InviteDialog;
  readonly offers: OfferAnswer;
  private readonly options: SessionOptions;
  private readonly timer: SessionTimer;
  private readonly queue: RequestQueue;
  private referral: IncomingReferral | null = null;
  private ended = false;

  constructor(options: SessionOptions) {
    const { dialog, media, outgoing, limits, log } = options;
    this.options = options;
    this.dialog = dialog;
    this.queue = new RequestQueue(dialog);
    this.timer = new SessionTimer({
      onRefreshDue: () => this.quietly(this.offers.refresh()),
      // RFC 4028, 10: who is not refreshed says BYE, though nobody may hear it.
      onExpired: () => this.lost(),
    });
    this.offers = new OfferAnswer({ dialog, media, timer: this.timer, outgoing, limits, log, onLost: () => this.lost() });
    dialog.onRequest = (message) => this.receive(message);
  }

  /** The call was answered: `local` is our description, `terms` what was agreed about the session timer. */
  begin(local: string | null, terms: SessionTerms | null): void {
    if (this.ended) return;
    this.timer.restart(terms);
    this.offers.begin(local);
  }

  /** BYE with the reason, and no word of it to the listener. */
  bye(cause: EndCause): void {
    if (!this.finish()) return;
    this.dialog.request('BYE', { headers: reasonHeaders(cause) });
    this.dialog.dispose();
  }

  /** Ends without a BYE: a fork that was not taken, or a dialog that its INVITE's refusal ended. */
  drop(): void {
    if (this.finish()) this.dialog.dispose();
  }

  sendDtmf(digit: string, milliseconds: number): void {
    this.inform(dtmfInfo(digit, milliseconds));
  }

  requestKeyframe(): void {
    this.inform(keyframeInfo);
  }

  private inform(info: OutgoingInfo): void {
    if (this.ended || this.dialog.early) return;
    const sent = this.queue.send('INFO', { body: info }, (response) => this.judge(response));
    if (!sent) this.options.log.info('INFO not sent, the peer does not answer those before');
  }

  private receive(message: Core.IncomingRequestMessage): void {
    const { dialog } = this;
    const core = dialog.userAgentCore;
    if ((message.method === 'PRACK' || message.method === 'ACK') && this.options.onPending?.(message) === true) return;
    switch (message.method) {
      case 'ACK':
      case 'INVITE':
      case 'UPDATE': this.quietly(this.offers.receive(message)); return;
      case 'BYE': this.receiveBye(message); return;
      case 'INFO': this.receiveInfo(message); return;
      case 'REFER': this.receiveRefer(message); return;
      case 'OPTIONS': core.replyStateless(message, { statusCode: 200, extraHeaders: [allowHeader, acceptHeader] }); return;
      case 'PRACK': core.replyStateless(message, { statusCode: 481 }); return;
      // RFC 6665, 4.1.3: nothing is subscribed to.
      case 'NOTIFY':
      case 'SUBSCRIBE': core.replyStateless(message, { statusCode: 489 }); return;
      default: core.replyStateless(message, { statusCode: 405, extraHeaders: [allowHeader] });
    }
  }

  private receiveBye(message: Core.IncomingRequestMessage): void {
    new Core.UserAgentServer(Core.NonInviteServerTransaction, this.dialog.userAgentCore, message).accept({ statusCode: 200 });
    if (!this.finish()) return;
    this.dialog.dispose();
    this.options.onEnd({ type: 'hungUp', cause: readCause(message) });
  }

  private receiveInfo(message: Core.IncomingRequestMessage): void {
    const server = new Core.UserAgentServer(Core.NonInviteServerTransaction, this.dialog.userAgentCore, message);
    // RFC 6086, 4.2.2: packages are agreed on by Recv-Info, and we named none.
    if (message.hasHeader('info-package')) { server.reject({ statusCode: 469, extraHeaders: ['Recv-Info:'] }); return; }
    const info = readInfoBody(message.getHeader('content-type') ?? '', message.body);
    if (info.type === 'unsupported') { server.reject({ statusCode: 415, extraHeaders: [acceptHeader] }); return; }
    server.accept({ statusCode: 200 });
    if (info.type === 'digits') this.options.listener.onDtmf(info.digits);
    if (info.type === 'keyframe') this.options.listener.onKeyframeRequest();
  }

  private receiveRefer(message: Core.IncomingRequestMessage): void {
    const core = this.dialog.userAgentCore;
    if (this.dialog.early) { core.replyStateless(message, { statusCode: 603 }); return; }
    // One transfer at a time: what would the call do with two?
    if (this.referral?.over === false) { core.replyStateless(message, { statusCode: 491 }); return; }
    const referral = IncomingReferral.receive(message, { dialog: this.dialog, queue: this.queue, first: this.referral === null });
    if (!referral) return;
    this.referral = referral;
    this.options.listener.onRefer(referral);
  }

  /** RFC 3261, 12.2.1.2: a request that times out, or that meets an unknown dialog, ends it. */
  private judge(response: Core.IncomingResponseMessage): void {
    const status = statusOf(response);
    if (status === 408 || status === 481) this.lost();
  }

  private lost(): void {
    if (!this.finish()) return;
    this.dialog.request('BYE', { headers: reasonHeaders({ cause: 408, text: 'Peer does not answer' }) });
    this.dialog.dispose();
    this.options.onEnd({ type: 'lost' });
  }

  /** False when it was over already. */
  private finish(): boolean {
    if (this.ended) return false;
    this.ended = true;
    this.timer.stop();
    this.offers.close();
    this.referral?.dialogEnded();
    return true;
  }

  private quietly(promise: Promise<unknown>): void {
    promise.catch((error: unknown) => this.options.log.error({ err: error }, 'SIP request not handled'));
  }
}
