/**
 * Owns the microphone: acquired ahead of the first call and kept, so that Accept needs no getUserMedia; survives unplugging and
 * changes of device. Every call sends a clone of its track, so muting one call leaves the level meter alive.
 */

export type MicrophoneState =
  | { readonly name: 'off' }
  | { readonly name: 'asking' }
  | { readonly name: 'on'; readonly track: MediaStreamTrack }
  /** The agent or a policy refused: only the browser's own settings can change that. */
  | { readonly name: 'denied' }
  | { readonly name: 'missing' }
  /** There is one, but something else holds it or it failed. */
  | { readonly name: 'failed' };

export class Microphone {
  state: MicrophoneState = { name: 'off' };
  readonly #onChange: () => void;
  #deviceId: string | null;
  #wanted = false;
  #asking: Promise<MediaStreamTrack | null> | null = null;

  /** `deviceId` is the agent's choice; null follows the system's default. */
  constructor(options: { deviceId: string | null; onChange: () => void }) {
    this.#deviceId = options.deviceId;
    this.#onChange = options.onChange;
    navigator.mediaDevices?.addEventListener('devicechange', () => { void this.#reconsider(); });
  }

  /** The track that calls may clone, or null with the reason in `state`. */
  acquire(): Promise<MediaStreamTrack | null> {
    this.#wanted = true;
    if (this.state.name === 'on' && this.state.track.readyState === 'live') return Promise.resolve(this.state.track);
    this.#asking ??= this.#ask().finally(() => { this.#asking = null; });
    return this.#asking;
  }

  release(): void {
    this.#wanted = false;
    if (this.state.name === 'on') this.state.track.stop();
    if (this.state.name === 'on' || this.state.name === 'asking') this.#set({ name: 'off' });
  }

  /** Changes the device, also in mid-call: calls take the new track over through `onChange`. */
  async use(deviceId: string | null): Promise<void> {
    this.#deviceId = deviceId;
    if (!this.#wanted) return;
    const previous = this.state.name === 'on' ? this.state.track : null;
    await this.#ask();
    if (this.state.name !== 'on' || this.state.track !== previous) previous?.stop();
  }

  async #ask(): Promise<MediaStreamTrack | null> {
    if (this.state.name !== 'on') this.#set({ name: 'asking' });
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: {
        echoCancellation: true, noiseSuppression: true, autoGainControl: true,
        ...(this.#deviceId === null ? {} : { deviceId: { ideal: this.#deviceId } }),
      } });
      const track = stream.getAudioTracks()[0] ?? null;
      if (track === null) { this.#set({ name: 'missing' }); return null; }
      if (!this.#wanted) { track.stop(); this.#set({ name: 'off' }); return null; }
      track.addEventListener('ended', () => { if (this.state.name === 'on' && this.state.track === track) void this.#ask(); });
      this.#set({ name: 'on', track });
      return track;
    } catch (error) {
      this.#set({ name: refusal(error) });
      return null;
    }
  }

  /** Devices came or went: take the chosen one back, or try again where there was none. */
  async #reconsider(): Promise<void> {
    if (!this.#wanted) return;
    if (this.state.name === 'missing' || this.state.name === 'failed') { await this.acquire(); return; }
    if (this.state.name !== 'on' || this.#deviceId === null || this.state.track.getSettings().deviceId === this.#deviceId) return;
    const devices = await navigator.mediaDevices.enumerateDevices();
    if (devices.some((device) => device.kind === 'audioinput' && device.deviceId === this.#deviceId)) await this.use(this.#deviceId);
  }

  #set(state: MicrophoneState): void {
    this.state = state;
    this.#onChange();
  }
}

function refusal(error: unknown): 'denied' | 'missing' | 'failed' {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  return name === 'NotFoundError' ? 'missing' : 'failed';
}
