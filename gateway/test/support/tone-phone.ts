/**
 * A phone that speaks in tones: SIP by RawPhone, G.711 over a plain UDP socket. It sends its two tones from its answer on, keeps what it hears with the moment of
 * it, answers re-INVITEs, and knows the digits that come as RFC 4733 events or by INFO.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Recording } from '../../../tests/support/tone.ts';
import { tone } from '../../../tests/support/tone.ts';
import { decodeG711, encodeG711 } from '../../src/media/mixer/g711.ts';
import type { Law } from '../../src/media/mixer/g711.ts';
import { Pace } from '../../src/media/mixer/pace.ts';
import { readRtp, RtpSender } from '../../src/media/mixer/rtp-packet.ts';
import { header } from './dialog-stand.ts';
import type { Account } from './raw-phone.ts';
import { RawPhone } from './raw-phone.ts';

const payloadTypes: Readonly<Record<Law, number>> = { PCMU: 0, PCMA: 8 };
const events = '0123456789*#ABCD';
const eventPayloadType = 101;
let ssrcs = 0x1000;

export interface TonePhoneOptions {
  readonly account: Account;
  /** Of the gateway. */
  readonly port: number;
  readonly frequencies: readonly number[];
  readonly laws?: readonly Law[];
  /** kbit/s that it can take (b=AS). */
  readonly bandwidth?: number;
}

export class TonePhone {
  readonly sip: RawPhone;
  readonly digits: string[] = [];
  readonly frequencies: readonly number[];
  /** Of the call that stands. */
  law: Law | null = null;
  /** Reason headers of the BYE or CANCEL that ended it. */
  endedBy: string | null = null;
  /** Moment of the first audible packet since the answer. */
  firstHeardAt: number | null = null;
  private readonly laws: readonly Law[];
  private rtp: Socket;
  private readonly pace: Pace;
  private readonly heard: Array<{ readonly at: number; readonly samples: Int16Array }> = [];
  private sender: RtpSender;
  private remote: { readonly address: string; readonly port: number } | null = null;
  private position = 0;
  private seconds: Uint8Array = new Uint8Array();
  private sdpVersion = 0;
  private direction = 'sendrecv';
  private lastEvent: number | null = null;
  private closed = false;
  private serving = false;
  /** Calls of ours in the order they began; a phone with two lines tells by them whose a request is. */
  private readonly calls = new Set<string>();
  private readonly lines: TonePhone[] = [this];

  private readonly bandwidth: number | null;

  private constructor(sip: RawPhone, rtp: Socket, { frequencies, laws = ['PCMU', 'PCMA'], bandwidth }: Pick<TonePhoneOptions, 'frequencies' | 'laws' | 'bandwidth'>) {
    this.bandwidth = bandwidth ?? null;
    this.sip = sip;
    this.rtp = rtp;
    this.frequencies = frequencies;
    this.laws = laws;
    this.sender = this.newSender('PCMU');
    this.pace = new Pace(() => this.speak());
    rtp.on('message', (datagram) => this.listen(datagram));
  }

  static async start(options: TonePhoneOptions): Promise<TonePhone> {
    const sip = await RawPhone.udp(options.port, options.account);
    const rtp = createSocket('udp4').bind(0, '127.0.0.1');
    await once(rtp, 'listening');
    return new TonePhone(sip, rtp, options);
  }

  /** Another line of the same phone: one registration and one address for both, and a call with sound of its own. */
  async secondLine(): Promise<TonePhone> {
    const rtp = createSocket('udp4').bind(0, '127.0.0.1');
    await once(rtp, 'listening');
    const line = new TonePhone(this.sip, rtp, { frequencies: this.frequencies, laws: this.laws });
    // The first line takes what comes for either.
    line.serving = true;
    this.lines.push(line);
    return line;
  }

  /** Answers the next INVITE; the rest of the call goes by itself. Answers the INVITE. */
  async answer(): Promise<string> {
    const invite = await this.sip.next(/^INVITE /);
    await this.pickUp(invite);
    return invite;
  }

