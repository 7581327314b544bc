/** Everything an agent's desktop shows: themselves, their contacts with screen pop and history, and the queues. */
import type { AgentContact, AgentView, QueueView } from '#shared/agent-protocol.ts';
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
import { agentState, findAgents, type AgentRow } from '../store/agents.ts';
import { anyOf } from '../store/any-of.ts';
import { callbackCounts } from '../store/callbacks.ts';
import { isQueued } from '../store/contacts.ts';
import type { Queries } from '../store/database.ts';
import { earlierContacts } from '../store/history.ts';
import { inboundFacts } from '../store/inbound.ts';
import { inChargeSet, type SetInCharge } from '../store/in-charge.ts';
import { openSummaries } from '../store/summaries.ts';
import { grantsFor } from '../contact/watching.ts';
import { callOfAgent, chatOfAgent, noCall } from './call-view.ts';

/** The queues' figures are everybody's (signaling/board.ts), and the place in the stream is the stream's. */
export type DeskView = Omit<AgentView, 'epoch' | 'seq' | 'queues'>;

export interface DeskSources {
  readonly db: Queries;
  readonly config: Config;
  readonly endpoints: EndpointPort;
  readonly typing: Typing;
  readonly recordsPages: () => boolean;
}

/** Each in its place, with as many statements for fifty as for one. Undefined where there is no such agent. */
export async function deskViews({ db, config, endpoints, typing, recordsPages }: DeskSources, agentIds: readonly string[]): Promise<Array<DeskView | undefined>> {
  const [agents, held] = await Promise.all([findAgents(db, agentIds), heldContacts(db, agentIds)]);
  const [summaries, inbound, history] = await Promise.all([
    openSummaries(db, [...agents.values()].flatMap(({ id, toRead }) => toRead ? [id] : [])),
    inboundFacts(db, held.flatMap(({ id, state }) => hasCustomer(state) ? [] : [id])),
    earlierContacts(db, held.flatMap(({ id, customer_id: customerId }) => customerId === null ? [] : [{ contactId: id, customerId }])),
  ]);
  const slots = Map.groupBy(held, ({ agent_id: agentId }) => agentId);
  return agentIds.map((agentId): DeskView | undefined => {
    const agent = agents.get(agentId);
    const own = slots.get(agentId) ?? [];
    return agent && {
      agent: {
        id: agent.id, username: agent.username, name: agent.name, role: agent.role, status: agent.status, reason: agent.statusReason,
        statusSince: iso(agent.statusSince), state: agentState(own.map(({ slot }) => ({ state: slot }))), endpointRegistered: agent.endpointRegistered, skills: agent.skills,
        endpoints: endpoints.endpoints(agentId).flatMap(({ kind, ...rest }) => kind === 'external' ? [] : [{ ...rest, kind }]), answerWith: agent.answerWith,
      },
      breakReasons: config.breakReasons, recordsPages: recordsPages(),
      contacts: own.map((row) => agentContact({ config, typing, agent, inbound: inbound.get(row.id) ?? null, history: history.get(row.id) ?? [] }, row)),
      summaries: (summaries.get(agentId) ?? []).map(({ queueId, ...summary }) => ({ ...summary, queue: { id: queueId, label: queueOf(config, queueId).label } })),
    };
  });
}

