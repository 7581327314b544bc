/** Everything an agent's desktop shows: themselves, their contacts with screen pop and history, and the queues. */
import type { AgentContact, AgentView, PastContact, QueueView } from '#shared/agent-protocol.ts';
import { noGrants } from '#shared/cobrowse-grants.ts';
import { mayBeginWithCamera } from '../acd/camera.ts';
import { inChargeOf, namedEntry } from '../acd/hunts.ts';
import { openingOf, type Waits } from '../acd/waits.ts';
import type { Config } from '../config/schema.ts';
import { limitsOf, queueOf } from '../contact/limits.ts';
import { hasCustomer } from '../contact/phases/deadlines.ts';
import { hasThread } from '../contact/threads.ts';
import type { Typing } from '../contact/typing.ts';
import type { EndpointPort } from '../contact/call-port.ts';
import { agentState, findAgent, slotsOf, type AgentRow, type SlotRow } from '../store/agents.ts';
import { callbackCounts } from '../store/callbacks.ts';
import { pageRecorded } from '../store/cobrowse-recordings.ts';
import type { Queries } from '../store/database.ts';
import { inboundFacts } from '../store/inbound.ts';
import { inChargeSet, type SetInCharge } from '../store/in-charge.ts';
import { openSummaries } from '../store/summaries.ts';
import { grantsFor } from '../contact/watching.ts';
import { callOfAgent, chatOfAgent, noCall } from './call-view.ts';

/** How many earlier contacts the screen pop shows. */
const historyLength = 10;

/** The view without its place in the stream. Undefined when there is no such agent. */
export async function agentView(
  { db, config, endpoints, agentId, queues, typing, recordsPages }: { readonly db: Queries; readonly config: Config; readonly endpoints: EndpointPort; readonly agentId: string; readonly queues: readonly QueueView[]; readonly typing: Typing; readonly recordsPages: boolean },
): Promise<Omit<AgentView, 'epoch' | 'seq'> | undefined> {
  const [agent, slots, summaries] = await Promise.all([findAgent(db, { id: agentId }), slotsOf(db, agentId), openSummaries(db, agentId)]);
  if (agent === undefined) return undefined;
  const contacts = await Promise.all(slots.map((slot) => agentContact({ db, config, typing, agent }, slot)));
  return {
    agent: {
      id: agent.id, username: agent.username, name: agent.name, role: agent.role, status: agent.status, reason: agent.statusReason,
      statusSince: iso(agent.statusSince), state: agentState(slots), endpointRegistered: agent.endpointRegistered, skills: agent.skills,
      endpoints: endpoints.endpoints(agentId).flatMap(({ kind, ...rest }) => kind === 'external' ? [] : [{ ...rest, kind }]), answerWith: agent.answerWith,
    },
    breakReasons: config.breakReasons, recordsPages,
    contacts: contacts.filter((contact) => contact !== undefined),
    queues,
    summaries: summaries.map(({ queueId, ...summary }) => ({ ...summary, queue: { id: queueId, label: queueOf(config, queueId).label } })),
  };
}

export async function queueViews(db: Queries, config: Config, waits: Waits, now: number): Promise<QueueView[]> {
  const rows = await db.selectFrom('contact').select((table) => ['queue_id', table.fn.countAll<string>().as('waiting'),
    // Whoever will be called back stands in no line.
    table.fn.min('queued_at').filterWhere('callback_at', 'is', null).as('oldest')])
    // Messages have their time, and nobody there who waits.
    .where('phase', 'in', ['waiting', 'offered']).where('channel', 'in', ['voice', 'chat']).groupBy('queue_id').execute();
  const hunts = config.queues.some(({ hunt }) => hunt !== undefined);
  const [prospects, callbacks, set] = await Promise.all([waits.prospects(), callbackCounts(db), hunts ? inChargeSet(db) : new Map<string, SetInCharge>()]);
  return config.queues.map((queue) => {
    const row = rows.find(({ queue_id }) => queue_id === queue.id);
    return {
      id: queue.id, label: queue.label, open: openingOf(config, queue.id, now).open, waiting: Number(row?.waiting ?? 0),
      callbacks: callbacks.get(queue.id) ?? { waiting: 0, scheduled: 0 },
      oldestQueuedAt: row?.oldest?.toISOString() ?? null,
      agentsIdle: prospects.get(queue.id)?.agentsIdle ?? 0, ewt: prospects.get(queue.id)?.ewt ?? null,
      inCharge: queue.hunt === undefined ? null : namedEntry(inChargeOf(queue.hunt, set.get(queue.id)).entry, queue.hunt, config),
    };
  });
}

