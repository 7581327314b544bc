/**
 * The customer client's requests (shared/media-protocol.ts) against a call. Nothing here throws for what the client did: every refusal
 * is a problem reply that says how to go on.
 */
import type { types } from 'mediasoup';
import type { MediaReplies, MediaRequest } from '#shared/media-protocol.ts';
import type { Problem, Reply } from '#shared/problem.ts';
import type { IceServer } from '#shared/session-api.ts';
import type { Call } from './call.ts';
import type { CustomerLeg } from './customer-leg.ts';
import { transportParameters } from './customer-leg.ts';
import { sameCodec } from './media-codecs.ts';

type AnyReply = Reply<MediaReplies[MediaRequest['type']]>;

class Refused extends Error {
  readonly problem: Problem;
  constructor(status: number, kind: string, title: string, detail: string) {
    super(detail);
    this.problem = { type: `/problems/media-${kind}`, title, status, detail };
  }
}

export function staleEpoch(): AnyReply {
  return refused(new Refused(409, 'epoch', 'Media was built anew', 'Drop the media you hold and open the epoch that the latest view names.'));
}

/** @param call the call of the request's epoch, to be run in its turn. */
export async function answerRequest(call: Call, request: MediaRequest, iceServers: () => readonly IceServer[]): Promise<AnyReply> {
  try {
    return await perform(call, request, iceServers);
  } catch (error) {
    if (error instanceof Refused) return refused(error);
    if (call.closed) return staleEpoch();
    // mediasoup throws at parameters it does not take; they are the client's, and so is the fault.
    return refused(new Refused(422, 'parameters', 'Media parameters not accepted', error instanceof Error ? error.message : 'unknown'));
  }
}

async function perform(call: Call, request: MediaRequest, iceServers: () => readonly IceServer[]): Promise<AnyReply> {
  switch (request.type) {
    case 'open': {
      const leg = await call.openCustomer();
      return ok({
        iceServers: iceServers(),
        // Structurally the client's own type; the two packages declare it each for themselves.
        routerRtpCapabilities: call.capabilities as MediaReplies['open']['routerRtpCapabilities'],
        send: transportParameters(leg.send), receive: transportParameters(leg.receive), tracks: call.tracks(),
      });
    }
    case 'connect': {
      const transport = transportOf(legOf(call), request.transportId);
      await transport.connect({ dtlsParameters: request.dtlsParameters as unknown as types.DtlsParameters });
      return ok(null);
    }
    case 'produce': return produce(call, request);
    case 'pauseProducer':
    case 'resumeProducer': {
      const made = legOf(call).producerById(request.producerId);
      if (!made) throw gone('producer');
      made.pausedByClient = request.type === 'pauseProducer';
      await call.connect();
      return ok(null);
    }
    case 'closeProducer':
      // Gone already is as good: a producer that another one replaced is closed by the replacement.
      legOf(call).producerById(request.producerId)?.producer.close();
      return ok(null);
    case 'resumeConsumer':
      // One that is gone was replaced a moment ago: the next tracks are on their way and say so.
      await legOf(call).consumers.get(request.consumerId)?.consumer.resume();
      return ok(null);
    case 'restartIce': {
      const iceParameters = await transportOf(legOf(call), request.transportId).restartIce();
      call.repeatTracks();
      return ok({ iceServers: iceServers(), iceParameters });
    }
  }
}

async function produce(call: Call, request: Extract<MediaRequest, { type: 'produce' }>): Promise<AnyReply> {
  const leg = legOf(call);
  if (request.transportId !== leg.send.id) throw gone('send transport');
  const wanted = call.sendTrack(request.kind);
  if (!wanted) throw new Refused(409, 'kind', `No ${request.kind} in this call`, `The agent's side takes no ${request.kind}.`);
  const rtpParameters = request.rtpParameters as unknown as types.RtpParameters;
  const offered = Array.isArray(rtpParameters.codecs) ? rtpParameters.codecs[0]?.mimeType : undefined;
  if (typeof offered !== 'string' || !sameCodec(offered, wanted.codec)) {
    throw new Refused(409, 'codec', 'Another codec is wanted', `This call runs on ${wanted.codec}; produce anew with it, as the latest tracks say.`);
  }
  if (!Array.isArray(rtpParameters.encodings) || rtpParameters.encodings.length !== 1) {
    throw new Refused(422, 'parameters', 'Media parameters not accepted', 'One encoding; a two-party call has no use for simulcast.');
  }
  const { producer } = await leg.produce(request.kind, rtpParameters);
  await call.connect();
  return ok({ producerId: producer.id });
}

function legOf(call: Call): CustomerLeg {
  const leg = call.customerLeg;
  if (!leg) throw new Refused(409, 'closed', 'No transports', 'Open the media first.');
  return leg;
}

function transportOf(leg: CustomerLeg, id: string): types.WebRtcTransport {
  const transport = leg.transport(id);
  if (!transport) throw gone('transport');
  return transport;
}

function gone(what: string): Refused {
  return new Refused(404, 'gone', `No such ${what}`, `The ${what} belongs to media that was replaced; open the media again.`);
}

function ok(value: MediaReplies[MediaRequest['type']]): AnyReply {
  return { ok: true, value };
}

function refused({ problem }: Refused): AnyReply {
  return { ok: false, problem };
}
