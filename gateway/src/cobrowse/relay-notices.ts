/**
 * How relays that run by themselves hear what becomes of contacts: by the store's notifications, which reach whoever listens on any node. One
 * that is missed does no harm for long: a relay asks about all its contacts when it listens anew, and now and then besides.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import pg from 'pg';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Changes } from '../contact/changes.ts';
import type { Db } from '../store/database.ts';

const channel = 'gethelp_cobrowse';
const reconnectPause = 1_000;

const noticeSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('changed'), contactId: z.string() }),
  z.object({ type: z.literal('ended'), contactId: z.string() }),
  z.object({ type: z.literal('viewerEnded'), contactId: z.string(), agentId: z.string() }),
]);
export type RelayNotice = z.infer<typeof noticeSchema>;

/** Passes on what concerns relays. */
export function announceChanges({ db, changes, log }: { readonly db: Db; readonly changes: Changes; readonly log: Logger }): void {
  const announce = (notice: RelayNotice): void => {
    sql`select pg_notify(${channel}, ${JSON.stringify(notice)})`.execute(db).catch((error: unknown) => log.error({ err: error, contactId: notice.contactId }, 'relays could not be told'));
  };
  changes.on('cobrowse', (contactId) => announce({ type: 'changed', contactId }));
  changes.on('cobrowseEnded', (contactId) => announce({ type: 'ended', contactId }));
  changes.on('viewerEnded', (contactId, agentId) => announce({ type: 'viewerEnded', contactId, agentId }));
}

export interface NoticeListenerOptions {
  readonly connection: pg.PoolConfig;
  readonly log: Logger;
  handleNotice(notice: RelayNotice): void;
  /** It listens (again): what was said meanwhile is not known. */
  handleListening(): void;
}

/** Listens until it is stopped, over lost connections. */
export class NoticeListener {
  readonly #options: NoticeListenerOptions;
  readonly #stopping = new AbortController();
  #client: pg.Client | null = null;

  constructor(options: NoticeListenerOptions) {
    this.#options = options;
  }

  /** Rejects when the first connection fails; later ones are made again for ever. */
  async start(): Promise<void> {
    await this.#listen();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#client?.end().catch(() => { /* gone already */ });
  }

  async #listen(): Promise<void> {
    const client = new pg.Client(this.#options.connection);
    client.on('error', () => { /* 'end' follows and says it all */ });
    client.on('notification', ({ payload }) => this.#take(payload ?? ''));
    await client.connect();
    await client.query(`listen ${channel}`);
    this.#client = client;
    client.once('end', () => void this.#regain());
    this.#options.handleListening();
  }

  async #regain(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await wait(reconnectPause);
      try {
        if (!this.#stopping.signal.aborted) await this.#listen();
        return;
      } catch (error) {
        this.#options.log.error({ err: error }, 'the store’s notifications are not heard; trying again');
      }
    }
  }

  #take(payload: string): void {
    try {
      const notice = noticeSchema.safeParse(JSON.parse(payload));
      if (notice.success) this.#options.handleNotice(notice.data);
    } catch (error) {
      this.#options.log.error({ err: error }, 'a notification could not be read');
    }
  }
}
