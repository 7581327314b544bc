/**
 * An ACD of one's own, as small as one can be: whoever waits longest gets the first agent who is free, beginning with the one who dealt with them before. It keeps in memory what it is told, which is enough:
 * a gateway that hears nothing of a contact gives it to an agent by itself, and tells again what was not taken.
 */
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

interface Told {
  readonly type: 'submit' | 'update' | 'cancel';
  readonly contactId: string;
  readonly event?: string;
  readonly agent?: string | null;
  readonly contact?: { readonly waitingSince: string; readonly present: boolean; readonly lastAgent: { readonly agent: string; readonly until: string | null } | null };
  readonly reason?: string;
}

interface Waiting {
  since: string;
  present: boolean;
  /** Tried before the others. */
  lastAgent: string | null;
  readonly refusedBy: Set<string>;
}

const secondsEach = 180;

export class AcdServer {
  readonly told: Told[] = [];
  readonly #secret: string;
  readonly #agents: readonly string[];
  readonly #waiting = new Map<string, Waiting>();
  #server: Server | null = null;
  #port = 0;
  #gateway = '';
  #assigning: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(secret: string, agents: readonly string[]) {
    this.#secret = secret;
    this.#agents = agents;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/acd`;
  }

  /** `gateway`: where the gateway is reached, as `https://gethelp.example.com`. */
  serve(gateway: string): void {
    this.#gateway = gateway;
    // Nobody tells that an agent has become free: those who wait are tried again.
    this.#timer = setInterval(() => this.#assignSoon(), 300);
  }

  async listen(): Promise<void> {
    const server = createServer((request, response) => { this.#take(request, response).catch(() => response.destroy()); });
    this.#server = server;
    await new Promise<void>((resolve) => { server.listen(this.#port, '127.0.0.1', resolve); });
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Nothing of what it knew is left. */
  close(): Promise<void> {
    clearInterval(this.#timer);
    this.#waiting.clear();
    const server = this.#server;
    if (server === null) return Promise.resolve();
    server.closeAllConnections();
    return new Promise((resolve) => { server.close(() => resolve()); });
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const [id, at, given] = [String(request.headers['webhook-id']), String(request.headers['webhook-timestamp']), Buffer.from(String(request.headers['webhook-signature']))];
    const expected = Buffer.from(this.#signature(id, at, body));
    if (given.length !== expected.length || !timingSafeEqual(given, expected) || Math.abs(Date.now() / 1000 - Number(at)) > 300) {
      response.writeHead(401).end();
      return;
    }
    const told = JSON.parse(body) as Told;
    this.told.push(told);
    this.#note(told);
    const position = this.#inOrder().findIndex(([contactId]) => contactId === told.contactId) + 1;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(position === 0 ? {} : { position, ewt: { low: (position - 1) * secondsEach, high: position * secondsEach } }));
    this.#assignSoon();
  }

  #note({ type, contactId, event, agent, contact }: Told): void {
    const over = type === 'cancel' || event === 'ended' || event === 'accepted' || event === 'offered';
    const known = this.#waiting.get(contactId);
    if (over || contact === undefined) {
      this.#waiting.delete(contactId);
      return;
    }
    const waiting = { since: contact.waitingSince, present: contact.present, lastAgent: contact.lastAgent?.agent ?? null, refusedBy: known?.refusedBy ?? new Set<string>() };
    if ((event === 'rejected' || event === 'timeout') && typeof agent === 'string') waiting.refusedBy.add(agent);
    this.#waiting.set(contactId, waiting);
  }

  #inOrder(): Array<[string, Waiting]> {
    return [...this.#waiting].toSorted(([, one], [, other]) => one.since.localeCompare(other.since));
  }

  /** One after the other, so that nobody is tried twice at once. */
  #assignSoon(): void {
    this.#assigning = this.#assigning.then(() => this.#assign()).catch(() => { /* the gateway is away, and asked again in a moment */ });
  }

  async #assign(): Promise<void> {
    if (this.#gateway === '') return;
    // Whoever was not free for the first is not asked for the next: they may have become free in between, and the first waits longer.
    const notFree = new Set<string>();
    for (const [contactId, { present, lastAgent, refusedBy }] of this.#inOrder()) {
      if (!present) continue;
      for (const agent of this.#agents.toSorted((one, other) => Number(other === lastAgent) - Number(one === lastAgent))) {
        if (refusedBy.has(agent) || notFree.has(agent)) continue;
        // 409: the agent is not free, or the contact has moved on.
        const isAssigned = await this.send({ id: randomUUID(), contactId, agent }) === 204;
        notFree.add(agent);
        if (isAssigned) {
          this.#waiting.delete(contactId);
          break;
        }
      }
    }
  }

  /** Answers the status. */
  async send(assignment: object, change: { readonly secret?: string; readonly at?: number } = {}): Promise<number> {
    const body = JSON.stringify(assignment);
    const [id, at] = [randomUUID(), String(Math.floor((change.at ?? Date.now()) / 1000))];
    const response = await fetch(`${this.#gateway}/api/acd/assignments`, {
      method: 'POST', body, signal: AbortSignal.timeout(5000),
      headers: { 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': this.#signature(id, at, body, change.secret) },
    });
    await response.body?.cancel();
    return response.status;
  }

  #signature(id: string, at: string, body: string, secret = this.#secret): string {
    return `v1,${createHmac('sha256', secret).update(`${id}.${at}.${body}`).digest('base64')}`;
  }
}
