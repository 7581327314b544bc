/** Ways to tell a wait, side by side: the product's, an oracle that knows the true laws, and two formulas of the field. */
import { estimates, type Estimate } from '../../gateway/src/acd/ewt.ts';
import { futures, type Present, type QueueOutlook, type Waiting } from '../../gateway/src/acd/play-forward.ts';
import { arrivalWindow, mostFutures, pastContacts, patienceWindow, queueOutlooks, type QueueFlow } from '../../gateway/src/acd/queue-outlook.ts';
import { seeded } from '../../gateway/src/acd/random.ts';
import { canServe, needAt } from '../../gateway/src/acd/routing.ts';
import { positionOf, type Center, type Contact } from './center.ts';

/** Null: nothing is told. Formulas of the field tell one figure. */
export type Told = Estimate | null;

export interface Estimator {
  readonly name: string;
  tell(contact: Contact, center: Center): Told;
  arrived?(contact: Contact): void;
  served?(contact: Contact, at: number): void;
  freed?(contact: Contact, took: number, at: number): void;
}

function present(center: Center, queues: readonly QueueOutlook[]): { readonly present: Present; readonly waiting: readonly Contact[] } {
  const waiting = center.waiting();
  return {
    waiting,
    present: {
      now: center.now, pointWorth: center.scenario.pointWorth, queues,
      waiting: waiting.map(({ queue, queuedAt }): Waiting => ({ queueId: queue.id, priority: queue.priority, queuedAt, video: false, probe: false })),
      agents: center.agents.filter(({ atWork }) => atWork(center.now))
        .map(({ skills, busy }) => ({ skills, busy: busy && { queueId: busy.contact.queue.id, since: busy.since } })),
    },
  };
}

function foresee(contact: Contact, center: Center, queues: readonly QueueOutlook[], count: number): Told {
  const { present: now, waiting } = present(center, queues);
  const play = futures(now, seeded(1));
  return estimates(Array.from({ length: count }, play))[waiting.indexOf(contact)] ?? null;
}

/** The product: what its queries would have measured, and its forecast. */
export class Ours implements Estimator {
  readonly name = 'GetHelp';
  readonly #handled: Array<{ readonly queueId: string; readonly took: number }> = [];
  readonly #contacts: Contact[] = [];

  arrived(contact: Contact): void {
    this.#contacts.push(contact);
  }

  freed({ queue }: Contact, took: number): void {
    this.#handled.unshift({ queueId: queue.id, took });
    this.#handled.length = Math.min(this.#handled.length, pastContacts);
  }

  tell(contact: Contact, center: Center): Told {
    const { queues } = center.scenario;
    const handleTimes = new Map([...Map.groupBy(this.#handled, ({ queueId }) => queueId)].map(([queueId, of]) => [queueId, of.map(({ took }) => took)]));
    const flows = new Map(queues.map((queue) => [queue.id, this.#flow(queue.id, center.now)]));
    return foresee(contact, center, queueOutlooks(queues, center.routing, { handleTimes, flows }), mostFutures);
  }

  #flow(queueId: string, now: number): QueueFlow {
    const recent = this.#contacts.filter(({ queue, queuedAt }) => queue.id === queueId && queuedAt > now - patienceWindow);
    const waited = recent.reduce((sum, { queuedAt, gaveUpAt, servedAt }) => sum + Math.min(gaveUpAt, servedAt ?? now, now) - queuedAt, 0);
    const gaveUp = recent.filter(({ gaveUpAt, servedAt }) => gaveUpAt <= Math.min(servedAt ?? now, now)).length;
    return { arrivals: recent.filter(({ queuedAt }) => queuedAt > now - arrivalWindow).length / arrivalWindow, givingUp: waited > 0 ? gaveUp / waited : 0 };
  }
}

/** Knows every law, and plays more futures than the product does; only chance itself is hidden from it. */
export class Oracle implements Estimator {
  readonly name = 'oracle';
  readonly #futures: number;

  constructor(count: number) {
    this.#futures = count;
  }

  tell(contact: Contact, center: Center): Told {
    const queues = center.scenario.queues.flatMap(({ id, priority, handling, arrivals, patience }): QueueOutlook[] => {
      const routing = center.routing.get(id);
      return routing === undefined ? [] : [{ queueId: id, routing, priority, handling, arrivals: arrivals(center.now), givingUp: 1 / patience }];
    });
    return foresee(contact, center, queues, this.#futures);
  }
}

/** OpenSIPS call_center: mean duration × those who wait ÷ agents who are logged in, told once. */
export class OpenSips implements Estimator {
  readonly name = 'OpenSIPS';
  readonly #durations = new Map<string, { count: number; sum: number }>();

  freed({ queue }: Contact, took: number): void {
    const known = this.#durations.get(queue.id) ?? { count: 0, sum: 0 };
    this.#durations.set(queue.id, { count: known.count + 1, sum: known.sum + took });
  }

  tell(contact: Contact, center: Center): Told {
    const known = this.#durations.get(contact.queue.id);
    const need = needAt(center.routing.get(contact.queue.id)?.voice ?? [], 0);
    const agents = center.agents.filter(({ skills, atWork }) => atWork(center.now) && canServe(skills, need)).length;
    return known === undefined || agents === 0 ? null : figure(known.sum / known.count * positionOf(contact, center) / agents);
  }
}

/** Asterisk app_queue: a moving mean of the waits of those who were answered, (3 · old + new) ÷ 4. */
export class Asterisk implements Estimator {
  readonly name = 'Asterisk';
  readonly #held = new Map<string, number>();

  served({ queue, queuedAt, gaveUpAt }: Contact, at: number): void {
    if (gaveUpAt > at) this.#held.set(queue.id, (3 * (this.#held.get(queue.id) ?? 0) + at - queuedAt) / 4);
  }

  tell({ queue }: Contact): Told {
    return figure(this.#held.get(queue.id) ?? 0);
  }
}

function figure(milliseconds: number): Estimate {
  return { low: milliseconds, expected: milliseconds, high: milliseconds };
}
