/** In what state a call is, in a word or two; a second party says more than hold does. */
import type { AgentContact } from '#shared/agent-protocol.ts';
import type { Translate } from '../i18n/translate.ts';

export function callStateLabel({ call, second, part, callback }: AgentContact, text: Translate): string {
  // The agent's own end stands: it rings at the customer's.
  if (callback?.rings === 'telephone') return text('call.dialling', { number: callback.number ?? '' });
  if (callback?.rings === 'page') return text('call.ringingPage');
  if (call.state === 'customerAway' || call.state === 'agentAway' || call.state === 'connecting' || call.state === 'none') return text(`call.${call.state}`);
  if (second?.state === 'up' && second.talk === 'all') return text('call.conference');
  if (part === 'consulted') return text('call.advising');
  if (second?.state === 'ringing') return text('call.calling');
  return second?.talk === 'second' ? text('call.consulting') : text(`call.${call.state}`);
}
