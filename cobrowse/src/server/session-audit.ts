/** What is written down of one session: who looks at what, and the sums of what was masked and refused; counted for the operator, too. */
import type { AuditEntry } from '#shared/cobrowse-audit.ts';
import type { PauseReason } from '#shared/cobrowse-protocol.ts';
import type { RelayMetrics } from './metrics.ts';
import { Tally } from './tally.ts';
import type { RelaySocket } from './viewer-link.ts';

export interface SessionAuditOptions {
  readonly contactId: string;
  readonly metrics: RelayMetrics;
  readonly audit: (entry: Omit<AuditEntry, 'contactId'>) => void;
  readonly warn: (fields: object, message: string) => void;
}

export class SessionAudit {
  readonly #write: SessionAuditOptions['audit'];
  readonly #metrics: RelayMetrics;
  /** What is masked or refused so often that only its sum is written down: in the page, by the relay. */
  readonly #tally: Tally<'page' | 'relay' | 'refused'>;
  /** The address that was shown last. */
  #address = '';

  constructor({ contactId, metrics, audit, warn }: SessionAuditOptions) {
    this.#write = audit;
    this.#metrics = metrics;
    this.#tally = new Tally((kind, count) => {
      if (kind === 'refused') audit({ actor: { kind: 'system' }, action: 'refused', detail: { frames: count } });
      else audit({ actor: { kind: 'system' }, action: 'redacted', detail: { where: kind, count } });
      if (kind !== 'page') warn({ contactId, count, kind }, kind === 'relay' ? 'co-browse: secrets that a page let through were masked' : 'co-browse: frames refused');
    });
  }

  noteViewer(socket: RelaySocket, action: 'viewerJoined' | 'viewerLeft'): void {
    const { agentId } = socket.data.claims;
    this.#write({ actor: agentId === null ? { kind: 'system' } : { kind: 'agent', id: agentId }, action, detail: {} });
  }

  /** `address`: scrubbed. */
  notePage(address: string): void {
    if (address === this.#address) return;
    this.#address = address;
    this.#write({ actor: { kind: 'customer' }, action: 'pageShown', detail: { address } });
  }

  notePause(reason: PauseReason): void {
    this.#write({ actor: { kind: 'customer' }, action: 'paused', detail: { reason } });
  }

  noteResumed(): void {
    this.#write({ actor: { kind: 'customer' }, action: 'resumed', detail: {} });
  }

  /** Secrets were masked where the page's texts are unmasked: by the page itself, or here because the page let them through. */
  countRedactions(where: 'page' | 'relay', count: number): void {
    if (count === 0) return;
    this.#metrics.countRedactions(where, count);
    this.#tally.add(where, count);
  }

  countRefused(): void {
    this.#tally.add('refused');
  }

  /** The sums that have not been written down yet. */
  close(): void {
    this.#tally.flush();
  }
}
