/** A phone, PBX or proxy that sends exactly the text it is told, over UDP, TCP or TLS; it can register by digest, call and answer. */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket as TcpSocket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { digestParameters, digestResponse, ha1Of, type Algorithm } from '../../src/sip/digest/digest.ts';
import { header } from './dialog-stand.ts';
import { domain } from './telephony-stand.ts';

const patience = 5000;
/** Whom an INVITE rings takes their time. */
const ringing = 40_000;

interface Wire {
  readonly transport: 'UDP' | 'TCP' | 'TLS';
  readonly port: number;
  send(text: string): void;
  close(): void;
}

export interface Account {
  readonly username: string;
  readonly password: string;
}

export interface Registering {
  readonly contact?: string;
  readonly expires?: number;
  readonly headers?: readonly string[];
  readonly algorithm?: Algorithm;
}

let unique = 0;

export class RawPhone {
  readonly account: Account;
  /** First lines of all that came, in order. */
  readonly heard: string[] = [];
  /** Answers every OPTIONS by itself; a phone that was unplugged does not. */
  alive = true;
  private readonly inbox: string[] = [];
  /** Call-IDs of texts that it had. */
  private readonly texts = new Set<string>();
  private readonly waiting = new Set<() => void>();
  private wire!: Wire;
  private cseq = 0;
  private towards = 0;
  readonly callId = `reg-${process.pid}-${unique += 1}`;

  private constructor(account: Account) {
    this.account = account;
  }

  /** @param port of the gateway or proxy; `aim` sets it later */
  static async udp(port: number, account: Account = { username: 'anna', password: 'secret-of-anna' }): Promise<RawPhone> {
    const phone = new RawPhone(account);
    const socket: UdpSocket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    socket.on('message', (data) => { phone.took(data.toString('utf8')); });
    phone.wire = { transport: 'UDP', port: socket.address().port, send: (text) => socket.send(text, phone.towards, '127.0.0.1'), close: () => socket.close() };
    phone.towards = port;
    return phone;
  }

  static async tcp(port: number, account: Account = { username: 'anna', password: 'secret-of-anna' }): Promise<RawPhone> {
    const phone = new RawPhone(account);
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    phone.listen(socket);
    return phone;
  }

  /** @param ca PEM of whom it trusts; the gateway's certificate must be for `host` */
  static async tls(port: number, account: Account, { ca, host }: { readonly ca: string; readonly host: string }): Promise<RawPhone> {
    const phone = new RawPhone(account);
    const socket = connectSecurely({ port, host: '127.0.0.1', ca, servername: host });
    await once(socket, 'secureConnect');
    phone.listen(socket, 'TLS');
    return phone;
  }

  /** A trunk's target: waits for connections of the gateway. */
  static async tcpServer(): Promise<RawPhone & { readonly server: Server }> {
    const phone = new RawPhone({ username: 'pbx', password: '' });
    const server = createServer((socket) => { phone.listen(socket); });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    phone.wire = { transport: 'TCP', port, send: () => { throw new Error('nobody connected'); }, close: () => server.close() };
    return Object.assign(phone, { server });
  }

  /** Over UDP: to which port from now on. */
  aim(port: number): void {
    this.towards = port;
  }

  get port(): number {
    return this.wire.port;
  }

  get contact(): string {
    return `<sip:${this.account.username}@127.0.0.1:${this.port}${this.wire.transport === 'UDP' ? '' : `;transport=${this.wire.transport.toLowerCase()}`}>`;
  }

  send(text: string): void {
    this.wire.send(text);
  }

