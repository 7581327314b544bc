/** Whole gateways on free ports for tests, and the two people who use them: a customer's socket and an agent's desktop without a browser. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { io, type Socket } from 'socket.io-client';
import { WebSocket } from 'ws';
import type { AgentServerEvents, AgentView, AnswerWith, LoggedIn } from '#shared/agent-protocol.ts';
import type { CustomerClientEvents, CustomerServerEvents, CustomerView } from '#shared/customer-protocol.ts';
import type { Problem } from '#shared/problem.ts';
import type { CreatedSession, CreateSession } from '#shared/session-api.ts';
import { parseConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';
import { readEnvironment } from '../../src/environment.ts';
import { startGateway, type Gateway } from '../../src/gateway.ts';
import type { CallService } from '../../src/media/call-service.ts';

export const portalKey = 'test-portal-key';
export const otherPortalKey = 'other-portal-key';

export const testConfig = `
portals:
  - { id: bank, name: Bank, keys: [{ id: old, secret: ${portalKey} }, { id: new, secret: test-portal-key-2 }], queues: [help, loans, closed] , pages: [{ path: /loans*, queue: loans }] }
  - { id: other, name: Other, keys: [{ id: only, secret: ${otherPortalKey} }], queues: [help], origins: [https://other.example] }
queues:
  - { id: help, label: Help, skills: [banking], offerSeconds: 2, holdPlace: 3, wrapUp: { mode: mandatory, dispositions: [Solved] } }
  - { id: loans, label: Loans, skills: [loans], priority: 60, wrapUp: { mode: none } }
  - { id: closed, label: Closed, hours: never }
hours:
  - { id: never, timeZone: UTC, weekly: [] }
agents:
  - { username: anna, name: Anna, password: anna, skills: [banking, loans] }
  - { username: ben, name: Ben, password: ben, skills: [banking] }
`;

/** Nothing in a test waits longer than this for what it needs. */
export const patience = 15_000;

export interface TestGateway {
  readonly gateway: Gateway;
  readonly url: string;
  readonly dataDir: string;
  /** UDP; 0 unless the variables say SIP_UDP_PORT. */
  readonly sipPort: number;
  stop(): Promise<void>;
}

