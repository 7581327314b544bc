/**
 * Puts a configuration in force while everybody works: the file as it was read last, with the settings that were made since laid over it. Validated
 * first, the agents in the store brought in line with it, then told to whoever derives something. One change at a time; what fails before the last step changes nothing.
 */
import type { Logger } from 'pino';
import type { Changes } from '../contact/changes.ts';
import { hashedAgents } from '../session/logins.ts';
import { retireAgents, syncAgents, type ConfiguredAgent } from '../store/agents.ts';
import type { Db, Queries } from '../store/database.ts';
import { appendChanges, storedSettings, storeSetting, type StoredSetting } from '../store/settings.ts';
import { startTicketsAt } from '../store/tickets.ts';
import { differences, type Differences } from './differences.ts';
import type { LiveConfig } from './live.ts';
import { ConfigError } from './load.ts';
import type { Config } from './schema.ts';
import { withSettings, type Laid, type Setting } from './settings.ts';

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

export type Reloaded = { readonly ok: true; readonly value: Differences & { readonly unfit: readonly string[] } } | { readonly ok: false; readonly error: ConfigError };

/** A setting to make; `value` undefined takes it back to what the file says. */
export type Change = Pick<Setting, 'scope' | 'subject' | 'name'> & { readonly value?: unknown };

export class Administration {
  readonly #options: AdministrationOptions;
  /** The file as it was read last, and what was set since. */
  #file: Config;
  #settings: readonly StoredSetting[] = [];
  #laid: Laid<StoredSetting>;
  #last: Promise<unknown> = Promise.resolve();
  /** Agents who are named no more, and still have a contact to finish. */
  #leaving = false;
  /** Runs when a queue that was opened or closed by hand goes by its calendar again. */
  #opening: NodeJS.Timeout | undefined;

