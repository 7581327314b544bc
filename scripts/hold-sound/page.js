/** Runs in Chromium: plays the loop over a peer connection with itself and keeps what its encoder makes of it. */
const period = 6;

/** Two soft bells and quiet, as the widget's own hold melody: a sine with a little of its octave, quick to come and slow to go. */
async function melody() {
  const context = new OfflineAudioContext(1, 48_000 * period, 48_000);
  for (const [pitch, at, seconds] of [[440, 0.2, 1.6], [554.37, 0.7, 2.2], [659.26, 3.2, 1.6], [554.37, 3.7, 2]]) {
    const gain = context.createGain();
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(0.22, at + 0.03);
    gain.gain.exponentialRampToValueAtTime(0.0003, at + seconds);
    gain.gain.linearRampToValueAtTime(0, at + seconds + 0.05);
    gain.connect(context.destination);
    for (const [ratio, share] of [[1, 1], [2, 0.2]]) {
      const tone = context.createOscillator();
      const level = context.createGain();
      tone.frequency.value = pitch * ratio;
      level.gain.value = share;
      tone.connect(level).connect(gain);
      tone.start(at);
      tone.stop(at + seconds + 0.1);
    }
  }
  return context.startRendering();
}

window.encode = async (codec) => {
  const loop = await melody();
  const context = new AudioContext({ sampleRate: 48_000 });
  const source = new AudioBufferSourceNode(context, { buffer: loop, loop: true });
  const destination = context.createMediaStreamDestination();
  source.connect(destination);
  source.start();
  const [out, back] = [new RTCPeerConnection({ encodedInsertableStreams: true }), new RTCPeerConnection()];
  out.onicecandidate = ({ candidate }) => back.addIceCandidate(candidate);
  back.onicecandidate = ({ candidate }) => out.addIceCandidate(candidate);
  const { sender } = out.addTransceiver(destination.stream.getAudioTracks()[0]);
  const transceiver = out.getTransceivers()[0];
  transceiver.setCodecPreferences(RTCRtpSender.getCapabilities('audio').codecs.filter(({ mimeType }) => mimeType.toLowerCase() === `audio/${codec}`));
  const { readable } = sender.createEncodedStreams();
  await out.setLocalDescription(await out.createOffer());
  await back.setRemoteDescription(out.localDescription);
  const answer = await back.createAnswer();
  await back.setLocalDescription({ type: 'answer', sdp: answer.sdp.replace(/useinbandfec=1/, 'useinbandfec=1;maxaveragebitrate=32000') });
  await out.setRemoteDescription(back.localDescription);
  const packets = [];
  const reader = readable.getReader();
  // The first second is the encoder finding its feet; then one whole period, wherever it begins.
  const skipped = 50;
  while (packets.length < skipped + period * 50) {
    const { value } = await reader.read();
    packets.push(Array.from(new Uint8Array(value.data)));
  }
  out.close();
  back.close();
  await context.close();
  return packets.slice(skipped);
};

/** The same as 16-bit linear at 8000 Hz, for the gateway's own G.711. */
window.linear = async () => {
  const loop = await melody();
  const context = new OfflineAudioContext(1, 8000 * period, 8000);
  const source = new AudioBufferSourceNode(context, { buffer: loop });
  source.connect(context.destination);
  source.start();
  const rendered = await context.startRendering();
  return Array.from(rendered.getChannelData(0), (sample) => Math.round(sample * 32_767));
};
