/** A contact as its customer may see it. */
import type { CallbackForCustomer, CustomerPhase, CustomerView, RequeueReason } from '#shared/customer-protocol.ts';
import type { Acds } from '../acd/acds.ts';
import type { QueueFigures } from '../acd/waits.ts';
import { mayBeginWithCamera } from '../acd/camera.ts';
import { callbackChoices } from '../acd/callback-choices.ts';
import type { Config } from '../config/schema.ts';
import { limitsOf, queueOf } from '../contact/limits.ts';
import { chatQuietEnd, hasCustomer } from '../contact/phases/deadlines.ts';
import { mayLeaveMessage } from '../contact/phases/message-left.ts';
import type { SecondParty } from '../contact/phases/second-party.ts';
import type { ContactLimits, ContactState } from '../contact/state.ts';
import { hasThread } from '../contact/threads.ts';
import type { Typing } from '../contact/typing.ts';
import { anyOf } from '../store/any-of.ts';
import type { Queries } from '../store/database.ts';
import { replyAddresses } from '../store/inbound.ts';

interface ViewSources {
  readonly db: Queries;
  readonly config: Config;
  readonly typing: Typing;
}

/** Each in its place, with the figures of its queue as they are now. Undefined where there is no such contact. */
export async function customerViewsNow(sources: ViewSources, contactIds: readonly string[], acds: Pick<Acds, 'expectedWait'>): Promise<Array<CustomerView | undefined>> {
  const known = new Map<string, Promise<QueueFigures>>();
  const views = await customerViews(sources, contactIds, (queueId) => {
    const figures = known.get(queueId) ?? acds.expectedWait(queueId);
    known.set(queueId, figures);
    return figures;
  });
  const found = new Map(views.map((view) => [view.contactId, view]));
  return contactIds.map((contactId) => found.get(contactId));
}

/** Several at once, for a whole queue that is told of its new places: one query, and figures that are known already. */
export async function customerViews(
  { db, config, typing }: ViewSources, contactIds: readonly string[], figures: (queueId: string) => Promise<QueueFigures>,
): Promise<CustomerView[]> {
  if (contactIds.length === 0) return [];
  const rows = await db.selectFrom('contact').innerJoin('session', 'session.id', 'contact.session_id').leftJoin('agent', (join) =>
    join.on((on) => on(on.cast('agent.id', 'text'), '=', on.ref('contact.state', '->>').key('phase').key('agentId'))))
    .select(['contact.id', 'contact.from_uri', 'contact.queue_id', 'contact.seq', 'contact.state', 'contact.messages', 'contact.read_by_customer', 'contact.read_by_agent', 'session.request', 'agent.name as agent_name', 'agent.skills as agent_skills', 'agent.answer_with', 'agent.configured_answer_with'])
    .where('contact.id', '=', anyOf(contactIds)).execute();
  const leftBy = await replyAddresses(db, rows.filter(({ state }) => !hasCustomer(state)).map(({ id }) => id));
  return Promise.all(rows.map(async (row) => {
    const agent = { name: row.agent_name ?? '' };
    const { state } = row;
    const answerWith = row.answer_with ?? row.configured_answer_with;
    const video = answerWith !== null && mayBeginWithCamera({ channels: row.request.channels, videoSkill: queueOf(config, row.queue_id).videoSkill, agent: { skills: row.agent_skills ?? {}, answerWith } });
    return {
      seq: row.seq, contactId: row.id, from: row.from_uri, queue: { id: row.queue_id, label: queueOf(config, row.queue_id).label },
      channels: row.request.channels ?? ['voice', 'video'], channel: state.channel,
      phase: await phaseFor({ state, agent, contactId: row.id, figures: () => figures(row.queue_id), limits: limitsOf(config, row.queue_id), video, replyTo: leftBy.get(row.id) ?? null }),
      thread: !hasThread(state, row.request) ? null : {
        last: row.messages, readByCustomer: row.read_by_customer, readByAgent: row.read_by_agent, typing: typing.is(row.id, 'agent'),
      },
      // The page of somebody on a telephone has nothing to open, nor has one that has not answered yet.
      media: state.mediaEpoch === null || state.telephone !== null || state.phase.name === 'callingBack' ? null : { epoch: state.mediaEpoch },
      callbacks: callbackChoices(config, row.queue_id, state),
      messages: mayLeaveMessage(state) && queueOf(config, row.queue_id).messages.fromWidget ? { needsReplyTo: row.request.customer == null } : null,
      cobrowse: { grants: state.cobrowse, agent: state.phase.name === 'call' ? agent : null },
    };
  }));
}

