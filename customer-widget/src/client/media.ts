/**
 * The media of a contact over its whole life: opens a session for each epoch, opens anew what failed (bounded), and hands every session
 * the microphone and the camera as they are now.
 */
import type { Tracks } from '#shared/media-protocol.ts';
import { MediaSession, type MediaWire } from './media-session.ts';
import { Observable } from './observable.ts';
import { nothingRemote, type RemoteMedia } from './receiver.ts';

/** failed: given up after several openings; `retry` tries again. */
export type MediaConnection = 'none' | 'opening' | 'connected' | 'recovering' | 'failed';

/** Waits before the openings that follow a failed one. */
const backOffMs = [0, 500, 1_000, 2_000, 4_000];

export class Media {
  readonly connection = new Observable<MediaConnection>('none');
  readonly remote = new Observable<RemoteMedia>(nothingRemote);
  /** Whether the gateway has a use for the customer's picture. */
  readonly pictures = new Observable(false);
  readonly #wire: MediaWire;
  #epoch: string | null = null;
  #session: MediaSession | null = null;
  #latest: Tracks | null = null;
  #audio: MediaStreamTrack | null = null;
  #video: MediaStreamTrack | null = null;
  /** Rises with every opening; what an older one still reports is dropped. */
  #opening = 0;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(wire: MediaWire) {
    this.#wire = wire;
  }

  /** Fetches the code while the customer waits, so that the call does not wait for it. A failure here is met again at opening. */
  warmUp(): void {
    import('mediasoup-client').catch(() => undefined);
  }

  /** The epoch of the last view: a new one drops what there is and opens again, null closes. */
  setEpoch(epoch: string | null): void {
    if (epoch === this.#epoch) return;
    this.#close();
    this.#epoch = epoch;
    this.#latest = null;
    this.pictures.set(false);
    this.#failures = 0;
    if (epoch === null) this.connection.set('none');
    else this.#open();
  }

  apply(tracks: Tracks): void {
    if (this.#latest !== null && tracks.epoch === this.#latest.epoch && tracks.revision <= this.#latest.revision) return;
    this.#latest = tracks;
    this.pictures.set(tracks.video?.mode === 'send');
    this.#session?.apply(tracks);
  }

  carryAudio(track: MediaStreamTrack | null): void {
    this.#audio = track;
    this.#session?.audio.carry(track);
  }

  carryVideo(track: MediaStreamTrack | null): void {
    this.#video = track;
    this.#session?.video.carry(track);
  }

  /** Signaling is back or the network changed. A session that stands is kept if the gateway still knows it. */
  refresh(): void {
    if (this.#epoch === null) return;
    if (this.#session === null) this.retry();
    else this.#session.restartIce();
  }

  retry(): void {
    if (this.#epoch === null || this.#session !== null) return;
    this.#failures = 0;
    this.#open();
  }

  #open(): void {
    const epoch = this.#epoch;
    if (epoch === null) return;
    this.#close();
    const opening = this.#opening;
    const isCurrent = (): boolean => opening === this.#opening;
    this.connection.set(this.#failures === 0 ? 'opening' : 'recovering');
    const opened = MediaSession.open({
      epoch,
      wire: this.#wire,
      handleRemote: (remote) => {
        if (isCurrent()) this.remote.set(remote);
      },
      handleConnection: (state) => {
        if (!isCurrent()) return;
        if (state === 'connected') this.#failures = 0;
        this.connection.set(state);
      },
      handleFailure: () => {
        if (isCurrent()) this.#handleFailure();
      },
    });
    void this.#adopt(opened, isCurrent);
  }

  async #adopt(opened: Promise<MediaSession>, isCurrent: () => boolean): Promise<void> {
    let session: MediaSession;
    try {
      session = await opened;
    } catch {
      if (isCurrent()) this.#handleFailure();
      return;
    }
    if (!isCurrent()) {
      session.close();
      return;
    }
    this.#session = session;
    session.audio.carry(this.#audio);
    session.video.carry(this.#video);
    if (this.#latest !== null) session.apply(this.#latest);
  }

  #handleFailure(): void {
    this.#close();
    const wait = backOffMs[this.#failures];
    this.#failures += 1;
    if (wait === undefined) {
      this.connection.set('failed');
      return;
    }
    this.connection.set('recovering');
    this.#timer = setTimeout(() => this.#open(), wait);
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#opening += 1;
    this.#session?.close();
    this.#session = null;
    this.remote.set(nothingRemote);
  }
}
