/** Which ways of being called back a customer may choose, by the queue they are in and where their contact stands. Pure. */
import type { CallbackChoices } from '#shared/customer-protocol.ts';
import type { Config } from '../config/schema.ts';
import { queueOf } from '../contact/limits.ts';
import type { ContactState } from '../contact/state.ts';

/** Null: none at all. */
export function callbackChoices(config: Config, queueId: string, state: ContactState): CallbackChoices | null {
  if (!mayAskForCallback(state) || state.callback !== null) return null;
  const { page: allowsPage, phone, scheduled } = queueOf(config, queueId).callback;
  // Their page was not heard, twice.
  const page = allowsPage && !(state.phase.name === 'dissuaded' && state.phase.why === 'noMedia');
  return page || phone ? { page, phone, scheduled } : null;
}

/** Whoever waits for a call on their page, or is asked what they want instead; who has asked before may ask for another one. */
export function mayAskForCallback({ channel, phase, telephone }: ContactState): boolean {
  return channel === 'voice' && telephone === null && (phase.name === 'waiting' || (phase.name === 'dissuaded' && phase.choices.includes('callback')));
}
