/**
 * As whom we call through a trunk. Many trunks accept no From but their own; the caller URI, which names the contact, travels all the
 * same: in User-to-User (RFC 7433), which PBXs pass on, and in a header of ours.
 */
import type { TrunkConfig } from '../../config/telephony.ts';
import type { OutgoingCall } from '../dialog/dialog.ts';

export const callerHeader = 'X-GetHelp-From';

export function asTrunkWants(call: OutgoingCall, { fromPolicy, fixedFrom }: Pick<TrunkConfig, 'fromPolicy' | 'fixedFrom'>): OutgoingCall {
  const shown = fromPolicy === 'uri' || fixedFrom === undefined ? call.from : fixedFrom;
  const headers = [
    ...call.headers,
    ...fromPolicy === 'pai' ? [['P-Asserted-Identity', `<${call.from}>`] as const] : [],
    // RFC 7433, 4.1: hexadecimal unless said otherwise; said nevertheless, for those who read no defaults.
    ['User-to-User', `${Buffer.from(call.from).toString('hex')};encoding=hex`] as const,
    [callerHeader, call.from] as const,
  ];
  return { ...call, from: shown, headers };
}
