/** Says how things stand: quietly in the corner while there is a picture, in the middle while there is none. Announced to screen readers. */
import type { Texts } from './texts.ts';
import type { WatchState } from './watching.ts';

export class StatusLine {
  readonly #texts: Texts;
  readonly #language: string;
  readonly #element: HTMLElement;
  readonly #text: HTMLElement;
  #state: WatchState = { name: 'connecting' };
  #hasPicture = false;

  constructor(texts: Texts, language: string) {
    this.#texts = texts;
    this.#language = language;
    this.#element = document.querySelector<HTMLElement>('#status') ?? document.body.appendChild(document.createElement('p'));
    this.#text = this.#element.querySelector('span') ?? this.#element.appendChild(document.createElement('span'));
  }

  handleState(state: WatchState): void {
    // A reconnected socket waits only as long as nothing is shown.
    this.#state = state.name === 'waiting' && this.#hasPicture ? { name: 'live' } : state;
    this.#render();
  }

  handlePicture(hasPicture: boolean): void {
    this.#hasPicture = hasPicture;
    if (hasPicture && this.#state.name === 'waiting') this.#state = { name: 'live' };
    this.#render();
  }

  #render(): void {
    const words = this.#words();
    if (this.#text.textContent !== words) this.#text.textContent = words;
    document.body.dataset['state'] = this.#state.name;
    document.body.dataset['picture'] = this.#hasPicture ? 'shown' : 'none';
  }

  #words(): string {
    const { name } = this.#state;
    switch (name) {
      case 'away':
        return this.#texts.away(new Date(this.#state.since).toLocaleTimeString(this.#language, { hour: '2-digit', minute: '2-digit' }));
      case 'live':
        return this.#hasPicture ? this.#texts.live : this.#texts.waiting;
      case 'paused':
        return this.#state.reason === 'page' ? this.#texts.elsewhere : this.#texts.paused;
      case 'connecting':
      case 'waiting':
      case 'busy':
      case 'stopped':
      case 'failed':
        return this.#texts[name];
    }
  }
}
