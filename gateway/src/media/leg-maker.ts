/**
 * Makes media legs by the kind of endpoint. What asks the worker comes first, and for the kind most used ahead of the call, so that calling only
 * sends; the leg itself is then made at once, with whoever listens to it.
 */
import type { types } from 'mediasoup';
import type { Logger } from 'pino';
import type { Endpoint } from '../sip/endpoint.ts';
import type { Call } from './call.ts';
import { IceLeg } from './ice-leg.ts';
import type { LegListener, SipLeg } from './leg.ts';
import { RtpLeg } from './rtp/rtp-leg.ts';
import type { RtpNetwork } from './rtp/rtp-network.ts';

export class LegMaker {
  private readonly network: RtpNetwork;
  private readonly log: Logger;
  /** The transport built ahead of a call's next ICE leg. */
  private readonly ahead = new WeakMap<Call, Promise<types.WebRtcTransport>>();

  constructor(network: RtpNetwork, log: Logger) {
    this.network = network;
    this.log = log;
  }

  /** Builds what the next call of a desktop needs. */
  async prepare(call: Call): Promise<void> {
    const known = this.ahead.get(call);
    if (known) { await known; return; }
    const building = call.newTransport();
    this.ahead.set(call, building);
    await building.catch((error: unknown) => { this.ahead.delete(call); throw error; });
  }

  async prepared(call: Call, { media, source, kind }: Pick<Endpoint, 'media' | 'source' | 'kind'>): Promise<(listener: LegListener) => SipLeg> {
    const { router, workerPid } = call.place;
    if (media !== 'ice') {
      // Behind a trunk's number is a telephone: a second m-line is nothing but one more thing to stumble over.
      const video = kind !== 'external';
      return (listener) => new RtpLeg({ network: this.network, router, workerPid, profile: media, source, video, listener, log: this.log });
    }
    const ready = this.ahead.get(call) ?? call.newTransport();
    this.ahead.delete(call);
    const transport = await ready;
    // Telephones that do ICE seldom bundle, and a second m-line would want a path of its own.
    return (listener) => new IceLeg(router, transport, listener, { video: kind === 'desktop' });
  }
}
