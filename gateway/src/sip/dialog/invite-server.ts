/**
 * A peer's INVITE or re-INVITE while it is answered (RFC 3261, 13.3 and 14.2): provisional answers, reliable where asked for (RFC 3262), and
 * the 2xx that is repeated until its ACK comes, over every transport.
 */
import { Core } from 'sip.js';
import { quotedText } from '../header-text.ts';
import type { DialogLimits } from './limits.ts';

/** Repeats something at growing intervals until it is stopped or its time is over. */
class Repetition {
  private timer: NodeJS.Timeout | null = null;
  private readonly limit: NodeJS.Timeout;

  constructor({ firstRepeat, lastRepeat, transaction }: DialogLimits, send: () => void, onExhausted: () => void) {
    let interval = firstRepeat;
    const again = (): void => {
      send();
      interval = Math.min(interval * 2, lastRepeat);
      this.timer = setTimeout(again, interval).unref();
    };
    this.timer = setTimeout(again, interval).unref();
    this.limit = setTimeout(() => { this.stop(); onExhausted(); }, transaction);
    // A gateway that stops does not wait for an ACK.
    this.limit.unref();
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer);
    clearTimeout(this.limit);
  }
}

export class InviteServer extends Core.UserAgentServer {
  /** The peer sent CANCEL before our final answer (RFC 3261, 9.2). */
  onCancel: (cancel: Core.IncomingRequestMessage) => void = () => { /* a re-INVITE is answered in a moment anyway */ };
  private readonly limits: DialogLimits;
  private readonly firstSequence = 1 + Math.floor(Math.random() * 1_000_000);
  private reliableCount = 0;
  private unacknowledged: { readonly sequence: number; readonly repetition: Repetition } | null = null;
  private repeated2xx: Repetition | null = null;

  constructor(core: Core.UserAgentCore, message: Core.IncomingRequestMessage, limits: DialogLimits) {
    super(Core.InviteServerTransaction, core, message);
    this.limits = limits;
    // RFC 3261, 17.2.1: 100 unless the answer comes within 200 ms, which media does not promise.
    this.trying();
  }

  /** Our tag in every answer. */
  get tag(): string {
    return this.toTag;
  }

  /** No final answer went out yet. */
  get pending(): boolean {
    return this.transaction.state === Core.TransactionState.Proceeding;
  }

  /** A provisional answer; `reliable`: with RSeq, repeated until its PRACK comes (RFC 3262, 3). At most one waits for its PRACK. */
  provisional(status: number, headers: readonly string[], reliable: { readonly onUnacknowledged: () => void } | null): void {
    if (!this.pending || (reliable && this.unacknowledged)) return;
    if (!reliable) {
      this.progress({ statusCode: status, extraHeaders: [...headers] });
      return;
    }
    const sequence = this.firstSequence + this.reliableCount;
    this.reliableCount += 1;
    const { message } = this.progress({ statusCode: status, extraHeaders: [...headers, 'Require: 100rel', `RSeq: ${sequence}`] });
    this.unacknowledged = {
      sequence,
      repetition: new Repetition(this.limits, () => { if (this.pending) this.transaction.receiveResponse(status, message); }, reliable.onUnacknowledged),
    };
  }

  /** Whether this PRACK acknowledges our reliable answer that waits for it (RFC 3262, 3); any other gets 481. */
  acknowledgedBy(prack: Core.IncomingRequestMessage): boolean {
    const [sequence, cseq, method] = (prack.getHeader('rack') ?? '').trim().split(/\s+/);
    const waiting = this.unacknowledged;
    if (!waiting || Number(sequence) !== waiting.sequence || Number(cseq) !== this.message.cseq || method?.toUpperCase() !== 'INVITE') return false;
    waiting.repetition.stop();
    this.unacknowledged = null;
    return true;
  }

  /** 200, repeated until `acknowledged` (RFC 3261, 13.3.1.4). */
  answer(headers: readonly string[], sdp: string | null, onUnacknowledged: () => void): void {
    this.stopProvisional();
    const { message } = this.accept({
      statusCode: 200, extraHeaders: [...headers],
      ...(sdp === null ? {} : { body: { contentDisposition: 'session', contentType: 'application/sdp', content: sdp } }),
    });
    this.repeated2xx = new Repetition(this.limits, () => {
      // After timer L the transaction takes no more; then nobody waits for it either.
      if (this.transaction.state === Core.TransactionState.Accepted) this.transaction.receiveResponse(200, message);
    }, onUnacknowledged);
  }

  acknowledged(): void {
    this.repeated2xx?.stop();
  }

  refuse(status: number, options: { readonly reason?: string; readonly headers?: readonly string[] } = {}): void {
    this.stopProvisional();
    if (!this.pending) return;
    this.reject({ statusCode: status, extraHeaders: [...options.headers ?? []], ...(options.reason === undefined ? {} : { reasonPhrase: quotedText(options.reason) }) });
  }

  /** The PRACK may still be on its way, and is answered when it comes (RFC 3262, 3). */
  private stopProvisional(): void {
    this.unacknowledged?.repetition.stop();
  }
}