  constructor(options: AdministrationOptions, file: Config) {
    this.#options = options;
    this.#file = file;
    this.#laid = { config: file, unfit: [] };
    options.changes.on('agent', () => {
      if (this.#leaving) this.#inTurn(() => this.#retire()).catch((error: unknown) => options.log.error({ err: error }, 'agents who left could not be retired'));
    });
  }

  /** Before anybody works: what the file and the settings say comes into the store. */
  async start(): Promise<void> {
    const { db, live, now, log } = this.#options;
    await this.#inTurn(async () => {
      this.#settings = await storedSettings(db);
      this.#laid = withSettings(this.#file, this.#settings);
      for (const { setting: { scope, subject, name }, why } of this.#laid.unfit) log.warn({ scope, subject, name, why }, 'a setting made at run time does not fit the file and is left out');
      const agents = await hashedAgents(db, this.#laid.config);
      await db.transaction().execute((tx) => this.#store(tx, this.#laid.config, agents));
      await live.replace(this.#laid.config);
      const { waitingFor } = await retireAgents(db, live.config.agents.map(({ username }) => username), now());
      this.#leaving = waitingFor > 0;
      this.#wakeForOpenings();
    });
  }

  stop(): void {
    clearTimeout(this.#opening);
  }

  /** The file's own word, and what was set besides. */
  get standing(): { readonly file: Config; readonly settings: readonly StoredSetting[]; readonly unfit: Laid<StoredSetting>['unfit'] } {
    return { file: this.#file, settings: this.#settings, unfit: this.#laid.unfit };
  }

  /** Reads the file again. A file that is wrong changes nothing. */
  reload(by = 'SIGHUP'): Promise<Reloaded> {
    return this.#inTurn(async () => {
      const { db, live, read, now, log } = this.#options;
      let file: Config;
      try {
        file = await read();
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        log.warn({ complaints: error.complaints }, 'configuration refused: nothing was changed');
        return { ok: false as const, error };
      }
      const laid = withSettings(file, this.#settings);
      const found = { ...differences({ ...live.config }, laid.config), unfit: laid.unfit.map(({ setting, why }) => `${nameOf(setting)}: ${why}`) };
      const agents = await hashedAgents(db, laid.config);
      const touched = await db.transaction().execute(async (tx) => {
        await appendChanges(tx, [{ action: 'reload', subject: '', detail: found }], { by, now: now() });
        return this.#store(tx, laid.config, agents);
      });
      this.#file = file;
      await this.#enforce(laid, touched);
      log.info({ by, ...found }, 'configuration read again');
      return { ok: true as const, value: found };
    });
  }

  /** Makes or takes back settings, all or none. Answers why not, where one does not fit. */
  change(who: { readonly name: string; readonly username: string }, wanted: readonly Change[]): Promise<string | null> {
    return this.#inTurn(async () => {
      const { db, now, log } = this.#options;
      const at = now();
      const isWanted = (setting: StoredSetting): boolean => wanted.some((one) => nameOf(one) === nameOf(setting));
      const made = wanted.flatMap((one) => one.value === undefined ? [] : [{ ...one, by: who.name, since: at } as StoredSetting]);
      const settings = [...this.#settings.filter((setting) => !isWanted(setting)), ...made];
      const laid = withSettings(this.#file, settings);
      // What did not fit before is nobody's fault now.
      const before = new Set(this.#laid.unfit.map(({ setting }) => nameOf(setting)));
      const refused = laid.unfit.find(({ setting }) => isWanted(setting) || !before.has(nameOf(setting)));
      if (refused !== undefined) return isWanted(refused.setting) ? refused.why : `${nameOf(refused.setting)} would not fit any more: ${refused.why}`;
      const agents = await hashedAgents(db, laid.config);
      const touched = await db.transaction().execute(async (tx) => {
        for (const one of wanted) await storeSetting(tx, one, { by: who.name, now: at });
        await appendChanges(tx, wanted.map((one) => ({
          action: one.value === undefined ? 'reset' as const : 'set' as const, subject: nameOf(one), detail: { before: shown(this.#settings.find((setting) => nameOf(setting) === nameOf(one))), after: shown(one) },
        })), { by: `${who.name} (${who.username})`, now: at });
        return this.#store(tx, laid.config, agents);
      });
      this.#settings = settings;
      await this.#enforce(laid, touched);
      log.info({ by: who.username, settings: wanted.map(nameOf) }, 'settings changed');
      return null;
    });
  }

  async #store(tx: Queries, config: Config, agents: readonly ConfiguredAgent[]): Promise<string[]> {
    const touched = await syncAgents(tx, agents, this.#options.now());
    await startTicketsAt(tx, config.tickets.start);
    return touched;
  }

  async #enforce(laid: Laid<StoredSetting>, touched: readonly string[]): Promise<void> {
    const { live, changes } = this.#options;
    this.#laid = laid;
    await live.replace(laid.config);
    for (const agentId of touched) changes.emit('agent', agentId);
    await this.#retire();
    for (const { id } of laid.config.queues) changes.emit('queue', id);
    this.#wakeForOpenings();
  }

  /** Whoever is named no more goes when they hold nothing any longer: nobody's call ends because a file was edited. */
  async #retire(): Promise<void> {
    const { db, live, changes, sendOff, now } = this.#options;
    const { retired, sentOff, waitingFor } = await retireAgents(db, live.config.agents.map(({ username }) => username), now());
    this.#leaving = waitingFor > 0;
    await Promise.all(sentOff.map(sendOff));
    for (const agentId of retired) changes.emit('agent', agentId);
  }

  /** Nothing else tells of the moment at which a queue goes by its calendar again. */
  #wakeForOpenings(): void {
    clearTimeout(this.#opening);
    const { changes, now } = this.#options;
    const ends = this.#laid.config.queues.flatMap(({ id, opening }) => opening?.until === undefined ? [] : [{ id, at: Date.parse(opening.until) }]).filter(({ at }) => at > now());
    const [first] = ends.toSorted((one, other) => one.at - other.at);
    if (first === undefined) return;
    this.#opening = setTimeout(() => {
      for (const { id, at } of ends) if (at <= now()) changes.emit('queue', id);
      this.#wakeForOpenings();
      // Longer than a timer can be set for: it just looks again.
    }, Math.min(Math.max(0, first.at - now()) + 1, 24 * 3600_000));
    this.#opening.unref();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work, work);
    this.#last = mine.catch(() => null);
    return mine;
  }
}

/** As it is found in the file. */
function nameOf({ scope, subject, name }: Pick<Setting, 'scope' | 'subject' | 'name'>): string {
  return `${scope === 'queue' ? 'queues' : 'agents'}.${subject}.${name}`;
}

/** For the log of changes: never a password's hash. */
function shown(setting: { readonly name: string; readonly value?: unknown } | undefined): unknown {
  if (setting?.name !== 'account') return setting?.value ?? null;
  const { passwordHash: _kept, ...rest } = setting.value as { readonly passwordHash?: string };
  return rest;
}
