/**
 * What UDP needs beneath SIP.js, which knows reliable transports only: requests and refusals are repeated until they are answered, and of
 * everything that comes twice SIP.js sees one. One object for one flow (our socket and one remote address). Pure: text and time in,
 * texts to send out; who sends them, and wakes it when `next` is due, is udp.ts.
 *
 *   our request:    calling ──1xx──▶ proceeding ──final──▶ completed (answers repeated finals with our ACK) ──D, K──▶ forgotten
 *   their request:  pending ──final──▶ completed (repeats it: G for a refused INVITE, else when asked) ──ACK: I; else H, J──▶ forgotten
 *
 * 2xx to an INVITE are the dialog's to repeat (RFC 3261, 13.3.1.4), and so are reliable provisional answers (RFC 3262, 3).
 */
import { factsOf, type MessageFacts } from './message-facts.ts';

/** Milliseconds (RFC 3261, 17.1.1.1 and 17.1.2.2). */
export const t1 = 500;
export const t2 = 4000;
export const t4 = 5000;
const transactionLimit = 64 * t1;
/** An INVITE may ring for so long; what stands longer than that is forgotten here and left to SIP.js' own matching. */
const ringingLimit = 10 * 60_000;
/** Of one flow. A trunk with 100 calls a second has that many within the 32 s that most are kept; beyond it the oldest are forgotten. */
const transactionsAtMost = 20_000;

interface Client {
  readonly text: string;
  readonly invite: boolean;
  state: 'calling' | 'proceeding' | 'completed';
  interval: number;
  repeatAt: number;
  endAt: number;
  /** Responses that were passed on. */
  readonly seen: Set<string>;
  /** Ours to the final refusal of an INVITE. */
  ack: string | null;
}

interface Server {
  readonly invite: boolean;
  /** The latest response; null where repeating it is not ours. */
  response: string | null;
  refused: boolean;
  acknowledged: boolean;
  interval: number;
  repeatAt: number;
  endAt: number;
}

/** `absorbed`: SIP.js has seen it already. */
export interface Received {
  readonly absorbed: boolean;
  readonly send: readonly string[];
}

const never = Number.POSITIVE_INFINITY;
const passed: Received = { absorbed: false, send: [] };

export class UdpTransactions {
  private readonly clients = new Map<string, Client>();
  private readonly servers = new Map<string, Server>();
  /** Our ACKs to 2xx, by dialog and CSeq. */
  private readonly acks = new Map<string, { readonly text: string; readonly endAt: number }>();
  repeated = 0;

  get size(): number {
    return this.clients.size + this.servers.size + this.acks.size;
  }

  /** When `due` has something to do next; null: never, as it stands. */
  get next(): number | null {
    let next = never;
    for (const { repeatAt, endAt } of this.clients.values()) next = Math.min(next, repeatAt, endAt);
    for (const { repeatAt, endAt } of this.servers.values()) next = Math.min(next, repeatAt, endAt);
    for (const { endAt } of this.acks.values()) next = Math.min(next, endAt);
    return next === never ? null : next;
  }

  /** A message of ours leaves now. */
  sent(text: string, now: number): void {
    const facts = factsOf(text);
    if (facts.type === 'response') this.responseSent(facts, text, now);
    else if (facts.method === 'ACK') this.ackSent(facts, text, now);
    else {
      // RFC 3261, 17.1.1.2 and 17.1.2.2: timers A and E begin at T1, B and F end it.
      put(this.clients, clientKey(facts), {
        text, invite: facts.method === 'INVITE', state: 'calling', interval: t1, repeatAt: now + t1, endAt: now + transactionLimit, seen: new Set<string>(), ack: null,
      });
    }
  }

  /** A judged message came. A request that is not absorbed is in work from now on; `forget` it where it leaves nothing behind. */
  received(text: string, now: number): Received {
    const facts = factsOf(text);
    if (facts.type === 'response') return this.responseReceived(facts, text, now);
    return facts.method === 'ACK' ? this.ackReceived(facts, now) : this.requestReceived(facts, now);
  }

  /** The request was answered without a transaction (RFC 3261, 8.2.7): it will be answered anew when it comes again. */
  forget(text: string): void {
    this.servers.delete(serverKey(factsOf(text)));
  }

  /** What is to be sent again by now. */
  due(now: number): string[] {
    const again: string[] = [];
    for (const [key, client] of this.clients) {
      if (client.endAt <= now) { this.clients.delete(key); continue; }
      if (client.repeatAt > now) continue;
      again.push(client.text);
      // Timer A doubles without limit, E up to T2; a request that was heard is repeated each T2 (RFC 3261, 17.1.2.2).
      client.interval = client.invite ? client.interval * 2 : Math.min(client.state === 'proceeding' ? t2 : client.interval * 2, t2);
      client.repeatAt = now + client.interval;
    }
    for (const [key, server] of this.servers) {
      if (server.endAt <= now) { this.servers.delete(key); continue; }
      if (server.repeatAt > now || server.response === null) continue;
      again.push(server.response);
      // RFC 3261, 17.2.1: timer G.
      server.interval = Math.min(server.interval * 2, t2);
      server.repeatAt = now + server.interval;
    }
    for (const [key, { endAt }] of this.acks) if (endAt <= now) this.acks.delete(key);
    this.repeated += again.length;
    return again;
  }

