/**
 * Makes media legs by the kind of endpoint. What asks the worker comes first, and for the kind most used ahead of the call, so that calling only
 * sends; the leg itself is then made at once, with whoever listens to it.
 */
import type { types } from 'mediasoup';
import type { MediaProfile } from '../sip/endpoint.ts';
import type { Call } from './call.ts';
import { IceLeg } from './ice-leg.ts';
import type { LegListener, SipLeg } from './leg.ts';

export class LegMaker {
  /** The transport built ahead of a call's next ICE leg. */
  private readonly ahead = new WeakMap<Call, Promise<types.WebRtcTransport>>();

  /** Builds what the next call of a desktop needs. */
  async prepare(call: Call): Promise<void> {
    const known = this.ahead.get(call);
    if (known) { await known; return; }
    const building = call.newTransport();
    this.ahead.set(call, building);
    await building.catch((error: unknown) => { this.ahead.delete(call); throw error; });
  }

  async prepared(call: Call, endpoint: { readonly media: MediaProfile }): Promise<(listener: LegListener) => SipLeg> {
    const ready = this.ahead.get(call) ?? call.newTransport();
    this.ahead.delete(call);
    const transport = await ready;
    return (listener) => new IceLeg(call.place.router, transport, listener);
  }
}
