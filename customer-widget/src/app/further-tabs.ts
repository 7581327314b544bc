/**
 * The customer's other tabs, seen from the one that holds the contact: tells them that a page is shared, gives a token to the one in which
 * the customer said yes, and does here what they press there. Connects no second time; the gateway knows of one tab only.
 */
import type { GetHelpClient } from '../client/client.ts';
import { viewOf } from '../client/state.ts';
import { openTabChannel, type TabChannel, type TabWord } from '../element/tab-words.ts';
import type { PageSharing } from './page-sharing.ts';

export class FurtherTabs {
  readonly #client: GetHelpClient;
  readonly #sharing: PageSharing;
  readonly #channel: TabChannel;
  readonly #releases: readonly (() => void)[];
  /** The contact of which the tabs have been told that it is shared. */
  #told: string | null = null;

  constructor(client: GetHelpClient, sharing: PageSharing, gateway: string) {
    this.#client = client;
    this.#sharing = sharing;
    this.#channel = openTabChannel(gateway, (word) => this.#handleWord(word));
    const tell = (): void => this.#tell();
    this.#releases = [sharing.state.subscribe(tell), sharing.tabWanted.subscribe(tell), sharing.further.held.subscribe(tell)];
  }

  close(): void {
    for (const release of this.#releases) release();
    this.#channel.close();
  }

  #tell(): void {
    const view = viewOf(this.#client.snapshot.value.state);
    const state = this.#sharing.state.value;
    if (view !== null && state !== 'off' && state !== 'failed') {
      this.#told = view.contactId;
      this.#channel.say({
        kind: 'shared', contactId: view.contactId, agent: view.cobrowse.agent?.name ?? '', isPaused: state === 'paused',
        isWanted: this.#sharing.tabWanted.value, mayDraw: this.#sharing.further.held.value.annotate,
      });
    } else if (this.#told !== null) {
      this.#channel.say({ kind: 'over', contactId: this.#told });
      this.#told = null;
    }
  }

  #handleWord(word: TabWord): void {
    if (word.kind === 'who') {
      if (this.#told !== null) this.#tell();
    } else if (word.kind === 'want') void this.#give(word.contactId, word.tab);
    else if ('contactId' in word && word.contactId === viewOf(this.#client.snapshot.value.state)?.contactId) this.#do(word.kind);
  }

  #do(kind: TabWord['kind']): void {
    if (kind === 'stop') this.#sharing.stop();
    else if (kind === 'pause') this.#sharing.pause();
    else if (kind === 'resume') this.#sharing.resume();
  }

  /** A token of the sharing that goes on here, and of no other; the gateway is asked for each. */
  async #give(contactId: string, tab: string): Promise<void> {
    if (contactId !== this.#told) return;
    try {
      const grant = await this.#client.cobrowseToken();
      if (contactId !== this.#told) return;
      this.#sharing.tabWanted.set(false);
      this.#channel.say({ kind: 'given', tab, grant });
    } catch {
      this.#channel.say({ kind: 'given', tab, grant: null });
    }
  }
}
