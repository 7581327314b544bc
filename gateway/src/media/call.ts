/**
 * The media of one contact: a router on some worker, the customer's leg, the agent's leg, and the rules that connect them. Everything that
 * changes runs one after the other (`inTurn`), and each change ends in `connect()`, which makes what is wanted so: who
 * consumes whom, what is paused, and what the customer's client is told. Nothing of the customer passes before the agent has answered.
 *
 *   epoch: prepared ──▶ agent answered (mode `send`, codecs frozen) ──▶ agent leg ended (mode `prepare` again)
 *      └── worker died: everything is gone; the next `prepare` begins a new epoch elsewhere
 *
 * Closing: `close()` closes the router; the worker closes transports, producers and consumers with it. A leg can be closed by itself.
 */
import { randomUUID } from 'node:crypto';
import type { types } from 'mediasoup';
import type { Logger } from 'pino';
import type { ReceiveTrack, SendTrack, Tracks } from '#shared/media-protocol.ts';
import { AgentLeg } from './agent-leg.ts';
import type { ChosenCodecs } from './agent-leg.ts';
import { CustomerLeg } from './customer-leg.ts';
import { mediaKinds } from './media-codecs.ts';
import type { MediaKind } from './media-codecs.ts';
import type { MediaPlace } from './worker-pool.ts';

export interface CallListener {
  onTracks(tracks: Tracks): void;
  onCustomerFlowing(): void;
  onCustomerLost(): void;
  /** The agent's transport is dead. The leg is still there; whoever hears this ends it. */
  onAgentPathLost(): void;
  onWorkerLost(): void;
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
  private customer: CustomerLeg | null = null;
  private agent: AgentLeg | null = null;
  /** Built ahead of the next call of an agent. */
  private spare: AgentLeg | null = null;
  private warmUp: types.Producer | null = null;
  /** What the first answer decided; kept for later legs of the contact. */
  private frozen: ChosenCodecs;
  private mode: 'prepare' | 'send' = 'prepare';
  private onHold = false;
  private revision = 0;
  private toldTracks = '';
  private turn: Promise<unknown> = Promise.resolve();
  private ended = false;

