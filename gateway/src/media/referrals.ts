/**
 * What an agent's phone asks for by REFER (RFC 3515, RFC 3891): the same transfers that the desktop has, judged by the same allow-list. Each is
 * refused, or accepted and told its outcome whatever becomes of the call: a transfer without an outcome would keep the next one off (491).
 */
import type { Logger } from 'pino';
import type { PhoneTransfer } from '../contact/call-port.ts';
import type { Referral } from '../sip/dialog/dialog.ts';
import type { EndpointDirectory } from '../sip/endpoint.ts';

type Replaces = NonNullable<Referral['replaces']>;
/** How the phone that asked went, while it was being decided. */
type Departure = 'agentHungUp' | 'agentLegLost';

export interface ReferralsHost<Line> {
  readonly contactId: string;
  readonly directory: Pick<EndpointDirectory, 'destination'>;
  readonly log: Logger;
  /** Whose line has the customer: nobody else transfers them. */
  isAgent(line: Line): boolean;
  /** Whether this is the dialog in which the phone consults the second party. */
  isConsultation(replaces: Replaces): boolean;
  transfer(transfer: PhoneTransfer): void;
  /** The transfer came to nothing, and the phone had gone meanwhile. */
  onGone(how: Departure): void;
}

interface Deciding<Line> {
  readonly line: Line;
  gone: Departure | null;
  conclude(status: number): void;
}

/** Milliseconds: deciding is one transaction. One that hangs must excuse no hang-up for good, nor keep the phone from trying again. */
const decisionLimit = 20_000;

/** @typeParam Line told apart by identity alone. */
export class Referrals<Line> {
  private readonly host: ReferralsHost<Line>;
  private current: Deciding<Line> | null = null;

  constructor(host: ReferralsHost<Line>) {
    this.host = host;
  }

  /** While the contact center takes over what the phone asked for, its hang-ups end nothing. */
  get underWay(): boolean {
    return this.current !== null;
  }

  /** Whether this departure of a line ends nothing yet. */
  excuses(line: Line, how: Departure): boolean {
    if (this.current?.line !== line) return false;
    this.current.gone = how;
    return true;
  }

  async receive(line: Line, referral: Referral): Promise<void> {
    const { contactId, directory, log } = this.host;
    if (!this.host.isAgent(line)) { referral.refuse(403, 'Only the agent transfers'); return; }
    let verdict: ReferralVerdict;
    try {
      verdict = await judgeReferral(referral, directory, (replaces) => this.host.isConsultation(replaces));
    } catch (error) {
      log.error({ err: error }, 'transfer by phone not judged');
      verdict = { status: 500 };
    }
    if ('status' in verdict) { referral.refuse(verdict.status); return; }
    // It hung up, or was picked up elsewhere, while the target was looked up.
    if (!this.host.isAgent(line)) { referral.refuse(481); return; }
    // Another device of theirs asked a moment ago.
    if (this.current) { referral.refuse(491); return; }
    referral.accept();
    const limit = setTimeout(() => mine.conclude(503), decisionLimit);
    limit.unref();
    const mine: Deciding<Line> = {
      line, gone: null,
      conclude: (status) => {
        if (this.current !== mine) return;
        this.current = null;
        clearTimeout(limit);
        referral.progress(status);
        if (status >= 300 && mine.gone) this.host.onGone(mine.gone);
      },
    };
    this.current = mine;
    log.info({ to: verdict.to.kind }, 'phone transfers');
    this.host.transfer({
      contactId, to: verdict.to,
      report: (status) => {
        if (status >= 200) mine.conclude(status);
        else if (this.current === mine) referral.progress(status);
      },
    });
  }

  /** The call is over: there is nothing left to be transferred. */
  end(): void {
    const { current } = this;
    if (!current) return;
    // Nobody is to hear of a phone that is gone from a call that is.
    current.gone = null;
    current.conclude(487);
  }
}

type ReferralVerdict = { readonly to: PhoneTransfer['to'] } | { readonly status: number };

async function judgeReferral(
  { target, replaces }: Pick<Referral, 'target' | 'replaces'>, directory: Pick<EndpointDirectory, 'destination'>, isConsultation: (replaces: Replaces) => boolean,
): Promise<ReferralVerdict> {
  // RFC 3891, 3: a dialog that is not there.
  if (replaces) return isConsultation(replaces) ? { to: { kind: 'second' } } : { status: 481 };
  const destination = await directory.destination(target);
  switch (destination.type) {
    case 'agent': return { to: { kind: 'agent', agentId: destination.agentId } };
    case 'external': return { to: { kind: 'external', number: destination.number } };
    // One customer is not transferred to another.
    case 'caller': return { status: 403 };
    // 480 would say "not now" of a transfer; nobody is there to be transferred to.
    case 'refused': return { status: destination.status === 480 ? 404 : destination.status };
  }
}
