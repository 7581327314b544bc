/**
 * Keeps the softphone registered while somebody is logged in: connects the transport, sends REGISTER, refreshes it, and starts over with
 * a bounded back-off whatever fails. SIP.js' Registerer is not used because it waits up to 32 s for the reply to a REGISTER whose
 * socket is gone before it lets another one out.
 */
import { UserAgentState, type UserAgent } from 'sip.js';
import { backOffMilliseconds } from './back-off.ts';

export type RegistrationState =
  | { readonly name: 'off' }
  | { readonly name: 'connecting' }
  | { readonly name: 'registered' }
  /** The last attempt failed; another one follows by itself. */
  | { readonly name: 'retrying' };

const expiresSeconds = 120;
const replyLimitMilliseconds = 5000;

export class Registration {
  state: RegistrationState = { name: 'off' };
  readonly #userAgent: UserAgent;
  readonly #prepareAddress: (withTicket: boolean) => Promise<void>;
  readonly #onChange: () => void;
  readonly #callId = crypto.randomUUID();
  readonly #fromTag = crypto.randomUUID().slice(0, 10);
  #sequence = 0;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #replyTimer: ReturnType<typeof setTimeout> | null = null;
  #stopped = true;

  /** `prepareAddress` sets what the transport's next attempt connects to. */
  constructor(options: { userAgent: UserAgent; prepareAddress: (withTicket: boolean) => Promise<void>; onChange: () => void }) {
    this.#userAgent = options.userAgent;
    this.#prepareAddress = options.prepareAddress;
    this.#onChange = options.onChange;
  }

  start(): void {
    this.#stopped = false;
    this.#set({ name: 'connecting' });
    void this.#connect();
  }

  /** Takes the binding back as far as the connection allows. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#clearTimers();
    if (this.#userAgent.isConnected()) this.#send(0, { onAccept: () => undefined, onReject: () => undefined });
    this.#set({ name: 'off' });
  }

  /** The network may have changed: proves the connection with a REGISTER, or connects at once instead of at the next turn. */
  check(): void {
    if (this.#stopped) return;
    if (this.#userAgent.isConnected()) this.#register();
    else if (this.state.name === 'retrying') {
      this.#clearTimers();
      void this.#connect();
    }
  }

  /** The transport lost its connection. */
  handleDisconnect(): void {
    if (this.state.name === 'registered' || this.#replyTimer !== null) this.#retry();
  }

  async #connect(): Promise<void> {
    try {
      await this.#prepareAddress(this.#failures % 2 === 1);
      if (this.#stopped) return;
      await (this.#userAgent.state === UserAgentState.Stopped ? this.#userAgent.start() : this.#userAgent.reconnect());
    } catch {
      this.#retry();
      return;
    }
    if (!this.#stopped) this.#register();
  }

  #register(): void {
    this.#clearTimers();
    this.#replyTimer = setTimeout(() => { this.#abandon(); }, replyLimitMilliseconds);
    this.#send(expiresSeconds, {
      onAccept: (grantedSeconds) => {
        if (this.#stopped) return;
        this.#clearTimers();
        this.#failures = 0;
        performance.mark('gethelp:registered');
        this.#set({ name: 'registered' });
        this.#timer = setTimeout(() => { this.#register(); }, Math.max(5, grantedSeconds * 0.5) * 1000);
      },
      onReject: () => { this.#abandon(); },
    });
  }

  #send(expires: number, delegate: { onAccept: (grantedSeconds: number) => void; onReject: () => void }): void {
    const { userAgentCore: core, contact, instanceId } = this.#userAgent;
    const { aor } = core.configuration;
    const registrar = aor.clone();
    registrar.user = undefined;
    this.#sequence += 1;
    const sequence = this.#sequence;
    const request = core.makeOutgoingRequestMessage('REGISTER', registrar, aor, aor, {
      callId: this.#callId, cseq: sequence, fromTag: this.#fromTag,
    }, [
      `Contact: ${contact.toString()};reg-id=1;+sip.instance="<urn:uuid:${instanceId}>";expires=${expires}`,
    ]);
    core.register(request, {
      onAccept: ({ message }) => {
        if (sequence !== this.#sequence) return;
        const own = message.getHeaders('contact').find((header) => header.includes(contact.uri.user ?? ' ')) ?? '';
        delegate.onAccept(Number(/;\s*expires=(\d+)/i.exec(own)?.[1] ?? message.getHeader('expires') ?? expires));
      },
      onReject: () => { if (sequence === this.#sequence) delegate.onReject(); },
    });
  }

  /** Connected, yet nobody registers us: the connection is of no use. */
  #abandon(): void {
    if (this.#stopped) return;
    this.#retry();
    this.#userAgent.transport.disconnect().catch(() => undefined);
  }

  #retry(): void {
    if (this.#stopped) return;
    this.#failures += 1;
    this.#clearTimers();
    this.#set({ name: this.#failures > 1 ? 'retrying' : 'connecting' });
    this.#timer = setTimeout(() => { void this.#connect(); }, backOffMilliseconds(this.#failures, Math.random()));
  }

  #clearTimers(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#replyTimer !== null) clearTimeout(this.#replyTimer);
    this.#timer = null;
    this.#replyTimer = null;
  }

  #set(state: RegistrationState): void {
    this.state = state;
    this.#onChange();
  }
}
