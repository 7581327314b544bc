/** What a REFER of an agent's phone means (RFC 3515, RFC 3891): the same commands that the desktop has, judged by the same allow-list. */
import type { PhoneTransfer } from '../contact/call-port.ts';
import type { Referral } from '../sip/dialog/dialog.ts';
import type { EndpointDirectory } from '../sip/endpoint.ts';

export type ReferralVerdict = { readonly to: PhoneTransfer['to'] } | { readonly status: number };

/** @param isConsultation whether a Replaces names the dialog in which this phone consults the second party. */
export async function judgeReferral(
  { target, replaces }: Pick<Referral, 'target' | 'replaces'>, directory: Pick<EndpointDirectory, 'destination'>, isConsultation: (replaces: NonNullable<Referral['replaces']>) => boolean,
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
