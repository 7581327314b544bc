/** One call of this softphone: the agent's leg of a contact, from the INVITE to the BYE. */
import { SessionState, type Invitation } from 'sip.js';
import { CallMedia } from './call-media.ts';

export type CameraState = 'off' | 'starting' | 'on' | 'denied' | 'missing';

/** What the desk shows of a leg; a new object at every change. */
export interface LegView {
  readonly contactId: string;
  readonly state: 'answering' | 'connected' | 'interrupted' | 'ended';
  readonly muted: boolean;
  readonly camera: CameraState;
  readonly localVideo: MediaStream | null;
  readonly remoteVideo: MediaStream | null;
  /** Frames arrive: the customer's camera is on. */
  readonly remoteVideoLive: boolean;
  /** Everybody who is heard, in the order of the gateway's sections: the other side of the call first. */
  readonly remoteAudio: readonly MediaStreamTrack[];
}

export interface LegEvents {
  change(leg: Leg): void;
  remoteAudio(track: MediaStreamTrack, added: boolean): void;
}

const videoPollMilliseconds = 500;

export class Leg {
  view: LegView;
  readonly #invitation: Invitation;
  readonly #media: CallMedia;
  readonly #events: LegEvents;
  #held = false;
  #poll: ReturnType<typeof setInterval> | null = null;

  constructor(options: {
    contactId: string; invitation: Invitation; peer: RTCPeerConnection; microphone: MediaStreamTrack | null; muted: boolean; events: LegEvents;
  }) {
    this.#invitation = options.invitation;
    this.#events = options.events;
    this.view = {
      contactId: options.contactId, state: 'answering', muted: options.muted, camera: 'off', localVideo: null, remoteVideo: null, remoteVideoLive: false, remoteAudio: [],
    };
    this.#media = new CallMedia({ peer: options.peer, microphone: options.microphone, events: {
      remoteTrack: (track) => { this.#handleRemoteTrack(track); },
      remoteTrackGone: (track) => { this.#handleRemoteTrackGone(track); },
      connection: (state) => { this.#handleConnection(state); },
    } });
    this.#media.setSending(!options.muted);
    this.#invitation.stateChange.addListener((state) => { if (state === SessionState.Terminated) this.#end(); });
  }

  get media(): CallMedia {
    return this.#media;
  }

  setMuted(muted: boolean): void {
    this.#update({ muted });
    this.#media.setSending(!muted && !this.#held);
  }

  setHeld(held: boolean): void {
    if (this.#held === held) return;
    this.#held = held;
    this.#media.setSending(!this.view.muted && !held);
  }

  async setCamera(on: boolean, deviceId: string | null): Promise<void> {
    if (!on) {
      await this.#media.useCamera(null);
      this.#update({ camera: 'off', localVideo: null });
      return;
    }
    if (this.view.camera === 'on' || this.view.camera === 'starting') return;
    this.#update({ camera: 'starting' });
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: {
        width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 24 }, ...(deviceId === null ? {} : { deviceId: { ideal: deviceId } }),
      } });
      const track = stream.getVideoTracks()[0] ?? null;
      if (this.view.state === 'ended' || track === null) { track?.stop(); return; }
      track.addEventListener('ended', () => { if (this.view.localVideo === stream) void this.setCamera(false, null); });
      await this.#media.useCamera(track);
      this.#update({ camera: 'on', localVideo: stream });
    } catch (error) {
      const missing = error instanceof DOMException && error.name === 'NotFoundError';
      this.#update({ camera: missing ? 'missing' : 'denied', localVideo: null });
    }
  }

  /** Hangs up on the SIP side; for when the gateway's API cannot be reached. */
  hangUp(): void {
    if (this.#invitation.state === SessionState.Established) this.#invitation.bye().catch(() => undefined);
    this.#end();
  }

  /** Another leg of the same contact took over: this one's media goes without a BYE that could be taken for hanging up. */
  replace(): void {
    this.#end();
  }

  #handleRemoteTrack(track: MediaStreamTrack): void {
    if (track.kind === 'audio') {
      if (this.view.remoteAudio.includes(track)) return;
      this.#update({ remoteAudio: [...this.view.remoteAudio, track] });
      this.#events.remoteAudio(track, true);
      return;
    }
    this.#update({ remoteVideo: new MediaStream([track]) });
    this.#poll ??= this.#watchVideo();
  }

  #handleRemoteTrackGone(track: MediaStreamTrack): void {
    if (track.kind === 'audio') {
      this.#events.remoteAudio(track, false);
      this.#update({ remoteAudio: this.view.remoteAudio.filter((other) => other !== track) });
    } else if (this.view.remoteVideo?.getTracks().includes(track) === true) {
      this.#update({ remoteVideo: null, remoteVideoLive: false });
    }
  }

  /** A remote track says when its first packet comes but not when the camera went off again: count its frames. */
  #watchVideo(): ReturnType<typeof setInterval> {
    let last = 0;
    let stalledPolls = 0;
    const poll = async (): Promise<void> => {
      const frames = await this.#media.videoFrames();
      stalledPolls = frames > last ? 0 : stalledPolls + 1;
      last = frames;
      const live = frames > 0 && stalledPolls < 4;
      if (live !== this.view.remoteVideoLive && this.view.state !== 'ended') this.#update({ remoteVideoLive: live });
    };
    return setInterval(() => { poll().catch(() => undefined); }, videoPollMilliseconds);
  }

  #handleConnection(state: RTCPeerConnectionState): void {
    if (state === 'connected') this.#update({ state: 'connected' });
    else if (state === 'disconnected' || state === 'failed') this.#update({ state: 'interrupted' });
  }

  #end(): void {
    if (this.view.state === 'ended') return;
    if (this.#poll !== null) clearInterval(this.#poll);
    for (const track of this.view.remoteAudio) this.#events.remoteAudio(track, false);
    this.#media.close();
    this.#update({ state: 'ended', camera: 'off', localVideo: null, remoteVideo: null, remoteVideoLive: false, remoteAudio: [] });
  }

  #update(patch: Partial<LegView>): void {
    this.view = { ...this.view, ...patch };
    this.#events.change(this);
  }
}
