/**
 * Several endpoints rung at once, one dialog and one media leg each. The first answer wins, the others are told "Call completed elsewhere"; when all
 * have failed, the best of their statuses stands for all. A redirection is followed once, to what the allow-list makes of it.
 */
import type { Logger } from 'pino';
import type { DialogEnd, OutgoingCall, Referral } from '../sip/dialog/dialog.ts';
import type { EndCause } from '../sip/end-cause.ts';
import type { Endpoint } from '../sip/endpoint.ts';
import type { Call } from './call.ts';
import type { LegMaker } from './leg-maker.ts';
import { Line } from './line.ts';
import type { LineListener } from './line.ts';
import type { SipRole } from './parties.ts';

export interface RingingListener {
  /** At least one rings; told once. */
  onRinging(): void;
  /** One that has not answered announces something in its network's name. */
  onAnnounced?(line: Line): void;
  onAnswered(line: Line): void;
  /** Nobody answered. */
  onFailed(status: number): void;
  /** The line that answered is over. */
  onEnd(line: Line, end: DialogEnd): void;
  onReferral(line: Line, referral: Referral): void;
  onDtmf(line: Line, digit: string): void;
  onHeld(line: Line, held: boolean): void;
}

export interface RingingOptions {
  readonly call: Call;
  readonly role: SipRole;
  readonly legs: LegMaker;
  readonly request: Omit<OutgoingCall, 'media' | 'answerLimit'>;
  readonly answerLimit: (endpoint: Endpoint) => number;
  /** What a 3xx's contact means; null: not allowed. */
  readonly redirected: (contact: string) => Promise<Endpoint | null>;
  readonly listener: RingingListener;
  readonly log: Logger;
}

const elsewhere: EndCause = { cause: 200, text: 'Call completed elsewhere' };

export class Ringing {
  private readonly options: RingingOptions;
  private readonly lines = new Set<Line>();
  private readonly statuses: number[] = [];
  /** By id: a phone that forwards to itself, or to one that rings already, is not rung twice. */
  private readonly rung = new Set<string>();
  private starting = 0;
  private winner: Line | null = null;
  private rang = false;
  private over = false;

  constructor(options: RingingOptions) {
    this.options = options;
  }

  /** The line that answered, while it stands. */
  get answered(): Line | null {
    return this.winner;
  }

  async start(endpoints: readonly Endpoint[]): Promise<void> {
    this.starting += endpoints.length;
    if (endpoints.length === 0) this.settle();
    await Promise.all(endpoints.map((endpoint) => this.ring(endpoint, true)));
  }

  /** Ends all of it, the answered line too. Nothing is told any more but `onEnd` of a line that had answered. */
  end(cause: EndCause, end: DialogEnd = { type: 'endedHere' }): void {
    this.over = true;
    for (const line of Array.from(this.lines)) line.end(cause, end);
  }

  /** `starting` counts this endpoint already. */
  private async ring(endpoint: Endpoint, mayRedirect: boolean): Promise<void> {
    const { call, role, legs, request, answerLimit, log } = this.options;
    try {
      if (this.over || this.winner) return;
      this.rung.add(endpoint.id);
      // Its own news may come before `calling` has answered; none of it needs the line.
      const ref: { line: Line | null } = { line: null };
      ref.line = await Line.calling({
        call, role, endpoint, legs, log, request, answerLimit: answerLimit(endpoint), listener: this.listenerFor(ref, mayRedirect),
      });
      if (!ref.line) this.statuses.push(480);
      else if (this.over) ref.line.end(this.winner ? elsewhere : { cause: 200, text: 'Call ended' });
      else if (!ref.line.over) this.lines.add(ref.line);
    } catch (error) {
      // Our own side failed: never silence, somebody waits for an answer.
      log.error({ err: error, endpoint: endpoint.id }, 'endpoint could not be called');
      this.statuses.push(500);
    } finally {
      this.starting -= 1;
      this.settle();
    }
  }

  private listenerFor(ref: { readonly line: Line | null }, mayRedirect: boolean): LineListener {
    const { listener } = this.options;
    return {
      onRinging: () => {
        if (this.rang || this.over || this.winner) return;
        this.rang = true;
        listener.onRinging();
      },
      onAnnounced: () => { if (ref.line && !this.over && !this.winner) listener.onAnnounced?.(ref.line); },
      onAnswer: () => {
        if (this.over || this.winner || !ref.line) return false;
        this.winner = ref.line;
        return true;
      },
      onEstablished: () => {
        if (!ref.line) return;
        for (const other of Array.from(this.lines)) if (other !== ref.line) other.end(elsewhere);
        listener.onAnswered(ref.line);
      },
      onEnd: (end) => { if (ref.line) this.ended(ref.line, end, mayRedirect); else this.failed(end, mayRedirect); },
      onReferral: (referral) => { if (ref.line) listener.onReferral(ref.line, referral); },
      onDtmf: (digit) => { if (ref.line) listener.onDtmf(ref.line, digit); },
      onHeld: (held) => { if (ref.line) listener.onHeld(ref.line, held); },
    };
  }

  private ended(line: Line, end: DialogEnd, mayRedirect: boolean): void {
    this.lines.delete(line);
    if (this.winner === line) {
      this.winner = null;
      if (end.type !== 'failed') {
        this.over = true;
        this.options.listener.onEnd(line, end);
        return;
      }
    }
    this.failed(end, mayRedirect);
  }

  private failed(end: DialogEnd, mayRedirect: boolean): void {
    if (end.type === 'failed') {
      this.statuses.push(end.status);
      if (mayRedirect && !this.over && end.contacts.length > 0) this.redirect(end.contacts);
    } else if (end.type === 'lost') {
      this.statuses.push(480);
    }
    this.settle();
  }

  private redirect(contacts: readonly string[]): void {
    this.starting += 1;
    const follow = async (): Promise<void> => {
      for (const contact of contacts) {
        const endpoint = await this.options.redirected(contact);
        if (endpoint && !this.rung.has(endpoint.id)) {
          await this.ring(endpoint, false);
          return;
        }
      }
      this.starting -= 1;
      this.settle();
    };
    follow().catch((error: unknown) => {
      this.options.log.error({ err: error }, 'redirection not followed');
      this.starting -= 1;
      this.settle();
    });
  }

  /** All have failed. */
  private settle(): void {
    if (this.over || this.winner || this.starting > 0 || this.lines.size > 0) return;
    this.over = true;
    this.options.listener.onFailed(bestStatus(this.statuses));
  }
}

/**
 * RFC 3261, 16.7, step 6, for people: a refusal for everywhere (6xx) wins, then the lowest class, and in it what says most. A redirection that led nowhere is
 * an endpoint that is not there.
 */
export function bestStatus(statuses: readonly number[]): number {
  const rank = (status: number): number => {
    if (status >= 600) return 0;
    if (status === 486) return 1;
    if (status === 480 || status === 408 || status === 487) return 3;
    return status < 500 ? 2 : 4;
  };
  const known = statuses.map((status) => (status < 400 ? 480 : status));
  return known.sort((one, other) => rank(one) - rank(other))[0] ?? 480;
}
