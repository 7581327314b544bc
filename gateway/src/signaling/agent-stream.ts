/**
 * The stream of an agent's views, numbered within this process's epoch. The namespace `/agent` and the SSE endpoint are its two
 * adapters; whoever subscribes gets the present view first and every later one.
 */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { AgentView, QueueView } from '#shared/agent-protocol.ts';
import type { Waits } from '../acd/waits.ts';
import type { Changes } from '../contact/changes.ts';
import type { Db } from '../store/database.ts';
import { Gathered } from '../store/gathered.ts';
import { deskViews, queueViews, type DeskSources, type DeskView } from './agent-view.ts';
import { Coalescer } from './coalescer.ts';
import { Board } from './board.ts';

type Listener = (view: AgentView) => void;

export class AgentStream {
  readonly #db: Db;
  readonly #epoch = randomUUID();
  #seq = 0;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #views: Coalescer;
  /** What subscribers were sent last: new figures of the queues are put beside it, and nothing else is read for them. */
  readonly #sent = new Map<string, AgentView>();
  readonly #threads: Coalescer;
  readonly #desks: Gathered<string, DeskView | undefined>;
  readonly #board: Board<readonly QueueView[]>;

  constructor(options: DeskSources & { readonly db: Db; readonly waits: Waits; readonly changes: Changes; readonly now: () => number; readonly log: Logger }) {
    this.#db = options.db;
    this.#desks = new Gathered((agentIds) => deskViews(options, agentIds));
    this.#views = new Coalescer((agentId) => this.#send(agentId), (error) => options.log.error({ err: error }, 'agent view could not be sent'));
    this.#threads = new Coalescer((contactId) => this.#tellHolders(contactId), (error) => options.log.error({ err: error }, 'what was written could not be told'));
    options.changes.on('agent', (agentId) => this.#views.ask(agentId));
    options.changes.on('thread', (contactId) => this.#threads.ask(contactId));
    const { db, config, waits, changes, now, log } = options;
    this.#board = new Board<readonly QueueView[]>({ changes, log, read: () => queueViews(db, config, waits, now()), show: (queues) => this.#show(queues) });
  }

  async stop(): Promise<void> {
    this.#board.stop();
    await this.#threads.stop();
    await this.#views.stop();
  }

  /** Answers how to unsubscribe. The present view comes soon, not at once. */
  subscribe(agentId: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(agentId) ?? new Set<Listener>();
    this.#listeners.set(agentId, listeners);
    listeners.add(listener);
    this.#views.ask(agentId);
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0 || this.#listeners.get(agentId) !== listeners) return;
      this.#listeners.delete(agentId);
      this.#sent.delete(agentId);
    };
  }

  async current(agentId: string): Promise<AgentView | undefined> {
    // Numbered before reading: of two views under way the one begun later has seen at least as much.
    const seq = this.#next();
    return this.#read(agentId, seq, await this.#board.current());
  }

  async #tellHolders(contactId: string): Promise<void> {
    const holders = await this.#db.selectFrom('slot').select('agent_id').where('contact_id', '=', contactId).execute();
    for (const { agent_id: agentId } of holders) this.#views.ask(agentId);
  }

  async #send(agentId: string): Promise<void> {
    if (!this.#listeners.has(agentId)) return;
    const seq = this.#next();
    const view = await this.#read(agentId, seq, await this.#board.latest());
    if (view === undefined || !this.#listeners.has(agentId)) return;
    // Figures that were shown meanwhile have a later number, and less to say of the agent.
    const shown = this.#sent.get(agentId);
    this.#tell(agentId, shown === undefined || shown.seq < seq ? view : { ...view, queues: shown.queues, seq: this.#next() });
  }

  #show(queues: readonly QueueView[]): void {
    for (const [agentId, view] of this.#sent) this.#tell(agentId, { ...view, queues, seq: this.#next() });
  }

  #tell(agentId: string, view: AgentView): void {
    this.#sent.set(agentId, view);
    for (const listener of this.#listeners.get(agentId) ?? []) listener(view);
  }

  async #read(agentId: string, seq: number, queues: readonly QueueView[]): Promise<AgentView | undefined> {
    const view = await this.#desks.ask(agentId);
    return view && { ...view, queues, epoch: this.#epoch, seq };
  }

  #next(): number {
    this.#seq += 1;
    return this.#seq;
  }
}
