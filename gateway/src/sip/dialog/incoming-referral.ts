/**
 * A REFER of the peer (RFC 3515), which asks for a transfer: terminated here. Its implicit subscription is served with NOTIFYs of message
 * fragments until the outcome is known, also after the transferor hung up (RFC 5589, 6.1: many do right after our 202).
 */
import { Core } from 'sip.js';
import { quotedText } from '../header-text.ts';
import type { Referral } from './dialog.ts';
import { optionTags } from './capabilities.ts';
import type { InviteDialog } from './invite-dialog.ts';
import { readReferTo } from './replaces.ts';
import type { RequestQueue } from './request-queue.ts';

/** Milliseconds for whoever decides; the transferor's request ends at 32 s without an answer. */
const decisionLimit = 15_000;
/** Milliseconds that a transfer may take until its outcome is known: longer than any phone rings. */
const outcomeLimit = 300_000;

const phrases: Readonly<Record<number, string>> = {
  100: 'Trying', 180: 'Ringing', 183: 'Session Progress', 200: 'OK', 403: 'Forbidden', 404: 'Not Found', 408: 'Request Timeout', 480: 'Temporarily Unavailable',
  486: 'Busy Here', 487: 'Request Terminated', 488: 'Not Acceptable Here', 500: 'Server Internal Error', 503: 'Service Unavailable', 603: 'Decline',
};

export class IncomingReferral implements Referral {
  readonly target: string;
  readonly replaces: Referral['replaces'];
  private readonly server: Core.UserAgentServer;
  private readonly queue: RequestQueue;
  /** RFC 4488: the transferor wants no NOTIFYs. */
  private readonly unsubscribed: boolean;
  private readonly event: string;
  private state: 'asked' | 'accepted' | 'over' = 'asked';
  private limit: NodeJS.Timeout;

  private constructor({ server, queue, target, replaces, event, unsubscribed }: {
    readonly server: Core.UserAgentServer; readonly queue: RequestQueue; readonly target: string; readonly replaces: Referral['replaces'];
    readonly event: string; readonly unsubscribed: boolean;
  }) {
    this.server = server;
    this.queue = queue;
    this.target = target;
    this.replaces = replaces;
    this.event = event;
    this.unsubscribed = unsubscribed;
    this.limit = setTimeout(() => this.refuse(603), decisionLimit);
  }

  /** Null: refused already, because it cannot be understood. `first`: of its dialog; later ones need an id in their event (RFC 3515, 2.4.6). */
  static receive(message: Core.IncomingRequestMessage, { dialog, queue, first }: {
    readonly dialog: InviteDialog; readonly queue: RequestQueue; readonly first: boolean;
  }): IncomingReferral | null {
    const server = new Core.UserAgentServer(Core.NonInviteServerTransaction, dialog.userAgentCore, message);
    const headers = message.getHeaders('refer-to');
    const referTo = headers.length === 1 ? readReferTo(headers[0] ?? '') : null;
    if (!referTo) {
      server.reject({ statusCode: 400, reasonPhrase: 'Refer-To cannot be read' });
      return null;
    }
    const unsubscribed = /^\s*false\b/i.test(message.getHeader('refer-sub') ?? '') || optionTags(message, 'require').has('norefersub');
    return new IncomingReferral({ server, queue, ...referTo, unsubscribed, event: first ? 'refer' : `refer;id=${message.cseq}` });
  }

  /** Decided, and its outcome told. */
  get over(): boolean {
    return this.state === 'over';
  }

  accept(): void {
    if (this.state !== 'asked') return;
    this.state = 'accepted';
    this.server.accept({ statusCode: 202, extraHeaders: this.unsubscribed ? ['Refer-Sub: false'] : [] });
    clearTimeout(this.limit);
    this.limit = setTimeout(() => this.conclude(503, 'timeout'), outcomeLimit);
    // RFC 3515, 2.4.4: the first NOTIFY comes at once.
    this.notify(100, `active;expires=${outcomeLimit / 1000}`);
  }

  refuse(status: number, reason?: string): void {
    if (this.state !== 'asked') return;
    this.state = 'over';
    clearTimeout(this.limit);
    this.server.reject({ statusCode: status >= 400 && status < 700 ? status : 603, ...(reason === undefined ? {} : { reasonPhrase: quotedText(reason) }) });
  }

  progress(status: number): void {
    if (this.state !== 'accepted') return;
    if (status >= 200) this.conclude(status, 'noresource');
    else this.notify(status, `active;expires=${outcomeLimit / 1000}`);
  }

  /** The dialog is over: what was not decided is refused; what was accepted may still be reported. */
  dialogEnded(): void {
    this.refuse(481);
  }

  private conclude(status: number, why: 'noresource' | 'timeout'): void {
    if (this.state !== 'accepted') return;
    this.state = 'over';
    clearTimeout(this.limit);
    this.notify(status, `terminated;reason=${why}`);
  }

  private notify(status: number, subscription: string): void {
    if (this.unsubscribed) return;
    const phrase = phrases[status] ?? (status < 200 ? 'Progress' : status < 300 ? 'OK' : 'Failed');
    this.queue.send('NOTIFY', {
      headers: [`Event: ${this.event}`, `Subscription-State: ${subscription}`],
      body: { contentType: 'message/sipfrag;version=2.0', content: `SIP/2.0 ${status} ${phrase}\r\n` },
    }, (response) => {
      // RFC 6665, 4.2.2: the transferor does not want to know any more.
      if ((response.statusCode ?? 500) >= 400 && this.state === 'accepted') { this.state = 'over'; clearTimeout(this.limit); }
    });
  }
}
