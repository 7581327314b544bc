/** A router with RTP legs on it, and phones joined by it as a call would join them: each hears the other. No SIP: the test carries the SDP. */
import { createWorker, setLogEventListeners } from 'mediasoup';
import type { types } from 'mediasoup';
import { pino } from 'pino';
import { judgeTones } from '../../../tests/support/tone.ts';
import { IceLeg } from '../../src/media/ice-leg.ts';
import { noCodecs } from '../../src/media/leg.ts';
import type { ChosenCodecs, LegListener, SipLeg } from '../../src/media/leg.ts';
import { mediaKinds, routerCodecs } from '../../src/media/media-codecs.ts';
import { RtpLeg } from '../../src/media/rtp/rtp-leg.ts';
import type { RtpLegOptions } from '../../src/media/rtp/rtp-leg.ts';
import { RtpNetwork } from '../../src/media/rtp/rtp-network.ts';
import { RtpPhone } from './rtp-phone.ts';
import type { PhoneOptions } from './rtp-phone.ts';
import { testRtpPorts } from './rtp-ports.ts';

const log = pino({ level: process.env['RTP_TEST_LOG'] ?? 'silent' });

/** The library has one log for all workers of the process. */
const networks = new Set<RtpNetwork>();
setLogEventListeners({
  onwarn: (_, message) => { if (!Array.from(networks).some(({ learner }) => learner.heard(message))) log.warn(message); },
  onerror: (_, message, error) => log.warn({ err: error }, message),
});

export class StandLeg {
  readonly leg: SipLeg;
  readonly digits: string[] = [];
  readonly held: boolean[] = [];
  reoffers = 0;
  lost = 0;
  keyframes = 0;
  /** When something else was heard of the party. */
  sourceAt: number | null = null;
  onSource: () => void = () => { /* nobody is joined yet */ };

  constructor(make: (listener: LegListener) => SipLeg) {
    this.leg = make({
      onSource: () => { this.sourceAt = performance.now(); this.onSource(); },
      onHeld: (held) => { this.held.push(held); },
      onDtmf: (digit) => { this.digits.push(digit); },
      onReoffer: () => { this.reoffers += 1; },
      onKeyframe: () => { this.keyframes += 1; },
      onLost: () => { this.lost += 1; },
    });
  }
}

export class LegStand {
  readonly network: RtpNetwork;
  readonly worker: types.Worker;
  readonly router: types.Router;
  private readonly opened: Array<{ close(): void }> = [];

  private constructor(network: RtpNetwork, worker: types.Worker, router: types.Router) {
    this.network = network;
    this.worker = worker;
    this.router = router;
  }

  static async start({ silenceLimit, ips = ['127.0.0.1', '::1'] }: { readonly silenceLimit?: number; readonly ips?: readonly string[] } = {}): Promise<LegStand> {
    const network = new RtpNetwork({ ips, announced: [], ports: testRtpPorts, log, ...(silenceLimit === undefined ? {} : { silenceLimit }) });
    networks.add(network);
    const worker = await createWorker({ logLevel: 'warn', logTags: ['rtp'] });
    return new LegStand(network, worker, await worker.createRouter({ mediaCodecs: routerCodecs }));
  }

  leg(options: Partial<Omit<RtpLegOptions, 'listener' | 'log'>> = {}): StandLeg {
    const made = new StandLeg((listener) => new RtpLeg({
      network: this.network, router: this.router, workerPid: this.worker.pid, profile: 'rtp', source: '127.0.0.1', video: false, ...options, listener, log,
    }));
    this.opened.push(made.leg);
    return made;
  }

  /** For a phone that does ICE and DTLS. */
  async iceLeg(): Promise<StandLeg> {
    const transport = await this.router.createWebRtcTransport({ listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }], enableUdp: true });
    const made = new StandLeg((listener) => new IceLeg(this.router, transport, listener, { video: false }));
    this.opened.push(made.leg);
    return made;
  }

  async phone(options: PhoneOptions = {}): Promise<RtpPhone> {
    const phone = await RtpPhone.open(options);
    this.opened.push(phone);
    return phone;
  }

  /** A phone that was called and has answered. */
  async called(phone: RtpPhone, answer: string, { frozen = noCodecs, ...options }: Partial<Omit<RtpLegOptions, 'listener' | 'log'>> & { readonly frozen?: ChosenCodecs } = {}): Promise<StandLeg> {
    const made = this.leg(options);
    phone.talkTo(await made.leg.offer(frozen));
    await made.leg.accept(answer, { onHold: false });
    return made;
  }

  /** Each hears the other from now on, whatever changes. */
  async join(one: StandLeg, other: StandLeg): Promise<void> {
    const connect = (hearer: StandLeg, speaker: StandLeg): Promise<unknown> => Promise.all(mediaKinds.map((kind) => {
      const producer = speaker.leg.heard(kind);
      return hearer.leg.play(kind, producer ? [producer] : []);
    }));
    one.onSource = () => { connect(other, one).catch((error: unknown) => log.error({ err: error })); };
    other.onSource = () => { connect(one, other).catch((error: unknown) => log.error({ err: error })); };
    await Promise.all([connect(one, other), connect(other, one)]);
  }

  /** What a test opened is closed after it. */
  clear(): void {
    for (const one of this.opened.splice(0)) one.close();
  }

  close(): void {
    this.clear();
    this.worker.close();
    this.network.close();
    networks.delete(this.network);
  }
}

/** Waits for something to be so, and says what was not. */
export async function until(what: string, isSo: () => boolean, limit = 5000): Promise<void> {
  const deadline = performance.now() + limit;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`never came about: ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 5); });
  }
}

/** The phone hears exactly these tones from now on for a second, none of the absent. Tries again should the machine have stalled. */
export async function expectHeardBy(phone: RtpPhone, tones: readonly number[], absent: readonly number[], limit = 8000): Promise<void> {
  const deadline = performance.now() + limit;
  for (;;) {
    const since = performance.now();
    await until('a second of sound', () => phone.heard(since).samples.length >= 8000 || performance.now() > deadline, limit + 1000);
    const recording = phone.heard(since);
    if (recording.samples.length >= 8000) {
      const verdict = judgeTones(recording, tones, absent);
      if (Math.min(...verdict.overNeighbours) >= 20 && Math.max(-Infinity, ...verdict.unwanted) <= -20 && verdict.longestGap <= 60) return;
      if (performance.now() > deadline) throw new Error(`heard otherwise: ${JSON.stringify(verdict)}`);
    }
    if (performance.now() > deadline) throw new Error(`heard ${recording.samples.length} samples only`);
  }
}
