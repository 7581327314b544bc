/**
 * Who gives waiting contacts to agents: the matcher of this gateway, or somebody else's ACD. The rest says what became of a contact and asks how long
 * it waits; which agent it goes to comes back as a reservation, made under the matcher's lock whoever decided it.
 */
import type { AcdContact, AcdEvent } from '#shared/acd-api.ts';
import type { Queries } from '../store/database.ts';
import type { QueueFigures } from './waits.ts';

export interface AcdNews {
  readonly event: AcdEvent;
  readonly agent: string | null;
  readonly assignment: string | null;
}

/** Within the transaction in which it is noted as told. */
export interface AcdPort {
  submit(tx: Queries, queueId: string, contact: AcdContact): Promise<void>;
  update(tx: Queries, queueId: string, contact: AcdContact, news: AcdNews): Promise<void>;
  cancel(tx: Queries, queueId: string, contactId: string, reason: string): Promise<void>;
  expectedWait(queueId: string): Promise<QueueFigures>;
}
