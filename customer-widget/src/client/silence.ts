/** Tracks from which nothing comes, to build a producer with before it may carry anything. */

/** A suspended audio graph renders no frames, so not even encoded silence leaves. */
export class Silence {
  #context: AudioContext | null = null;
  #track: MediaStreamTrack | null = null;

  track(): MediaStreamTrack {
    if (this.#track !== null && this.#track.readyState === 'live') return this.#track;
    this.#context = new AudioContext();
    this.#context.suspend().catch(() => undefined);
    const [track] = this.#context.createMediaStreamDestination().stream.getAudioTracks();
    if (track === undefined) throw new Error('The browser made no audio track');
    this.#track = track;
    return track;
  }

  close(): void {
    this.#track?.stop();
    this.#context?.close().catch(() => undefined);
    this.#track = null;
    this.#context = null;
  }
}