  /** Answers the next INVITE with 183 and sounds at once, as a network's announcement does. */
  async announce(): Promise<string> {
    const invite = await this.sip.next(/^INVITE /);
    this.accept(invite, 183);
    return invite;
  }

  /** The final answer to an INVITE that is in hand. */
  async pickUp(invite: string): Promise<void> {
    this.accept(invite);
    await this.sip.next(/^ACK /);
    this.serve();
  }

  /** Calls, and takes the answer when it comes; `established` resolves then with the 200. */
  async call(uri: string, headers: readonly string[] = []): Promise<TonePhoneCall> {
    const callId = `call-${this.sip.port}-${Math.random().toString(36).slice(2)}`;
    this.calls.add(callId);
    const to = `<${uri}>`;
    const body = this.describe(this.laws);
    const response = this.sip.askAuthenticated('INVITE', uri, [`Contact: ${this.sip.contact}`, ...headers], { to, callId, body });
    const established = response.then((answer) => {
      if (!answer.startsWith('SIP/2.0 2')) return answer;
      this.follow(answer);
      const target = /<([^>]*)>/.exec(header(answer, 'Contact'))?.[1] ?? uri;
      const cseq = Number(header(answer, 'CSeq').split(' ', 1)[0]);
      this.sip.send(this.sip.request('ACK', target, [], { callId, to: header(answer, 'To'), cseq, from: header(answer, 'From') }));
      this.serve();
      return answer;
    });
    const ask = async (method: string, cseq: number): Promise<string> => {
      const answer = await established;
      const target = /<([^>]*)>/.exec(header(answer, 'Contact'))?.[1] ?? uri;
      if (method === 'BYE') this.pace.stop();
      return this.sip.ask(this.sip.request(method, target, [], { callId, to: header(answer, 'To'), from: header(answer, 'From'), cseq }));
    };
    return { callId, established, ask };
  }

  /** A request of ours in the dialog that an INVITE of the gateway began. */
  within(invite: string, method: string, cseq: number, headers: readonly string[] = [], body = ''): Promise<string> {
    const target = /<([^>]*)>/.exec(header(invite, 'Contact'))?.[1] ?? '';
    return this.sip.ask(this.sip.request(method, target, [`Contact: ${this.sip.contact}`, ...headers], {
      callId: header(invite, 'Call-ID'), cseq, from: `${header(invite, 'To')};tag=to${this.sip.port}`, to: header(invite, 'From'), body,
    }));
  }

  /** Puts the gateway on hold, or takes it off, by a re-INVITE. */
  async hold(invite: string, cseq: number, onHold: boolean): Promise<void> {
    this.direction = onHold ? 'sendonly' : 'sendrecv';
    const answer = await this.within(invite, 'INVITE', cseq, [], this.describe(this.law ? [this.law] : this.laws));
    this.acknowledge(invite, answer, cseq);
  }

  acknowledge(invite: string, answer: string, cseq: number): void {
    const target = /<([^>]*)>/.exec(header(invite, 'Contact'))?.[1] ?? '';
    this.sip.send(this.sip.request('ACK', target, [], { callId: header(invite, 'Call-ID'), cseq, from: header(answer, 'From'), to: header(answer, 'To') }));
    if (answer.startsWith('SIP/2.0 2')) this.follow(answer);
  }

  /** RTP from another port from now on, and another SSRC: a network change that the phone itself did not notice, or tells by a re-INVITE. */
  async move(): Promise<void> {
    const rtp = createSocket('udp4').bind(0, '127.0.0.1');
    await once(rtp, 'listening');
    rtp.on('message', (datagram) => this.listen(datagram));
    const before = this.rtp;
    this.rtp = rtp;
    before.close();
    this.sender = this.newSender(this.law ?? 'PCMU');
  }

  /** Sends nothing for a while, as before a stream of another SSRC. */
  pause(): void {
    this.pace.stop();
  }

  /** Sends again, as another stream: a new SSRC, from the same port. */
  speakAnew(): void {
    this.sender = this.newSender(this.law ?? 'PCMU');
    this.pace.start();
  }

