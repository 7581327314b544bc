/** A customer's client as shared/media-protocol.ts tells it, as small as can be: for the media gateway's own tests. */
import { Device } from 'mediasoup-client';

const device = new Device();
const producers = {};
const consumers = new Map();
let epoch = null;
let send = null;
let receive = null;
let revision = -1;
let turn = Promise.resolve();
let cameraWanted = false;
let microphone = null;
let muted = false;

async function ask(request) {
  const reply = await window.media({ epoch, ...request });
  if (!reply.ok) throw new Error(JSON.stringify(reply.problem));
  return reply.value;
}

function toneTrack(frequencies) {
  const context = new AudioContext();
  const destination = context.createMediaStreamDestination();
  for (const frequency of frequencies) {
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    gain.gain.value = 0.25;
    oscillator.frequency.value = frequency;
    oscillator.connect(gain).connect(destination);
    oscillator.start();
  }
  return destination.stream.getAudioTracks()[0];
}

async function produce(kind, codec, track, paused) {
  const before = producers[kind];
  producers[kind] = await send.produce({
    track, stopTracks: false, zeroRtpOnPause: true, disableTrackOnPause: false,
    codec: device.rtpCapabilities.codecs.find(({ mimeType }) => mimeType.toLowerCase() === codec.toLowerCase()),
  });
  if (paused) producers[kind].pause();
  if (before) { before.close(); await ask({ type: 'closeProducer', producerId: before.id }); }
}

async function follow(tracks) {
  if (tracks.epoch !== epoch || tracks.revision <= revision) return;
  revision = tracks.revision;
  microphone.enabled = tracks.audio.mode === 'send' && !muted;
  const runs = producers.audio && producers.audio.rtpParameters.codecs[0].mimeType.toLowerCase() === tracks.audio.codec.toLowerCase();
  if (!runs) await produce('audio', tracks.audio.codec, microphone, tracks.audio.mode === 'prepare');
  if (tracks.audio.mode === 'send') producers.audio.resume();
  else producers.audio.pause();
  await followCamera(tracks);
  for (const wanted of tracks.receive) {
    if (consumers.has(wanted.consumerId)) continue;
    const consumer = await receive.consume({ id: wanted.consumerId, producerId: wanted.producerId, kind: wanted.kind, rtpParameters: wanted.rtpParameters });
    consumers.set(wanted.consumerId, consumer);
    if (wanted.source === 'agent') await ask({ type: 'resumeConsumer', consumerId: wanted.consumerId });
  }
  for (const [id, consumer] of consumers) {
    if (tracks.receive.some(({ consumerId }) => consumerId === id)) continue;
    consumer.close();
    consumers.delete(id);
  }
  window.latest = tracks;
}

async function followCamera(tracks) {
  if (!tracks.video || tracks.video.mode !== 'send') return;
  if (cameraWanted && !producers.video) {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 320, height: 240 } });
    await produce('video', tracks.video.codec, stream.getVideoTracks()[0], false);
  }
}

function inTurn(change) {
  const result = turn.then(change);
  turn = result.catch(() => undefined);
  return result;
}

window.applyTracks = (tracks) => inTurn(() => follow(tracks));

window.openMedia = (wantedEpoch, frequencies) => inTurn(async () => {
  send?.close();
  receive?.close();
  delete producers.audio;
  delete producers.video;
  consumers.clear();
  epoch = wantedEpoch;
  revision = -1;
  microphone ??= toneTrack(frequencies);
  const opened = await ask({ type: 'open' });
  if (!device.loaded) await device.load({ routerRtpCapabilities: opened.routerRtpCapabilities });
  const wire = (transport) => {
    transport.on('connect', async ({ dtlsParameters }, done, failed) => {
      try { await ask({ type: 'connect', transportId: transport.id, dtlsParameters }); } catch (error) { failed(error); return; }
      done();
    });
    return transport;
  };
  send = wire(device.createSendTransport({ ...opened.send, iceServers: opened.iceServers }));
  receive = wire(device.createRecvTransport({ ...opened.receive, iceServers: opened.iceServers }));
  send.on('produce', async ({ kind, rtpParameters }, done, failed) => {
    let made;
    try { made = await ask({ type: 'produce', transportId: send.id, kind, rtpParameters }); } catch (error) { failed(error); return; }
    done({ id: made.producerId });
  });
  await follow(opened.tracks);
});

window.switchCamera = (on) => inTurn(async () => {
  cameraWanted = on;
  if (!on && producers.video) {
    await producers.video.replaceTrack({ track: null });
    await ask({ type: 'pauseProducer', producerId: producers.video.id });
  } else if (on && producers.video) {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 320, height: 240 } });
    await producers.video.replaceTrack({ track: stream.getVideoTracks()[0] });
    await ask({ type: 'resumeProducer', producerId: producers.video.id });
  } else {
    await followCamera(window.latest);
  }
});

window.mute = (wanted) => { muted = wanted; microphone.enabled = !wanted; };
window.mediaState = () => ({ send: send?.connectionState, receive: receive?.connectionState, sent: producers.audio?.rtpParameters.codecs[0].mimeType });
window.bytesSent = async () => {
  const stats = await send.getStats();
  let bytes = 0;
  for (const one of stats.values()) if (one.type === 'outbound-rtp') bytes += one.bytesSent;
  return bytes;
};
window.request = (request) => window.media({ epoch, ...request });
window.transportIds = () => ({ send: send.id, receive: receive.id });
