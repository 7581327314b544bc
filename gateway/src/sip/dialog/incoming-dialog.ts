/** A call to us from our decision to answer to its end: 200 with our description, the ACK, the standing dialog. */
import { Core } from 'sip.js';
import type { Logger } from 'pino';
import { networkReason } from '../end-cause.ts';
import type { EndCause } from '../end-cause.ts';
import type { Dialog, DialogEnd, DialogListener, DialogMedia } from './dialog.ts';
import type { InviteDialog } from './invite-dialog.ts';
import type { InviteServer } from './invite-server.ts';
import { withinLimit } from './limits.ts';
import type { DialogLimits } from './limits.ts';
import { readSessionBody, unusableWarning } from './session-body.ts';
import type { TimerVerdict } from './session-timer.ts';
import { DialogSession } from './session.ts';

export interface AnswerOptions {
  readonly core: Core.UserAgentCore;
  readonly server: InviteServer;
  /** The caller's offer; null: the offer is ours to make. */
  readonly offer: string | null;
  readonly timer: Extract<TimerVerdict, { type: 'agreed' }>;
  readonly media: DialogMedia;
  readonly listener: DialogListener;
  readonly limits: DialogLimits;
  readonly log: Logger;
  /** It was over before it was answered. */
  readonly over: boolean;
  readonly dialog: () => InviteDialog;
  readonly headers: (dialog: InviteDialog) => readonly string[];
  /** It ended before our 200: there is no dialog any more. */
  readonly release: () => void;
}

export class IncomingDialog implements Dialog {
  private readonly options: AnswerOptions;
  private session: DialogSession | null = null;
  private state: 'answering' | 'awaitingAck' | 'established' | 'ended' = 'answering';
  /** Why we ended it before the ACK came: RFC 3261, 15 allows our BYE only then. */
  private owedBye: EndCause | null = null;

  constructor(options: AnswerOptions) {
    this.options = options;
    if (options.over) {
      queueMicrotask(() => this.canceled());
      return;
    }
    this.begin().catch((error: unknown) => {
      options.log.info({ err: error }, 'call not answered');
      options.server.refuse(488, { headers: [unusableWarning] });
      this.finish(failed(488));
    });
  }

  get established(): boolean {
    return this.state === 'established';
  }

  get id(): Dialog['id'] {
    const dialog = this.session?.dialog;
    return dialog ? { callId: dialog.callId, localTag: dialog.localTag, remoteTag: dialog.remoteTag } : null;
  }

  end(cause: EndCause, end: DialogEnd = { type: 'endedHere' }): void {
    const { state, options } = this;
    if (state === 'ended') return;
    this.finish(end);
    if (state === 'answering') options.server.refuse(cause.cause >= 400 && cause.cause < 700 ? cause.cause : 480, { headers: [networkReason(cause)] });
    if (state === 'awaitingAck') this.owedBye = cause;
    if (state === 'established') this.session?.bye(cause);
  }

  async reoffer(): Promise<boolean> {
    return this.established && this.session ? this.session.offers.reoffer() : false;
  }

  sendDtmf(digit: string, milliseconds: number): void {
    if (this.established) this.session?.sendDtmf(digit, milliseconds);
  }

  requestKeyframe(): void {
    if (this.established) this.session?.requestKeyframe();
  }

  /** The caller's CANCEL came before our 200. */
  canceled(): void {
    if (this.state !== 'answering') return;
    this.options.server.refuse(487);
    this.finish(failed(487));
  }

  private async begin(): Promise<void> {
    const { server, offer, timer, media, limits, log } = this.options;
    const description = await withinLimit(offer === null ? media.offer() : media.answer(offer), limits.media, 'the answer to a call');
    if (this.state !== 'answering') return;
    this.state = 'awaitingAck';
    const dialog = this.options.dialog();
    this.session = new DialogSession({
      dialog, media, listener: this.options.listener, outgoing: false, limits, log,
      onEnd: (end) => { server.acknowledged(); this.finish(this.state === 'established' ? end : { type: 'hungUp', cause: end.type === 'hungUp' ? end.cause : null }); },
      onPending: (message) => this.pending(message, description),
    });
    server.answer([...this.options.headers(dialog), ...timer.headers], description, () => this.unacknowledged());
  }

  /** The ACK to our 200, and a PRACK that it overtook. */
  private pending(message: Core.IncomingRequestMessage, description: string): boolean {
    const { server, log } = this.options;
    if (message.method === 'PRACK') {
      if (!server.acknowledgedBy(message)) return false;
      new Core.UserAgentServer(Core.NonInviteServerTransaction, this.options.core, message).accept({ statusCode: 200 });
      return true;
    }
    if (message.cseq !== server.message.cseq) return false;
    server.acknowledged();
    if (this.owedBye) {
      this.session?.bye(this.owedBye);
      this.owedBye = null;
    }
    if (this.state === 'awaitingAck') this.acknowledged(message, description).catch((error: unknown) => log.error({ err: error }, 'ACK not handled'));
    return true;
  }

  private async acknowledged(ack: Core.IncomingRequestMessage, description: string): Promise<void> {
    const { offer, timer, media, limits, listener, log } = this.options;
    if (offer === null) {
      const body = readSessionBody(ack);
      try {
        if (body.type !== 'sdp') throw new Error('an ACK without the answer to our offer');
        await withinLimit(media.accept(body.sdp), limits.media, 'the answer of an ACK');
      } catch (error) {
        log.info({ err: error }, 'answer not usable');
        // RFC 3261, 13.2.2.4 in the mirror: what cannot be used is ended.
        this.finish(failed(488));
        this.session?.bye({ cause: 488, text: 'No media that can be used' });
        return;
      }
    }
    if (this.state !== 'awaitingAck') {
      if (this.owedBye) this.session?.bye(this.owedBye);
      return;
    }
    this.state = 'established';
    this.session?.begin(description, timer.terms);
    listener.onEstablished();
  }

  /** RFC 3261, 13.3.1.4: without an ACK the session ends, by BYE. */
  private unacknowledged(): void {
    this.session?.bye(this.owedBye ?? { cause: 408, text: 'No ACK' });
    this.finish(failed(408));
  }

  private finish(end: DialogEnd): void {
    if (this.state === 'ended') return;
    this.state = 'ended';
    if (!this.session) this.options.release();
    this.options.listener.onEnd(end);
  }
}

function failed(status: number): DialogEnd {
  return { type: 'failed', status, cause: null, contacts: [] };
}