async function agentContact({ db, config, typing, agent }: { readonly db: Queries; readonly config: Config; readonly typing: Typing; readonly agent: Pick<AgentRow, 'levels' | 'answerWith'> }, slot: SlotRow): Promise<AgentContact | undefined> {
  const row = await db.selectFrom('contact').innerJoin('session', 'session.id', 'contact.session_id').innerJoin('reservation', (join) => join.on('reservation.id', '=', slot.reservationId))
    .leftJoin('agent as by', 'by.id', 'reservation.by_agent_id').leftJoin('ticket', 'ticket.hop_id', 'reservation.id')
    .select(['contact.id', 'contact.from_uri', 'contact.queue_id', 'contact.state', 'contact.page', 'contact.created_at', 'contact.customer_id', 'contact.attributes',
      'contact.messages', 'contact.read_by_customer', 'contact.read_by_agent', 'session.request', 'reservation.offered_at', 'reservation.expires_at', 'by.id as by_id', 'by.name as by_name', 'ticket.number as ticket', 'ticket.queue_id as hop_queue', 'ticket.is_end'])
    .where('contact.id', '=', slot.contactId).executeTakeFirst();
  if (row === undefined) return undefined;
  // A wrap-up follows the rules of the queue that the agent talked for, wherever the contact has gone since.
  const queueId = slot.state === 'wrapUp' ? row.hop_queue ?? row.queue_id : row.queue_id;
  const queue = queueOf(config, queueId);
  const { customer, inquiry } = row.request;
  const { state } = row;
  // Whoever handed the contact over sees what was theirs, not what the next one does with it.
  const isTheirs = slot.state !== 'wrapUp';
  return {
    contactId: row.id, reservationId: slot.reservationId, from: row.from_uri, slot: slot.state, channel: slot.channel, channels: row.request.channels ?? ['voice', 'video'], since: iso(slot.since),
    offerExpiresAt: slot.state === 'reserved' ? row.expires_at.toISOString() : null,
    queue: { id: queueId, label: queue.label },
    customer: customer === null ? null : { id: customer.id, name: customer.name ?? null, attributes: { ...customer.attributes, ...row.attributes } },
    inquiry: { pageUrl: inquiry.pageUrl, title: inquiry.title ?? null, topic: inquiry.topic ?? null },
    page: row.page,
    waitedSeconds: Math.max(0, Math.round((row.offered_at.getTime() - (state.returnedAt ?? row.created_at.getTime())) / 1000)),
    thread: !hasThread(state, row.request) ? null : { last: row.messages, readByCustomer: row.read_by_customer, readByAgent: row.read_by_agent, typing: isTheirs && typing.is(row.id, 'customer') },
    chat: isTheirs ? chatOfAgent(state, {
      limits: limitsOf(config, row.queue_id), video: mayBeginWithCamera({ channels: row.request.channels, videoSkill: queue.videoSkill, agent: { skills: agent.levels, answerWith: agent.answerWith } }),
    }) : null,
    inbound: hasCustomer(state) ? null : await inboundFacts(db, row.id) ?? null,
    history: row.customer_id === null ? [] : await pastContacts(db, { customerId: row.customer_id, except: row.id }),
    part: slot.part,
    by: row.by_id === null || row.by_name === null ? null : { agentId: row.by_id, name: row.by_name },
    ticket: row.ticket === null ? null : Number(row.ticket),
    ...(isTheirs ? callOfAgent(state, slot.part) : noCall), cobrowse: { grants: isTheirs ? grantsFor(state, slot.part) : noGrants },
    // Nor is it their affair how it ended: they are told of no change any more, and a later look must show what they saw first.
    end: state.phase.name === 'ended' && (isTheirs || row.is_end === true) ? state.phase.end : null,
    wrapUp: { mode: queue.wrapUp.mode, dispositions: queue.wrapUp.dispositions, endsAt: slot.wrapUpEndsAt === null ? null : iso(slot.wrapUpEndsAt) },
  };
}

/** Earlier contacts of a customer, or an agent's own; newest first. */
export async function pastContacts(
  db: Queries, of: { readonly customerId: string; readonly except: string } | { readonly agentId: string; readonly limit: number },
): Promise<PastContact[]> {
  const rows = await db.selectFrom('contact').innerJoin('session', 'session.id', 'contact.session_id').leftJoin('agent', 'agent.id', 'contact.agent_id')
    .select(['contact.id', 'contact.created_at', 'contact.queue_id', 'contact.disposition', 'contact.notes', 'contact.end_party', 'contact.end_reason',
      'contact.channel', 'contact.messages', 'session.request', 'agent.name as agent_name', pageRecorded('contact.id')])
    .where('contact.ended_at', 'is not', null)
    .$call((query) => 'customerId' in of ? query.where('contact.customer_id', '=', of.customerId).where('contact.id', '<>', of.except) : query.where('contact.agent_id', '=', of.agentId))
    .orderBy('contact.created_at', 'desc').limit('limit' in of ? of.limit : historyLength).execute();
  return rows.map((row) => ({
    contactId: row.id, at: row.created_at.toISOString(), queue: row.queue_id, agent: row.agent_name, pageUrl: row.request.inquiry.pageUrl,
    disposition: row.disposition, notes: row.notes, end: row.end_party === null || row.end_reason === null ? null : { party: row.end_party, reason: row.end_reason },
    channel: row.channel, messages: row.messages, pageRecorded: row.pageRecorded,
  }));
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
