/** Which ways of being called back a customer may choose, by the queue they are in and where their contact stands. Pure. */
import type { CallbackChoices } from '#shared/customer-protocol.ts';
import type { Config } from '../config/schema.ts';
import { queueOf } from '../contact/limits.ts';
import type { ContactState } from '../contact/state.ts';

/** Null: none at all. */
export function callbackChoices(config: Config, queueId: string, state: ContactState): CallbackChoices | null {
  if (!mayAskForCallback(state) || state.callback !== null) return null;
  const { page, phone, scheduled } = queueOf(config, queueId).callback;
  return page || phone ? { page, phone, scheduled } : null;
}

/** Whoever waits on their page; who has asked before may ask for another one. */
export function mayAskForCallback({ phase, telephone }: ContactState): boolean {
  return phase.name === 'waiting' && telephone === null;
}
