/**
 * The media of one contact: a router on some worker, the customer's leg, the legs of the SIP parties, and what connects them. Everything that
 * changes runs one after the other (`inTurn`), and each change ends in `connect()`, which makes what is wanted so: who
 * consumes whom (parties.ts says who ought to), what is paused, and what the customer's client is told. Nothing of the customer passes before
 * a SIP party has answered.
 *
 *   epoch: prepared ──▶ a party answered (mode `send`, codecs frozen) ──▶ agent leg ended (mode `prepare` again)
 *      └── worker died: everything is gone; the next `prepare` begins a new epoch elsewhere
 *
 * All parties run on one audio codec, because nothing is transcoded but in the mixer; codec-change.ts brings them to another one.
 * Closing: `close()` closes the router; the worker closes transports, producers and consumers with it. A leg can be closed by itself.
 */
import { randomUUID } from 'node:crypto';
import type { types } from 'mediasoup';
import type { Logger } from 'pino';
import type { SendTrack, Tracks } from '#shared/media-protocol.ts';
import type { Talk } from '../contact/call-port.ts';
import { CustomerLeg } from './customer-leg.ts';
import type { ChosenCodecs, SipLeg } from './leg.ts';
import { describedCodecs, mediaKinds, sameCodec } from './media-codecs.ts';
import type { MediaKind } from './media-codecs.ts';
import type { Mixer } from './mixer/mixer.ts';
import { isHeard, sipRoles, wiring } from './parties.ts';
import type { Party, Presence, SipRole, Wiring } from './parties.ts';
import { Sounds } from './sounds.ts';
import { customerTracks } from './tracks.ts';
import type { MediaPlace } from './worker-pool.ts';

export interface CallListener {
  onTracks(tracks: Tracks): void;
  /** ICE and DTLS of what the customer sends stand. */
  onCustomerReady(): void;
  onCustomerFlowing(): void;
  onCustomerLost(): void;
  onWorkerLost(): void;
}

/** A SIP party in this call: its media, and the way to say something new to it. */
export interface CallParty {
  readonly leg: SipLeg;
  /** It plays one stream only: several speakers reach it mixed. */
  readonly single: boolean;
  /** What it sends before it answered may be heard: an announcement of the network. */
  readonly announces: boolean;
  /** An offer in the standing dialog. False: refused, what was agreed before stands. */
  reoffer(): Promise<boolean>;
}

/** Seconds without ICE consent (RFC 7675) until a path counts as dead. Browsers renew it every few seconds, muted or not. */
const iceConsentTimeout = 10;

/** What the customer's client prepares before any answer is known: every browser has them. */
const preparedCodecs: ChosenCodecs = { audio: 'audio/opus', video: 'video/VP8' };

export class Call {
  readonly epoch = randomUUID();
  readonly place: MediaPlace;
  private readonly listener: CallListener;
  private readonly log: Logger;
  private readonly sounds: Sounds;
  private readonly parties = new Map<SipRole, CallParty>();
  private customer: CustomerLeg | null = null;
  private warmUp: types.Producer | null = null;
  /** What the first answer decided; kept for later legs of the contact. */
  private frozen: ChosenCodecs;
  private mode: 'prepare' | 'send' = 'prepare';
  private onHold = false;
  private talking: Talk = 'customer';
  private revision = 0;
  private toldTracks = '';
  private turn: Promise<unknown> = Promise.resolve();
  private ended = false;

  /** @param frozen the codecs of the contact's earlier epoch, if it had one. */
  constructor({ place, frozen, mixer, listener, log }: {
    readonly place: MediaPlace; readonly frozen: ChosenCodecs; readonly mixer: Mixer; readonly listener: CallListener; readonly log: Logger;
  }) {
    this.place = place;
    this.frozen = frozen;
    this.listener = listener;
    this.log = log;
    this.sounds = new Sounds(place.router, mixer, log);
    place.router.once('workerclose', () => {
      if (this.ended) return;
      this.ended = true;
      this.log.warn({ epoch: this.epoch }, 'media lost with its worker');
      this.listener.onWorkerLost();
    });
  }

  get closed(): boolean {
    return this.ended;
  }

  get codecs(): ChosenCodecs {
    return this.frozen;
  }

  get talk(): Talk {
    return this.talking;
  }

  get customerLeg(): CustomerLeg | null {
    return this.customer;
  }

  /** The customer's leg is a telephone's, and not their page's. */
  private get onTelephone(): boolean {
    return this.parties.has('customer');
  }

  party(role: SipRole): CallParty | null {
    return this.parties.get(role) ?? null;
  }

  get everybody(): ReadonlyMap<SipRole, CallParty> {
    return this.parties;
  }

  /** What the customer's client and we can agree on. */
  get capabilities(): types.RtpCapabilities {
    const { rtpCapabilities } = this.place.router;
    return { ...rtpCapabilities, codecs: mediaKinds.flatMap((kind) => describedCodecs(rtpCapabilities, kind)) };
  }

