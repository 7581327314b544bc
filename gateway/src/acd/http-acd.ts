/** Somebody else's ACD, told over HTTP: what it is told goes through the outbox, in order for each contact; where it said how long one waits, that is what counts. */
import { randomUUID } from 'node:crypto';
import type { AcdTelling } from '#shared/acd-api.ts';
import type { Queries } from '../store/database.ts';
import { foreignWaits } from '../store/foreign-acd.ts';
import { putInOutbox } from '../store/outbox.ts';
import type { AcdPort } from './acd-port.ts';
import type { QueueFigures } from './waits.ts';

/** What it was not told by then is of no use to it. Milliseconds. */
const kept = 24 * 3600_000;

export function acdLine(queueId: string, contactId: string): string {
  return `acd ${queueId} ${contactId}`;
}

interface Options {
  readonly db: Queries;
  /** Our own forecast, for whom the other ACD said nothing of. */
  readonly forecast: (queueId: string) => Promise<QueueFigures>;
  readonly now: () => number;
}

export function httpAcd({ db, forecast, now }: Options): AcdPort {
  const tell = async (tx: Queries, telling: AcdTelling): Promise<void> => {
    await putInOutbox(tx, { kind: 'acd', id: randomUUID(), telling }, { line: acdLine(telling.queue, telling.contactId), now: now(), expiresAt: now() + kept });
  };
  const about = (queue: string, contactId: string) => ({ queue, contactId, at: new Date(now()).toISOString() });
  return {
    submit: (tx, queueId, contact) => tell(tx, { type: 'submit', ...about(queueId, contact.id), contact }),
    update: (tx, queueId, contact, { event, agent, assignment }) => tell(tx, { type: 'update', ...about(queueId, contact.id), event, contact, agent, assignment }),
    cancel: (tx, queueId, contactId, reason) => tell(tx, { type: 'cancel', ...about(queueId, contactId), reason }),
    expectedWait: async (queueId) => {
      const [ours, said] = await Promise.all([forecast(queueId), foreignWaits(db, queueId)]);
      const positions = new Map(ours.positions);
      for (const [contactId, { position }] of said) if (position !== null) positions.set(contactId, position);
      return { positions, ewtOf: (contactId, channel) => said.get(contactId)?.ewt ?? ours.ewtOf(contactId, channel) };
    },
  };
}
