/**
 * Shares the page with the agent, from the customer's consent to their stop. The recorder loads only after the consent. The stop works
 * here and now, also offline, and is remembered over navigations until the gateway has heard of it.
 */
import type { GetHelpClient } from '../client/client.ts';
import { Observable } from '../client/observable.ts';
import { viewOf } from '../client/state.ts';
import type { SharerToken } from '#shared/customer-protocol.ts';
import type { Share } from '#cobrowse/recorder/share.ts';

export type PageSharingState = 'off' | 'starting' | 'live' | 'paused' | 'elsewhere' | 'failed';

export class PageSharing {
  readonly state = new Observable<PageSharingState>('off');
  readonly #client: GetHelpClient;
  readonly #stopKey: string;
  #share: Share | null = null;
  #revoking = false;
  /** Rises with every start and stop: what an older start still brings about is dropped. */
  #attempt = 0;

  constructor(client: GetHelpClient, gateway: string) {
    this.#client = client;
    this.#stopKey = `gethelp:stopped:${gateway}`;
  }

  /** Call only from the customer's own press. */
  async start(): Promise<void> {
    this.#rememberStop(null);
    await this.#start(() => this.#client.grantCobrowse());
  }

  /** Over at once; the gateway is told when it can be reached. Declining is the same thing. */
  stop(): void {
    this.#halt();
    this.state.set('off');
    this.#rememberStop(viewOf(this.#client.snapshot.value.state)?.contactId ?? null);
    this.#revoke();
  }

  /** Follows the gateway's view: goes on after a navigation while the grant stands, ends with the call or when the grant is gone. */
  follow(): void {
    const { state } = this.#client.snapshot.value;
    const view = viewOf(state);
    const stopped = view !== null && this.#stoppedContact() === view.contactId;
    if (view !== null && stopped && state.name === 'contact' && view.cobrowse.grants.view !== 'off') {
      this.#revoke();
      return;
    }
    if (view === null || view.phase.name !== 'engaged' || view.cobrowse.grants.view !== 'granted') {
      // `off` while starting: the view that carries the grant is still on its way.
      if (this.state.value !== 'off' && this.state.value !== 'starting') this.close();
      return;
    }
    if (state.name === 'contact' && !stopped && this.state.value === 'off') void this.#start(() => this.#client.cobrowseToken());
  }

  /** Ends the recording without taking the consent back: the page goes away, or the call is over. */
  close(): void {
    this.#halt();
    this.state.set('off');
  }

  #halt(): void {
    this.#attempt += 1;
    this.#share?.stop();
    this.#share = null;
  }

  async #start(begin: () => Promise<SharerToken>): Promise<void> {
    this.#halt();
    const attempt = this.#attempt;
    const isCurrent = (): boolean => attempt === this.#attempt;
    this.state.set('starting');
    try {
      const [{ startSharing }, grant] = await Promise.all([import('#cobrowse/recorder/share.ts'), begin()]);
      if (!isCurrent()) return;
      this.#share = startSharing({
        url: grant.cobrowseUrl,
        token: grant.token,
        rules: grant.rules,
        renew: async () => {
          if (!isCurrent()) throw new Error('The customer has stopped sharing');
          return (await this.#client.cobrowseToken()).token;
        },
        onStateChange: (state) => {
          if (!isCurrent()) return;
          if (state === 'stopped' || state === 'failed') this.#share = null;
          this.state.set(state === 'connecting' ? 'starting' : state === 'stopped' ? 'off' : state);
        },
      });
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
      this.#rememberStop(null);
    } catch {
      // `follow` comes by again.
    }
    this.#revoking = false;
  }

  #rememberStop(contactId: string | null): void {
    try {
      if (contactId === null) sessionStorage.removeItem(this.#stopKey);
      else sessionStorage.setItem(this.#stopKey, contactId);
    } catch {
      // Without storage nothing resumes after a navigation, so there is nothing to hold back either.
    }
  }

  #stoppedContact(): string | null {
    try {
      return sessionStorage.getItem(this.#stopKey);
    } catch {
      return null;
    }
  }
}
