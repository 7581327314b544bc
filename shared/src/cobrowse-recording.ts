/** What was kept of a shared page with the customer's grant, and how a desktop plays it again. */
import type { CobrowseFrame, RelayedState } from './cobrowse-protocol.ts';

/** One moment of a recording, in order; `at` is in milliseconds since it began. */
export type RecordedItem =
  | { readonly at: number; readonly frames: readonly CobrowseFrame[] }
  | { readonly at: number; readonly state: RelayedState }
  | { readonly at: number; readonly asset: RecordedAsset };

/** A picture or font that frames name by its hash. */
export interface RecordedAsset {
  readonly hash: string;
  readonly type: string;
  /** Base64. */
  readonly data: string;
}

/** One line of `GET /api/contacts/:id/cobrowse/recordings`. */
export interface PageRecording {
  readonly id: string;
  readonly startedAt: string;
  /** Null while it is being made. */
  readonly endedAt: string | null;
  /** When it is deleted. */
  readonly expiresAt: string;
  /** As stored: compressed and encrypted. */
  readonly bytes: number;
}

/** Answer to `POST /api/contacts/:id/cobrowse/recordings/:recordingId/replay`, which the audit notes. */
export interface ReplayStart {
  /** For the parts: `GET …/parts/:number?replay=…`, from 0 on. Good for an hour. */
  readonly replay: string;
  readonly parts: number;
  readonly viewerUrl: string;
}

/** One part: what happened in some seconds of it. */
export interface ReplayPart {
  readonly items: readonly RecordedItem[];
}
