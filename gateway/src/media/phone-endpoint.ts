/** A phone that called us, as the endpoint its line runs on. */
import type { EndpointDirectory, IncomingFromAgent } from '../sip/endpoint.ts';
import type { LineEndpoint } from './line.ts';

export function phoneEndpoint({ endpointId, agentId, media, source }: IncomingFromAgent, directory: Pick<EndpointDirectory, 'status'>): LineEndpoint {
  const known = directory.status(agentId).find(({ id }) => id === endpointId);
  // Digits in the stream, where its description agrees on that; else the line falls back to INFO.
  return { id: endpointId, agentId, kind: known?.kind ?? 'phone', label: known?.label ?? 'Phone', media, dtmf: 'rfc4733', source };
}
