/**
 * Finds out which RTP streams phones send. The media worker drops packets of an SSRC that was not declared, and phones rarely declare one;
 * its warning tells the SSRC and the payload type, not the transport. So the streams that still wait for their packets are tried: a
 * lone one at once; of several, each listens for all the unknown SSRCs in question (`probe`), and the one that hears one of them has found
 * its own. When nobody who waits hears it, a stream in mid-call has changed its SSRC: those whose bytes arrive and count as nobody's
 * are tried. A wrong guess hears nothing, and is given up when the right one is heard. docs/decisions/0072 has the measurements.
 *
 *   warning ──one waits──▶ claim
 *      └──several, or nobody──▶ (gathering) ──▶ round: probe all that may be it ──heard──▶ claim
 *                                                   └──nobody heard it: left alone for a while
 */
import { observer } from 'mediasoup';
import type { types } from 'mediasoup';
import type { Logger } from 'pino';

export interface ReceivedBytes {
  /** Everything that came to the port. */
  readonly all: number;
  /** What was counted as RTP of a declared stream. */
  readonly assigned: number;
}

/** A stream whose SSRC may have to be learned. */
export interface LearningStream {
  readonly workerPid: number;
  /** Nothing has been heard of it yet. */
  readonly waiting: boolean;
  mayBe(payloadType: number): boolean;
  bytes(): Promise<ReceivedBytes | null>;
  /** Listens for these for a moment: the one that was heard. */
  probe(unclaimed: readonly Unclaimed[], milliseconds: number): Promise<Unclaimed | null>;
  /** Takes it as its own from now on. */
  claim(unclaimed: Unclaimed): void;
}

export interface Unclaimed {
  readonly ssrc: number;
  readonly payloadType: number;
}

interface Unknown extends Unclaimed {
  lastWarning: number;
  /** Warnings until then are of packets that were under way when it was claimed. */
  quietUntil: number;
  /** Rounds in which nobody heard it. */
  failures: number;
}

/** Milliseconds in which the streams of calls that start together are gathered into one round: a packet interval. */
const gathering = 20;
/** A probe must hear at least one packet; the longest usual packet time is 60 ms. */
const probeTime = 130;
/** From a claim until its packets count, with room for a busy worker. */
const claimTime = 60;
/** How far apart bytes are looked at to tell who receives what nobody claims. */
const lookInterval = 50;
/** An SSRC that nobody hears (a stream that we refused, and the peer sends nevertheless) is tried again ever more rarely. */
const retryAfter = [200, 1000, 5000, 30_000, 300_000] as const;
/** SSRCs looked at per worker at a time; more are not calls that start but somebody who plays with us. */
const unknownLimit = 256;
/** Streams that one round tries. */
const probedLimit = 64;
/** Warnings a second beyond which a worker is asked to be quiet for a while: each costs a message between processes. */
const warningLimit = 5000;
const muteTime = 1000;

const warning = /\[pid:(\d+)\].*no suitable Producer for received RTP packet \[ssrc:(\d+), payloadType:(\d+)\]/;

export class SsrcLearner {
  private readonly log: Logger;
  private readonly streams = new Set<LearningStream>();
  private readonly workers = new Map<number, WorkerState>();

  constructor(log: Logger) {
    this.log = log;
    observer.on('newworker', this.follow);
  }

  close(): void {
    observer.off('newworker', this.follow);
  }

  add(stream: LearningStream): void {
    this.streams.add(stream);
  }

  remove(stream: LearningStream): void {
    this.streams.delete(stream);
  }

  /** A line that a worker logged. @returns whether it was meant for here. */
  heard(message: string): boolean {
    const found = warning.exec(message);
    if (!found) return false;
    const state = this.workers.get(Number(found[1]));
    if (!state) return false;
    this.warned(state, { ssrc: Number(found[2]), payloadType: Number(found[3]) });
    return true;
  }

  /** The stream with this SSRC is heard. */
  settled(workerPid: number, ssrc: number): void {
    this.workers.get(workerPid)?.unknown.delete(ssrc);
  }

  private readonly follow = (worker: types.Worker): void => {
    this.workers.set(worker.pid, { worker, unknown: new Map(), round: null, counted: 0, countedSince: 0 });
    worker.observer.once('close', () => { this.workers.delete(worker.pid); });
  };