  press(digit: string): void {
    const event = events.indexOf(digit);
    const start = Math.floor(Math.random() * 2 ** 31);
    const sender = (marker: boolean, ended: boolean, duration: number, sequence: number): Buffer => {
      const packet = Buffer.alloc(16);
      packet.writeUInt8(0x80, 0);
      packet.writeUInt8((marker ? 0x80 : 0) | eventPayloadType, 1);
      packet.writeUInt16BE(sequence & 0xffff, 2);
      packet.writeUInt32BE(start, 4);
      packet.writeUInt32BE(this.ssrc, 8);
      packet.writeUInt8(event, 12);
      packet.writeUInt8((ended ? 0x80 : 0) | 10, 13);
      packet.writeUInt16BE(duration, 14);
      return packet;
    };
    // In the sequence of the stream, which goes on after it.
    for (let step = 1; step <= 8; step += 1) {
      const packet = sender(step === 1, step > 5, Math.min(step, 5) * 160, this.sender.skip());
      if (this.remote) this.rtp.send(packet, this.remote.port, this.remote.address);
    }
  }

  /** When something came first after this moment; null: nothing yet. */
  firstHeardSince(moment: number): number | null {
    return this.heard.find(({ at, samples }) => at > moment && samples.some((sample) => Math.abs(sample) > 500))?.at ?? null;
  }

  /** What was heard in these seconds from now on; nothing for a stretch in which nothing came. */
  async record(seconds: number): Promise<Recording> {
    const from = performance.now();
    await new Promise((resolve) => { setTimeout(resolve, seconds * 1000 + 100); });
    const samples = this.heard.filter(({ at }) => at >= from).flatMap(({ samples: some }) => Array.from(some)).slice(0, seconds * 8000);
    return { rate: 8000, samples: Float32Array.from(samples, (sample) => sample / 32_768) };
  }

  close(): void {
    this.sip.close();
    for (const line of this.lines) line.silence();
  }

  private silence(): void {
    this.closed = true;
    this.pace.stop();
    this.rtp.close();
  }

  private ssrc = 0;

  private newSender(law: Law): RtpSender {
    ssrcs += 1;
    this.ssrc = ssrcs;
    return new RtpSender({ ssrc: ssrcs, payloadType: payloadTypes[law], step: 160, start: Math.floor(Math.random() * 60_000) });
  }

  private describe(laws: readonly Law[]): string {
    this.sdpVersion += 1;
    return [
      'v=0', `o=- ${this.sip.port} ${this.sdpVersion} IN IP4 127.0.0.1`, 's=-', 'c=IN IP4 127.0.0.1', 't=0 0',
      `m=audio ${this.rtp.address().port} RTP/AVP ${laws.map((law) => payloadTypes[law]).join(' ')} ${eventPayloadType}`,
      ...(this.bandwidth === null ? [] : [`b=AS:${this.bandwidth}`]), ...laws.map((law) => `a=rtpmap:${payloadTypes[law]} ${law}/8000`), `a=rtpmap:${eventPayloadType} telephone-event/8000`, `a=fmtp:${eventPayloadType} 0-15`,
      'a=ptime:20', `a=${this.direction}`, '',
    ].join('\r\n');
  }

  /** Answers an offer of the gateway in its order, with what we have. */
  private accept(invite: string, status = 200): void {
    const sdp = invite.slice(invite.indexOf('\r\n\r\n') + 4);
    const offered = (/^m=audio \d+ \S+ ([\d ]+)/m.exec(sdp)?.[1] ?? '').split(' ').map(Number);
    const law = offered.map((type) => this.laws.find((one) => payloadTypes[one] === type)).find((one) => one !== undefined);
    if (!law) { this.sip.reply(invite, 488); return; }
    const video = Array.from(sdp.matchAll(/^m=video \d+ (\S+) ([^\r\n]*)/gm), ([, protocol, types]) => `m=video 0 ${protocol ?? ''} ${types ?? ''}\r\n`).join('');
    this.sip.reply(invite, status, { body: this.describe([law]) + video });
    this.follow(invite);
  }

