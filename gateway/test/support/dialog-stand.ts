/**
 * One SIP peer's core with nothing around it: what it sends is caught, what it hears is written by the test. For dialogs under fake timers, where
 * a real peer would need real minutes.
 */
import { pino } from 'pino';
import { Core, URI } from 'sip.js';
import { expect, vi } from 'vitest';
import type { EndCause } from '../../src/sip/end-cause.ts';
import { supportedOptions } from '../../src/sip/dialog/capabilities.ts';
import type { Dialog, DialogEnd, DialogListener, DialogMedia, IncomingCall, OutgoingCall, Referral } from '../../src/sip/dialog/dialog.ts';
import { placeCall } from '../../src/sip/dialog/outgoing.ts';
import type { PlaceCallOptions } from '../../src/sip/dialog/outgoing.ts';
import { receiveRequest } from '../../src/sip/dialog/requests.ts';
import type { DialogLimits } from '../../src/sip/dialog/limits.ts';

const log = pino({ level: 'silent' });

/** Media that writes down what it was asked, and describes itself as `ours-1`, `ours-2` and so on. */
export class ScriptedMedia implements DialogMedia {
  readonly asked: string[] = [];
  /** What it refuses, by the words in `asked`. */
  unusable: RegExp | null = null;
  private descriptions = 0;

  offer(): Promise<string> {
    return this.take('offer', () => this.description());
  }

  early(answer: string, fork: string): Promise<void> {
    return this.take(`early ${answer} of ${fork}`, () => { /* taken */ });
  }

  accept(answer: string): Promise<void> {
    return this.take(`accept ${answer}`, () => { /* taken */ });
  }

  answer(offer: string): Promise<string> {
    return this.take(`answer ${offer}`, () => this.description());
  }

  rollback(): void {
    this.asked.push('rollback');
  }

  private description(): string {
    this.descriptions += 1;
    return `ours-${this.descriptions}`;
  }

  private take<Value>(what: string, act: () => Value): Promise<Value> {
    this.asked.push(what);
    return this.unusable?.test(what) === true ? Promise.reject(new Error(`unusable: ${what}`)) : Promise.resolve(act());
  }
}

/** A listener that writes down what it hears. */
export class Heard implements DialogListener {
  readonly events: string[] = [];
  readonly ends: DialogEnd[] = [];
  referral: Referral | null = null;

  readonly onRinging = (early: boolean): void => { this.events.push(early ? 'early' : 'ringing'); };
  readonly onEstablished = (): void => { this.events.push('established'); };
  readonly onEnd = (end: DialogEnd): void => { this.events.push(end.type); this.ends.push(end); };
  readonly onRefer = (referral: Referral): void => { this.events.push(`refer ${referral.target}`); this.referral = referral; };
  readonly onDtmf = (digits: string): void => { this.events.push(`dtmf ${digits}`); };
  readonly onKeyframeRequest = (): void => { this.events.push('keyframe'); };
}

export interface PlacedCall {
  readonly dialog: Dialog;
  readonly media: ScriptedMedia;
  readonly heard: Heard;
  readonly invite: string;
}

export type CallChanges = Partial<OutgoingCall> & Partial<Pick<PlaceCallOptions, 'firstResponseLimit' | 'route'>>;

export class DialogStand {
  readonly core: Core.UserAgentCore;
  readonly calls: IncomingCall[] = [];
  /** All that was ever sent. */
  readonly seen: string[] = [];
  connected = true;
  private readonly outbox: string[] = [];
  private readonly limits: Partial<DialogLimits>;

  constructor(limits: Partial<DialogLimits> = {}) {
    this.limits = limits;
    const loggerFactory = new Core.LoggerFactory();
    loggerFactory.builtinEnabled = false;
    const uri = new URI('sip', 'gateway', 'gateway.test');
    const transport = {
      protocol: 'TCP',
      send: (text: string) => {
        if (!this.connected) return Promise.reject(new Error('no connection'));
        this.outbox.push(text);
        this.seen.push(text);
        return Promise.resolve();
      },
    };
    this.core = new Core.UserAgentCore({
      aor: new URI('sip', '', 'gateway.test'), contact: { uri, pubGruu: undefined, tempGruu: undefined, toString: () => `<${uri.toString()}>` },
      displayName: '', loggerFactory, hackViaTcp: false, routeSet: [], supportedOptionTags: [...supportedOptions],
      supportedOptionTagsResponse: [...supportedOptions], sipjsId: 'stand', userAgentHeaderFieldValue: 'GetHelp', viaForceRport: false,
      viaHost: 'gateway.test', authenticationFactory: () => new Core.DigestAuthentication(loggerFactory, undefined, 'us', 'secret'),
      transportAccessor: () => transport,
    });
  }

