/**
 * The media of one dialog, as SIP.js' SessionDescriptionHandler. It only ever answers: the gateway offers at the INVITE, at an ICE
 * restart and when parties join. Differences from SIP.js' own handler: no waiting for ICE gathering (the gateway is ICE-lite and needs
 * none of our candidates), a video sender without a track so that the camera comes by `replaceTrack` alone, and any number of
 * remote tracks.
 */
import type { BodyAndContentType, SessionDescriptionHandler } from 'sip.js';

export interface CallMediaEvents {
  remoteTrack(track: MediaStreamTrack): void;
  /** A party has left: its section is stopped, or sends no more. */
  remoteTrackGone(track: MediaStreamTrack): void;
  connection(state: RTCPeerConnectionState): void;
}

export class CallMedia implements SessionDescriptionHandler {
  readonly #peer: RTCPeerConnection;
  readonly #events: CallMediaEvents;
  readonly #stream = new MediaStream();
  readonly #remote = new Set<MediaStreamTrack>();
  #audio: RTCRtpSender | null = null;
  #video: RTCRtpSender | null = null;
  #audioTrack: MediaStreamTrack | null = null;
  #videoTrack: MediaStreamTrack | null = null;
  #sending = true;
  #closed = false;

  constructor(options: { peer: RTCPeerConnection; microphone: MediaStreamTrack | null; events: CallMediaEvents }) {
    this.#peer = options.peer;
    this.#events = options.events;
    this.#audioTrack = options.microphone?.clone() ?? null;
    this.#peer.ontrack = ({ track }) => { this.#remote.add(track); this.#events.remoteTrack(track); };
    this.#peer.onconnectionstatechange = () => { this.#events.connection(this.#peer.connectionState); };
  }

  hasDescription(contentType: string): boolean {
    return contentType === 'application/sdp';
  }

  async setDescription(sdp: string): Promise<void> {
    if (this.#closed) throw new Error('The call is over.');
    await this.#peer.setRemoteDescription({ type: 'offer', sdp });
    await this.#bindSenders();
  }

  async getDescription(): Promise<BodyAndContentType> {
    if (this.#closed) throw new Error('The call is over.');
    if (this.#peer.signalingState !== 'have-remote-offer') throw new Error('This softphone answers offers and makes none.');
    await this.#peer.setLocalDescription();
    this.#dropSilentTracks();
    return { body: this.#peer.localDescription?.sdp ?? '', contentType: 'application/sdp' };
  }

  async rollbackDescription(): Promise<void> {
    if (this.#peer.signalingState === 'have-remote-offer') await this.#peer.setRemoteDescription({ type: 'rollback', sdp: '' });
  }

  /** Tones go over signaling at the gateway, not from here. */
  sendDtmf(): boolean {
    return false;
  }

  /** A new microphone track (another device, or the first one when it came later than the call). */
  async useMicrophone(track: MediaStreamTrack | null): Promise<void> {
    const previous = this.#audioTrack;
    this.#audioTrack = track?.clone() ?? null;
    this.#applySending();
    await this.#audio?.replaceTrack(this.#audioTrack);
    previous?.stop();
  }

  /** The camera's track, owned by this call from now on; null switches it off. */
  async useCamera(track: MediaStreamTrack | null): Promise<void> {
    const previous = this.#videoTrack;
    this.#videoTrack = track;
    await this.#video?.replaceTrack(track);
    previous?.stop();
  }

  /** False while muted or on hold: nothing of the agent's microphone leaves the page. */
  setSending(sending: boolean): void {
    this.#sending = sending;
    this.#applySending();
  }

  /** Frames decoded so far over all remote video: it rises while the customer's camera is on. */
  async videoFrames(): Promise<number> {
    let frames = 0;
    for (const receiver of this.#peer.getReceivers()) {
      if (receiver.track.kind !== 'video') continue;
      for (const report of (await receiver.getStats()).values() as Iterable<{ type: string; framesDecoded?: number }>) {
        if (report.type === 'inbound-rtp') frames += report.framesDecoded ?? 0;
      }
    }
    return frames;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#audioTrack?.stop();
    this.#videoTrack?.stop();
    this.#peer.ontrack = null;
    this.#peer.onconnectionstatechange = null;
    this.#peer.close();
  }

  /** A section comes back with `ontrack`, but goes without a word. */
  #dropSilentTracks(): void {
    const heard = new Set(this.#peer.getTransceivers().flatMap(({ receiver, currentDirection }) =>
      (currentDirection === 'sendrecv' || currentDirection === 'recvonly' ? [receiver.track] : [])));
    for (const track of this.#remote) {
      if (heard.has(track)) continue;
      this.#remote.delete(track);
      this.#events.remoteTrackGone(track);
    }
  }

  /** The first audio and the first video section carry the agent; further ones are other parties, received only. */
  async #bindSenders(): Promise<void> {
    const transceivers = this.#peer.getTransceivers();
    const bound: Array<Promise<void>> = [];
    const bind = (kind: 'audio' | 'video', track: MediaStreamTrack | null): RTCRtpSender | null => {
      const transceiver = transceivers.find(({ receiver, direction }) => direction !== 'stopped' && receiver.track.kind === kind);
      if (transceiver === undefined) return null;
      transceiver.direction = 'sendrecv';
      // One stream for both: the far side keeps lips and voice together, and the msid says that there is a sender before there is a track.
      transceiver.sender.setStreams(this.#stream);
      bound.push(transceiver.sender.replaceTrack(track));
      return transceiver.sender;
    };
    this.#audio ??= bind('audio', this.#audioTrack);
    this.#video ??= bind('video', this.#videoTrack);
    this.#applySending();
    await Promise.all(bound);
  }

  #applySending(): void {
    if (this.#audioTrack !== null) this.#audioTrack.enabled = this.#sending;
  }
}