  /** The next mode the customer's client is asked for, and whether the camera may be on. */
  sendTrack(kind: MediaKind): SendTrack | null {
    const codec = this.wantedCodec(kind);
    const limits = Array.from(this.parties.values()).flatMap(({ leg }) => leg.limits(kind).bitrate ?? []);
    return codec === null ? null : { mode: this.mode, codec, ...(limits.length === 0 ? {} : { maxBitrate: Math.min(...limits) }) };
  }

  /** Runs changes of this call one after the other, in the order they came. */
  inTurn<T>(change: () => Promise<T>): Promise<T> {
    const result = this.turn.then(change);
    this.turn = result.catch(() => { /* told to whoever asked for the change */ });
    return result;
  }

  /** `connect` in its turn, for news that nobody waits for. */
  reconnect(): void {
    this.inTurn(() => this.connect()).catch((error: unknown) => {
      // A call that closed while a change was under way rejects it; anything else is ours to see.
      if (!this.ended) this.log.error({ err: error }, 'media change failed');
    });
  }

  /** New transports for the customer's page; those of a page before are closed. */
  async openCustomer(): Promise<CustomerLeg> {
    this.customer?.close();
    const [send, receive] = await Promise.all([this.newTransport(), this.newTransport()]);
    const leg: CustomerLeg = new CustomerLeg(send, receive, {
      onReady: () => { if (leg === this.customer) this.listener.onCustomerReady(); },
      onFlowing: () => { if (leg === this.customer) this.listener.onCustomerFlowing(); },
      onLost: () => { if (leg === this.customer) this.listener.onCustomerLost(); },
    });
    this.customer = leg;
    this.warmUp ??= await this.newWarmUp();
    await leg.consume(this.warmUp, this.capabilities, 'none');
    await this.connect();
    return leg;
  }

  /** A party whose announcement is to be heard before it answers. */
  async announce(role: SipRole, party: CallParty): Promise<void> {
    this.parties.set(role, party);
    await this.connect();
  }

  /** A party has answered: it is in the call, and what the first one's answer decided is what the call runs on. */
  async join(role: SipRole, party: CallParty): Promise<void> {
    const alone = Array.from(this.parties.values()).every((other) => other === party || !other.leg.answered);
    this.parties.set(role, party);
    if (alone) this.frozen = party.leg.codecs;
    this.mode = 'send';
    await this.connect();
  }

  /** Takes this party out, if it is in; its leg is its owner's to close. `connect` is to follow. */
  leave(party: CallParty): void {
    for (const [role, present] of this.parties) if (present === party) this.parties.delete(role);
    if (!this.parties.has('second')) this.talking = 'customer';
  }

  /** The customer's client goes silent again: nobody is to hear them until a party answers anew. */
  rest(): void {
    this.mode = 'prepare';
    this.onHold = false;
  }

  /** The second party takes the agent's place. */
  async promote(): Promise<void> {
    const second = this.parties.get('second');
    for (const role of ['agent', 'aside', 'second'] as const) this.parties.delete(role);
    if (second) {
      this.parties.set('agent', second);
      this.frozen = { audio: this.frozen.audio, video: second.leg.codecs.video };
    }
    this.talking = 'customer';
    await this.connect();
  }

  async setHold(onHold: boolean): Promise<void> {
    this.onHold = onHold;
    await this.connect();
  }

  async setTalk(talk: Talk): Promise<void> {
    this.talking = talk;
    await this.connect();
  }

  /** Another audio codec for everybody: the customer's client is told at once, SIP parties by an offer that is to follow. */
  async setAudio(codec: string): Promise<void> {
    this.frozen = { ...this.frozen, audio: codec };
    await this.connect();
  }

  /** Whether this party would be heard by somebody now. */
  isHeard(role: SipRole): boolean {
    return isHeard(this.wired({ [role]: 'up' }), role);
  }

  /** Makes the wiring what it ought to be now. Idempotent. */
  async connect(): Promise<void> {
    if (this.ended) return;
    const wired = this.wired();
    for (const kind of mediaKinds) await this.letCustomerSpeak(kind, isHeard(wired, 'customer'));
    const plays = await this.sounds.fit(new Map(sipRoles.map((role) => [role, {
      party: this.parties.get(role) ?? null, heard: this.sources(wired, role, 'audio'), holdSound: wired[role].holdSound,
    }])));
    for (const [role, party] of this.parties) {
      if (!party.leg.answered) continue;
      await party.leg.play('audio', plays.get(role) ?? []);
      await party.leg.play('video', this.pictures(wired, role, party));
      await party.leg.setHold(!isHeard(wired, role));
    }
    if (this.customer) await this.letCustomerHear(this.customer, wired);
    this.tellTracks();
  }