  async call(changes: CallChanges = {}): Promise<PlacedCall> {
    const call = this.place(changes);
    return { ...call, invite: await this.next(/^INVITE /) };
  }

  /** Without waiting for the INVITE. */
  place(changes: CallChanges = {}): Omit<PlacedCall, 'invite'> {
    const media = new ScriptedMedia();
    const heard = new Heard();
    const { firstResponseLimit, route, ...call } = changes;
    const dialog = placeCall({
      core: this.core, target: new URI('sip', '732', 'peer.test'), log, limits: this.limits, listener: heard,
      ...(firstResponseLimit === undefined ? {} : { firstResponseLimit }), ...(route === undefined ? {} : { route }),
      call: { from: 'sip:caller@gateway.test', displayName: null, to: 'sip:732@peer.test', headers: [], autoAnswer: false, answerLimit: 60_000, media, ...call },
    });
    return { dialog, media, heard };
  }

  /** The next message sent that matches, in fake time at once. */
  async next(pattern: RegExp): Promise<string> {
    await vi.advanceTimersByTimeAsync(0);
    const index = this.outbox.findIndex((text) => pattern.test(text));
    if (index < 0) expect.fail(`nothing matches ${String(pattern)} of ${this.outbox.map(firstLine).join(' | ') || 'nothing sent'}`);
    return this.outbox.splice(index, 1)[0] ?? '';
  }

  /** All that was sent and not looked at. */
  async taken(): Promise<string[]> {
    await vi.advanceTimersByTimeAsync(0);
    return this.outbox.splice(0);
  }

  /** What was sent and not looked at, first lines; 100 Trying aside. */
  async sent(): Promise<string[]> {
    return (await this.taken()).map(firstLine).filter((line) => !line.startsWith('SIP/2.0 100 '));
  }

  async hear(text: string): Promise<void> {
    const message = Core.Parser.parseMessage(text, this.core.loggerFactory.getLogger('test'));
    if (!message) throw new Error(`the test wrote no SIP: ${text}`);
    if (message instanceof Core.IncomingResponseMessage) this.core.receiveIncomingResponseFromTransport(message);
    else receiveRequest({ core: this.core, message, onInvite: (call) => { this.calls.push(call); }, limits: this.limits, log });
    await vi.advanceTimersByTimeAsync(0);
  }

  /** Sends a request and gives its final response. */
  async ask(text: string): Promise<string> {
    await this.hear(text);
    const cseq = header(text, 'CSeq');
    return this.next(new RegExp(`^SIP/2\\.0 [2-6](?:.*\\r\\n)*?CSeq: ${cseq}\\r`));
  }

  /** What is in work. */
  get left(): string[] {
    const { dialogs, userAgentClients, userAgentServers } = this.core;
    return [
      ...Array.from(dialogs.values(), ({ id, early }) => `${early ? 'early ' : ''}dialog ${id}`),
      ...Array.from(userAgentClients.values(), ({ message, transaction }) => `our ${message.method} ${transaction.state}`),
      ...Array.from(userAgentServers.values(), ({ message, transaction }) => `their ${message.method} ${transaction.state}`),
    ];
  }

  get idle(): boolean {
    return this.left.length === 0;
  }
}

export interface Written {
  readonly tag?: string;
  readonly headers?: readonly string[];
  readonly body?: string;
  readonly type?: string;
}

