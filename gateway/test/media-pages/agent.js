/** An agent's SIP.js softphone as small as can be: registers, answers every INVITE, plays two tones. For the media gateway's own tests. */
import { Registerer, RegistererState, UserAgent } from 'sip.js';

let options;
let userAgent;
let microphone;
let handler;
window.invites = [];
window.sessions = [];
window.offers = 0;

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

/**
 * An endpoint that knows one codec only, as a phone may. Chromium sends by the order of the offer, whatever `setCodecPreferences` leaves in
 * its answer, so the others have to go before it sees them.
 */
function onlyKnown(sdp) {
  return sdp.split(/(?=^m=)/m).map((section) => {
    const codec = options.codecs?.[section.startsWith('m=audio') ? 'audio' : 'video'];
    if (!codec || !section.startsWith('m=')) return section;
    const name = codec.split('/')[1];
    const payload = new RegExp(`^a=rtpmap:(\\d+) ${name}/`, 'm').exec(section)[1];
    return section.replace(/^(m=\S+ \S+ \S+) .*$/m, `$1 ${payload}`)
      .split('\r\n').filter((line) => !/^a=(?:rtpmap|fmtp|rtcp-fb):/.test(line) || line.split(/[: ]/)[1] === payload).join('\r\n');
  }).join('');
}

/** Answers with the microphone and a video sender that has no track yet, so that the camera needs no renegotiation. */
class Handler {
  constructor() {
    this.pc = new RTCPeerConnection();
    this.iceRestart = false;
    handler = this;
  }

  hasDescription(type) { return type === 'application/sdp'; }
  sendDtmf() { return false; }
  close() { this.pc.close(); }

  async setDescription(sdp) {
    const type = this.pc.signalingState === 'have-local-offer' ? 'answer' : 'offer';
    await this.pc.setRemoteDescription({ type, sdp: onlyKnown(sdp) });
    if (type === 'answer') return;
    window.offers += 1;
    for (const transceiver of this.pc.getTransceivers()) {
      const { kind } = transceiver.receiver.track;
      transceiver.direction = 'sendrecv';
      if (kind === 'audio') await transceiver.sender.replaceTrack(microphone);
      else this.video = transceiver;
    }
  }

  async getDescription() {
    const make = this.pc.signalingState === 'have-remote-offer' ? () => this.pc.createAnswer() : () => this.pc.createOffer({ iceRestart: this.iceRestart });
    await this.pc.setLocalDescription(await make());
    return { body: this.pc.localDescription.sdp, contentType: 'application/sdp' };
  }
}

window.startAgent = async (given) => {
  options = given;
  microphone = toneTrack(given.frequencies);
  userAgent = new UserAgent({
    uri: UserAgent.makeURI(given.aor),
    transportOptions: { server: given.url, connectionTimeout: 5 },
    sessionDescriptionHandlerFactory: () => new Handler(),
    logBuiltinEnabled: false,
    reconnectionAttempts: 20, reconnectionDelay: 0.1,
    delegate: {
      onInvite: (invitation) => {
        const header = (name) => invitation.request.getHeader(name);
        window.invites.push({
          contact: header('X-GetHelp-Contact'), reservation: header('X-GetHelp-Reservation'), from: invitation.remoteIdentity.uri.toString(),
          displayName: invitation.remoteIdentity.displayName, to: invitation.localIdentity.uri.toString(), callInfo: header('Call-Info'),
        });
        window.sessions.push(invitation);
        invitation.delegate = { onBye: (bye) => { window.byeReason = bye.incomingByeRequest.message.getHeader('Reason'); void bye.accept(); } };
        if (given.answer === 'ignore') return;
        if (given.answer === 'busy') { void invitation.reject({ statusCode: 486 }); return; }
        void invitation.accept();
      },
      onConnect: () => { window.register?.(); },
    },
  });
  await userAgent.start();
  window.registrations = 0;
  const registerer = new Registerer(userAgent, { instanceId: crypto.randomUUID(), regId: 1, expires: 120 });
  const accepted = new Promise((resolve) => { registerer.stateChange.addListener((state) => { if (state === RegistererState.Registered) resolve(); }); });
  const counting = { requestDelegate: { onAccept: () => { window.registrations += 1; } } };
  window.register = () => registerer.register(counting);
  await window.register();
  await accepted;
};

window.switchCamera = async (on) => {
  const track = on ? (await navigator.mediaDevices.getUserMedia({ video: { width: 320, height: 240 } })).getVideoTracks()[0] : null;
  await handler.video.sender.replaceTrack(track);
};
window.hangUp = () => window.sessions.at(-1).bye();
window.restartIce = async () => {
  handler.iceRestart = true;
  await window.sessions.at(-1).invite();
};
/** A SIP client's own hold: a re-INVITE that asks to be sent nothing. */
window.holdBySip = async (on) => {
  for (const transceiver of handler.pc.getTransceivers()) transceiver.direction = on ? 'sendonly' : 'sendrecv';
  await window.sessions.at(-1).invite();
};
/** The network goes and comes back: SIP.js reconnects by itself. */
window.dropSocket = () => { userAgent.transport.ws?.close(); };
window.directions = () => handler.pc.getTransceivers().map(({ currentDirection }) => currentDirection);
window.agentIce = () => handler?.pc.iceConnectionState ?? null;
window.sessionState = () => window.sessions.at(-1)?.state ?? null;
