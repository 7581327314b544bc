/** Every bound of co-browse in one place. Sizes in bytes as estimated by `sizeOf`, times in milliseconds. */

/** The gateway's socket.io server needs `maxHttpBufferSize` at least this large: one message can be a whole page. */
export const maxMessageBytes = 8_000_000;

export const maxNodes = 80_000;
export const maxDepth = 400;
export const maxTextLength = 100_000;
export const maxCssLength = 3_000_000;
export const maxFramesPerMessage = 2_000;
export const maxItemsPerMutation = 80_000;

/** Recorder: what may wait in the page for the network before it is dropped in favour of a later snapshot. */
export const maxOutgoingBytes = 4_000_000;
export const flushInterval = 40;
export const acknowledgeTimeout = 10_000;
export const minSnapshotInterval = 1_000;
/** Recorder: how soon after a change it is looked whether the configured selectors still mark the same elements. */
export const markCheckInterval = 300;
/** Recorder: so many refusals within the window, and the sharing ends as failed. */
export const maxRefusals = 6;
export const refusalWindow = 30_000;
/** Recorder: nodes that may change within one `stormWindow` before recording stops until the page is calm. */
export const stormBudget = 8_000;
export const stormWindow = 1_000;
export const firstCalm = 1_000;
export const maxCalm = 15_000;

/** Relay: one session's picture (snapshot and what followed), and all of them together. */
export const maxFollowingBytes = 3_000_000;
export const maxFollowingFrames = 5_000;
/** Beyond them the session that nobody has been connected to for longest is forgotten; where all are in use, another is refused. */
export const maxSessions = 2_000;
export const maxTotalBytes = 512_000_000;
export const maxViewersPerSession = 8;
export const maxSharersPerSession = 8;
/** Relay: what one sharer may take, in milliseconds of checking, frames and bytes. A page of ordinary size can be sent whole every second. */
export const sharerBudgets = {
  work: { atOnce: 3_000, perSecond: 250 },
  frames: { atOnce: 10_000, perSecond: 500 },
  bytes: { atOnce: 64_000_000, perSecond: 4_000_000 },
} as const;
/** Relay: a viewer with more than this not yet acknowledged is skipped until it has caught up, then gets the picture anew. */
export const maxViewerInFlightBytes = 12_000_000;
export const maxViewerInFlightMessages = 200;
/** Relay: so much is sent to a viewer until it is asked to acknowledge all up to here; an answer to every message would be a packet for every movement. */
export const acknowledgeEveryMessages = 8;
export const acknowledgeEveryBytes = 256_000;
/** Relay: a snapshot is asked for at most this often in a session. */
export const snapshotRequestInterval = 1_000;
/** Relay: a session that nobody is connected to any more is forgotten after this. */
export const idleSessionLifetime = 15 * 60_000;

/** Page: for how long after the customer's own last press, key or wheel an agent's actions are refused. */
export const customerFirstTime = 1_500;
/** Page: how long a drawing stays, and a pointer that moves no more. */
export const drawingLifetime = 45_000;
export const pointerLifetime = 4_000;

/** Relay: what an agent may do in a page: so many at once, and so many a second. */
export const actBudget = { atOnce: 60, perSecond: 40 } as const;
export const drawBudget = { atOnce: 60, perSecond: 30 } as const;
export const offerBudget = { atOnce: 2, perSecond: 0.2 } as const;
export const tabBudget = { atOnce: 6, perSecond: 2 } as const;
export const beatBudget = { atOnce: 4, perSecond: 1 } as const;
/** From the page: how often it may say what is drawn. */
export const drawingsBudget = { atOnce: 40, perSecond: 20 } as const;
/** Relay: how long the page may take to say what came of an action; and the customer to answer an offer. */
export const actTimeout = 5_000;
export const offerTimeout = 60_000;

/** Pictures and fonts: one of them, those of one session, and those of all sessions together; and how many a page numbers. */
export const maxAssetBytes = 2_000_000;
export const maxSessionAssets = 400;
export const maxPagePictures = 2_000;
export const maxSessionAssetBytes = 24_000_000;
export const maxTotalAssetBytes = 256_000_000;
/** They travel in pieces, so that what happens on the page gets through between two of them. */
export const assetChunkBytes = 64_000;
/** Recorder: how long a piece gives way to what happens on the page. */
export const maxAssetDelay = 1_000;

/** Rough size of a JSON value on the wire, without building the string. Plain loops: it walks through everything that is sent. */
export function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  let sum = 2;
  if (Array.isArray(value)) {
    for (const item of value) sum += sizeOf(item) + 1;
    return sum;
  }
  if (typeof value !== 'object' || value === null) return 6;
  for (const key of Object.keys(value)) sum += key.length + 4 + sizeOf((value as Record<string, unknown>)[key]);
  return sum;
}
