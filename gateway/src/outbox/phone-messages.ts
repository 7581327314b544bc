/** Texts to agents' phones. Their From is whoever can be called back: the customer's number where a trunk may dial it, else the URI of their contact. */
import type { EndpointDirectory } from '../sip/endpoint.ts';
import type { PhoneMessage } from '../store/outbox.ts';
import type { Delivery } from './outbox.ts';

/** Texts reach an agent in the order in which they were written. */
export function phoneLine(agentId: string): string {
  return `phone ${agentId}`;
}

/** Phones that do not know MESSAGE, or do not take plain text, will not learn it by being asked again. */
const neverTaken = new Set([405, 415, 488, 501, 606]);

export function phoneMessages(directory: Pick<EndpointDirectory, 'destination' | 'message'>): (message: PhoneMessage) => Promise<Delivery> {
  return async ({ agentId, callerUri, callerNumber, name, text }) => {
    const dialable = callerNumber !== null && (await directory.destination(callerNumber)).type === 'external';
    const from = dialable ? callerUri.replace(/^sip:[^@]*@/, `sip:${callerNumber}@`) : callerUri;
    const statuses = await directory.message(agentId, { from, displayName: name, text });
    if (statuses.some((status) => status >= 200 && status < 300)) return { outcome: 'taken' };
    if (statuses.length === 0) return { outcome: 'again', why: 'no phone of theirs is registered' };
    return { outcome: statuses.every((status) => neverTaken.has(status)) ? 'never' : 'again', why: `the phone answered ${statuses.join(', ')}` };
  };
}
