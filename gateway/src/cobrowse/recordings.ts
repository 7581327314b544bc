/**
 * Which shared pages are kept: those of contacts whose customer has granted it, for as long as the grant stands and the page is shared. Follows
 * the contacts' changes, ends what a process before this one left unfinished, and deletes what is older than the portal keeps it.
 */
import { randomUUID } from 'node:crypto';
import { gunzip } from 'node:zlib';
import { promisify } from 'node:util';
import type { Logger } from 'pino';
import type { RecordedItem } from '#shared/cobrowse-recording.ts';
import type { Relay } from '#cobrowse/server/relay.ts';
import type { Config } from '../config/schema.ts';
import { appendAudit } from '../store/cobrowse-audit.ts';
import { appendPart, deleteRecordings, endRecording, findPart, insertRecording, unfinishedRecordings, type StoredRecording } from '../store/cobrowse-recordings.ts';
import type { Db } from '../store/database.ts';
import { throughOutage } from '../store/outage.ts';
import { PageRecorder } from './page-recorder.ts';
import { open, partContext, type RecordingKeys } from './recording-keys.ts';

const decompress = promisify(gunzip);
const sweepInterval = 15 * 60_000;
const day = 24 * 3_600_000;

export interface RecordingsOptions {
  readonly db: Db;
  readonly config: Config;
  readonly keys: RecordingKeys;
  readonly relay: Pick<Relay, 'tap' | 'has'>;
  /** Names this process among those that record: the same after a restart. */
  readonly node: string;
  readonly now: () => number;
  readonly log: Logger;
}

interface Running {
  readonly id: string;
  readonly recorder: PageRecorder;
}

export class Recordings {
  readonly #options: RecordingsOptions;
  readonly #running = new Map<string, Running>();
  /** One step at a time for each contact. */
  readonly #tails = new Map<string, Promise<void>>();
  readonly #timer: ReturnType<typeof setInterval>;
  #stopped = false;

  constructor(options: RecordingsOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.sweep(), sweepInterval);
    this.#timer.unref();
  }

  /** After a start: what was under way in the last process is over; where the grant stands, a new one begins when the page is back. */
  async restore(): Promise<void> {
    const { db, node } = this.#options;
    for (const { id, contactId } of await unfinishedRecordings(db, node)) await this.#ended(contactId, id, 'restart');
    await this.sweep();
  }

  /** The contact has changed, or its page has connected. Costs nothing where nothing is shared. */
  follow(contactId: string): void {
    if (this.#stopped || (!this.#running.has(contactId) && !this.#options.relay.has(contactId))) return;
    this.#inOrder(contactId, async () => {
      const row = await this.#options.db.selectFrom('contact').innerJoin('session', 'session.id', 'contact.session_id').select(['contact.state', 'session.portal_id'])
        .where('contact.id', '=', contactId).executeTakeFirst();
      const isWanted = row?.state.cobrowse.record === 'granted' && row.state.cobrowse.view === 'granted' && this.#options.relay.has(contactId);
      if (isWanted && !this.#running.has(contactId)) await this.#begin(contactId, row.portal_id);
      else if (!isWanted) await this.#end(contactId, 'over');
    });
  }

  /** What one part holds, or null when it cannot be read: it was changed, or its key is gone. */
  async read({ id, key }: StoredRecording, number: number): Promise<RecordedItem[] | null> {
    const { db, keys } = this.#options;
    const own = keys.unwrap(id, key);
    const sealed = own && await findPart(db, id, number);
    const plain = sealed && open(own, sealed, partContext(id, number));
    return plain ? (await decompress(plain)).toString().split('\n').map((line) => JSON.parse(line) as RecordedItem) : null;
  }

  /** Deletes what is past its time, and says so in the audit. */
  async sweep(): Promise<void> {
    const { db, now, log } = this.#options;
    try {
      await db.transaction().execute(async (tx) => {
        const deleted = await deleteRecordings(tx, { expiredAt: now() });
        await appendAudit(tx, deleted.map(({ id, contactId }) => ({ contactId, at: now(), actor: { kind: 'system' }, action: 'recordingDeleted', detail: { recording: id, cause: 'retention' } })));
        if (deleted.length > 0) log.info({ recordings: deleted.length }, 'page recordings deleted: their time is over');
      });
    } catch (error) {
      log.error({ err: error }, 'page recordings could not be swept');
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    for (const contactId of this.#running.keys()) this.#inOrder(contactId, () => this.#end(contactId, 'restart'));
    await Promise.all(this.#tails.values());
  }

  async #begin(contactId: string, portalId: string): Promise<void> {
    const { db, config, keys, relay, now, log } = this.#options;
    const id = randomUUID();
    const { key, stored } = keys.create(id);
    const startedAt = now();
    const retention = config.portals.find((portal) => portal.id === portalId)?.cobrowse.recording.retentionDays ?? 1;
    await db.transaction().execute(async (tx) => {
      await insertRecording(tx, { id, contactId, node: this.#options.node, key: stored, startedAt, expiresAt: startedAt + retention * day });
      await appendAudit(tx, [{ contactId, at: startedAt, actor: { kind: 'system' }, action: 'recordingStarted', detail: { recording: id, days: retention } }]);
    });
    const recorder = new PageRecorder({
      recordingId: id, key, startedAt,
      port: {
        store: (number, sealed) => throughOutage(() => appendPart(db, id, number, sealed), () => this.#stopped),
        handleFailed: (cause, error) => {
          log.error({ contactId, recording: id, cause, err: error }, 'page recording ended early');
          this.#inOrder(contactId, () => this.#end(contactId, cause));
        },
      },
    });
    this.#running.set(contactId, { id, recorder });
    log.info({ contactId, recording: id }, 'page recording begins');
    relay.tap(contactId, { take: (what) => recorder.take(what, now()) });
  }

  async #end(contactId: string, cause: string): Promise<void> {
    const running = this.#running.get(contactId);
    if (running === undefined) return;
    this.#running.delete(contactId);
    this.#options.relay.tap(contactId, null);
    await running.recorder.end();
    await this.#ended(contactId, running.id, cause);
  }

  async #ended(contactId: string, id: string, cause: string): Promise<void> {
    const { db, now } = this.#options;
    await db.transaction().execute(async (tx) => {
      await endRecording(tx, id, now());
      await appendAudit(tx, [{ contactId, at: now(), actor: { kind: 'system' }, action: 'recordingEnded', detail: { recording: id, cause } }]);
    });
  }

  #inOrder(contactId: string, step: () => Promise<void>): void {
    const tail = (this.#tails.get(contactId) ?? Promise.resolve()).then(step)
      .catch((error: unknown) => this.#options.log.error({ err: error, contactId }, 'page recording: a step failed'))
      .finally(() => { if (this.#tails.get(contactId) === tail) this.#tails.delete(contactId); });
    this.#tails.set(contactId, tail);
  }
}
