/**
 * One load of one agent's desktop page (a `+sip.instance`): the SIP peer that it is, its registration and its dialogs. Its connection may be
 * exchanged under it: a page whose network came back keeps its dialogs.
 */
import type { Core, URI } from 'sip.js';
import type { Logger } from 'pino';
import { withAutoAnswer } from './auto-answer.ts';
import type { Connection, Identity } from './connection.ts';
import type { Dialog, DialogListener, OutgoingCall } from './dialog/dialog.ts';
import { placeCall } from './dialog/outgoing.ts';
import type { Answered, Refused } from './doorman.ts';
import type { PeerIndex } from './peer-index.ts';
import { Peer } from './peer.ts';
import { readRegister } from './registration.ts';

export interface FlowListener {
  /** The page registered, refreshed, or un-registered; `registered` says how it is now. */
  onRegistration(flow: DesktopFlow): void;
}

export class DesktopFlow {
  readonly identity: Identity;
  readonly instance: string;
  readonly peer: Peer;
  private readonly listener: FlowListener;
  private readonly log: Logger;
  private readonly dialogs = new Set<{ readonly dialog: Dialog; readonly drop: () => void }>();
  private connection: Connection | null;
  private target: URI | null = null;
  private expiry: NodeJS.Timeout | null = null;
  private closed = false;

  constructor({ identity, instance, domain, connection, index, listener, log }: {
    readonly identity: Identity; readonly instance: string; readonly domain: string; readonly connection: Connection; readonly index: PeerIndex;
    readonly listener: FlowListener; readonly log: Logger;
  }) {
    this.identity = identity;
    this.instance = instance;
    this.connection = connection;
    this.listener = listener;
    this.log = log;
    this.peer = new Peer({
      name: `desktop of ${identity.username}`, index, domain, connection, moves: true, log,
      // Agents call through the API, and nobody else's page is reached from here.
      onInvite: (call) => call.refuse(call.target.includes('@') ? 404 : 486),
    });
    // A page whose connection changed may have changed its network, and then its media path is dead without an ICE restart (SIP.js#1095).
    this.peer.onMoved(() => { for (const { dialog } of this.dialogs) this.restartIce(dialog); });
  }

  get registered(): boolean {
    return this.target !== null;
  }

  get connected(): boolean {
    return this.peer.connection !== null;
  }

  get busy(): boolean {
    return this.dialogs.size > 0;
  }

  uses(connection: Connection): boolean {
    return this.connection === connection;
  }

  /** A judged message of this page, on whichever of its connections. A later connection takes over from the one before. */
  receive(message: Core.IncomingRequestMessage | Core.IncomingResponseMessage, connection: Connection): void {
    this.adopt(connection);
    this.peer.receive(message, connection);
  }

  /** True when it was the flow's current connection that closed. */
  connectionClosed(connection: Connection): boolean {
    if (this.connection !== connection) return false;
    this.connection = null;
    return true;
  }

  call(call: OutgoingCall, listener: DialogListener): Dialog | null {
    if (!this.target || this.closed) return null;
    let entry: { readonly dialog: Dialog; readonly drop: () => void } | null = null;
    const dialog = placeCall({
      core: this.peer.core, target: this.target, log: this.log, call: withAutoAnswer(call),
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
    this.peer.close();
    this.connection?.close(1000, 'done');
    this.connection = null;
  }

  /** What a REGISTER of this page comes to; the listener is not told, because the answer has to leave before a call may follow it. */
  register(message: Core.IncomingRequestMessage, connection: Connection): Answered | Refused {
    this.adopt(connection);
    const registration = readRegister(message, this.identity);
    switch (registration.type) {
      case 'refused':
        return registration;
      case 'query':
        return { type: 'answered', status: 200, headers: [] };
      case 'unbind':
        if (this.expiry) clearTimeout(this.expiry);
        this.target = null;
        return { type: 'answered', status: 200, headers: [] };
      case 'bind':
        this.target = registration.target;
        if (this.expiry) clearTimeout(this.expiry);
        this.expiry = setTimeout(() => this.unregister(), registration.expires * 1000);
        return { type: 'answered', status: 200, headers: [`Contact: ${registration.contact};expires=${registration.expires}`] };
    }
  }

  private adopt(connection: Connection): void {
    if (this.closed || (this.connection !== null && connection.serial <= this.connection.serial)) return;
    const before = this.connection;
    this.connection = connection;
    this.peer.use(connection);
    before?.close(1000, 'another connection of this page took over');
  }

  private restartIce(dialog: Dialog): void {
    if (!dialog.established) return;
    dialog.reoffer().catch((error: unknown) => this.log.info({ err: error }, 'ICE not restarted'));
  }
}
