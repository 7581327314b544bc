/** A SIP peer on a WebSocket that sends exactly the text it is told: for what no well-behaved library would send. */
import { WebSocket } from 'ws';

const patience = 5000;

export class Peer {
  readonly closed: Promise<number>;
  private readonly socket: WebSocket;
  private readonly inbox: string[] = [];
  private readonly waiting = new Set<() => void>();

  private constructor(socket: WebSocket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => { socket.once('close', resolve); });
    socket.on('error', () => { /* the close that follows tells */ });
    socket.on('message', (data: Buffer) => {
      this.inbox.push(data.toString('utf8'));
      for (const check of this.waiting) check();
    });
  }

  static async connect(origin: string, username: string): Promise<Peer> {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/sip?agent=${username}`, 'sip');
    const peer = new Peer(socket);
    await new Promise<void>((resolve, reject) => { socket.once('open', resolve); socket.once('error', reject); });
    return peer;
  }

  send(data: string | Buffer): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(data);
  }

  /** The next message that matches, taken out of the inbox. */
  next(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => {
        this.waiting.delete(check);
        reject(new Error(`nothing matched ${String(pattern)} of ${this.inbox.map((text) => text.split('\r\n', 1)[0]).join(' | ')}`));
      }, patience);
      const check = (): void => {
        const index = this.inbox.findIndex((text) => pattern.test(text));
        if (index < 0) return;
        clearTimeout(limit);
        this.waiting.delete(check);
        resolve(this.inbox.splice(index, 1)[0] ?? '');
      };
      this.waiting.add(check);
      check();
    });
  }

  /** Sends a request and gives its final response. */
  ask(text: string): Promise<string> {
    const callId = /^Call-ID: (.*)\r$/m.exec(text)?.[1] ?? '';
    this.send(text);
    return this.next(new RegExp(`^SIP/2\\.0 [2-6].*\\r\\n(?:.*\\r\\n)*Call-ID: ${callId}\\r`));
  }

  reply(request: string, status: number, phrase: string, headers: readonly string[] = [], body = ''): void {
    const copied = request.split('\r\n').filter((line) => /^(?:Via|From|Call-ID|CSeq):/i.test(line));
    const to = /^To: (.*)\r$/m.exec(request)?.[1] ?? '';
    this.send([`SIP/2.0 ${status} ${phrase}`, ...copied, `To: ${to};tag=peer`, ...headers, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n'));
  }

  close(): void {
    this.socket.terminate();
  }
}

export function registerText({ user, host = 'help.test', from = user, instance = `${user}-page`, expires = 300 }: {
  readonly user: string; readonly host?: string; readonly from?: string; readonly instance?: string; readonly expires?: number;
}): string {
  const unique = Math.random().toString(36).slice(2);
  return [
    `REGISTER sip:${host} SIP/2.0`, `Via: SIP/2.0/WS ${unique}.invalid;branch=z9hG4bK${unique}`, 'Max-Forwards: 70',
    `From: <sip:${from}@${host}>;tag=r${unique}`, `To: <sip:${user}@${host}>`, `Call-ID: ${unique}`, 'CSeq: 1 REGISTER',
    `Contact: <sip:${user}@${unique}.invalid;transport=ws>;reg-id=1;+sip.instance="<urn:uuid:${instance}>";expires=${expires}`, 'Content-Length: 0', '', '',
  ].join('\r\n');
}
