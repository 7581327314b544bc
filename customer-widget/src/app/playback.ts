/** Plays the agent's voice, on the speaker that was chosen; knows when the browser wants a tap first. */
import { Observable } from '../client/observable.ts';

export class Playback {
  /** The browser refused to play without a press on the page (after a reload, say). */
  readonly blocked = new Observable(false);
  readonly #element = new Audio();

  constructor() {
    this.#element.autoplay = true;
  }

  set(stream: MediaStream | null): void {
    if (this.#element.srcObject === stream) return;
    this.#element.srcObject = stream;
    if (stream === null) this.blocked.set(false);
    else void this.play();
  }

  /** Call from a press when `blocked`. */
  async play(): Promise<void> {
    try {
      await this.#element.play();
      this.blocked.set(false);
    } catch (error) {
      // A stream that was replaced meanwhile aborts the call: the next one decides.
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.blocked.set(true);
    }
  }

  get speaker(): string {
    return canChooseSpeaker() ? this.#element.sinkId : '';
  }

  async chooseSpeaker(deviceId: string): Promise<void> {
    await this.#element.setSinkId(deviceId);
  }

  close(): void {
    this.#element.srcObject = null;
  }
}

/** Safari and older Firefoxes leave the choice to the system. */
export function canChooseSpeaker(): boolean {
  return 'setSinkId' in HTMLMediaElement.prototype;
}