  tracks(): Tracks {
    return customerTracks({
      epoch: this.epoch, revision: this.revision, audio: this.sendTrack('audio'), video: this.sendTrack('video'), consumers: this.customer?.consumers ?? new Map(),
    });
  }

  close(): void {
    if (this.ended) return;
    this.ended = true;
    this.customer?.close();
    for (const { leg } of this.parties.values()) leg.close();
    this.sounds.close();
    this.place.router.close();
  }

  /** The client may have missed some while its signaling was away; one that did not drops the repetition by its revision. */
  repeatTracks(): void {
    this.listener.onTracks(this.tracks());
  }

  newTransport(): Promise<types.WebRtcTransport> {
    return this.place.router.createWebRtcTransport({
      webRtcServer: this.place.server, enableUdp: true, enableTcp: true, preferUdp: true, iceConsentTimeout, initialAvailableOutgoingBitrate: 1_000_000,
    });
  }

  private wired(change: Partial<Record<SipRole, Presence>> = {}): Wiring {
    const presenceOf = (role: SipRole): Presence => {
      const party = this.parties.get(role);
      if (!party) return 'absent';
      if (!party.leg.answered) return party.announces && party.leg.heard('audio') ? 'early' : 'absent';
      return party.leg.held ? 'held' : 'up';
    };
    const presence = { customer: this.onTelephone ? presenceOf('customer') : 'up' as const, agent: presenceOf('agent'), aside: presenceOf('aside'), second: presenceOf('second'), ...change };
    return wiring({ talk: this.talking, onHold: this.onHold, presence });
  }

  private wantedCodec(kind: MediaKind): string | null {
    // No audio answer yet means nothing was decided; an answer without video decided that there is none.
    return this.frozen.audio === null ? preparedCodecs[kind] : this.frozen[kind];
  }

  private said(party: Party, kind: MediaKind): types.Producer | null {
    if (party === 'customer' && !this.onTelephone) return this.customer?.producing(kind, this.wantedCodec(kind)) ?? null;
    return this.parties.get(party)?.leg.heard(kind) ?? null;
  }

  private sources(wired: Wiring, listener: Party, kind: MediaKind): readonly types.Producer[] {
    return wired[listener].from.flatMap((speaker) => this.said(speaker, kind) ?? []);
  }

  /** Pictures that this party can decode; the first of them where it shows one. */
  private pictures(wired: Wiring, role: SipRole, { leg, single }: CallParty): readonly types.Producer[] {
    const { video } = leg.codecs;
    const shown = this.sources(wired, role, 'video').filter((producer) => {
      const codec = producer.rtpParameters.codecs[0]?.mimeType;
      return video !== null && codec !== undefined && sameCodec(codec, video);
    });
    return single ? shown.slice(0, 1) : shown;
  }

  private async letCustomerSpeak(kind: MediaKind, heard: boolean): Promise<void> {
    // The page of somebody on a telephone is silent.
    const made = this.onTelephone ? undefined : this.customer?.producers[kind];
    const wanted = this.said('customer', kind);
    if (made) {
      const flows = this.mode === 'send' && heard && !made.pausedByClient && wanted !== null;
      if (flows === made.producer.paused) await (flows ? made.producer.resume() : made.producer.pause());
    }
    if (kind === 'audio') this.customer?.awaitFlow(this.mode === 'send' && !this.onTelephone ? wanted : null);
  }

  private async letCustomerHear(customer: CustomerLeg, wired: Wiring): Promise<void> {
    const wanted = new Map<string, { readonly producer: types.Producer; readonly source: 'agent' | 'second' }>();
    for (const speaker of this.onTelephone ? [] : wired.customer.from) {
      for (const kind of mediaKinds) {
        const producer = this.said(speaker, kind);
        if (producer) wanted.set(producer.id, { producer, source: speaker === 'second' ? 'second' : 'agent' });
      }
    }
    for (const { consumer, source } of Array.from(customer.consumers.values())) {
      const same = source === 'none' || wanted.get(consumer.producerId)?.source === source;
      if (!same) consumer.close();
      else wanted.delete(consumer.producerId);
    }
    for (const { producer, source } of wanted.values()) await customer.consume(producer, this.capabilities, source);
  }

  private tellTracks(): void {
    const { revision, ...said } = this.tracks();
    const text = JSON.stringify(said);
    if (text === this.toldTracks || !this.customer) return;
    this.toldTracks = text;
    this.revision = revision + 1;
    this.listener.onTracks(this.tracks());
  }

  /** A producer that never sends: the customer consumes it so that ICE and DTLS of their receive transport stand before the call. */
  private async newWarmUp(): Promise<types.Producer> {
    const direct = await this.place.router.createDirectTransport();
    return direct.produce({
      kind: 'audio',
      rtpParameters: {
        codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }],
        encodings: [{ ssrc: 1 }],
      },
    });
  }
}