/** A response of the peer to a request of ours. */
export function respond(request: string, status: number, { tag = 'peer', headers = [], body = '', type = 'application/sdp' }: Written = {}): string {
  const to = header(request, 'To');
  return written(`SIP/2.0 ${status} Because`, [
    `Via: ${header(request, 'Via')}`, `From: ${header(request, 'From')}`, `To: ${to}${to.includes(';tag=') || status === 100 ? '' : `;tag=${tag}`}`,
    `Call-ID: ${header(request, 'Call-ID')}`, `CSeq: ${header(request, 'CSeq')}`, `Contact: <sip:${tag}@peer.test>`, ...headers,
  ], body, type);
}

let branches = 0;

/** A request of the peer in the dialog that `invite` (ours, or the peer's own) began. */
export function within(invite: string, method: string, cseq: number, { tag = 'peer', headers = [], body = '', type = 'application/sdp' }: Written & { readonly ourTag?: string } = {}): string {
  branches += 1;
  const contact = method === 'INVITE' || method === 'UPDATE' ? [`Contact: <sip:${tag}@peer.test>`] : [];
  return written(`${method} sip:gateway@gateway.test SIP/2.0`, [
    `Via: SIP/2.0/TCP peer.test;branch=z9hG4bKw${branches}`, 'Max-Forwards: 70', `From: ${header(invite, 'To')};tag=${tag}`, `To: ${header(invite, 'From')}`,
    `Call-ID: ${header(invite, 'Call-ID')}`, `CSeq: ${cseq} ${method}`, ...contact, ...headers,
  ], body, type);
}

/** A first INVITE of the peer. */
export function invitation({ headers = [], body = '', type = 'application/sdp', callId }: Written & { readonly callId?: string } = {}): string {
  branches += 1;
  return written('INVITE sip:caller@gateway.test SIP/2.0', [
    `Via: SIP/2.0/TCP peer.test;branch=z9hG4bKi${branches}`, 'Max-Forwards: 70', 'From: "Ann" <sip:732@peer.test>;tag=peer', 'To: <sip:caller@gateway.test>',
    `Call-ID: ${callId ?? `in-${branches}`}`, 'CSeq: 1 INVITE', 'Contact: <sip:732@peer.test>', ...headers,
  ], body, type);
}

/** A request of the peer in the dialog that its own INVITE began; `answer` is any response of ours with our tag. */
export function withinTheirs(invite: string, answer: string, method: string, cseq: number, { headers = [], body = '', type = 'application/sdp' }: Written = {}): string {
  branches += 1;
  const contact = method === 'INVITE' || method === 'UPDATE' ? ['Contact: <sip:732@peer.test>'] : [];
  return written(`${method} sip:gateway@gateway.test SIP/2.0`, [
    `Via: SIP/2.0/TCP peer.test;branch=z9hG4bKt${branches}`, 'Max-Forwards: 70', `From: ${header(invite, 'From')}`, `To: ${header(answer, 'To')}`,
    `Call-ID: ${header(invite, 'Call-ID')}`, `CSeq: ${cseq} ${method}`, ...contact, ...headers,
  ], body, type);
}

/** ACK to a refusal or CANCEL: in the transaction of the request. */
export function inTransaction(request: string, method: 'ACK' | 'CANCEL', response?: string): string {
  return written(`${method} ${request.split(' ', 2)[1] ?? ''} SIP/2.0`, [
    `Via: ${header(request, 'Via')}`, 'Max-Forwards: 70', `From: ${header(request, 'From')}`, `To: ${header(response ?? request, 'To')}`,
    `Call-ID: ${header(request, 'Call-ID')}`, `CSeq: ${header(request, 'CSeq').split(' ', 1)[0] ?? ''} ${method}`,
  ], '', '');
}

export function header(text: string, name: string): string {
  return new RegExp(`\\r\\n${name}: ([^\\r]*)\\r`, 'i').exec(text)?.[1] ?? '';
}

export function body(text: string): string {
  return text.slice(text.indexOf('\r\n\r\n') + 4);
}

export const leaving: EndCause = { cause: 200, text: 'Done' };

function written(firstLine: string, headers: readonly string[], body: string, type: string): string {
  return [firstLine, ...headers, ...(body === '' ? [] : [`Content-Type: ${type}`]), `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
}

function firstLine(text: string): string {
  return text.split('\r\n', 1)[0] ?? '';
}