export async function startTestGateway(options: { readonly config?: string; readonly dataDir?: string; readonly variables?: Record<string, string>; readonly now?: () => number; readonly calls?: CallService; /** The contact-center file as it is when it is read again. */ readonly read?: () => string } = {}): Promise<TestGateway> {
  const dataDir = options.dataDir ?? await mkdtemp(join(tmpdir(), 'gethelp-test-'));
  const environment = readEnvironment({ PORT: '0', HOST: '127.0.0.1', MEDIA_PORT: '0', MEDIA_WORKERS: '1', DATA_DIR: dataDir, ...options.variables });
  const parsed = (text: string): Config => parseConfig(text, 'test.yaml', { production: false });
  const { read } = options;
  const gateway = await startGateway({
    environment, config: parsed(options.config ?? testConfig), ...(read === undefined ? {} : { read: async () => parsed(read()) }), dist: join(import.meta.dirname, '../../../dist'),
    log: pino({ level: 'silent' }), progress: () => { /* nobody watches */ }, ...(options.now === undefined ? {} : { now: options.now }), ...(options.calls === undefined ? {} : { calls: options.calls }),
  });
  return {
    gateway, url: `http://127.0.0.1:${gateway.port}`, dataDir, sipPort: gateway.sip.udp[0]?.port ?? 0,
    stop: async () => {
      await gateway.stop();
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
  readonly headers: Headers;
}

export async function call<T = unknown>(
  url: string, path: string, options: { readonly method?: string; readonly token?: string; readonly body?: unknown; readonly headers?: Record<string, string> } = {},
): Promise<Answer<T>> {
  const response = await fetch(`${url}${path}`, {
    method: options.method ?? (options.body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(options.token === undefined ? {} : { Authorization: `Bearer ${options.token}` }), ...(options.body === undefined ? {} : { 'Content-Type': 'application/json' }), ...options.headers,
    },
    ...(options.body === undefined ? {} : { body: typeof options.body === 'string' ? options.body : JSON.stringify(options.body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: (text === '' ? undefined : JSON.parse(text)) as T };
}

export const aSession: CreateSession = {
  customer: { id: 'c-1', name: 'Jane Doe', attributes: { segment: 'gold' } }, inquiry: { pageUrl: 'https://bank.example/accounts', title: 'Accounts' },
};

export async function createSession(url: string, change: Partial<CreateSession> = {}): Promise<CreatedSession> {
  const { status, body } = await call<CreatedSession>(url, '/api/sessions', { token: portalKey, body: { ...aSession, ...change } });
  if (status !== 201) throw new Error(`session refused: ${JSON.stringify(body)}`);
  return body;
}

/** Collects what arrives and lets a test wait for what it needs. */
class Inbox<T> {
  readonly all: T[] = [];
  readonly #waiting = new Set<() => void>();

  put(value: T): void {
    this.all.push(value);
    for (const check of this.#waiting) check();
  }

  get latest(): T | undefined {
    return this.all.at(-1);
  }

  /** Resolves with the first value, among those that came or are still to come, that fits; `after` skips that many. */
  until(what: string, fits: (value: T) => boolean, after = 0): Promise<T> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        const found = this.all.slice(after).find(fits);
        if (found === undefined) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve(found);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        reject(new Error(`waited in vain for: ${what}; the last was ${JSON.stringify(this.latest)}`));
      }, patience);
      this.#waiting.add(check);
      check();
    });
  }
}

export class TestCustomer {
  readonly views = new Inbox<CustomerView>();
  readonly events = new Inbox<'superseded' | 'disconnect'>();
  readonly socket: Socket<CustomerServerEvents, CustomerClientEvents>;
  resume = '';

  private constructor(url: string, auth: Record<string, string>, origin: string | undefined) {
    this.socket = io(`${url}/customer`, { auth, forceNew: true, reconnection: false, transports: ['websocket'], ...(origin === undefined ? {} : { extraHeaders: { origin } }) });
    this.socket.on('view', (view) => this.views.put(view));
    this.socket.on('superseded', () => this.events.put('superseded'));
    this.socket.on('disconnect', () => this.events.put('disconnect'));
  }

  /** Resolves when welcomed; rejects with the problem when refused. */
  static connect(url: string, auth: { readonly token: string; readonly channel?: 'voice' | 'chat' } | { readonly resume: string }, origin?: string): Promise<TestCustomer> {
    return new Promise((resolve, reject) => {
      const customer = new TestCustomer(url, { ...auth }, origin);
      customer.socket.on('welcome', ({ resume, view }) => {
        customer.resume = resume;
        customer.views.put(view);
        resolve(customer);
      });
      customer.socket.on('connect_error', (error) => {
        customer.socket.close();
        // Without a problem it is the line that failed.
        const { data } = error as Error & { data?: Problem };
        reject(data === undefined ? error : new Refusal(data));
      });
    });
  }

  static async arrive(url: string, change: Partial<CreateSession> = {}): Promise<TestCustomer> {
    const { token } = await createSession(url, change);
    return TestCustomer.connect(url, { token });
  }

  get contactId(): string {
    return this.views.all[0]?.contactId ?? '';
  }

  phase(name: CustomerView['phase']['name'], after = 0): Promise<CustomerView> {
    return this.views.until(`the customer's phase ${name}`, ({ phase }) => phase.name === name, after);
  }

  leave(): Promise<unknown> {
    return this.socket.timeout(patience).emitWithAck('leave');
  }

  close(): void {
    this.socket.close();
  }
}

export class Refusal extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.title);
    this.problem = problem;
  }
}

