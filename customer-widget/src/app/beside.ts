/**
 * Sharing in a tab beside the one that holds the contact. Begins only with the customer's own press in this very tab; goes on over its
 * navigations; ends at once with a stop in any tab. Holds no contact and no connection to the gateway but the relay's.
 */
import type { Share, ShareState } from '#cobrowse/recorder/share.ts';
import type { SharerToken } from '#shared/customer-protocol.ts';
import { Observable } from '../client/observable.ts';
import { openTabChannel, type SharedWord, type TabChannel, type TabWord } from '../element/tab-words.ts';
import { OfferedWay } from './offered-way.ts';
import { WordKept } from './word-kept.ts';

export type BesideState = Exclude<ShareState, 'connecting' | 'stopped'> | 'off' | 'starting';

/** Milliseconds that the other tab has to answer. It may just be loading its next page. */
const answerLimit = 5_000;

export class Beside {
  readonly state = new Observable<BesideState>('off');
  /** What the tab that holds the contact said last; null while nothing is shared. */
  readonly word = new Observable<SharedWord | null>(null);
  /** The customer does not want this tab to be shared, and is not asked again unless the agent asks. */
  readonly isDeclined = new Observable(false);
  readonly isShown = new Observable(true);
  readonly way = new OfferedWay();
  readonly #sheet: Element;
  readonly #channel: TabChannel;
  readonly #stopped: WordKept;
  readonly #declined: WordKept;
  /** Only on the way from one page of this tab to the next: a tab that is opened from this one, with a copy of its storage, is another one. */
  readonly #goesOn: WordKept;
  #share: Share | null = null;
  #waiting: { readonly tab: string; readonly resolve: (grant: SharerToken | null) => void } | null = null;
  #attempt = 0;

