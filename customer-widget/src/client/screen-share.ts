/**
 * The customer's screen, from their press to its end: the browser's own picker, the gateway's grant, the track. It takes the camera's place
 * on the way to the agent, who needs nothing new to see it. It ends by the customer, by the browser's bar, by the agent and with the grant; in
 * this page at once, also offline. It belongs to the page in which it was chosen: nothing takes it up again on another one.
 */
import type { CustomerView } from '#shared/customer-protocol.ts';
import { Observable } from './observable.ts';

export type ScreenShareState =
  | { readonly name: 'off' }
  /** The browser's picker is open, or the gateway is being told. */
  | { readonly name: 'choosing' }
  | { readonly name: 'on'; readonly track: MediaStreamTrack }
  /** Chosen, and the gateway did not take it: it may be asked for no more, or be out of reach. */
  | { readonly name: 'failed' };

/** Text stays sharp rather than smooth: what is shown changes seldom, and what it says is to be read. */
const wanted: DisplayMediaStreamOptions = { video: { width: { max: 1920 }, height: { max: 1080 }, frameRate: { ideal: 10, max: 15 } }, audio: false };

/** Phones have no such thing. */
export function canShareScreen(): boolean {
  return typeof navigator !== 'undefined' && typeof navigator.mediaDevices?.getDisplayMedia === 'function';
}

export class ScreenShare {
  readonly state = new Observable<ScreenShareState>({ name: 'off' });
  readonly #answer: (accept: boolean) => Promise<void>;
  /** The grant was seen to stand; from then on its absence is an end. */
  #stood = false;
  /** A no that the gateway may not have heard yet. */
  #refused = false;
  #telling = false;
  /** Rises with every start and end; what an older one still brings is given back. */
  #attempt = 0;

  /** `answer` tells the gateway the customer's word, and rejects where it did not take it. */
  constructor(answer: (accept: boolean) => Promise<void>) {
    this.#answer = answer;
  }

  get track(): MediaStreamTrack | null {
    return this.state.value.name === 'on' ? this.state.value.track : null;
  }

  /** Call only from the customer's own press: the browser opens its picker for nothing else. Never rejects: the state tells. */
  async start(): Promise<void> {
    if (this.state.value.name === 'choosing' || this.state.value.name === 'on') return;
    this.#attempt += 1;
    const attempt = this.#attempt;
    this.#refused = false;
    this.#stood = false;
    this.state.set({ name: 'choosing' });
    const track = await chosenTrack();
    if (attempt !== this.#attempt) {
      track?.stop();
      return;
    }
    if (track === null) {
      this.stop();
      return;
    }
    track.contentHint = 'detail';
    track.addEventListener('ended', () => { if (this.track === track) this.stop(); });
    try {
      await this.#answer(true);
    } catch {
      track.stop();
      if (attempt === this.#attempt) this.#end('failed');
      return;
    }
    // Stopped while the gateway was told, or by the browser's bar: the no came after the yes, and is told after it.
    if (attempt !== this.#attempt || track.readyState === 'ended') {
      track.stop();
      if (attempt === this.#attempt) this.stop();
      return;
    }
    this.state.set({ name: 'on', track });
  }

  /** Stops what is shown, or says no to the question. */
  stop(): void {
    this.#end('off');
    this.#refused = true;
    void this.#tell();
  }

  /** A failure was read. */
  forget(): void {
    if (this.state.value.name === 'failed') this.state.set({ name: 'off' });
  }

  follow({ phase, cobrowse: { grants: { screen } } }: CustomerView): void {
    const talks = phase.name === 'engaged';
    if (screen === 'granted') this.#stood = true;
    // The question goes on while the picker is open; a grant that went is over, whoever ended it.
    if (this.state.value.name === 'on' && (!talks || (this.#stood && screen !== 'granted'))) this.#end('off');
    if (this.state.value.name === 'choosing' && !talks) this.#end('off');
    if (screen === undefined) this.#refused = false;
    // Nobody is asked for what their browser has not.
    if (screen === 'asked' && !canShareScreen()) this.#refused = true;
    // Granted in an earlier page, or refused without being heard: nothing is shown from here, and the agent is not to wait for it.
    const isLost = screen === 'granted' && (this.state.value.name === 'off' || this.state.value.name === 'failed');
    if (screen !== undefined && (isLost || this.#refused)) void this.#tell();
  }

  /** The call, or this page's part in it, is over. */
  close(): void {
    this.#end('off');
    this.#refused = false;
  }

  #end(name: 'off' | 'failed'): void {
    this.#attempt += 1;
    const { track } = this;
    this.state.set({ name });
    track?.stop();
  }

  /** Offline this fails; `follow` comes by again. */
  async #tell(): Promise<void> {
    if (this.#telling) return;
    this.#telling = true;
    try {
      await this.#answer(false);
    } catch {
      // The word is kept.
    }
    this.#telling = false;
  }
}

/** Null where the customer closed the picker, or their system gives nothing. */
async function chosenTrack(): Promise<MediaStreamTrack | null> {
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia(wanted);
    return stream.getVideoTracks()[0] ?? null;
  } catch {
    return null;
  }
}
