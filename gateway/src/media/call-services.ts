/** What every contact's call needs from around it. */
import type { Logger } from 'pino';
import type { Tracks } from '#shared/media-protocol.ts';
import type { CallEvent, PhoneTransfer } from '../contact/call-port.ts';
import type { EndpointDirectory } from '../sip/endpoint.ts';
import type { CallMetrics } from './call-metrics.ts';
import type { LegMaker } from './leg-maker.ts';
import type { Mixer } from './mixer/mixer.ts';
import type { WorkerPool } from './worker-pool.ts';

export interface CallLimits {
  /** Milliseconds that anything rings where the INVITE is the offer; the contact center's own limits are shorter. */
  readonly ringLimit: number;
  /** Milliseconds of a call that a phone makes for itself. */
  readonly ownCallLimit: number;
}

export const defaultCallLimits: CallLimits = { ringLimit: 120_000, ownCallLimit: 4 * 3_600_000 };

export interface CallServices {
  readonly pool: WorkerPool;
  readonly mixer: Mixer;
  readonly directory: EndpointDirectory;
  readonly legs: LegMaker;
  readonly limits: CallLimits;
  readonly metrics: CallMetrics;
  readonly log: Logger;
  readonly emit: (event: CallEvent) => void;
  readonly pushTracks: (contactId: string, tracks: Tracks) => void;
  readonly phoneTransfer: (transfer: PhoneTransfer) => void;
}
