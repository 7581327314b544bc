/** What the customer's client is told (shared/media-protocol.ts) of a call as it is. Pure. */
import type { ReceiveTrack, SendTrack, Tracks } from '#shared/media-protocol.ts';
import type { CustomerConsumer } from './customer-leg.ts';

export function customerTracks({ consumers, ...rest }: {
  readonly epoch: string; readonly revision: number; readonly audio: SendTrack | null; readonly video: SendTrack | null;
  readonly consumers: ReadonlyMap<string, CustomerConsumer>;
}): Tracks {
  const receive = Array.from(consumers.values(), ({ consumer, source }): ReceiveTrack => ({
    consumerId: consumer.id, producerId: consumer.producerId, kind: consumer.kind, source,
    // Structurally the client's own type; the two packages declare it each for themselves.
    rtpParameters: consumer.rtpParameters as ReceiveTrack['rtpParameters'],
  }));
  return { ...rest, receive };
}