  /** The next message that matches, taken out of the inbox. */
  next(pattern: RegExp, limit = patience): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(check);
        reject(new Error(`nothing matched ${String(pattern)} of ${this.inbox.map(firstLine).join(' | ') || 'nothing'}`));
      }, limit);
      const check = (): void => {
        const at = this.inbox.findIndex((text) => pattern.test(text));
        if (at < 0) return;
        clearTimeout(timer);
        this.waiting.delete(check);
        resolve(this.inbox.splice(at, 1)[0] ?? '');
      };
      this.waiting.add(check);
      check();
    });
  }

  /** The next text to it, one that it did not have yet: over UDP the same comes again where we were slow to answer. */
  async text(limit = 20_000): Promise<string> {
    for (;;) {
      const message = await this.next(/^MESSAGE /, limit);
      const id = header(message, 'Call-ID');
      if (this.texts.has(id)) continue;
      this.texts.add(id);
      return message;
    }
  }

  /** Sends a request and gives its final response. */
  ask(text: string, limit = patience): Promise<string> {
    this.send(text);
    return this.next(new RegExp(`^SIP/2\\.0 [2-6](?:.*\\r\\n)*?Call-ID: ${header(text, 'Call-ID')}\\r\\n(?:.*\\r\\n)*?CSeq: ${header(text, 'CSeq')}\\r|^SIP/2\\.0 [2-6](?:.*\\r\\n)*?CSeq: ${header(text, 'CSeq')}\\r\\n(?:.*\\r\\n)*?Call-ID: ${header(text, 'Call-ID')}\\r`), limit);
  }

  request(method: string, uri: string, headers: readonly string[], { callId = this.callId, to = `<sip:${this.account.username}@${domain}>`, from = `<sip:${this.account.username}@${domain}>;tag=p${this.port}`, cseq = this.cseq += 1, body = '' } = {}): string {
    unique += 1;
    return [
      `${method} ${uri} SIP/2.0`, `Via: SIP/2.0/${this.wire.transport} 127.0.0.1:${this.port};branch=z9hG4bKraw${unique};rport`, 'Max-Forwards: 70', `From: ${from}`, `To: ${to}`,
      `Call-ID: ${callId}`, `CSeq: ${cseq} ${method}`, ...headers, ...body === '' ? [] : ['Content-Type: application/sdp'], `Content-Length: ${Buffer.byteLength(body)}`, '', body,
    ].join('\r\n');
  }

  /** A request without credentials, and once more with them where they are asked for. The final response. */
  async askAuthenticated(method: string, uri: string, headers: readonly string[], options: { readonly algorithm?: Algorithm; readonly to?: string; readonly callId?: string; readonly body?: string } = {}): Promise<string> {
    const { algorithm = 'SHA-256', ...rest } = options;
    const first = this.request(method, uri, headers, rest);
    const challenge = await this.ask(first);
    if (method === 'INVITE') this.send(this.inTransaction(first, challenge));
    const [, proxy] = /^SIP\/2\.0 40[17](?:.*\r\n)*?(?:WWW|(Proxy))-Authenticate:/.exec(challenge) ?? [];
    const offered = Array.from(challenge.matchAll(/(?:WWW|Proxy)-Authenticate: ([^\r]*)/g), ([, value = '']) => digestParameters(value)).find((parameters) => (parameters?.get('algorithm') ?? 'MD5') === algorithm);
    if (!offered) return challenge;
    return this.ask(this.request(method, uri, [`${proxy === undefined ? '' : 'Proxy-'}Authorization: ${this.credentials(method, uri, offered)}`, ...headers], rest), method === 'INVITE' ? ringing : patience);
  }

  register({ contact = this.contact, expires = 300, headers = [], algorithm = 'SHA-256' }: Registering = {}): Promise<string> {
    return this.askAuthenticated('REGISTER', `sip:${domain}`, [...contact === '' ? [] : [`Contact: ${contact}`], `Expires: ${expires}`, 'User-Agent: Raw Phone 1', ...headers], { algorithm });
  }

  reply(request: string, status: number, { headers = [], body = '', contact = this.contact }: { readonly headers?: readonly string[]; readonly body?: string; readonly contact?: string } = {}): void {
    const copied = request.split('\r\n').filter((line) => /^(?:Via|From|Call-ID|CSeq|Record-Route):/i.test(line));
    const to = header(request, 'To');
    this.send([
      `SIP/2.0 ${status} Because`, ...copied, `To: ${to}${/;tag=/.test(to) || status === 100 ? '' : `;tag=to${this.port}`}`, `Contact: ${contact}`, ...headers,
      ...body === '' ? [] : ['Content-Type: application/sdp'], `Content-Length: ${Buffer.byteLength(body)}`, '', body,
    ].join('\r\n'));
  }

  /** Answers the next INVITE with 200 and waits for the ACK. */
  async answer(): Promise<string> {
    const invite = await this.next(/^INVITE /);
    this.reply(invite, 200, { body: 'v=0' });
    await this.next(/^ACK /);
    return invite;
  }

  /** A request of ours in the dialog that the gateway's INVITE began. */
  within(invite: string, method: string, cseq = 1): string {
    const target = /<([^>]*)>/.exec(header(invite, 'Contact'))?.[1] ?? '';
    const routes = Array.from(invite.matchAll(/\r\nRecord-Route: ([^\r]*)/g), ([, route]) => `Route: ${route ?? ''}`);
    return this.request(method, target, routes, {
      callId: header(invite, 'Call-ID'), cseq, from: `${header(invite, 'To')};tag=to${this.port}`, to: header(invite, 'From'),
    });
  }

  close(): void {
    this.wire.close();
  }

  private credentials(method: string, uri: string, challenge: ReadonlyMap<string, string>): string {
    const algorithm = (challenge.get('algorithm') ?? 'MD5') as Algorithm;
    const nonce = challenge.get('nonce') ?? '';
    const realm = challenge.get('realm') ?? '';
    const counted = { count: '00000001', clientNonce: 'raw' };
    const response = digestResponse({ algorithm, ha1: ha1Of(this.account.username, realm, this.account.password)[algorithm], method, uri, nonce, counted });
    return `Digest username="${this.account.username}", realm="${realm}", nonce="${nonce}", uri="${uri}", algorithm=${algorithm}, response="${response}", qop=auth, nc=${counted.count}, cnonce="${counted.clientNonce}"`;
  }

  private inTransaction(request: string, response: string): string {
    return [
      `ACK ${request.split(' ', 2)[1] ?? ''} SIP/2.0`, `Via: ${header(request, 'Via')}`, 'Max-Forwards: 70', `From: ${header(request, 'From')}`, `To: ${header(response, 'To')}`,
      `Call-ID: ${header(request, 'Call-ID')}`, `CSeq: ${header(request, 'CSeq').split(' ', 1)[0] ?? ''} ACK`, 'Content-Length: 0', '', '',
    ].join('\r\n');
  }

  private took(text: string): void {
    this.heard.push(firstLine(text));
    if (text.startsWith('OPTIONS ')) {
      if (this.alive) this.reply(text, 200);
      return;
    }
    this.inbox.push(text);
    for (const check of Array.from(this.waiting)) check();
  }

  private listen(socket: TcpSocket, transport: 'TCP' | 'TLS' = 'TCP'): void {
    let pending = '';
    socket.on('error', () => { /* the close tells */ });
    socket.on('data', (data) => {
      pending += data.toString('utf8');
      for (let end = pending.indexOf('\r\n\r\n'); end >= 0; end = pending.indexOf('\r\n\r\n')) {
        const whole = end + 4 + Number(header(`\r\n${pending.slice(0, end + 2)}`, 'Content-Length') || 0);
        if (pending.length < whole) return;
        this.took(pending.slice(0, whole).replace(/^(?:\r\n)+/, ''));
        pending = pending.slice(whole);
      }
    });
    const port = this.wire?.port ?? socket.localPort ?? 0;
    this.wire = { transport, port, send: (text) => socket.write(text), close: () => socket.destroy() };
  }
}

function firstLine(text: string): string {
  return text.split('\r\n', 1)[0] ?? '';
}
