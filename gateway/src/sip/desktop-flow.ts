/**
 * One load of one agent's desktop page (a `+sip.instance`): its connection, which may be exchanged, its own SIP.js user agent, its
 * registration and its dialogs. Transactions are isolated by being the user agent's own: SIP.js matches them by Via branch alone.
 */
import { Core, Grammar, UserAgent } from 'sip.js';
import type { Transport, URI } from 'sip.js';
import type { Logger } from 'pino';
import { supportedOptions } from './dialog/capabilities.ts';
import type { Dialog, DialogListener, OutgoingCall } from './dialog/dialog.ts';
import { receiveRequest } from './dialog/requests.ts';
import { placeCall } from './dialog/outgoing.ts';
import type { Connection, Identity } from './connection.ts';
import { readRegister } from './registration.ts';
import { SwappableTransport } from './swappable-transport.ts';

export interface FlowListener {
  /** The page registered, refreshed, or un-registered; `registered` says how it is now. */
  onRegistration(flow: DesktopFlow): void;
}

export class DesktopFlow {
  readonly identity: Identity;
  readonly instance: string;
  private readonly transport: SwappableTransport;
  private readonly userAgent: UserAgent;
  private readonly listener: FlowListener;
  private readonly log: Logger;
  private readonly dialogs = new Set<{ readonly dialog: Dialog; readonly drop: () => void }>();
  private target: URI | null = null;
  private expiry: NodeJS.Timeout | null = null;
  private closed = false;

  constructor({ identity, instance, domain, connection, listener, log }: {
    readonly identity: Identity; readonly instance: string; readonly domain: string; readonly connection: Connection;
    readonly listener: FlowListener; readonly log: Logger;
  }) {
    this.identity = identity;
    this.instance = instance;
    this.listener = listener;
    this.log = log;
    const transport = new SwappableTransport(connection);
    this.transport = transport;
    // Without a user part, so that a REGISTER to the bare domain is ours and a request to any user but our Contact gets 404.
    const uri = Grammar.URIParse(`sip:${domain}`);
    if (!uri) throw new Error(`not a SIP domain: ${domain}`);
    this.userAgent = new UserAgent({
      uri,
      transportConstructor: constructorOf(transport),
      delegate: {
        onRegisterRequest: (request) => this.register(request),
        // Without it SIP.js says yes to what nobody reads.
        onMessage: (message) => { message.reject({ statusCode: 405 }).catch((error: unknown) => this.log.debug({ err: error }, 'MESSAGE not refused')); },
      },
      userAgentString: 'GetHelp',
      hackAllowUnregisteredOptionTags: true,
      sipExtensionExtraSupported: [...supportedOptions],
      logBuiltinEnabled: false,
      logConfiguration: false,
      logLevel: 'warn',
      logConnector: (level, category, _label, content) => { if (level === 'error' || level === 'warn') this.log.debug({ category }, content); },
    });
    // Resolves in the same turn: the connection is there.
    this.userAgent.start().catch((error: unknown) => this.log.debug({ err: error }, 'flow without connection'));
  }

  get registered(): boolean {
    return this.target !== null;
  }

  get connected(): boolean {
    return this.transport.isConnected();
  }

  get busy(): boolean {
    return this.dialogs.size > 0;
  }

  uses(connection: Connection): boolean {
    return this.transport.current === connection;
  }

  /** Whether this message belongs to a dialog or a request of this flow. */
  knows(message: Core.IncomingRequestMessage | Core.IncomingResponseMessage): boolean {
    const core = this.userAgent.userAgentCore;
    return 'ruri' in message
      ? core.dialogs.has(`${message.callId}${message.toTag}${message.fromTag}`)
      : core.userAgentClients.has(`${message.viaBranch}${message.method}`);
  }

  /** Hands a judged message to SIP.js. Whatever SIP.js throws at it ends here. */
  receive(message: Core.IncomingRequestMessage | Core.IncomingResponseMessage, connection: Connection): void {
    const current = this.transport.current;
    const swapped = current === null || connection.serial > current.serial;
    if (swapped) this.transport.swap(connection);
    try {
      const core = this.userAgent.userAgentCore;
      if (message instanceof Core.IncomingResponseMessage) core.receiveIncomingResponseFromTransport(message);
      else if (message.method === 'REGISTER') core.receiveIncomingRequestFromTransport(message);
      // Agents call through the API, and nobody else's page is reached from here.
      else receiveRequest({ core, message, onInvite: (call) => call.refuse(call.target.includes('@') ? 404 : 486), log: this.log });
    } catch (error) {
      this.log.warn({ err: error }, 'SIP message not handled');
    }
    // A page whose connection changed may have changed its network, and then its media path is dead without an ICE restart (SIP.js#1095).
    if (swapped) for (const { dialog } of this.dialogs) this.restartIce(dialog);
  }

  /** True when it was the flow's current connection that closed. */
  connectionClosed(connection: Connection): boolean {
    return this.transport.dropped(connection);
  }

  call(call: OutgoingCall, listener: DialogListener): Dialog | null {
    if (!this.target || this.closed) return null;
    let entry: { readonly dialog: Dialog; readonly drop: () => void } | null = null;
    const dialog = placeCall({
      core: this.userAgent.userAgentCore, target: this.target, log: this.log,
      // What most SIP clients take for "answer by yourself"; the desktop goes by the contact it accepted.
      call: call.autoAnswer ? { ...call, headers: [...call.headers, ['Call-Info', `<${call.from}>;answer-after=0`]] } : call,
      listener: { ...listener, onEnd: (end) => { if (entry) this.dialogs.delete(entry); listener.onEnd(end); } },
    });
    entry = {
      dialog,
      drop: () => dialog.end({ cause: 410, text: 'Superseded' }, dialog.established ? { type: 'lost' } : { type: 'failed', status: 480, cause: null, contacts: [] }),
    };
    this.dialogs.add(entry);
    return dialog;
  }

  unregister(): void {
    if (this.expiry) clearTimeout(this.expiry);
    this.expiry = null;
    if (!this.target) return;
    this.target = null;
    this.listener.onRegistration(this);
  }

  /** The page is gone: its dialogs end as lost (or failed, where not answered yet). */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    if (this.expiry) clearTimeout(this.expiry);
    this.target = null;
    for (const { drop } of Array.from(this.dialogs)) drop();
    this.userAgent.stop().catch((error: unknown) => this.log.debug({ err: error }, 'flow stopped untidily'));
  }

  private restartIce(dialog: Dialog): void {
    if (!dialog.established) return;
    dialog.reoffer().catch((error: unknown) => this.log.info({ err: error }, 'ICE not restarted'));
  }

  private register(request: Core.IncomingRegisterRequest): void {
    const registration = readRegister(request.message, this.identity);
    switch (registration.type) {
      case 'refused':
        request.reject({ statusCode: registration.status, reasonPhrase: registration.reason });
        return;
      case 'query':
        request.accept({ statusCode: 200 });
        return;
      case 'unbind':
        request.accept({ statusCode: 200 });
        this.unregister();
        return;
      case 'bind':
        request.accept({ statusCode: 200, extraHeaders: [`Contact: ${registration.contact};expires=${registration.expires}`] });
        this.target = registration.target;
        if (this.expiry) clearTimeout(this.expiry);
        this.expiry = setTimeout(() => this.unregister(), registration.expires * 1000);
        this.listener.onRegistration(this);
    }
  }
}

/** SIP.js constructs its transport itself; ours stands before the user agent does, so its constructor answers that one. */
function constructorOf(transport: Transport): new () => Transport {
  return function construct() { return transport; } as unknown as new () => Transport;
}