  private warned(state: WorkerState, { ssrc, payloadType }: Unclaimed): void {
    const now = performance.now();
    this.limitFlood(state, now);
    // Also a stream that begins with a digit: a producer must begin with its codec.
    if (this.candidates(state, { ssrc, payloadType }).length === 0) return;
    let unknown = state.unknown.get(ssrc);
    if (!unknown) {
      forgetOld(state.unknown, now);
      if (state.unknown.size >= unknownLimit) return;
      unknown = { ssrc, payloadType, lastWarning: now, quietUntil: 0, failures: 0 };
      state.unknown.set(ssrc, unknown);
    }
    unknown.lastWarning = now;
    if (now < unknown.quietUntil || state.round) return;
    const [only, ...more] = this.candidates(state, unknown).filter(({ waiting }) => waiting);
    if (only && more.length === 0 && unknown.failures === 0 && !othersOpen(state.unknown, unknown, now)) {
      unknown.quietUntil = now + claimTime;
      // Should it not have been its own after all, the warnings go on, and a round follows.
      unknown.failures = 1;
      only.claim(unknown);
      return;
    }
    state.round = setTimeout(() => {
      this.round(state).catch((error: unknown) => this.log.error({ err: error }, 'learning SSRCs failed')).finally(() => { state.round = null; });
    }, gathering);
  }

  private candidates(state: WorkerState, { payloadType }: Unclaimed): LearningStream[] {
    return Array.from(this.streams).filter((stream) => stream.workerPid === state.worker.pid && stream.mayBe(payloadType));
  }

  private async round(state: WorkerState): Promise<void> {
    const began = performance.now();
    const open = Array.from(state.unknown.values()).filter((unknown) => began - unknown.lastWarning < 2 * gathering + lookInterval && began >= unknown.quietUntil);
    const possible = new Set(open.flatMap((unknown) => this.candidates(state, unknown)));
    const waiting = Array.from(possible).filter((stream) => stream.waiting);
    // Those that wait first: a change in mid-call is rare. After a round in vain, all that receive what nobody claims.
    const inVain = open.some(({ failures }) => failures > 0);
    const tried = waiting.length > 0 && !inVain ? waiting : [...waiting, ...await unassigned(Array.from(possible).filter((stream) => !stream.waiting))];
    const all = tried.length <= probedLimit;
    const heard = new Set<number>();
    await Promise.all(tried.slice(0, probedLimit).map(async (stream) => {
      const own = await stream.probe(open.filter(({ payloadType }) => stream.mayBe(payloadType)), probeTime);
      if (!own) return;
      heard.add(own.ssrc);
      stream.claim(own);
    }));
    const now = performance.now();
    for (const unknown of open) {
      if (heard.has(unknown.ssrc)) {
        unknown.failures = 0;
        unknown.quietUntil = now + claimTime;
      } else if (all) {
        unknown.quietUntil = now + (retryAfter[Math.min(unknown.failures, retryAfter.length - 1)] ?? 0);
        unknown.failures += 1;
      }
      // Else it may be one of those that this round had no room for: the next packet's warning begins the next.
    }
  }

  private limitFlood(state: WorkerState, now: number): void {
    if (now - state.countedSince > 1000) { state.countedSince = now; state.counted = 0; }
    state.counted += 1;
    if (state.counted !== warningLimit) return;
    this.log.warn({ workerPid: state.worker.pid }, 'flood of undeclared RTP');
    const { worker } = state;
    const tell = (logTags: types.WorkerLogTag[]): void => { worker.updateSettings({ logTags }).catch(() => { /* died meanwhile */ }); };
    tell([]);
    setTimeout(() => { if (!worker.closed) tell(['rtp']); }, muteTime).unref();
  }
}

interface WorkerState {
  readonly worker: types.Worker;
  readonly unknown: Map<number, Unknown>;
  round: NodeJS.Timeout | null;
  counted: number;
  countedSince: number;
}

/** Those that receive bytes of which none count. */
async function unassigned(streams: readonly LearningStream[]): Promise<LearningStream[]> {
  if (streams.length === 0) return [];
  const before = await Promise.all(streams.map((stream) => stream.bytes()));
  await new Promise((resolve) => { setTimeout(resolve, lookInterval); });
  const after = await Promise.all(streams.map((stream) => stream.bytes()));
  return streams.filter((_, index) => {
    const [was, is] = [before[index], after[index]];
    return was != null && is != null && is.all > was.all && is.assigned === was.assigned;
  });
}

function othersOpen(unknown: ReadonlyMap<number, Unknown>, self: Unknown, now: number): boolean {
  return Array.from(unknown.values()).some((other) => other !== self && now >= other.quietUntil && now - other.lastWarning < retryAfter[0]);
}

/** A stream that was claimed, or that ended, is warned of no more. */
function forgetOld(unknown: Map<number, Unknown>, now: number): void {
  for (const [ssrc, { lastWarning, quietUntil }] of unknown) if (now > quietUntil && now - lastWarning > 1000) unknown.delete(ssrc);
}