  constructor(gateway: string, sheet: Element) {
    this.#sheet = sheet;
    this.#stopped = new WordKept(`gethelp:stopped:${gateway}:tab`);
    this.#declined = new WordKept(`gethelp:declined:${gateway}:tab`);
    this.#goesOn = new WordKept(`gethelp:tab:${gateway}`);
    this.#channel = openTabChannel(gateway, (word) => this.#handleWord(word));
    addEventListener('pagehide', this.#handleLeave);
    addEventListener('pageshow', this.#handleReturn);
    this.#channel.say({ kind: 'who' });
  }

  /** Call only from the customer's own press. */
  start(): void {
    this.#stopped.give(null);
    void this.#start();
  }

  decline(): void {
    this.#declined.give(this.word.value?.contactId ?? null);
    this.isDeclined.set(true);
  }

  /** This tab could not be shared, and the customer has read it: the others go on. */
  giveUp(): void {
    this.#halt();
    this.decline();
  }

  /** Over at once, here and in every tab; told again to the tab that holds the contact if that was loading just then. */
  stop(): void {
    const contactId = this.word.value?.contactId ?? null;
    this.#halt();
    this.#stopped.give(contactId);
    this.word.set(null);
    if (contactId !== null) this.#channel.say({ kind: 'stop', contactId });
  }

  pause(): void {
    this.#share?.pause();
    this.#say('pause');
  }

  /** Call only from the customer's own press. */
  resume(): void {
    this.#share?.resume();
    this.#say('resume');
  }

  close(): void {
    removeEventListener('pagehide', this.#handleLeave);
    removeEventListener('pageshow', this.#handleReturn);
    this.#halt();
    this.#channel.close();
  }

  #say(kind: 'pause' | 'resume'): void {
    const contactId = this.word.value?.contactId;
    if (contactId !== undefined) this.#channel.say({ kind, contactId });
  }

  readonly #handleLeave = (): void => {
    if (this.#share !== null) this.#goesOn.give(this.word.value?.contactId ?? null);
  };

  /** Taken out of the browser's cache of pages: what was kept for the next page is not for a copy of this one. */
  readonly #handleReturn = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) this.#goesOn.give(null);
  };

  #handleWord(word: TabWord): void {
    if (word.kind === 'given') {
      if (word.tab === this.#waiting?.tab) this.#waiting.resolve(word.grant);
    } else if (word.kind === 'shared') this.#handleShared(word);
    else if (word.kind === 'over') this.#handleOver(word.contactId);
  }

  #handleOver(contactId: string): void {
    // It has heard of the stop: should the customer share again later, that is not ended for it.
    if (this.#stopped.holdsFor(contactId)) this.#stopped.give(null);
    if (contactId !== this.word.value?.contactId) return;
    this.#halt();
    this.word.set(null);
  }

  #handleShared(word: SharedWord): void {
    // While this tab is shared with one contact, another one has nothing to say to it.
    if (this.#share !== null && word.contactId !== this.word.value?.contactId) return;
    if (this.#stopped.holdsFor(word.contactId)) {
      this.#channel.say({ kind: 'stop', contactId: word.contactId });
      this.#stopped.give(null);
      return;
    }
    if (word.isWanted && this.word.value?.isWanted !== true) this.#declined.give(null);
    this.isDeclined.set(this.#declined.holdsFor(word.contactId));
    this.word.set(word);
    this.#obey(word);
    if (this.state.value === 'off' && this.#goesOn.holdsFor(word.contactId)) void this.#start();
    this.#goesOn.give(null);
  }

  /** Control is never among what holds here: the customer gave it to the page in which they were asked. */
  #obey({ isPaused, mayDraw }: SharedWord): void {
    this.#share?.allow({ annotate: mayDraw, control: false });
    if (isPaused) this.#share?.pause();
    else this.#share?.resume();
  }

  #halt(): void {
    this.#attempt += 1;
    this.#waiting?.resolve(null);
    this.#share?.stop();
    this.#share = null;
    this.way.close();
    this.state.set('off');
  }

  async #start(): Promise<void> {
    this.#halt();
    const attempt = this.#attempt;
    const isCurrent = (): boolean => attempt === this.#attempt;
    this.state.set('starting');
    try {
      const [{ startSharing }, grant] = await Promise.all([import('#cobrowse/recorder/share.ts'), this.#ask()]);
      if (!isCurrent()) return;
      this.isShown.set(true);
      const share = startSharing({
        url: grant.cobrowseUrl,
        token: grant.token,
        rules: grant.rules,
        renew: async () => {
          if (!isCurrent()) throw new Error('The customer has stopped sharing');
          return (await this.#ask()).token;
        },
        hands: {
          mount: this.#sheet,
          agent: () => this.word.value?.agent ?? '',
          handleEscape: () => { /* nobody acts in this tab */ },
          handleWatchers: () => { /* named where the contact is */ },
          handleShown: (isShown) => { if (isCurrent()) this.isShown.set(isShown); },
          handleOffer: (url) => this.way.offer(url),
        },
        onStateChange: (state) => { if (isCurrent()) this.#handleState(state); },
      });
      // It may have failed before it began.
      if (this.state.value === 'failed') return;
      this.#share = share;
      if (this.word.value !== null) this.#obey(this.word.value);
    } catch {
      if (isCurrent()) this.state.set('failed');
    }
  }

  #handleState(state: ShareState): void {
    if (state === 'stopped' || state === 'failed') {
      this.#share = null;
      this.way.close();
    }
    // Ended by the relay: the sharing is over in every tab, and nothing is offered until the tab with the contact says so again.
    if (state === 'stopped') this.word.set(null);
    this.state.set(state === 'connecting' ? 'starting' : state === 'stopped' ? 'off' : state);
  }

  #ask(): Promise<SharerToken> {
    const contactId = this.word.value?.contactId;
    if (contactId === undefined) return Promise.reject(new Error('Nothing is shared'));
    const tab = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');
    return new Promise((resolve, reject) => {
      const settle = (grant: SharerToken | null): void => {
        clearTimeout(timer);
        this.#waiting = null;
        if (grant === null) reject(new Error('The tab with the contact gave no token'));
        else resolve(grant);
      };
      const timer = setTimeout(() => settle(null), answerLimit);
      this.#waiting?.resolve(null);
      this.#waiting = { tab, resolve: settle };
      this.#channel.say({ kind: 'want', contactId, tab });
    });
  }
}
