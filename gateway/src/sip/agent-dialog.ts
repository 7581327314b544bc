/**
 * One INVITE to an agent's endpoint and the dialog it becomes, as data: how it ended, once. SIP.js' Inviter does the protocol.
 *
 *   calling ──2xx, answer taken──▶ established ──BYE either way──▶ ended
 *      └── any failure, CANCEL, limit reached ──────────────────────┘
 */
import { Inviter, SessionState } from 'sip.js';
import type { Session, SessionDescriptionHandler, URI, UserAgent } from 'sip.js';
import type { Logger } from 'pino';
import { contactHeader, reservationHeader } from '#shared/sip-headers.ts';
import { headerToken, quotedText, reasonHeader } from './header-text.ts';
import type { EndCause } from './header-text.ts';

/** The media side of a dialog: SDP in, SDP out. A rejection refuses the description with 488. */
export interface DialogMedia {
  /** The first offer, and in a standing dialog the offer that restarts ICE. */
  offer(): Promise<string>;
  accept(answer: string): Promise<void>;
  /** Answers a re-INVITE of the peer. */
  reoffer(offer: string): Promise<string>;
}

export interface OutgoingCall {
  readonly contactId: string;
  readonly reservationId: string;
  /** The caller URI. */
  readonly from: string;
  readonly displayName: string | null;
  /** The callee's address of record. */
  readonly aor: string;
  readonly media: DialogMedia;
  /** Milliseconds from INVITE to the final answer. */
  readonly answerLimit: number;
}

export type DialogEnd =
  /** No dialog came about. */
  | { readonly type: 'failed'; readonly status: number }
  | { readonly type: 'hungUp' }
  /** The page behind the dialog is gone. */
  | { readonly type: 'lost' }
  | { readonly type: 'endedHere' };

export interface DialogListener {
  onEstablished(): void;
  /** Exactly once. */
  onEnd(end: DialogEnd): void;
}

const handlers = new WeakMap<Session, SessionDescriptionHandler>();

/** For the user agent's configuration: every session gets the media it was made with; one of the peer's own making gets none. */
export function sessionDescriptionHandlerFor(session: Session): SessionDescriptionHandler {
  const handler = handlers.get(session);
  if (!handler) throw new Error('a session that we did not start');
  return handler;
}

export class AgentDialog {
  private readonly inviter: Inviter;
  private readonly listener: DialogListener;
  private readonly log: Logger;
  private readonly limit: NodeJS.Timeout;
  private state: 'calling' | 'established' | 'ended' = 'calling';

  /** @param target the registered contact, which the request goes to. */
  constructor(userAgent: UserAgent, target: URI, call: OutgoingCall, listener: DialogListener, log: Logger) {
    this.listener = listener;
    this.log = log;
    this.inviter = new Inviter(userAgent, target, {
      params: { fromUri: call.from, toUri: call.aor, ...(call.displayName === null ? {} : { fromDisplayName: quotedText(call.displayName) }) },
      extraHeaders: [
        `${contactHeader}: ${headerToken(call.contactId)}`,
        `${reservationHeader}: ${headerToken(call.reservationId)}`,
        // What most SIP phones take for "answer by yourself"; the desktop goes by the contact it accepted.
        `Call-Info: <${call.from}>;answer-after=0`,
      ],
      delegate: {
        onBye: (bye) => { this.finish({ type: 'hungUp' }); this.quietly(bye.accept()); },
        // Without these SIP.js follows a REFER wherever it points, and says yes to what nobody reads. Calls are transferred through the API.
        onRefer: (referral) => this.quietly(referral.reject({ statusCode: 405 })),
        onInfo: (info) => this.quietly(info.reject({ statusCode: 469 })),
        onMessage: (message) => this.quietly(message.reject({ statusCode: 405 })),
      },
    });
    handlers.set(this.inviter, bridge(call.media));
    this.inviter.stateChange.addListener((state) => this.follow(state));
    this.limit = setTimeout(() => this.end({ cause: 408, text: 'No answer' }, { type: 'failed', status: 408 }), call.answerLimit);
    this.quietly(this.inviter.invite({
      requestDelegate: {
        onReject: ({ message }) => this.finish({ type: 'failed', status: message.statusCode ?? 500 }),
        onRedirect: ({ message }) => this.finish({ type: 'failed', status: message.statusCode ?? 302 }),
      },
    }), () => this.finish({ type: 'failed', status: 500 }));
  }

  get established(): boolean {
    return this.state === 'established';
  }

  /** CANCEL or BYE with a Reason. Idempotent. */
  end(cause: EndCause, end: DialogEnd = { type: 'endedHere' }): void {
    if (this.state === 'ended') return;
    const extraHeaders = [reasonHeader(cause)];
    this.finish(end);
    switch (this.inviter.state) {
      case SessionState.Initial:
      case SessionState.Establishing: this.quietly(this.inviter.cancel({ extraHeaders })); break;
      case SessionState.Established: this.quietly(this.inviter.bye({ requestOptions: { extraHeaders } })); break;
      case SessionState.Terminating:
      case SessionState.Terminated: break;
    }
  }

  /** Re-INVITE with new ICE credentials, where the dialog stands. */
  restartIce(): void {
    if (this.established) this.quietly(this.inviter.invite());
  }

  private follow(state: SessionState): void {
    if (state === SessionState.Established && this.state === 'calling') {
      clearTimeout(this.limit);
      this.state = 'established';
      this.listener.onEstablished();
    }
    // Before it stood: our side could not use the answer (a refusal of theirs was told by `onReject` with its own status).
    if (state === SessionState.Terminated) queueMicrotask(() => this.finish(this.established ? { type: 'hungUp' } : { type: 'failed', status: 488 }));
  }

  private finish(end: DialogEnd): void {
    if (this.state === 'ended') return;
    this.state = 'ended';
    clearTimeout(this.limit);
    this.listener.onEnd(end);
  }

  /** SIP.js rejects where the peer or the connection is gone; the end was told already, so it is only worth a line. */
  private quietly(promise: Promise<unknown>, then?: () => void): void {
    promise.catch((error: unknown) => { this.log.debug({ err: error }, 'SIP request not sent'); then?.(); });
  }
}

/** SIP.js asks for a local description either as the offer, or as the answer to the remote offer set just before. */
function bridge(media: DialogMedia): SessionDescriptionHandler {
  let expecting: 'nothing' | 'answer' = 'nothing';
  let pendingAnswer: string | null = null;
  const contentType = 'application/sdp';
  return {
    close: () => { /* the call owns the media and closes it */ },
    hasDescription: (type) => type === contentType,
    sendDtmf: () => false,
    async getDescription() {
      if (pendingAnswer !== null) {
        const body = pendingAnswer;
        pendingAnswer = null;
        return { body, contentType };
      }
      expecting = 'answer';
      return { body: await media.offer(), contentType };
    },
    async setDescription(sdp) {
      if (expecting === 'answer') {
        expecting = 'nothing';
        await media.accept(sdp);
      } else {
        pendingAnswer = await media.reoffer(sdp);
      }
    },
    rollbackDescription() {
      pendingAnswer = null;
      return Promise.resolve();
    },
  };
}
