/** A peer on a UDP socket of its own that sends exactly the text it is told, and a network that loses and doubles datagrams. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';

const patience = 5000;

async function bound(address: string): Promise<Socket> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  await new Promise<void>((resolve) => { socket.bind(0, address, resolve); });
  return socket;
}

export class DatagramPeer {
  readonly address: string;
  readonly port: number;
  readonly inbox: string[] = [];
  private readonly socket: Socket;
  private readonly target: number;
  private readonly waiting = new Set<() => void>();

  private constructor(socket: Socket, target: number) {
    this.socket = socket;
    this.target = target;
    ({ address: this.address, port: this.port } = socket.address());
    socket.on('message', (data) => {
      this.inbox.push(data.toString());
      for (const check of this.waiting) check();
    });
  }

  static async bind(target: number, address = '127.0.0.1'): Promise<DatagramPeer> {
    return new DatagramPeer(await bound(address), target);
  }

  send(text: string): void {
    this.socket.send(text, this.target, '127.0.0.1');
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

  /** Sends a request and gives the status of its final response. */
  async ask(text: string): Promise<number> {
    this.send(text);
    const [, callId = ''] = /^Call-ID: (.*)\r$/m.exec(text) ?? [];
    const [, sequence = ''] = /^CSeq: (.*)\r$/m.exec(text) ?? [];
    const answer = await this.next(new RegExp(`^SIP/2\\.0 [2-6](?:.*\\r\\n)*?(?:CSeq: ${sequence}\\r\\n(?:.*\\r\\n)*?Call-ID: ${callId}|Call-ID: ${callId}\\r\\n(?:.*\\r\\n)*?CSeq: ${sequence})\\r`));
    return Number(answer.slice(8, 11));
  }

  close(): void {
    this.socket.close();
  }
}

let sequence = 0;

/** A request of a peer that asks for `rport`; `headers` replace or add. */
export function datagramRequest(method: string, target: string, headers: Readonly<Record<string, string | null>> = {}, body = ''): string {
  sequence += 1;
  const all: Record<string, string | null> = {
    Via: `SIP/2.0/UDP peer.invalid;branch=z9hG4bKpeer${sequence};rport`, 'Max-Forwards': '70', From: '<sip:peer@help.test>;tag=peer', To: `<${target}>`, 'Call-ID': `peer-${sequence}`,
    CSeq: `1 ${method}`, Contact: '<sip:peer@127.0.0.1:9>', ...headers, 'Content-Length': String(Buffer.byteLength(body)),
  };
  return `${method} ${target} SIP/2.0\r\n${Object.entries(all).map(([name, value]) => (value === null ? '' : `${name}: ${value}\r\n`)).join('')}\r\n${body}`;
}

/** Between a caller and a callee, both of whom think that it is the other: the first transmission of everything is lost, what follows comes twice. */
export class LossyRelay {
  readonly port: number;
  lost = 0;
  private readonly front: Socket;
  private readonly back: Socket;
  private readonly seen = new Set<string>();
  private caller: RemoteInfo | null = null;

  private constructor(front: Socket, back: Socket, callee: number) {
    this.front = front;
    this.back = back;
    this.port = front.address().port;
    front.on('message', (data, from) => { this.caller = from; this.pass(`> ${data.toString()}`, () => back.send(data, callee, '127.0.0.1')); });
    back.on('message', (data) => { this.pass(`< ${data.toString()}`, () => { if (this.caller) front.send(data, this.caller.port, this.caller.address); }); });
  }

  static async to(callee: number): Promise<LossyRelay> {
    return new LossyRelay(await bound('127.0.0.1'), await bound('127.0.0.1'), callee);
  }

  close(): void {
    this.front.close();
    this.back.close();
  }

  private pass(key: string, forward: () => void): void {
    if (!this.seen.has(key)) {
      this.seen.add(key);
      this.lost += 1;
      return;
    }
    forward();
    forward();
  }
}
