/** A microphone or a camera: asking for it, choosing another, noticing that it went, and giving it back. */
import { Observable } from './observable.ts';

/** refused: the person or the browser's settings said no. none: there is no such device. busy: another program holds it. */
export type CaptureFailure = 'refused' | 'none' | 'busy' | 'failed';

export type CaptureState =
  | { readonly name: 'off' }
  /** The browser is asking the person, or opening the device. */
  | { readonly name: 'asking' }
  | { readonly name: 'on'; readonly track: MediaStreamTrack; readonly deviceId: string | null }
  | { readonly name: 'failed'; readonly reason: CaptureFailure };

export class Capture {
  readonly state = new Observable<CaptureState>({ name: 'off' });
  readonly #kind: 'audio' | 'video';
  #deviceId: string | null = null;
  /** Rises with every wish; an answer to an older one is given back at once. */
  #wish = 0;

  constructor(kind: 'audio' | 'video') {
    this.#kind = kind;
  }

  get track(): MediaStreamTrack | null {
    return this.state.value.name === 'on' ? this.state.value.track : null;
  }

  /** Opens the device unless it is open or being opened. Never rejects: the state tells. */
  async acquire(): Promise<void> {
    if (this.state.value.name === 'on' || this.state.value.name === 'asking') return;
    await this.#open();
  }

  /** Takes another device; the old one stays on until the new one is there, so that the sound does not break. */
  async choose(deviceId: string): Promise<void> {
    this.#deviceId = deviceId;
    await this.#open();
  }

  release(): void {
    this.#wish += 1;
    this.track?.stop();
    this.state.set({ name: 'off' });
  }

  async #open(): Promise<void> {
    this.#wish += 1;
    const wish = this.#wish;
    const before = this.track;
    if (before === null) this.state.set({ name: 'asking' });
    try {
      const stream = await openDevice(this.#kind, this.#deviceId);
      const track = stream.getTracks()[0];
      if (track === undefined) throw new DOMException('The browser gave no track', 'NotFoundError');
      if (wish !== this.#wish) {
        track.stop();
        return;
      }
      track.addEventListener('ended', () => this.#handleEnded(track));
      this.state.set({ name: 'on', track, deviceId: track.getSettings().deviceId ?? null });
      before?.stop();
    } catch (error) {
      if (wish === this.#wish && before === null) this.state.set({ name: 'failed', reason: failureOf(error) });
    }
  }

  /** Unplugged, or permission withdrawn: take what is there now; a refusal shows as such. */
  #handleEnded(track: MediaStreamTrack): void {
    if (this.track !== track) return;
    this.#deviceId = null;
    this.state.set({ name: 'off' });
    void this.#open();
  }
}

async function openDevice(kind: 'audio' | 'video', deviceId: string | null): Promise<MediaStream> {
  // Undefined in a page without HTTPS; the client has refused such a page before it comes to this.
  const device = deviceId === null ? {} : { deviceId: { ideal: deviceId } };
  return await navigator.mediaDevices.getUserMedia(kind === 'audio'
    ? { audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1, ...device } }
    : { video: { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 24, max: 30 }, ...device } });
}

export function failureOf(error: unknown): CaptureFailure {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'none';
  if (name === 'NotReadableError' || name === 'AbortError') return 'busy';
  return 'failed';
}
