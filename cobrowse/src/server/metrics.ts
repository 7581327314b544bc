/** The relay's figures for `/metrics`, and the count of bytes that all pictures together hold. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Outcome } from './picture.ts';

export interface RelayFigures {
  readonly sessions: number;
  readonly sharers: number;
  readonly viewers: number;
  readonly assetBytes: number;
}

export class RelayMetrics {
  /** By outcome, told to the registry when it is asked: its counters cost more than the rest of a frame's counting together. */
  readonly #frames: Record<Outcome, number> = { taken: 0, gap: 0, refused: 0, ignored: 0 };
  readonly #redactions: Counter<'where'>;
  readonly #snapshotRequests: Counter;
  readonly #viewersBehind: Counter;
  #totalBytes = 0;

  constructor(registry: Registry | undefined, figures: () => RelayFigures) {
    const registers = registry ? [registry] : [];
    const frames = this.#frames;
    const inAll = new Counter({ name: 'gethelp_cobrowse_frames_total', help: 'Frames received from sharers, by what became of them.', labelNames: ['outcome'], registers, collect: () => tell() });
    const tell = (): void => {
      inAll.reset();
      for (const [outcome, count] of Object.entries(frames)) inAll.inc({ outcome }, count);
    };
    this.#redactions = new Counter({ name: 'gethelp_cobrowse_redactions_total', help: 'Card numbers, IBANs, tokens and keys masked where texts are unmasked: in the page, or only by the relay.', labelNames: ['where'], registers });
    this.#snapshotRequests = new Counter({ name: 'gethelp_cobrowse_snapshot_requests_total', help: 'Snapshots asked of sharers.', registers });
    this.#viewersBehind = new Counter({ name: 'gethelp_cobrowse_viewers_behind_total', help: 'Times a viewer was too slow and had to be shown the picture anew.', registers });
    const gauge = (name: string, help: string, read: () => number) => new Gauge({ name, help, registers, collect() { this.set(read()); } });
    gauge('gethelp_cobrowse_sessions', 'Co-browse sessions held.', () => figures().sessions);
    gauge('gethelp_cobrowse_sharers', 'Connected sharers.', () => figures().sharers);
    gauge('gethelp_cobrowse_viewers', 'Connected viewers.', () => figures().viewers);
    gauge('gethelp_cobrowse_asset_bytes', 'Bytes of pictures and fonts held for viewers.', () => figures().assetBytes);
    gauge('gethelp_cobrowse_picture_bytes', 'Bytes held for late joiners, estimated.', () => this.#totalBytes);
  }

  get totalBytes(): number {
    return this.#totalBytes;
  }

  addBytes(bytes: number): void {
    this.#totalBytes += bytes;
  }

  countFrame(outcome: Outcome): void {
    this.#frames[outcome] += 1;
  }

  countRedactions(where: 'page' | 'relay', count: number): void {
    this.#redactions.inc({ where }, count);
  }

  countSnapshotRequest(): void {
    this.#snapshotRequests.inc();
  }

  countViewerBehind(): void {
    this.#viewersBehind.inc();
  }
}
