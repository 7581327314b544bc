/**
 * The SIP side of the fake gateway: takes REGISTER over a WebSocket, sends INVITE, ACK and BYE as text, and tells the answers. Written
 * by hand so that the desk's SIP is judged by something that is not SIP.js.
 */
import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';

export interface SipMessage {
  readonly start: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface InviteResult {
  readonly status: number;
  readonly sdp: string;
  /** From INVITE sent to final response received, milliseconds. */
  readonly took: number;
}

interface Dialog {
  readonly callId: string;
  readonly target: string;
  readonly remoteTag: string;
  sequence: number;
}

export class FakeSip {
  readonly registrations: SipMessage[] = [];
  /** Requests of the desk within dialogs: BYE and the like. */
  readonly requests: SipMessage[] = [];
  #socket: WebSocket | null = null;
  #contact = '';
  readonly #dialogs = new Map<string, Dialog>();
  readonly #answers = new Map<string, (message: SipMessage) => void>();
  readonly #registered = new Set<() => void>();

  get isRegistered(): boolean {
    return this.#socket !== null && this.#contact !== '';
  }

  attach(socket: WebSocket): void {
    socket.on('message', (data: Buffer) => { this.#handle(socket, parse(data.toString())); });
    socket.on('close', () => { if (this.#socket === socket) { this.#socket = null; this.#contact = ''; } });
  }

  nextRegistration(): Promise<void> {
    return new Promise((resolve) => {
      const once = (): void => { this.#registered.delete(once); resolve(); };
      this.#registered.add(once);
    });
  }

  /** Drops the desk's connection as a network would. */
  drop(): void {
    this.#socket?.terminate();
  }

  /** A new dialog for a contact (null: without our header), or a re-INVITE where `dialog` is given. */
  async invite(offer: string, about: { contactId: string | null } | { dialog: string }): Promise<InviteResult & { readonly callId: string }> {
    const started = performance.now();
    const dialog = 'dialog' in about ? this.#dialogs.get(about.dialog) : undefined;
    const callId = dialog?.callId ?? randomUUID();
    const sequence = (dialog?.sequence ?? 0) + 1;
    const lines = this.#request('INVITE', { callId, sequence, target: dialog?.target ?? this.#contact, toTag: dialog?.remoteTag ?? null });
    if ('contactId' in about && about.contactId !== null) lines.push(`X-GetHelp-Contact: ${about.contactId}`, 'X-GetHelp-Reservation: r');
    lines.push('Contact: <sip:gateway@gw.invalid;transport=ws>', 'Content-Type: application/sdp');
    const answer = new Promise<SipMessage>((resolve) => { this.#answers.set(`${callId} ${sequence} INVITE`, resolve); });
    this.#send(lines, offer);
    const message = await answer;
    const took = performance.now() - started;
    const status = statusOf(message);
    const remoteTag = /;tag=([^;]+)/.exec(message.headers.get('to') ?? '')?.[1] ?? '';
    const target = /<([^>]+)>/.exec(message.headers.get('contact') ?? '')?.[1] ?? this.#contact;
    this.#send(this.#request('ACK', { callId, sequence, target, toTag: remoteTag }), '');
    if (status === 200) this.#dialogs.set(callId, { callId, target, remoteTag, sequence });
    return { status, sdp: message.body, took, callId };
  }

  bye(callId: string): void {
    const dialog = this.#dialogs.get(callId);
    if (dialog === undefined) throw new Error('no such dialog');
    dialog.sequence += 1;
    this.#send(this.#request('BYE', { callId, sequence: dialog.sequence, target: dialog.target, toTag: dialog.remoteTag }), '');
    this.#dialogs.delete(callId);
  }

  #handle(socket: WebSocket, message: SipMessage): void {
    const cseq = message.headers.get('cseq') ?? '';
    if (message.start.startsWith('SIP/2.0')) {
      if (statusOf(message) >= 200) this.#answers.get(`${message.headers.get('call-id')} ${cseq}`)?.(message);
      return;
    }
    const reply = (extra: readonly string[]): void => {
      socket.send(`${['SIP/2.0 200 OK', ...['via', 'from', 'call-id', 'cseq'].map((name) => `${name}: ${message.headers.get(name) ?? ''}`),
        `To: ${message.headers.get('to') ?? ''}${(message.headers.get('to') ?? '').includes('tag=') ? '' : ';tag=gw'}`, ...extra, 'Content-Length: 0'].join('\r\n')}\r\n\r\n`);
    };
    if (message.start.startsWith('REGISTER')) {
      const contact = message.headers.get('contact') ?? '';
      this.registrations.push(message);
      this.#socket = socket;
      this.#contact = /<([^>]+)>/.exec(contact)?.[1] ?? '';
      reply([`Contact: ${contact}`]);
      for (const told of this.#registered) told();
    } else if (!message.start.startsWith('ACK')) {
      this.requests.push(message);
      reply([]);
    }
  }

  #request(method: string, about: { callId: string; sequence: number; target: string; toTag: string | null }): string[] {
    return [
      `${method} ${about.target} SIP/2.0`, `Via: SIP/2.0/WS gw.invalid;branch=z9hG4bK${randomUUID()}`, 'Max-Forwards: 70',
      'From: "Maria Weber" <sip:caller-7f3a@gethelp.test>;tag=gw', `To: <sip:anna@gethelp.test>${about.toTag === null ? '' : `;tag=${about.toTag}`}`,
      `Call-ID: ${about.callId}`, `CSeq: ${about.sequence} ${method}`,
    ];
  }

  #send(lines: readonly string[], body: string): void {
    if (this.#socket === null) throw new Error('the desk is not registered');
    this.#socket.send(`${[...lines, `Content-Length: ${Buffer.byteLength(body)}`].join('\r\n')}\r\n\r\n${body}`);
  }
}

function parse(text: string): SipMessage {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [start = '', ...lines] = head.split('\r\n');
  const headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
  return { start, headers, body: rest.join('\r\n\r\n') };
}

function statusOf(message: SipMessage): number {
  return Number(message.start.split(' ')[1]);
}
