/** The facts of one contact as the store would keep them, complaining of what cannot be: a stay that begins twice, a talk without its end. */
import { expect } from 'vitest';
import type { ContactState, Effect } from '../../src/contact/state.ts';
import { factsOf, type Fact } from '../../src/figures/facts.ts';

export class FactBooks {
  readonly all: Fact[] = [];
  readonly #talking = new Map<string, { onHold: boolean; part: 'own' | 'consulted' }>();
  #inQueue = false;

  constructor(arrived: ContactState) {
    this.#note(factsOf(null, arrived, false));
  }

  follow(before: ContactState, after: ContactState, effects: readonly Effect[]): void {
    this.#note(factsOf(before, after, effects.some(({ type }) => type === 'recordQueue')));
    // A slot that is given up ends its talk, on hold or not.
    for (const effect of effects) if (effect.type === 'recordSlot' && (effect.slot === 'free' || effect.slot === 'wrapUp')) this.#talking.delete(effect.reservationId);
    if (after.phase.name === 'ended') expect([this.#inQueue, this.#talking.size]).toEqual([false, 0]);
    if (after.phase.name === 'waiting') expect([this.#inQueue, this.#talking.size]).toEqual([after.callback === null, 0]);
    const { phase } = after;
    if (phase.name === 'chat' || phase.name === 'work' || (phase.name === 'call' && phase.connectedAt !== null)) expect([this.#inQueue, this.#talking.get(phase.reservationId)?.part]).toEqual([false, 'own']);
  }

  #note(facts: readonly Fact[]): void {
    for (const fact of facts) {
      this.all.push(fact);
      if (fact.type === 'entered' || fact.type === 'left') {
        this.#inQueue = fact.type === 'entered';
        if (fact.type === 'left') expect(fact.agentId !== null).toBe(fact.outcome === 'answered');
        continue;
      }
      const talk = this.#talking.get(fact.reservationId);
      expect(talk === undefined).toBe(fact.type === 'talkBegan');
      if (fact.type === 'talkBegan') this.#talking.set(fact.reservationId, { onHold: false, part: fact.part });
      if (talk === undefined) continue;
      if (fact.type === 'becameOwn') talk.part = 'own';
      if (fact.type === 'hold') {
        expect(talk.onHold).toBe(!fact.onHold);
        talk.onHold = fact.onHold;
      }
    }
  }
}
