/** Owns what the agent hears: one audio element per remote track, on the chosen output device. */

export class Playback {
  /** The browser wants a gesture before it plays anything. */
  blocked = false;
  readonly #elements = new Map<MediaStreamTrack, HTMLAudioElement>();
  readonly #onChange: () => void;
  #deviceId: string;

  /** `deviceId` '' is the system's default. */
  constructor(options: { deviceId: string; onChange: () => void }) {
    this.#deviceId = options.deviceId;
    this.#onChange = options.onChange;
  }

  add(track: MediaStreamTrack): void {
    if (this.#elements.has(track)) return;
    const element = new Audio();
    element.srcObject = new MediaStream([track]);
    element.autoplay = true;
    this.#elements.set(track, element);
    this.#route(element);
    this.#play(element);
  }

  remove(track: MediaStreamTrack): void {
    const element = this.#elements.get(track);
    if (element === undefined) return;
    element.srcObject = null;
    this.#elements.delete(track);
    if (this.#elements.size === 0 && this.blocked) { this.blocked = false; this.#onChange(); }
  }

  /** Called from a gesture of the agent. */
  unblock(): void {
    this.blocked = false;
    for (const element of this.#elements.values()) this.#play(element);
    this.#onChange();
  }

  use(deviceId: string): void {
    this.#deviceId = deviceId;
    for (const element of this.#elements.values()) this.#route(element);
  }

  #route(element: HTMLAudioElement): void {
    if (!('setSinkId' in element)) return;
    // A device that is gone leaves the sound where it is.
    element.setSinkId(this.#deviceId).catch(() => undefined);
  }

  #play(element: HTMLAudioElement): void {
    element.play().catch((error: unknown) => {
      if (!(error instanceof DOMException) || error.name !== 'NotAllowedError' || this.blocked) return;
      this.blocked = true;
      this.#onChange();
    });
  }
}

export const canChooseOutput = 'setSinkId' in HTMLMediaElement.prototype;
