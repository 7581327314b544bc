/** The desktop's side of a replay: loads the parts of a recording, keeps the time, and tells the viewer document what to show. */
import type { RecordedAsset, RecordedItem } from '#shared/cobrowse-recording.ts';
import { helloType, isHello, parentParameter, readyType, type HostMessage } from './handshake.ts';
import { Playhead, type Cue } from './playhead.ts';

/** How often the time is looked at, in milliseconds. */
const tick = 50;

export interface ReplayState {
  readonly position: number;
  readonly duration: number;
  readonly isPlaying: boolean;
  /** All of it is here; until then the duration grows. */
  readonly isWhole: boolean;
  readonly speed: number;
}

export interface ReplayOptions {
  readonly viewerUrl: string;
  readonly parts: number;
  /** Rejects when the part cannot be had. */
  readonly part: (number: number) => Promise<readonly RecordedItem[]>;
  onState(state: ReplayState): void;
  onFailed(): void;
}

export interface MountedReplay {
  play(): void;
  pause(): void;
  seek(position: number): void;
  setSpeed(speed: number): void;
  dispose(): void;
}

export function mountReplay(iframe: HTMLIFrameElement, options: ReplayOptions): MountedReplay {
  return new Replay(iframe, options);
}

class Replay implements MountedReplay {
  readonly #iframe: HTMLIFrameElement;
  readonly #options: ReplayOptions;
  readonly #url: URL;
  readonly #playhead = new Playhead();
  readonly #timer: ReturnType<typeof setInterval>;
  /** All that is known of, for a viewer document that loads anew. */
  readonly #assets: RecordedAsset[] = [];
  #port: MessagePort | null = null;
  #isPlaying = true;
  #isWhole = false;
  #isGone = false;
  #speed = 1;
  #lookedAt = performance.now();

  constructor(iframe: HTMLIFrameElement, options: ReplayOptions) {
    this.#iframe = iframe;
    this.#options = options;
    this.#url = new URL(options.viewerUrl, location.href);
    this.#url.hash = new URLSearchParams({ [parentParameter]: location.origin }).toString();
    addEventListener('message', this.#handleReady);
    iframe.setAttribute('sandbox', 'allow-scripts allow-same-origin');
    iframe.setAttribute('allow', '');
    iframe.referrerPolicy = 'no-referrer';
    iframe.src = this.#url.href;
    this.#timer = setInterval(() => this.#look(), tick);
    void this.#load();
  }

  play(): void {
    if (this.#playhead.isAtEnd && this.#isWhole) this.#show(this.#playhead.seek(0), true);
    this.#isPlaying = true;
    this.#tell();
  }

  pause(): void {
    this.#isPlaying = false;
    this.#tell();
  }

  seek(position: number): void {
    this.#show(this.#playhead.seek(position), true);
    this.#tell();
  }

  setSpeed(speed: number): void {
    this.#speed = speed;
    this.#tell();
  }

  dispose(): void {
    this.#isGone = true;
    clearInterval(this.#timer);
    removeEventListener('message', this.#handleReady);
    this.#port?.close();
    this.#port = null;
    this.#iframe.src = 'about:blank';
  }

  readonly #handleReady = (event: MessageEvent): void => {
    const { contentWindow } = this.#iframe;
    if (contentWindow === null || event.source !== contentWindow || event.origin !== this.#url.origin || !isHello(event.data, readyType)) return;
    this.#port?.close();
    const channel = new MessageChannel();
    this.#port = channel.port1;
    contentWindow.postMessage({ type: helloType }, this.#url.origin, [channel.port2]);
    this.#post({ type: 'replay', of: 'recording', language: document.documentElement.lang || navigator.language });
    for (const asset of this.#assets) this.#post({ type: 'asset', asset });
    this.#show(this.#playhead.seek(this.#playhead.position), true);
  };

  async #load(): Promise<void> {
    try {
      for (let number = 0; number < this.#options.parts && !this.#isGone; number += 1) {
        const items = await this.#options.part(number);
        const assets = items.flatMap((item) => ('asset' in item ? [item.asset] : []));
        this.#assets.push(...assets);
        for (const asset of assets) this.#post({ type: 'asset', asset });
        this.#playhead.append(items);
        this.#tell();
      }
      this.#isWhole = true;
      this.#tell();
    } catch {
      if (!this.#isGone) this.#options.onFailed();
    }
  }

  #look(): void {
    const now = performance.now();
    const passed = (now - this.#lookedAt) * this.#speed;
    this.#lookedAt = now;
    if (!this.#isPlaying || this.#port === null || this.#playhead.duration === 0) return;
    this.#show(this.#playhead.advanceTo(this.#playhead.position + passed), false);
    if (this.#playhead.isAtEnd && this.#isWhole) this.#isPlaying = false;
    this.#tell();
  }

  #show(cues: readonly Cue[], isJump: boolean): void {
    if (isJump) this.#post({ type: 'cleared' });
    for (const cue of cues) this.#post('frames' in cue ? { type: 'frames', frames: cue.frames } : { type: 'sharing', state: cue.state });
  }

  #post(message: HostMessage): void {
    this.#port?.postMessage(message);
  }

  #tell(): void {
    if (this.#isGone) return;
    const { position, duration } = this.#playhead;
    this.#options.onState({ position, duration, isPlaying: this.#isPlaying, isWhole: this.#isWhole, speed: this.#speed });
  }
}
