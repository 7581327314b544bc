/** What another ACD is to be told of a contact, from what it was told before and how the contact stands now. Pure. */
import type { AcdContact, AcdEvent } from '#shared/acd-api.ts';
import type { ContactState } from '../contact/state.ts';
import type { ForeignContact, Outcome, Stage } from '../store/foreign-acd.ts';

export type News =
  | { readonly type: 'submit' }
  | { readonly type: 'update'; readonly event: AcdEvent; readonly agent: string | null; readonly assignment: string | null }
  | { readonly type: 'cancel'; readonly queueId: string; readonly reason: string };

export interface ToTell {
  readonly news: readonly News[];
  /** What it knows then; null: nothing of this contact any more. */
  readonly stage: Stage | null;
}

/** `elsewhere`: in no queue's wait, and with nobody. */
export function stageOf({ phase }: Pick<ContactState, 'phase'>): Stage | 'elsewhere' | 'ended' {
  switch (phase.name) {
    case 'waiting': case 'offered': case 'ended': return phase.name;
    case 'flow': case 'dissuaded': case 'scheduled': return 'elsewhere';
    case 'rung': case 'callingBack': case 'call': case 'chat': case 'work': case 'external': return 'taken';
  }
}

export function acdContact({ id, channel, video, priority, present, state, request, attributes, lastAgent }: ForeignContact): AcdContact {
  return {
    id, channel, video, priority, present, waitingSince: new Date(state.queuedAt).toISOString(), callback: state.callback !== null,
    customer: { id: request.customer?.id ?? null, name: request.customer?.name ?? null }, attributes: { ...request.customer?.attributes, ...attributes }, skills: state.wanted,
    lastAgent: lastAgent === null || state.phase.name !== 'waiting' ? null : { agent: lastAgent, until: state.phase.returnTo !== null || state.phase.first === null ? null : new Date(state.phase.first.until).toISOString() },
  };
}

export function toTell(contact: ForeignContact, outcomes: readonly Outcome[], { isForeign, told }: { readonly isForeign: boolean; readonly told: string }): ToTell {
  const { known, queueId, state, agent } = contact;
  const stage = stageOf(state);
  const update = (event: AcdEvent, of: string | null = null, assignment: string | null = null): News => ({ type: 'update', event, agent: of, assignment });
  const anew: ToTell = stage === 'waiting' && isForeign ? { news: [{ type: 'submit' }], stage } : { news: [], stage: null };
  if (known === null) return anew;
  const news: News[] = outcomes.map((one) => update(one.state, one.agent, one.assignment));
  if (state.phase.name === 'ended') return { news: [...news, known.stage === 'taken' ? update('ended') : { type: 'cancel', queueId: known.queueId, reason: state.phase.end.reason }], stage: null };
  if (known.queueId !== queueId || stage === 'elsewhere' || stage === 'ended') return { news: [...news, { type: 'cancel', queueId: known.queueId, reason: 'moved' }, ...anew.news], stage: anew.stage };
  if (stage !== known.stage) {
    // What an assignment's outcome says already is not said twice.
    if (stage === 'offered' || (stage === 'taken' && outcomes.every((one) => one.state !== 'accepted'))) news.push(update(stage === 'taken' ? 'accepted' : 'offered', agent));
    if (stage === 'waiting' && (known.stage === 'taken' || outcomes.length === 0)) news.push(update('requeued'));
  } else if (stage !== 'taken' && known.told !== told) {
    news.push(update('changed'));
  }
  return { news, stage };
}
