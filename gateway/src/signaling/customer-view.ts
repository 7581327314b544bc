/** A contact as its customer may see it. */
import type { CustomerPhase, CustomerView } from '#shared/customer-protocol.ts';
import { queueFigures, type QueueFigures } from '../acd/waits.ts';
import type { Config } from '../config/schema.ts';
import { queueOf } from '../contact/limits.ts';
import type { ContactState } from '../contact/state.ts';
import type { Queries } from '../store/database.ts';

/** Undefined when there is no such contact. `figures` saves asking again when a whole queue is told. */
export async function customerView(db: Queries, config: Config, contactId: string, figures?: QueueFigures): Promise<CustomerView | undefined> {
  const row = await db.selectFrom('contact').innerJoin('session', 'session.id', 'contact.session_id').leftJoin('agent', (join) =>
    join.on((on) => on(on.cast('agent.id', 'text'), '=', on.ref('contact.state', '->>').key('phase').key('agentId'))))
    .select(['contact.id', 'contact.from_uri', 'contact.queue_id', 'contact.seq', 'contact.state', 'session.request', 'agent.name as agent_name'])
    .where('contact.id', '=', contactId).executeTakeFirst();
  if (row === undefined) return undefined;
  const queue = queueOf(config, row.queue_id);
  const agent = { name: row.agent_name ?? '' };
  const { state } = row;
  return {
    seq: row.seq, contactId: row.id, from: row.from_uri, queue: { id: row.queue_id, label: queue.label },
    channels: row.request.channels ?? ['voice', 'video'],
    phase: await phaseFor(state, agent, async () => figures ?? await queueFigures(db, config, row.queue_id), row.id),
    media: state.mediaEpoch === null ? null : { epoch: state.mediaEpoch },
    cobrowse: { state: state.cobrowse, agent: state.phase.name === 'call' ? agent : null },
  };
}

async function phaseFor(
  state: ContactState, agent: { readonly name: string }, figures: () => Promise<QueueFigures>, contactId: string,
): Promise<CustomerPhase> {
  const { phase } = state;
  switch (phase.name) {
    case 'waiting': {
      const queue = await figures();
      const position = queue.positions.get(contactId) ?? 1;
      return { name: 'waiting', position, ewt: queue.ewtAt(position), requeued: phase.requeued };
    }
    case 'offered': return { name: 'offered' };
    case 'call': return phase.connectedAt === null
      ? { name: 'connecting', agent }
      : { name: 'engaged', agent, since: new Date(phase.connectedAt).toISOString(), onHold: phase.onHold, agentAway: phase.agent.state !== 'up' };
    case 'ended': return { name: 'ended', end: phase.end };
  }
}