export async function queueViews(db: Queries, config: Config, waits: Waits, now: number): Promise<QueueView[]> {
  const rows = await db.selectFrom('contact').select((table) => ['queue_id', table.fn.countAll<string>().as('waiting'),
    // Whoever will be called back stands in no line.
    table.fn.min('queued_at').filterWhere('callback_at', 'is', null).as('oldest')])
    // Messages have their time, and nobody there who waits.
    .where(isQueued).where('channel', 'in', ['voice', 'chat']).groupBy('queue_id').execute();
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

/** What these agents have, in the order in which each got it. */
async function heldContacts(db: Queries, agentIds: readonly string[]) {
  return db.selectFrom('slot').innerJoin('contact', 'contact.id', 'slot.contact_id').innerJoin('session', 'session.id', 'contact.session_id').innerJoin('reservation', 'reservation.id', 'slot.id')
    .leftJoin('agent as by', 'by.id', 'reservation.by_agent_id').leftJoin('ticket', 'ticket.hop_id', 'slot.id')
    .select(['slot.agent_id', 'slot.id as reservation_id', 'slot.state as slot', 'slot.channel', 'slot.part', 'slot.since', 'slot.wrap_up_ends_at',
      'contact.id', 'contact.from_uri', 'contact.queue_id', 'contact.state', 'contact.page', 'contact.created_at', 'contact.customer_id', 'contact.attributes',
      'contact.messages', 'contact.read_by_customer', 'contact.read_by_agent', 'session.request', 'reservation.offered_at', 'reservation.expires_at', 'by.id as by_id', 'by.name as by_name', 'ticket.number as ticket', 'ticket.queue_id as hop_queue', 'ticket.is_end'])
    .where('slot.agent_id', '=', anyOf(agentIds)).orderBy('slot.since').execute();
}

interface BesideContact {
  readonly config: Config;
  readonly typing: Typing;
  readonly agent: Pick<AgentRow, 'levels' | 'answerWith'>;
  readonly inbound: AgentContact['inbound'];
  readonly history: AgentContact['history'];
}

function agentContact({ config, typing, agent, inbound, history }: BesideContact, row: Awaited<ReturnType<typeof heldContacts>>[number]): AgentContact {
  // A wrap-up follows the rules of the queue that the agent talked for, wherever the contact has gone since.
  const queueId = row.slot === 'wrapUp' ? row.hop_queue ?? row.queue_id : row.queue_id;
  const queue = queueOf(config, queueId);
  const { customer, inquiry } = row.request;
  const { state } = row;
  // Whoever handed the contact over sees what was theirs, not what the next one does with it.
  const isTheirs = row.slot !== 'wrapUp';
  return {
    contactId: row.id, reservationId: row.reservation_id, from: row.from_uri, slot: row.slot, channel: row.channel, channels: row.request.channels ?? ['voice', 'video'], since: row.since.toISOString(),
    offerExpiresAt: row.slot === 'reserved' ? row.expires_at.toISOString() : null,
    queue: { id: queueId, label: queue.label },
    customer: customer === null ? null : { id: customer.id, name: customer.name ?? null, attributes: { ...customer.attributes, ...row.attributes } },
    inquiry: { pageUrl: inquiry.pageUrl, title: inquiry.title ?? null, topic: inquiry.topic ?? null },
    page: row.page,
    waitedSeconds: Math.max(0, Math.round((row.offered_at.getTime() - (state.returnedAt ?? row.created_at.getTime())) / 1000)),
    thread: !hasThread(state, row.request) ? null : { last: row.messages, readByCustomer: row.read_by_customer, readByAgent: row.read_by_agent, typing: isTheirs && typing.is(row.id, 'customer') },
    chat: isTheirs ? chatOfAgent(state, {
      limits: limitsOf(config, row.queue_id), video: mayBeginWithCamera({ channels: row.request.channels, videoSkill: queue.videoSkill, agent: { skills: agent.levels, answerWith: agent.answerWith } }),
    }) : null,
    inbound, history, part: row.part,
    by: row.by_id === null || row.by_name === null ? null : { agentId: row.by_id, name: row.by_name },
    ticket: row.ticket === null ? null : Number(row.ticket),
    ...(isTheirs ? callOfAgent(state, row.part) : noCall), cobrowse: { grants: isTheirs ? grantsFor(state, row.part) : noGrants },
    // Nor is it their affair how it ended: they are told of no change any more, and a later look must show what they saw first.
    end: state.phase.name === 'ended' && (isTheirs || row.is_end === true) ? state.phase.end : null,
    wrapUp: { mode: queue.wrapUp.mode, dispositions: queue.wrapUp.dispositions, endsAt: row.wrap_up_ends_at?.toISOString() ?? null },
  };
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
