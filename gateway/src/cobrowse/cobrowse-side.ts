/**
 * Co-browsing put together, for the gateway and for a relay that runs by itself: the relay, who may use it, what is recorded. It hears of
 * contacts' changes by `changed`, `ended` and `viewerEnded`, from this process or from the store.
 */
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Namespace } from 'socket.io';
import { createRelay, type Relay } from '#cobrowse/server/relay.ts';
import type { Config } from '../config/schema.ts';
import type { Tokens } from '../session/tokens.ts';
import { cobrowseAuthority } from '../signaling/cobrowse-authority.ts';
import type { Db } from '../store/database.ts';
import type { AuditTrail } from './audit-trail.ts';
import type { RecordingKeys } from './recording-keys.ts';
import { Recordings } from './recordings.ts';

export interface CobrowseSideOptions {
  readonly namespace: Namespace;
  readonly db: Db;
  readonly config: Config;
  readonly tokens: Tokens;
  readonly audit: AuditTrail;
  /** Null: nothing is recorded. */
  readonly keys: RecordingKeys | null;
  /** Names this process among those that record: the same after a restart. */
  readonly node: string;
  readonly registry: Registry;
  readonly now: () => number;
  readonly log: Logger;
}

export interface CobrowseSide {
  readonly relay: Relay;
  /** Null where nothing is recorded. */
  readonly recordings: Recordings | null;
  /** Something about the contact is other than before. */
  changed(contactId: string): void;
  /** The customer's grant, or the contact, is over. */
  ended(contactId: string): void;
  /** This agent is no longer on the contact. */
  viewerEnded(contactId: string, agentId: string): void;
  /** Takes up after the last process of this name. */
  restore(): Promise<void>;
  stop(): Promise<void>;
}

export function createCobrowseSide({ namespace, db, config, tokens, audit, keys, node, registry, now, log }: CobrowseSideOptions): CobrowseSide {
  let recordings: Recordings | null = null;
  const relay = createRelay({
    namespace, ...cobrowseAuthority({ db, config, tokens }), log, registry,
    audit: (entry) => audit.append(entry), handleSharer: (contactId) => recordings?.follow(contactId),
  });
  if (keys !== null) recordings = new Recordings({ db, config, keys, relay, node, now, log });
  return {
    relay, recordings,
    changed: (contactId) => {
      relay.reconsider(contactId);
      recordings?.follow(contactId);
    },
    ended: (contactId) => {
      relay.end(contactId);
      recordings?.follow(contactId);
    },
    viewerEnded: (contactId, agentId) => relay.endViewer(contactId, agentId),
    restore: async () => recordings?.restore(),
    stop: async () => {
      await recordings?.stop();
      await relay.close();
    },
  };
}