  private responseReceived(facts: MessageFacts, text: string, now: number): Received {
    const client = this.clients.get(clientKey(facts));
    if (!client) return passed;
    if (facts.status < 200) {
      if (client.state === 'completed') return { absorbed: true, send: [] };
      if (client.state === 'calling') {
        client.state = 'proceeding';
        // RFC 3261, 17.1.1.2: an INVITE that was heard is not repeated. Another request is, because its final response would not be.
        if (client.invite) { client.repeatAt = never; client.endAt = now + ringingLimit; } else { client.interval = t2; client.repeatAt = now + t2; }
      }
      return firstTime(client, text);
    }
    if (client.state !== 'completed') {
      client.state = 'completed';
      client.repeatAt = never;
      // RFC 3261, 17.1.1.2 and 17.1.2.2: timers D and K; RFC 6026, 7.2: M.
      client.endAt = now + (client.invite ? transactionLimit : t4);
    }
    if (!client.invite) return client.seen.has('final') ? { absorbed: true, send: [] } : (client.seen.add('final'), passed);
    // Each fork of an INVITE gives its own 2xx (RFC 3261, 13.2.2.4); a refusal comes once.
    const mark = facts.status < 300 ? `2xx ${facts.toTag}` : 'refusal';
    if (!client.seen.has(mark)) { client.seen.add(mark); return passed; }
    const ack = facts.status < 300 ? this.acks.get(ackKey(facts))?.text ?? null : client.ack;
    if (ack !== null) this.repeated += 1;
    return { absorbed: true, send: ack === null ? [] : [ack] };
  }

  private requestReceived(facts: MessageFacts, now: number): Received {
    const key = serverKey(facts);
    const server = this.servers.get(key);
    const invite = facts.method === 'INVITE';
    if (!server) {
      put(this.servers, key, { invite, response: null, refused: false, acknowledged: false, interval: t1, repeatAt: never, endAt: now + (invite ? ringingLimit : transactionLimit) });
      return passed;
    }
    if (server.response === null || server.acknowledged) return { absorbed: true, send: [] };
    this.repeated += 1;
    return { absorbed: true, send: [server.response] };
  }

  private ackReceived(facts: MessageFacts, now: number): Received {
    const refused = this.servers.get(serverKey({ ...facts, method: 'INVITE' }));
    if (refused?.refused === true) {
      if (refused.acknowledged) return { absorbed: true, send: [] };
      refused.acknowledged = true;
      refused.repeatAt = never;
      // RFC 3261, 17.2.1: timer I.
      refused.endAt = now + t4;
      return passed;
    }
    // The ACK of a 2xx is a transaction of its own (RFC 3261, 17.1.1.3) and comes again with every 2xx repeated.
    const key = serverKey(facts);
    if (this.servers.has(key)) return { absorbed: true, send: [] };
    put(this.servers, key, { invite: false, response: null, refused: false, acknowledged: true, interval: t1, repeatAt: never, endAt: now + transactionLimit });
    return passed;
  }

  private responseSent(facts: MessageFacts, text: string, now: number): void {
    const server = this.servers.get(serverKey(facts));
    if (!server) return;
    if (facts.status < 200) { server.response = text; return; }
    // RFC 6026, 7.1: in "accepted" a repeated INVITE is absorbed, and nothing more.
    server.response = server.invite && facts.status < 300 ? null : text;
    server.refused = server.invite && facts.status >= 300;
    // RFC 3261, 17.2.1 and 17.2.2: timers H and J; RFC 6026, 7.1: L.
    server.endAt = now + transactionLimit;
    if (!server.refused) return;
    server.interval = t1;
    server.repeatAt = now + t1;
  }

  private ackSent(facts: MessageFacts, text: string, now: number): void {
    const client = this.clients.get(clientKey({ ...facts, method: 'INVITE' }));
    if (client) client.ack = text;
    else put(this.acks, ackKey(facts), { text, endAt: now + transactionLimit });
  }
}

function firstTime(client: Client, text: string): Received {
  if (client.seen.has(text)) return { absorbed: true, send: [] };
  // A few provisional answers are many; one that floods with them is not remembered for it.
  if (client.seen.size < 32) client.seen.add(text);
  return passed;
}

function clientKey({ branch, method }: MessageFacts): string {
  return `${branch} ${method}`;
}

function serverKey({ branch, sentBy, method }: MessageFacts): string {
  return `${branch} ${sentBy} ${method}`;
}

function ackKey({ callId, sequence, toTag }: MessageFacts): string {
  return `${callId} ${sequence} ${toTag}`;
}

function put<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value);
  if (map.size <= transactionsAtMost) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
