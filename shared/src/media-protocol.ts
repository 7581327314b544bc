/**
 * The media part of the `/customer` namespace: how the customer's client (mediasoup-client) and the media gateway agree on
 * transports and tracks. Declarative: the gateway says which tracks ought to be sent and received (`Tracks`); the client makes it so.
 * A new `epoch` means the media was built anew (new worker, restarted gateway): the client drops what it has and opens again.
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
  /** Mime type the producer must have, e.g. `audio/opus`. When it differs from the running one: produce anew, then close the old. */
  readonly codec: string;
}

export interface ReceiveTrack {
  readonly consumerId: string;
  readonly producerId: string;
  readonly kind: 'audio' | 'video';
  readonly rtpParameters: types.RtpParameters;
  /** Who is heard or seen. `none` only warms the transport up and carries nothing. */
  readonly source: 'agent' | 'none';
}

/** What ought to be, whole; sent as event `tracks` whenever it changes. The latest `revision` counts; older ones are dropped. */
export interface Tracks {
  readonly epoch: string;
  readonly revision: number;
  readonly audio: SendTrack | null;
  readonly video: SendTrack | null;
  readonly receive: readonly ReceiveTrack[];
}
