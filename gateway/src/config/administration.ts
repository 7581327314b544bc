/**
 * Puts a configuration in force while everybody works: validated first, the agents in the store brought in line with it, then told to whoever
 * derives something. One at a time. What fails before the last step changes nothing.
 */
import type { Logger } from 'pino';
import type { Changes } from '../contact/changes.ts';
import { hashedAgents } from '../session/logins.ts';
import { retireAgents, syncAgents } from '../store/agents.ts';
import type { Db } from '../store/database.ts';
import { startTicketsAt } from '../store/tickets.ts';
import { differences, type Differences } from './differences.ts';
import type { LiveConfig } from './live.ts';
import { ConfigError } from './load.ts';
import type { Config } from './schema.ts';

export interface AdministrationOptions {
  readonly db: Db;
  readonly live: LiveConfig;
  /** The configuration as the file has it now. Rejects with a ConfigError. */
  readonly read: () => Promise<Config>;
  readonly changes: Changes;
  /** An agent is named no more: what they are being offered is for others now. */
  readonly sendOff: (agentId: string) => Promise<void>;
  readonly now: () => number;
  readonly log: Logger;
}

export type Reloaded = { readonly ok: true; readonly value: Differences } | { readonly ok: false; readonly error: ConfigError };

export class Administration {
  readonly #options: AdministrationOptions;
  /** The file as it was read last. */
  #file: Config;
  #last: Promise<unknown> = Promise.resolve();
  /** Agents who are named no more, and still have a contact to finish. */
  #leaving = false;

  constructor(options: AdministrationOptions, file: Config) {
    this.#options = options;
    this.#file = file;
    options.changes.on('agent', () => {
      if (this.#leaving) this.#inTurn(() => this.#retire()).catch((error: unknown) => options.log.error({ err: error }, 'agents who left could not be retired'));
    });
  }

  /** Before anybody works: what the file says comes into the store. */
  async start(): Promise<void> {
    const { db, now } = this.#options;
    await this.#inTurn(async () => {
      await this.#store(this.#file);
      const { waitingFor } = await retireAgents(db, this.#file.agents.map(({ username }) => username), now());
      this.#leaving = waitingFor > 0;
    });
  }

  /** Reads the file again. A file that is wrong changes nothing. */
  reload(): Promise<Reloaded> {
    return this.#inTurn(async () => {
      const { live, read, log } = this.#options;
      let file: Config;
      try {
        file = await read();
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        log.warn({ complaints: error.complaints }, 'configuration refused: nothing was changed');
        return { ok: false as const, error };
      }
      const found = differences({ ...live.config }, file);
      await this.#store(file);
      this.#file = file;
      await this.#enforce(file);
      log.info({ ...found }, 'configuration read again');
      return { ok: true as const, value: found };
    });
  }

  async #store(config: Config): Promise<void> {
    const { db, changes, now } = this.#options;
    const agents = await hashedAgents(db, config);
    const touched = await db.transaction().execute(async (tx) => {
      const synced = await syncAgents(tx, agents, now());
      await startTicketsAt(tx, config.tickets.start);
      return synced;
    });
    for (const agentId of touched) changes.emit('agent', agentId);
  }

  async #enforce(config: Config): Promise<void> {
    const { live, changes } = this.#options;
    await live.replace(config);
    await this.#retire();
    for (const { id } of config.queues) changes.emit('queue', id);
  }

  /** Whoever is named no more goes when they hold nothing any longer: nobody's call ends because a file was edited. */
  async #retire(): Promise<void> {
    const { db, live, changes, sendOff, now } = this.#options;
    const { retired, sentOff, waitingFor } = await retireAgents(db, live.config.agents.map(({ username }) => username), now());
    this.#leaving = waitingFor > 0;
    await Promise.all(sentOff.map(sendOff));
    for (const agentId of retired) changes.emit('agent', agentId);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work, work);
    this.#last = mine.catch(() => null);
    return mine;
  }
}