  /** @param frozen the codecs of the contact's earlier epoch, if it had one. */
  constructor(place: MediaPlace, frozen: ChosenCodecs, listener: CallListener, log: Logger) {
    this.place = place;
    this.frozen = frozen;
    this.listener = listener;
    this.log = log;
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

  get customerLeg(): CustomerLeg | null {
    return this.customer;
  }

  /** The next mode the customer's client is asked for, and whether the camera may be on. */
  sendTrack(kind: MediaKind): SendTrack | null {
    const codec = this.wantedCodec(kind);
    return codec === null ? null : { mode: this.mode, codec };
  }

  /** Runs changes of this call one after the other, in the order they came. */
  inTurn<T>(change: () => Promise<T>): Promise<T> {
    const result = this.turn.then(change);
    this.turn = result.catch(() => { /* told to whoever asked for the change */ });
    return result;
  }

  /** Builds what an agent's call needs, so that calling only sends. */
  async prepareAgent(): Promise<void> {
    this.spare ??= await this.newAgentLeg();
  }

  /** New transports for the customer's page; those of a page before are closed. */
  async openCustomer(): Promise<CustomerLeg> {
    this.closeCustomer();
    const [send, receive] = await Promise.all([this.newTransport(), this.newTransport()]);
    const leg: CustomerLeg = new CustomerLeg(send, receive, {
      onFlowing: () => { if (leg === this.customer) this.listener.onCustomerFlowing(); },
      onLost: () => { if (leg === this.customer) this.listener.onCustomerLost(); },
    });
    this.customer = leg;
    this.warmUp ??= await this.newWarmUp();
    await leg.consume(this.warmUp, this.place.router.rtpCapabilities, 'none');
    await this.connect();
    return leg;
  }

  closeCustomer(): void {
    this.customer?.close();
    this.customer = null;
  }

  /** Takes the leg built ahead (or builds it) as the one the next INVITE offers. */
  async beginAgentLeg(): Promise<AgentLeg> {
    this.endAgentLeg('lost');
    const leg = this.spare ?? await this.newAgentLeg();
    this.spare = null;
    this.agent = leg;
    return leg;
  }

  offer(leg: AgentLeg): Promise<string> {
    return leg.offer(this.frozen);
  }

  /** The agent's answer, all of it before the ACK. */
  async answered(leg: AgentLeg, sdp: string): Promise<void> {
    await leg.accept(sdp, this.onHold);
    if (leg !== this.agent) return;
    this.frozen = leg.codecs;
    this.mode = 'send';
    await this.connect();
    // The next leg, should this agent reload or hand over.
    await this.prepareAgent();
  }

  /**
   * Closes the agent's leg. After `lost` the agent is being called back and the customer goes on sending, to nobody; after
   * `over` the customer's client goes silent again.
   */
  endAgentLeg(how: 'lost' | 'over'): void {
    if (how === 'over') {
      this.mode = 'prepare';
      this.onHold = false;
    }
    this.agent?.close();
    this.agent = null;
  }

  /** The dialog of this leg is over: the customer hears and is heard by nobody until another leg answers. */
  dropAgentLeg(leg: AgentLeg): void {
    if (this.agent === leg) this.endAgentLeg('lost');
  }

  async setHold(onHold: boolean): Promise<void> {
    this.onHold = onHold;
    await this.agent?.setHold(onHold);
    await this.connect();
  }

  /** Makes the wiring what it ought to be now. Idempotent. */
  async connect(): Promise<void> {
    if (this.ended) return;
    const { customer, agent } = this;
    for (const kind of mediaKinds) {
      const made = customer?.producers[kind];
      const wanted = customer?.producing(kind, this.wantedCodec(kind)) ?? null;
      if (made) {
        const flows = this.mode === 'send' && !this.onHold && !made.pausedByClient && wanted !== null;
        if (flows === made.producer.paused) await (flows ? made.producer.resume() : made.producer.pause());
      }
      if (kind === 'audio') customer?.awaitFlow(this.mode === 'send' ? wanted : null);
      if (agent?.answered === true) await agent.play(kind, wanted);
      if (customer) await this.letCustomerHear(customer, agent?.heard(kind) ?? null, kind);
    }
    this.tellTracks();
  }

  tracks(): Tracks {
    const receive = Array.from(this.customer?.consumers.values() ?? [], ({ consumer, source }): ReceiveTrack => ({
      consumerId: consumer.id, producerId: consumer.producerId, kind: consumer.kind, source,
      // Structurally the client's own type; the two packages declare it each for themselves.
      rtpParameters: consumer.rtpParameters as ReceiveTrack['rtpParameters'],
    }));
    return { epoch: this.epoch, revision: this.revision, audio: this.sendTrack('audio'), video: this.sendTrack('video'), receive };
  }

  close(): void {
    if (this.ended) return;
    this.ended = true;
    this.customer?.close();
    this.agent?.close();
    this.spare?.close();
    this.place.router.close();
  }

  private wantedCodec(kind: MediaKind): string | null {
    // No audio answer yet means nothing was decided; an answer without video decided that there is none.
    return this.frozen.audio === null ? preparedCodecs[kind] : this.frozen[kind];
  }

  private async letCustomerHear(customer: CustomerLeg, producer: types.Producer | null, kind: MediaKind): Promise<void> {
    const heard = Array.from(customer.consumers.values()).find(({ consumer, source }) => source === 'agent' && consumer.kind === kind);
    if (heard?.consumer.producerId === producer?.id) return;
    heard?.consumer.close();
    if (producer) await customer.consume(producer, this.place.router.rtpCapabilities, 'agent');
  }

  /** The client may have missed some while its signaling was away; one that did not drops the repetition by its revision. */
  repeatTracks(): void {
    this.listener.onTracks(this.tracks());
  }

  private tellTracks(): void {
    const { revision, ...said } = this.tracks();
    const text = JSON.stringify(said);
    if (text === this.toldTracks || !this.customer) return;
    this.toldTracks = text;
    this.revision = revision + 1;
    this.listener.onTracks(this.tracks());
  }

  private async newAgentLeg(): Promise<AgentLeg> {
    const leg: AgentLeg = new AgentLeg(this.place.router, await this.newTransport(), {
      onPicture: () => { if (leg === this.agent) this.inTurn(() => this.connect()).catch((error: unknown) => this.failed(error)); },
      onLost: () => { if (leg === this.agent) this.listener.onAgentPathLost(); },
    });
    return leg;
  }

  private newTransport(): Promise<types.WebRtcTransport> {
    return this.place.router.createWebRtcTransport({
      webRtcServer: this.place.server, enableUdp: true, enableTcp: true, preferUdp: true, iceConsentTimeout, initialAvailableOutgoingBitrate: 1_000_000,
    });
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

  private failed(error: unknown): void {
    // A call that closed while a change was under way rejects it; anything else is ours to see.
    if (!this.ended) this.log.error({ err: error }, 'media change failed');
  }
}
