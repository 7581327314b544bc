/**
 * The agent's phone: registered over `/sip` while somebody is logged in, answering by itself what the agent accepted and nothing else
 * (answering.ts), with one leg per contact.
 */
import { UserAgent, type Invitation, type Session, type SessionDescriptionHandler } from 'sip.js';
import type { SipAccount } from '#shared/agent-protocol.ts';
import { contactHeader } from '#shared/sip-headers.ts';
import type { AnswerGate } from './answering.ts';
import { Leg, type LegView } from './leg.ts';
import type { Microphone } from './microphone.ts';
import { PhoneTransport, type PhoneTransportOptions } from './phone-transport.ts';
import type { Playback } from './playback.ts';
import { Registration, type RegistrationState } from './registration.ts';
import { SparePeer } from './spare-peer.ts';

export interface SoftphoneOptions {
  readonly account: SipAccount;
  /** A one-time ticket for the `/sip` socket, where the cookie was refused. */
  readonly ticket: () => Promise<string>;
  readonly gate: AnswerGate;
  readonly microphone: Microphone;
  readonly playback: Playback;
  /** Whether a call starts muted: the agent muted this contact before the page was reloaded. */
  readonly startsMuted: (contactId: string) => boolean;
  readonly onChange: () => void;
}

export class Softphone {
  readonly #options: SoftphoneOptions;
  readonly #userAgent: UserAgent;
  readonly #registration: Registration;
  readonly #legs = new Map<string, Leg>();
  readonly #handlers = new WeakMap<Session, SessionDescriptionHandler>();
  readonly #spare = new SparePeer();
  readonly #checkNow = (): void => { this.#registration.check(); };
  #address: string;

  constructor(options: SoftphoneOptions) {
    this.#options = options;
    this.#address = options.account.url;
    const uri = UserAgent.makeURI(options.account.aor);
    if (uri === undefined) throw new Error(`The gateway gave an address that is no SIP URI: ${options.account.aor}`);
    const transportOptions: PhoneTransportOptions = { server: options.account.url, connectionTimeout: 5, address: () => this.#address };
    this.#userAgent = new UserAgent({
      uri,
      transportConstructor: PhoneTransport,
      transportOptions,
      // A new instance per page load tells the gateway that the page behind an old binding is gone.
      instanceId: crypto.randomUUID(),
      sendInitialProvisionalResponse: false,
      sessionDescriptionHandlerFactory: (session) => this.#mediaOf(session),
      logBuiltinEnabled: false,
      logConfiguration: false,
      logLevel: 'error',
      delegate: {
        onInvite: (invitation) => { void this.#admit(invitation); },
        onDisconnect: () => { this.#registration.handleDisconnect(); },
      },
    });
    this.#registration = new Registration({
      userAgent: this.#userAgent,
      prepareAddress: async (withTicket) => {
        const { url } = options.account;
        this.#address = withTicket ? `${url}?ticket=${encodeURIComponent(await options.ticket())}` : url;
      },
      onChange: options.onChange,
    });
  }

  start(): void {
    window.addEventListener('online', this.#checkNow);
    this.#registration.start();
    void this.#spare.warm();
  }

  /**
   * Takes the registration back and lets the media go, without a BYE: whether the contact ends or moves to another desktop is for the
   * gateway to say.
   */
  stop(): void {
    window.removeEventListener('online', this.#checkNow);
    for (const leg of this.#legs.values()) leg.replace();
    this.#legs.clear();
    this.#registration.stop();
    this.#spare.discard();
    this.#userAgent.transport.disconnect().catch(() => undefined);
  }

  get registration(): RegistrationState {
    return this.#registration.state;
  }

  legs(): readonly LegView[] {
    return [...this.#legs.values()].map((leg) => leg.view);
  }

  leg(contactId: string): Leg | null {
    return this.#legs.get(contactId) ?? null;
  }

  /** Proves the connection anew, e.g. because the other socket to the gateway had to reconnect. */
  checkConnection(): void {
    this.#registration.check();
  }

  /** The microphone changed: running calls go on with the new track. */
  useMicrophone(track: MediaStreamTrack | null): void {
    for (const leg of this.#legs.values()) leg.media.useMicrophone(track).catch(() => undefined);
  }

  async #admit(invitation: Invitation): Promise<void> {
    const contactId = invitation.request.getHeader(contactHeader) ?? null;
    performance.mark('gethelp:invited');
    try {
      const admitted = contactId !== null && await this.#options.gate.admits(contactId);
      if (contactId === null || !admitted) {
        await invitation.reject({ statusCode: contactId === null ? 486 : 480 });
        return;
      }
      this.#answer(contactId, invitation);
      await invitation.accept();
      performance.mark('gethelp:answered');
    } catch {
      // Canceled while it was held, or its offer could not be answered; SIP.js has sent the final response, the gateway acts on it.
      if (contactId !== null && this.#legs.get(contactId)?.view.state !== 'connected') this.#legs.get(contactId)?.replace();
    }
  }

  #answer(contactId: string, invitation: Invitation): void {
    const { microphone, playback, startsMuted } = this.#options;
    const track = microphone.state.name === 'on' ? microphone.state.track : null;
    const leg = new Leg({
      contactId, invitation, peer: this.#spare.take(), microphone: track, muted: startsMuted(contactId),
      events: {
        remoteAudio: (remote, added) => { if (added) playback.add(remote); else playback.remove(remote); },
        change: (changed) => {
          if (changed.view.state === 'ended' && this.#legs.get(contactId) === changed) this.#legs.delete(contactId);
          this.#options.onChange();
        },
      },
    });
    this.#legs.get(contactId)?.replace();
    this.#legs.set(contactId, leg);
    this.#handlers.set(invitation, leg.media);
    // A microphone that is still being opened joins when it is there; the customer is heard meanwhile.
    if (track === null) void microphone.acquire();
    this.#options.onChange();
  }

  #mediaOf(session: Session): SessionDescriptionHandler {
    const media = this.#handlers.get(session);
    if (media === undefined) throw new Error('Media is only made for answered calls.');
    return media;
  }
}
