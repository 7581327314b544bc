/**
 * The media part of the `/customer` namespace: how the customer's client (mediasoup-client) and the media gateway agree on
 * transports and tracks. Declarative: the gateway says which tracks ought to be sent and received (`Tracks`); the client makes it so.
 * A new `epoch` means the media was built anew (new worker, restarted gateway): the client drops what it has and opens again.
 *
 * A call, as the client lives it:
 *  1. *offered*: `open` → `device.load`, one send and one receive transport, and the first `Tracks`: `audio` in mode `prepare`, and in
 *     `receive` one track of source `none`. The client calls `produce` for audio at once, with `zeroRtpOnPause: true` and a disabled or
 *     silent track, paused, so that ICE and DTLS of the send transport stand and not a packet leaves; and it consumes the warm-up track, which
 *     does the same for the receive transport. That one carries nothing, is attached to no element, and stays for the epoch.
 *  2. *engaged*: `Tracks` in mode `send` with the codec the agent's answer decided. Same codec: the client lets the prepared producer run
 *     (`producer.resume()` with the live microphone track); the gateway resumes its own side by itself. Another codec: it produces
 *     anew with `codec` chosen from `device.rtpCapabilities` by this mime type, then sends `closeProducer` for the old one.
 *  3. A muted microphone is a disabled track (`track.enabled = false`), which goes on sending silence. It is not a paused producer, so
 *     unmuting needs no answer of anybody.
 *  4. The camera: nothing is built for `video` until the customer first switches it on in mode `send`; then `produce`. Switching off is
 *     `producer.replaceTrack({ track: null })` (which frees the device) and `pauseProducer`; on again is `replaceTrack` and
 *     `resumeProducer`. None of it renegotiates anything with the agent: the video m-line stands from the first INVITE.
 *  5. `receive` lists what there is to hear and see now. A video track of the agent appears when their camera's first packet arrived
 *     and goes when the camera is off, so `receive` without video means: show no picture. A track not listed any more is closed.
 *     Consumers start paused at the gateway for video only; `resumeConsumer` tells that the client is ready for the first keyframe
 *     (harmless for audio, which flows at once).
 *  6. On hold nothing changes for what the client sends: the gateway drops it. Nothing is heard; the page plays a sound of its own.
 *  7. `restartIce` when a transport of the client turns `disconnected` or `failed`, or the network or the signaling socket changed. The
 *     gateway sends the latest `Tracks` again after it, because the client may have missed some.
 */
import { z } from 'zod';
import type { types } from 'mediasoup-client';
import type { IceServer } from './session-api.ts';

const looseObject = z.record(z.string(), z.unknown());
const id = z.string().min(1).max(100);

/** What the customer's client asks of the media gateway, one request of the event `media`; the reply is in `MediaReplies`. */
export const mediaRequestSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('open'), epoch: id }),
  z.strictObject({ type: z.literal('connect'), epoch: id, transportId: id, dtlsParameters: looseObject }),
  z.strictObject({ type: z.literal('produce'), epoch: id, transportId: id, kind: z.enum(['audio', 'video']), rtpParameters: looseObject }),
  z.strictObject({ type: z.literal('pauseProducer'), epoch: id, producerId: id }),
  z.strictObject({ type: z.literal('resumeProducer'), epoch: id, producerId: id }),
  z.strictObject({ type: z.literal('closeProducer'), epoch: id, producerId: id }),
  z.strictObject({ type: z.literal('resumeConsumer'), epoch: id, consumerId: id }),
  z.strictObject({ type: z.literal('restartIce'), epoch: id, transportId: id }),
]);
export type MediaRequest = z.infer<typeof mediaRequestSchema>;

/** Parameters for mediasoup-client's `createSendTransport` / `createRecvTransport`. */
export interface TransportParameters {
  readonly id: string;
  readonly iceParameters: types.IceParameters;
  readonly iceCandidates: types.IceCandidate[];
  readonly dtlsParameters: types.DtlsParameters;
}

export interface MediaReplies {
  open: {
    readonly iceServers: readonly IceServer[];
    readonly routerRtpCapabilities: types.RtpCapabilities;
    readonly send: TransportParameters;
    readonly receive: TransportParameters;
    readonly tracks: Tracks;
  };
  connect: null;
  produce: { readonly producerId: string };
  pauseProducer: null;
  resumeProducer: null;
  closeProducer: null;
  resumeConsumer: null;
  restartIce: { readonly iceServers: readonly IceServer[]; readonly iceParameters: types.IceParameters };
}

export interface SendTrack {
  /**
   * `prepare`: build the producer (so that ICE and DTLS stand) but send nothing: no microphone or camera data may leave.
   * `send`: the call is up; the microphone is live unless the customer muted it, the camera when the customer switches it on.
   */
  readonly mode: 'prepare' | 'send';
  /** Mime type the producer must have, e.g. `audio/opus` (compare without case). When it differs: produce anew, then close the old. */
  readonly codec: string;
  /** Bits a second that the encoder must keep to, where somebody who hears or sees it asked for that in SDP. */
  readonly maxBitrate?: number;
}

export interface ReceiveTrack {
  readonly consumerId: string;
  readonly producerId: string;
  readonly kind: 'audio' | 'video';
  readonly rtpParameters: types.RtpParameters;
  /**
   * Who is heard or seen; in a conference both `agent` and `second` are, each in a track of its own, and all audio is played. `none` only
   * warms the transport up and carries nothing.
   */
  readonly source: 'agent' | 'second' | 'none';
}

/** What ought to be, whole; sent as event `tracks` whenever it changes. The latest `revision` counts; older ones are dropped. */
export interface Tracks {
  readonly epoch: string;
  readonly revision: number;
  readonly audio: SendTrack | null;
  readonly video: SendTrack | null;
  readonly receive: readonly ReceiveTrack[];
}
