/** What an agent does with a call beyond its own two ends: other parties, digits, calling back. */
import type { AgentCallback, PartyName } from '#shared/agent-protocol.ts';
import type { DeskApi } from '../session/desk-api.ts';
import type { Actions } from './actions.ts';
import type { Refusal } from './desk-state.ts';
import { DigitSender } from './digit-sender.ts';

export class CallActions {
  readonly #api: DeskApi;
  readonly #actions: Actions;
  readonly #digits = new Map<string, DigitSender>();

  constructor(api: DeskApi, actions: Actions) {
    this.#api = api;
    this.#actions = actions;
  }

  /** Asks a colleague or a number first (`consult`), or hands the customer over at once. What refused it is for the caller to show. */
  handOver(contactId: string, how: 'consult' | 'transfer', to: PartyName): Promise<Refusal> {
    return this.#actions.attempt('handOver', contactId, () => this.#api[how](contactId, to));
  }

  /** Consults whichever supervisor is free. */
  askSupervisor(contactId: string): Promise<boolean> {
    return this.#actions.run('askSupervisor', contactId, () => this.#api.consult(contactId, { supervisor: true }));
  }

  /** With a second party on the line: talk to the other one, to both, leave the two to each other, or let the second go. */
  second(contactId: string, action: 'swap' | 'merge' | 'complete' | 'drop'): Promise<boolean> {
    return this.#actions.run(action, contactId, () => action === 'drop'
      ? this.#api.dropSecond(contactId) : this.#api.second(contactId, action === 'complete' ? 'transfer' : action));
  }

  pressDigit(contactId: string, digit: string): void {
    let sender = this.#digits.get(contactId);
    if (sender === undefined) {
      sender = new DigitSender((digits) => this.#actions.run('digits', contactId, () => this.#api.sendDigits(contactId, digits)));
      this.#digits.set(contactId, sender);
    }
    sender.press(digit);
  }

  /** Rings the customer of an ended contact in their page. What refused it is for the caller to show. */
  callBack(contactId: string): Promise<Refusal> {
    return this.#actions.attempt('callBack', contactId, () => this.#api.callBack(contactId));
  }

  /** What refused these is for the caller to show. */
  agreeOnCallback(contactId: string, callback: AgentCallback): Promise<Refusal> {
    return this.#actions.attempt('agreeOnCallback', contactId, () => this.#api.agreeOnCallback(contactId, callback));
  }

  putCallbackOff(contactId: string, at: string): Promise<Refusal> {
    return this.#actions.attempt('putCallbackOff', contactId, () => this.#api.putCallbackOff(contactId, at));
  }

  cancelCallback(contactId: string): Promise<Refusal> {
    return this.#actions.attempt('cancelCallback', contactId, () => this.#api.cancelCallback(contactId));
  }

  forgetAllBut(contactIds: readonly string[]): void {
    for (const id of this.#digits.keys()) if (!contactIds.includes(id)) this.#digits.delete(id);
  }
}
