/**
 * The stream of an agent's views, numbered within this process's epoch. The namespace `/agent` and the SSE endpoint are its two
 * adapters; whoever subscribes gets the present view first and every later one.
 */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { AgentView, QueueView } from '#shared/agent-protocol.ts';
import type { Waits } from '../acd/waits.ts';
import type { Config } from '../config/schema.ts';
import type { Changes } from '../contact/changes.ts';
import type { Db } from '../store/database.ts';
import { agentView, queueViews } from './agent-view.ts';
import { Coalescer } from './coalescer.ts';

type Listener = (view: AgentView) => void;

export class AgentStream {
  readonly #options: { readonly db: Db; readonly config: Config; readonly waits: Waits; readonly now: () => number };
  readonly #epoch = randomUUID();
  #seq = 0;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #views: Coalescer;
  /** The queues' figures are the same for every desktop: read once after each change. */
  #queues: Promise<QueueView[]> | null = null;

  constructor(options: { readonly db: Db; readonly config: Config; readonly waits: Waits; readonly changes: Changes; readonly now: () => number; readonly log: Logger }) {
    this.#options = options;
    this.#views = new Coalescer((agentId) => this.#send(agentId), (error) => options.log.error({ err: error }, 'agent view could not be sent'));
    options.changes.on('agent', (agentId) => {
      this.#queues = null;
      this.#views.ask(agentId);
    });
    // Every desktop shows the queues' figures.
    options.changes.on('queue', () => {
      this.#queues = null;
      for (const agentId of this.#listeners.keys()) this.#views.ask(agentId);
    });
  }

  /** Answers how to unsubscribe. The present view comes soon, not at once. */
  subscribe(agentId: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(agentId) ?? new Set<Listener>();
    this.#listeners.set(agentId, listeners);
    listeners.add(listener);
    this.#views.ask(agentId);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(agentId) === listeners) this.#listeners.delete(agentId);
    };
  }

  async current(agentId: string): Promise<AgentView | undefined> {
    const { db, config, waits, now } = this.#options;
    // Numbered before reading: of two views under way the one begun later has seen at least as much.
    this.#seq += 1;
    const seq = this.#seq;
    this.#queues ??= queueViews(db, config, waits, now());
    const queues = this.#queues;
    // A read that failed is not kept.
    queues.catch(() => { if (this.#queues === queues) this.#queues = null; });
    const view = await agentView(db, config, agentId, await queues);
    return view && { ...view, epoch: this.#epoch, seq };
  }

  async #send(agentId: string): Promise<void> {
    if (!this.#listeners.has(agentId)) return;
    const view = await this.current(agentId);
    if (view !== undefined) for (const listener of this.#listeners.get(agentId) ?? []) listener(view);
  }
}
