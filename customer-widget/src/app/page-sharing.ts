/**
 * Shares the page with the agent, from the customer's consent to their stop. The recorder loads only after the consent. The stop works
 * here and now, also offline, and is remembered over navigations until the gateway has heard of it; so is a pause.
 */
import type { FurtherGrant } from '#shared/cobrowse-grants.ts';
import type { Watcher } from '#shared/cobrowse-hands.ts';
import type { SharerToken } from '#shared/customer-protocol.ts';
import type { Share } from '#cobrowse/recorder/share.ts';
import type { GetHelpClient } from '../client/client.ts';
import { Observable } from '../client/observable.ts';
import { viewOf } from '../client/state.ts';
import { FurtherGrants } from './further-grants.ts';
import { OfferedWay } from './offered-way.ts';
import { WordKept } from './word-kept.ts';

export type PageSharingState = 'off' | 'starting' | 'live' | 'paused' | 'elsewhere' | 'failed';

export class PageSharing {
  readonly state = new Observable<PageSharingState>('off');
  /** Who watches now, as the relay says. */
  readonly watchers = new Observable<readonly Watcher[]>([]);
  /** Whether this is the page that the agent sees; they see one, of all that are shared. */
  readonly isShown = new Observable(true);
  /** The agent asks for a tab that is not shared. */
  readonly tabWanted = new Observable(false);
  readonly further: FurtherGrants;
  readonly way = new OfferedWay();
  readonly #client: GetHelpClient;
  readonly #sheet: Element;
  readonly #stopped: WordKept;
  readonly #paused: WordKept;
  #share: Share | null = null;
  #revoking = false;
  /** Rises with every start and stop: what an older start still brings about is dropped. */
  #attempt = 0;

  /** `sheet`: where agents' drawings and pointers go, over the whole page. */
  constructor(client: GetHelpClient, { gateway, sheet }: { readonly gateway: string; readonly sheet: Element }) {
    this.#client = client;
    this.#sheet = sheet;
    this.#stopped = new WordKept(`gethelp:stopped:${gateway}`);
    this.#paused = new WordKept(`gethelp:paused:${gateway}`);
    this.further = new FurtherGrants(client, gateway);
    this.further.held.subscribe((held) => this.#share?.allow(held));
  }

  /** Call only from the customer's own press. */
  async start(): Promise<void> {
    this.#stopped.give(null);
    this.#paused.give(null);
    await this.#start(() => this.#client.grantCobrowse());
  }

  /** Over at once; the gateway is told when it can be reached. Declining is the same thing. */
  stop(): void {
    this.#halt();
    this.state.set('off');
    this.#stopped.give(this.#contactId);
    this.#paused.give(null);
    this.#revoke();
  }

  /** Nothing is seen until the customer goes on, also on the next page. */
  pause(): void {
    this.#paused.give(this.#contactId);
    this.#share?.pause();
  }

  resume(): void {
    this.#paused.give(null);
    this.#share?.resume();
  }

  /** Declines one of the further grants, or takes it back. */
  refuse(kind: FurtherGrant): void {
    const contactId = this.#contactId;
    if (contactId !== null) this.further.refuse(kind, contactId);
  }

  /** Follows the gateway's view: goes on after a navigation while the grant stands, ends with the call or when the grant is gone. */
  follow(): void {
    const { state } = this.#client.snapshot.value;
    const view = viewOf(state);
    const stopped = view !== null && this.#stopped.holdsFor(view.contactId);
    if (view !== null && stopped && state.name === 'contact' && view.cobrowse.grants.view !== 'off') {
      this.#revoke();
      return;
    }
    if (view === null || view.phase.name !== 'engaged' || view.cobrowse.grants.view !== 'granted') {
      // `off` while starting: the view that carries the grant is still on its way.
      if (this.state.value !== 'off' && this.state.value !== 'starting') this.close();
      return;
    }
    if (state.name !== 'contact') return;
    if (!stopped && this.state.value === 'off') void this.#start(() => this.#client.cobrowseToken());
    this.further.follow(view.contactId, view.cobrowse.grants);
  }

  /** What of the page in sight the agent cannot read. */
  hiddenParts(): ReturnType<Share['hiddenParts']> {
    return this.#share?.hiddenParts() ?? [];
  }

  /** Ends the recording without taking the consent back: the page goes away, or the call is over. */
  close(): void {
    this.#halt();
    this.state.set('off');
  }

  get #contactId(): string | null {
    return viewOf(this.#client.snapshot.value.state)?.contactId ?? null;
  }

  #halt(): void {
    this.#attempt += 1;
    this.#share?.stop();
    this.#share = null;
    this.further.rest();
    this.way.close();
    this.watchers.set([]);
    this.isShown.set(true);
    this.tabWanted.set(false);
  }

  async #start(begin: () => Promise<SharerToken>): Promise<void> {
    this.#halt();
    const attempt = this.#attempt;
    const isCurrent = (): boolean => attempt === this.#attempt;
    this.state.set('starting');
    try {
      const [{ startSharing }, grant] = await Promise.all([import('#cobrowse/recorder/share.ts'), begin()]);
      if (!isCurrent()) return;
      const share = startSharing({
        url: grant.cobrowseUrl,
        token: grant.token,
        rules: grant.rules,
        renew: async () => {
          if (!isCurrent()) throw new Error('The customer has stopped sharing');
          return (await this.#client.cobrowseToken()).token;
        },
        hands: {
          mount: this.#sheet,
          agent: () => viewOf(this.#client.snapshot.value.state)?.cobrowse.agent?.name ?? '',
          handleEscape: () => this.refuse('control'),
          handleWatchers: (watchers) => { if (isCurrent()) this.watchers.set(watchers); },
          handleShown: (isShown) => { if (isCurrent()) this.isShown.set(isShown); },
          handleTabWanted: () => { if (isCurrent()) this.tabWanted.set(true); },
          handleOffer: (url) => this.way.offer(url),
        },
        onStateChange: (state) => {
          if (!isCurrent()) return;
          if (state === 'stopped' || state === 'failed') {
            this.#share = null;
            this.further.rest();
            this.way.close();
          }
          this.state.set(state === 'connecting' ? 'starting' : state === 'stopped' ? 'off' : state);
        },
      });
      // It may have failed before it began.
      if (this.state.value === 'failed') return;
      this.#share = share;
      const contactId = this.#contactId;
      if (contactId !== null && this.#paused.holdsFor(contactId)) share.pause();
      share.allow(this.further.held.value);
      this.follow();
    } catch {
      if (isCurrent()) this.state.set('failed');
    }
  }

  /** Offline this fails; it is told again by `follow` when the connection is back, also after a navigation. */
  #revoke(): void {
    if (this.#revoking) return;
    this.#revoking = true;
    void this.#tellRevoked();
  }

  async #tellRevoked(): Promise<void> {
    try {
      await this.#client.revokeCobrowse();
      this.#stopped.give(null);
    } catch {
      // `follow` comes by again.
    }
    this.#revoking = false;
  }
}
