/** Listens on one transport for several SSRCs at once: which of them arrives there. */
import type { types } from 'mediasoup';
import type { Unclaimed } from './ssrc-learner.ts';

/** The first that is heard within so many milliseconds; null for none, and where the transport is closed meanwhile. */
export async function probeSsrcs(transport: types.Transport, asked: readonly Unclaimed[], milliseconds: number): Promise<Unclaimed | null> {
  const payloadTypes = new Set(asked.map(({ payloadType }) => payloadType));
  // The worker lets one producer listen for several SSRCs in video alone. It is paused, and nobody looks into the packets.
  const probe = await transport.produce({
    kind: 'video', paused: true,
    rtpParameters: {
      codecs: Array.from(payloadTypes, (payloadType) => ({ mimeType: 'video/VP8', payloadType, clockRate: 90_000 })),
      encodings: asked.map(({ ssrc, payloadType }) => ({ ssrc, codecPayloadType: payloadType })),
    },
  }).catch(() => null);
  if (!probe) return null;
  try {
    // The worker tells a score with the first packet of a stream.
    return await new Promise<Unclaimed | null>((resolve) => {
      const limit = setTimeout(() => resolve(null), milliseconds);
      probe.observer.once('close', () => { clearTimeout(limit); resolve(null); });
      probe.on('score', (scores) => {
        const own = asked.find(({ ssrc }) => scores.some((score) => score.ssrc === ssrc));
        if (own) { clearTimeout(limit); resolve(own); }
      });
    });
  } finally {
    probe.close();
  }
}
