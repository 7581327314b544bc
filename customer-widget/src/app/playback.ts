/** Plays every voice there is, each by itself, on the speaker that was chosen; knows when the browser wants a tap first. */
import { Observable } from '../client/observable.ts';

export class Playback {
  /** The browser refused to play without a press on the page (after a reload, say). */
  readonly blocked = new Observable(false);
  readonly #elements = new Map<MediaStreamTrack, HTMLAudioElement>();
  /** Proves that a speaker can be chosen, also while nobody speaks. */
  readonly #probe = new Audio();

  /** One element for each track: browsers differ in how many voices of one stream they play. */
  set(stream: MediaStream | null): void {
    const tracks = stream?.getAudioTracks() ?? [];
    for (const [track, element] of this.#elements) {
      if (tracks.includes(track)) continue;
      element.srcObject = null;
      this.#elements.delete(track);
    }
    if (tracks.length === 0) this.blocked.set(false);
    for (const track of tracks) if (!this.#elements.has(track)) this.#add(track);
  }

  /** Call from a press when `blocked`. */
  async play(): Promise<void> {
    this.blocked.set(false);
    await Promise.all([...this.#elements.values()].map((element) => this.#play(element)));
  }

  get speaker(): string {
    return canChooseSpeaker() ? this.#probe.sinkId : '';
  }

  async chooseSpeaker(deviceId: string): Promise<void> {
    await this.#probe.setSinkId(deviceId);
    await Promise.all([...this.#elements.values()].map((element) => element.setSinkId(deviceId)));
  }

  close(): void {
    this.set(null);
  }

  #add(track: MediaStreamTrack): void {
    const element = new Audio();
    element.autoplay = true;
    element.srcObject = new MediaStream([track]);
    this.#elements.set(track, element);
    // A speaker that was unplugged meanwhile leaves the voice on the standard one.
    if (this.speaker !== '') element.setSinkId(this.speaker).catch(() => undefined);
    void this.#play(element);
  }

  async #play(element: HTMLAudioElement): Promise<void> {
    try {
      await element.play();
    } catch (error) {
      // A track that went meanwhile aborts the call.
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.blocked.set(true);
    }
  }
}

/** Safari and older Firefoxes leave the choice to the system. */
export function canChooseSpeaker(): boolean {
  return 'setSinkId' in HTMLMediaElement.prototype;
}
