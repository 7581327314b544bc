/** What a flow needs to know of queues and agents, read when a step asks for it. */
import type { Choice } from '#shared/flow-words.ts';
import type { Channel } from '#shared/vocabulary.ts';
import { queueHunts } from '../acd/hunts.ts';
import { huntTurn, match } from '../acd/match.ts';
import { isFree } from '../acd/parties.ts';
import { openingOf, type Waits } from '../acd/waits.ts';
import { canServe, kindOf, needAt, routings, type Need } from '../acd/routing.ts';
import type { FlowStep } from '../config/flow.ts';
import type { Config } from '../config/schema.ts';
import { queueOf } from '../contact/limits.ts';
import type { Facts, LastAgent } from '../flow/progress.ts';
import { findAgent, findColleague, idleAgents, skillsOfPresent } from '../store/agents.ts';
import { queueLength } from '../store/contacts.ts';
import type { Db } from '../store/database.ts';
import { earlierAgent } from '../store/last-agent.ts';

/** Whom the figures are for. */
export interface Asker {
  readonly queueId: string;
  readonly contactId: string;
  readonly customerId: string | null;
  readonly channel: Channel;
  /** Whether the camera may be used. */
  readonly video: boolean;
}

export class Figures {
  readonly #options: { readonly db: Db; readonly config: Config; readonly waits: Waits };

  constructor(options: { readonly db: Db; readonly config: Config; readonly waits: Waits }) {
    this.#options = options;
  }

  flowOf(queueId: string): readonly FlowStep[] {
    return queueOf(this.#options.config, queueId).flow;
  }

  opening(queueId: string, at: number): NonNullable<Facts['opening']> {
    return openingOf(this.#options.config, queueId, at);
  }

  /** What this queue can offer besides its line. */
  offers(queueId: string, channel: Channel): readonly Choice[] {
    const { callback: { page, phone }, messages: { fromWidget } } = queueOf(this.#options.config, queueId);
    return ['wait', ...(channel === 'voice' && (page || phone) ? ['callback' as const] : []), ...(fromWidget ? ['message' as const] : [])];
  }

  async load(asker: Asker): Promise<NonNullable<Facts['load']>> {
    const { db, waits } = this.#options;
    const { queueId } = asker;
    // Messages and tasks stand in no line of their own that anybody is told of.
    const channel = asker.channel === 'chat' ? 'chat' : 'voice';
    const [waiting, { ewt }, present] = await Promise.all([queueLength(db, queueId, channel), waits.ofNewcomer(queueId, channel), skillsOfPresent(db)]);
    // Whoever may have the contact by its last step is somebody to wait for.
    const need = this.#needs(asker).at(-1);
    return { waiting, ewt, loggedIn: present.filter((skills) => need !== undefined && canServe(skills, need)).length };
  }

  async lastAgent({ within, mode, dispositions }: Extract<FlowStep, { kind: 'lastAgent' }>, asker: Asker, now: number): Promise<LastAgent | null> {
    const { contactId, customerId, channel } = asker;
    if (customerId === null) return null;
    const { db } = this.#options;
    const agentId = await earlierAgent(db, { customerId, mode, since: mode === 'last' ? now - within * 1000 : null, dispositions: dispositions ?? null });
    const agent = agentId === undefined ? undefined : await findColleague(db, agentId, now);
    if (agent === undefined) return null;
    const state = agent.workload.capacity[channel] === 0 || !canServe(agent.skills, needAt(this.#needs(asker), 0)) ? 'skills'
      : agent.status !== 'available' || !agent.reachableFor.includes(channel) ? 'away' : isFree(agent, { id: contactId, state: { channel } }) ? 'free' : 'busy';
    return { agentId: agent.agentId, name: agent.name, state };
  }

  /** Who would be rung for this contact, of those who are free now, if nobody waited before it; a hunt may begin with a number. */
  async nextAgent(asker: Asker, now: number): Promise<{ readonly agentId: string | null; readonly name: string } | null> {
    const { db, config } = this.#options;
    const need = this.#needs(asker)[0];
    if (need === undefined) return null;
    const queue = queueOf(config, asker.queueId);
    const [agents, hunts] = await Promise.all([idleAgents(db, now, { lastOffers: queue.strategy === 'roundRobin' }), queueHunts(db, config.queues)]);
    const hunt = hunts.get(queue.id);
    const contact = { contactId: asker.contactId, priority: 0, queuedAt: now, need, notTo: [] };
    if (hunt !== undefined) {
      const listed = new Map(agents.filter(({ username, openTo }) => hunt.list.includes(username) && openTo.includes(asker.channel)).map((agent) => [agent.username, agent]));
      const turn = huntTurn(contact, { hunt, progress: null, numbers: hunt.numbers, agents: listed }, new Set());
      if (turn.kind !== 'ring') return null;
      const agent = listed.get(turn.entry);
      return agent === undefined ? { agentId: null, name: turn.entry } : { agentId: agent.agentId, name: await this.nameOf(agent.agentId) };
    }
    const [matched] = match([contact], agents, 0);
    return matched === undefined ? null : { agentId: matched.agentId, name: await this.nameOf(matched.agentId) };
  }

  async nameOf(agentId: string): Promise<string> {
    return (await findAgent(this.#options.db, { id: agentId }))?.name ?? '';
  }

  #needs({ queueId, ...kind }: Pick<Asker, 'queueId' | 'channel' | 'video'>): readonly Need[] {
    const { config } = this.#options;
    return routings(config.queues).get(queueOf(config, queueId).id)?.[kindOf(kind)] ?? [];
  }
}