interface PhaseSources {
  readonly state: ContactState;
  readonly agent: { readonly name: string };
  readonly contactId: string;
  readonly figures: () => Promise<QueueFigures>;
  readonly limits: ContactLimits;
  /** The chat may become a call with the cameras on. */
  readonly video: boolean;
  /** Of a message. */
  readonly replyTo: string | null;
}

async function phaseFor({ state, agent, contactId, figures, limits, video, replyTo }: PhaseSources): Promise<CustomerPhase> {
  const { phase } = state;
  // Whoever has it, and however often it changes hands.
  if (!hasCustomer(state) && phase.name !== 'ended') return { name: 'messageLeft', replyTo };
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
      opensAt: phase.opensAt, ewt: phase.why === 'tooLong' ? (await figures()).ewtOf(contactId, state.channel) : null,
    };
    case 'waiting': return waiting(phase.requeued);
    case 'scheduled': return { name: 'scheduled', callback: callbackForCustomer(state) };
    case 'callingBack': return phase.rings === 'page' ? { name: 'rung', agent, expiresAt: new Date(phase.until).toISOString() } : waiting(null);
    // Somebody who will be called back is told when they are called.
    case 'offered': return state.callback !== null ? waiting(null) : { name: 'offered', transfer: phase.transferredBy === null ? null : { to: agent.name === '' ? null : agent.name } };
    // Until the agent's own endpoint has answered there is nobody to talk to.
    case 'rung': return phase.leg === 'calling' ? { name: 'ended', end: phase.before.end } : { name: 'rung', agent, expiresAt: new Date(phase.until).toISOString() };
    case 'call': return phase.connectedAt === null ? { name: 'connecting', agent, fromChat: phase.escalated, ...(phase.withCamera === true ? { withCamera: true } : {}) } : {
      name: 'engaged', agent, since: new Date(phase.connectedAt).toISOString(), onHold: phase.onHold || phase.second?.talk === 'second', agentAway: phase.agent.state !== 'up',
      third: phase.second?.talk === 'all' ? { name: nameForCustomer(phase.second.party) } : null, onTelephone: state.telephone !== null,
      fromChat: phase.escalated && limits.chat.afterCall,
    };
    case 'chat': return {
      name: 'chat', agent, since: new Date(phase.acceptedAt).toISOString(), proposal: phase.proposal, video, callFailed: phase.callFailed,
      endsAt: phase.warned ? iso(chatQuietEnd(phase, limits)) : null,
    };
    // Unreachable: nobody but a message is worked at.
    case 'work': return { name: 'messageLeft', replyTo };
    case 'external': return phase.connectedAt === null ? { name: 'offered', transfer: phase.transferredBy === null ? null : { to: phase.label } }
      : { name: 'engaged', agent: { name: phase.label ?? '' }, since: new Date(phase.connectedAt).toISOString(), onHold: false, agentAway: false, third: null, onTelephone: state.telephone !== null, fromChat: false };
    case 'ended': return { name: 'ended', end: phase.end, ...(phase.message == null ? {} : { message: phase.message }) };
  }
}

function callbackForCustomer({ callback, phase }: ContactState): CallbackForCustomer {
  return {
    number: callback?.number ?? null, at: iso(callback?.at ?? null), notBefore: iso(callback?.notBefore ?? null), calling: phase.name === 'callingBack' && phase.rings === 'telephone',
  };
}

function iso(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString();
}

/** A number is nobody's name, and not the customer's to know. */
function nameForCustomer(party: SecondParty): string | null {
  return party.kind === 'agent' ? party.name : party.label;
}