/** An agent who is logged in, watches their views and is registered by SIP; their phone answers no INVITE. */
export class TestAgent {
  readonly views = new Inbox<AgentView>();
  readonly events = new Inbox<'superseded' | 'disconnect'>();
  readonly url: string;
  readonly login: LoggedIn;
  readonly socket: Socket<AgentServerEvents>;
  #phone: WebSocket | null = null;

  private constructor(url: string, login: LoggedIn) {
    this.url = url;
    this.login = login;
    this.socket = io(`${url}/agent`, { auth: { token: login.token }, forceNew: true, reconnection: false, transports: ['websocket'] });
    this.socket.on('view', (view) => this.views.put(view));
    this.socket.on('superseded', () => this.events.put('superseded'));
    this.socket.on('disconnect', () => this.events.put('disconnect'));
  }

  static async login(url: string, username: string): Promise<TestAgent> {
    const { status, body } = await call<LoggedIn>(url, '/api/agents/login', { body: { username, password: username } });
    if (status !== 200) throw new Error(`login refused: ${JSON.stringify(body)}`);
    return new TestAgent(url, body);
  }

  /** Logged in, registered and available. */
  static async atWork(url: string, username: string): Promise<TestAgent> {
    const agent = await TestAgent.login(url, username);
    await agent.register();
    await agent.status('available');
    return agent;
  }

  async register(): Promise<void> {
    const { body: { ticket } } = await this.post<{ ticket: string }>('/api/agents/me/sip-ticket');
    const phone = new WebSocket(`${this.url.replace('http', 'ws')}/sip?ticket=${ticket}`, 'sip');
    this.#phone = phone;
    await new Promise((resolve, reject) => { phone.once('open', resolve); phone.once('error', reject); });
    const host = `${randomUUID().slice(0, 8)}.invalid`;
    const { aor } = this.login.sip;
    phone.send([
      `REGISTER sip:${aor.split('@')[1]} SIP/2.0`, `Via: SIP/2.0/WS ${host};branch=z9hG4bK${randomUUID()}`, 'Max-Forwards: 70', `To: <${aor}>`, `From: <${aor}>;tag=${randomUUID()}`,
      `Call-ID: ${randomUUID()}`, 'CSeq: 1 REGISTER', `Contact: <sip:phone@${host};transport=ws>;+sip.instance="<urn:uuid:${randomUUID()}>";expires=600`, 'Content-Length: 0', '', '',
    ].join('\r\n'));
    await this.views.until('the registration', ({ agent }) => agent.endpointRegistered);
  }

  unregister(): void {
    this.#phone?.close();
  }

  async status(status: 'available' | 'break' | 'offline', reason?: string): Promise<void> {
    const { status: code, body } = await call(this.url, '/api/agents/me/status', { method: 'PUT', token: this.login.token, body: { status, ...(reason === undefined ? {} : { reason }) } });
    if (code !== 204) throw new Error(`status refused: ${JSON.stringify(body)}`);
  }

  /** What this agent's calls ring on. */
  async answerWith(answerWith: AnswerWith): Promise<void> {
    const { status } = await call(this.url, '/api/agents/me/endpoint', { method: 'PUT', token: this.login.token, body: { answerWith } });
    if (status !== 204) throw new Error(`endpoint refused: ${status}`);
  }

  post<T = Problem>(path: string, body?: unknown): Promise<Answer<T>> {
    return call<T>(this.url, path, { method: 'POST', token: this.login.token, ...(body === undefined ? {} : { body }) });
  }

  /** The contact in a slot of this state, once there is one. */
  async slot(state: 'reserved' | 'engaged' | 'wrapUp', contactId?: string, after = 0): Promise<AgentView['contacts'][number]> {
    const fits = (view: AgentView) => view.contacts.find((contact) => contact.slot === state && (contactId === undefined || contact.contactId === contactId));
    const view = await this.views.until(`a slot ${state}`, (one) => fits(one) !== undefined, after);
    const contact = fits(view);
    if (contact === undefined) throw new Error('unreachable: until found it');
    return contact;
  }

  close(): void {
    this.socket.close();
    this.#phone?.close();
  }
}
