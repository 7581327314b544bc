/** A contact as its customer may see it. */
import type { CallbackForCustomer, CustomerPhase, CustomerView, RequeueReason } from '#shared/customer-protocol.ts';
import type { QueueFigures, Waits } from '../acd/waits.ts';
import { callbackChoices } from '../acd/callback-choices.ts';
import type { Config } from '../config/schema.ts';
import { queueOf } from '../contact/limits.ts';
import type { SecondParty } from '../contact/phases/second-party.ts';
import type { ContactState } from '../contact/state.ts';
import type { Queries } from '../store/database.ts';

/** Undefined when there is no such contact. */
export async function customerView(db: Queries, config: Config, contactId: string, waits: Waits): Promise<CustomerView | undefined> {
  const [view] = await customerViews(db, config, [contactId], (queueId) => waits.figures(queueId));
  return view;
}

/** Several at once, for a whole queue that is told of its new places: one query, and figures that are known already. */
export async function customerViews(
  db: Queries, config: Config, contactIds: readonly string[], figures: (queueId: string) => Promise<QueueFigures>,
): Promise<CustomerView[]> {
  if (contactIds.length === 0) return [];
  const rows = await db.selectFrom('contact').innerJoin('session', 'session.id', 'contact.session_id').leftJoin('agent', (join) =>
    join.on((on) => on(on.cast('agent.id', 'text'), '=', on.ref('contact.state', '->>').key('phase').key('agentId'))))
    .select(['contact.id', 'contact.from_uri', 'contact.queue_id', 'contact.seq', 'contact.state', 'session.request', 'agent.name as agent_name'])
    .where('contact.id', 'in', contactIds).execute();
  return Promise.all(rows.map(async (row) => {
    const agent = { name: row.agent_name ?? '' };
    const { state } = row;
    return {
      seq: row.seq, contactId: row.id, from: row.from_uri, queue: { id: row.queue_id, label: queueOf(config, row.queue_id).label },
      channels: row.request.channels ?? ['voice', 'video'],
      phase: await phaseFor(state, agent, () => figures(row.queue_id), row.id),
      // The page of somebody on a telephone has nothing to open, nor has one that has not answered yet.
      media: state.mediaEpoch === null || state.telephone !== null || state.phase.name === 'callingBack' ? null : { epoch: state.mediaEpoch },
      callbacks: callbackChoices(config, row.queue_id, state),
      cobrowse: { grants: state.cobrowse, agent: state.phase.name === 'call' ? agent : null },
    };
  }));
}

async function phaseFor(
  state: ContactState, agent: { readonly name: string }, figures: () => Promise<QueueFigures>, contactId: string,
): Promise<CustomerPhase> {
  const { phase } = state;
  const waiting = async (requeued: RequeueReason | null): Promise<CustomerPhase> => {
    const queue = await figures();
    return {
      name: 'waiting', position: queue.positions.get(contactId) ?? 1, ewt: queue.ewtOf(contactId), requeued, callback: state.callback === null ? null : callbackForCustomer(state),
    };
  };
  switch (phase.name) {
    case 'flow': {
      const { awaits } = phase;
      return {
        name: 'flow', notice: awaits.kind !== 'confirmation' ? null : { step: awaits.step, text: awaits.text, key: awaits.key, expiresAt: new Date(awaits.until).toISOString() },
      };
    }
    case 'dissuaded': return {
      name: 'dissuaded', why: phase.why, choices: phase.choices, message: phase.message, expiresAt: new Date(phase.until).toISOString(),
      opensAt: phase.opensAt, ewt: phase.why === 'tooLong' ? (await figures()).ewtOf(contactId) : null,
    };
    case 'waiting': return waiting(phase.requeued);
    case 'scheduled': return { name: 'scheduled', callback: callbackForCustomer(state) };
    case 'callingBack': return phase.rings === 'page' ? { name: 'rung', agent, expiresAt: new Date(phase.until).toISOString() } : waiting(null);
    // Somebody who will be called back is told when they are called.
    case 'offered': return state.callback !== null ? waiting(null) : { name: 'offered', transfer: phase.transferredBy === null ? null : { to: agent.name === '' ? null : agent.name } };
    // Until the agent's own endpoint has answered there is nobody to talk to.
    case 'rung': return phase.leg === 'calling' ? { name: 'ended', end: phase.before.end } : { name: 'rung', agent, expiresAt: new Date(phase.until).toISOString() };
    case 'call': return phase.connectedAt === null ? { name: 'connecting', agent } : {
      name: 'engaged', agent, since: new Date(phase.connectedAt).toISOString(), onHold: phase.onHold || phase.second?.talk === 'second', agentAway: phase.agent.state !== 'up',
      third: phase.second?.talk === 'all' ? { name: nameForCustomer(phase.second.party) } : null, onTelephone: state.telephone !== null,
    };
    case 'external': return phase.connectedAt === null ? { name: 'offered', transfer: phase.transferredBy === null ? null : { to: phase.label } }
      : { name: 'engaged', agent: { name: phase.label ?? '' }, since: new Date(phase.connectedAt).toISOString(), onHold: false, agentAway: false, third: null, onTelephone: state.telephone !== null };
    case 'ended': return { name: 'ended', end: phase.end, ...(phase.message == null ? {} : { message: phase.message }) };
  }
}

function callbackForCustomer({ callback, phase }: ContactState): CallbackForCustomer {
  const iso = (moment: number | null | undefined): string | null => moment == null ? null : new Date(moment).toISOString();
  return { number: callback?.number ?? null, at: iso(callback?.at), notBefore: iso(callback?.notBefore), calling: phase.name === 'callingBack' && phase.rings === 'telephone' };
}

/** A number is nobody's name, and not the customer's to know. */
function nameForCustomer(party: SecondParty): string | null {
  return party.kind === 'agent' ? party.name : party.label;
}