  private follow(message: string): void {
    const sdp = message.slice(message.indexOf('\r\n\r\n') + 4);
    const port = Number(/^m=audio (\d+)/m.exec(sdp)?.[1] ?? 0);
    const address = /^c=IN IP4 (\S+)/m.exec(sdp)?.[1] ?? '127.0.0.1';
    const types = (/^m=audio \d+ \S+ ([\d ]+)/m.exec(sdp)?.[1] ?? '').split(' ').map(Number);
    const law = types.map((type) => this.laws.find((one) => payloadTypes[one] === type)).find((one) => one !== undefined) ?? 'PCMU';
    this.remote = { address, port };
    if (law !== this.law) {
      this.law = law;
      this.seconds = encodeG711(law, Array.from(tone(this.frequencies, 1, 8000).samples, (sample) => sample * 32_767));
      this.sender = this.newSender(law);
    }
    this.pace.start();
  }

  private speak(): void {
    if (!this.remote || this.closed) return;
    const payload = this.seconds.subarray(this.position, this.position + 160);
    this.position = (this.position + 160) % Math.max(160, this.seconds.length);
    this.rtp.send(this.sender.packet(payload), this.remote.port, this.remote.address);
  }

  private listen(datagram: Buffer): void {
    const packet = readRtp(datagram);
    if (!packet) return;
    if (packet.payloadType === eventPayloadType) {
      const ended = ((packet.payload[1] ?? 0) & 0x80) !== 0;
      if (ended && packet.timestamp !== this.lastEvent) {
        this.lastEvent = packet.timestamp;
        this.digits.push(events.charAt(packet.payload[0] ?? 0));
      }
      return;
    }
    const law = (['PCMU', 'PCMA'] as const).find((one) => payloadTypes[one] === packet.payloadType);
    if (!law) return;
    const samples = decodeG711(law, packet.payload);
    if (this.firstHeardAt === null && samples.some((sample) => Math.abs(sample) > 500)) this.firstHeardAt = performance.now();
    this.heard.push({ at: performance.now(), samples });
    if (this.heard.length > 2000) this.heard.shift();
  }

  /** What a phone does by itself from its first call on; what became of a REFER is told after the BYE as well. */
  private serve(): void {
    if (this.serving) return;
    this.serving = true;
    const turn = async (): Promise<void> => {
      while (!this.closed) {
        const request = await this.sip.next(/^(?:BYE|INVITE [^\r]*\r\n(?:.*\r\n)*?To: [^\r]*;tag=|INFO|UPDATE|NOTIFY|CANCEL) ?/, 600_000);
        const line = this.lines.find(({ calls }) => calls.has(header(request, 'Call-ID'))) ?? this;
        if (request.startsWith('BYE')) {
          line.endedBy = Array.from(request.matchAll(/\r\nReason: ([^\r]*)/g), ([, reason]) => reason).join(', ');
          this.sip.reply(request, 200);
          line.pace.stop();
          continue;
        }
        if (request.startsWith('INVITE')) { line.accept(request); continue; }
        if (request.startsWith('INFO')) {
          const digit = /Signal=\s*(\S)/.exec(request)?.[1];
          if (digit !== undefined) line.digits.push(digit);
        }
        if (request.startsWith('NOTIFY')) line.notified.push(/SIP\/2\.0 (\d{3})/.exec(request.slice(request.indexOf('\r\n\r\n')))?.[1] ?? '');
        this.sip.reply(request, 200);
      }
    };
    turn().catch(() => { /* the phone was closed, or the test is over */ });
  }

  /** Statuses that NOTIFYs of a REFER of ours told. */
  readonly notified: string[] = [];
}

export interface TonePhoneCall {
  readonly callId: string;
  /** The final response to the INVITE; acknowledged. */
  readonly established: Promise<string>;
  /** A request of ours in it, once it is established. */
  ask(method: string, cseq: number): Promise<string>;
}
