/** A customer's page and an agent's viewer at the relay, made by hand: their sockets, and frames that the policy lets pass. */
import { io, type Socket } from 'socket.io-client';
import type { CobrowseClientEvents, CobrowseFrame, CobrowseServerEvents, RelayedState } from '#shared/cobrowse-protocol.ts';
import type { SharerToken } from '#shared/customer-protocol.ts';
import type { Reply } from '#shared/problem.ts';
import { patience, type TestAgent, type TestCustomer } from './gateway.ts';

type RelayClient = Socket<CobrowseServerEvents, CobrowseClientEvents>;

/** Connects when it is told to, so that nothing is missed of what comes first. */
function client(url: string, token: string, origin?: string): RelayClient {
  return io(`${url}/cobrowse`, { auth: { token }, transports: ['websocket'], forceNew: true, autoConnect: false, reconnection: false, ...origin === undefined ? {} : { extraHeaders: { origin } } });
}

async function connected<T extends { readonly socket: RelayClient }>(peer: T): Promise<T> {
  const { socket } = peer;
  await new Promise<void>((resolve, reject) => { socket.once('connect', resolve); socket.once('connect_error', reject); socket.connect(); });
  return peer;
}

export class TestSharer {
  readonly socket: RelayClient;
  /** Where it was sent. */
  readonly url: string;
  readonly rules: SharerToken['rules'];
  asked = 0;
  stopped = false;
  #seq = 0;
  #snapshotEpoch = 0;
  readonly #page: string;

  private constructor(socket: RelayClient, grant: SharerToken, page: string) {
    this.socket = socket;
    this.url = grant.cobrowseUrl;
    this.rules = grant.rules;
    this.#page = page;
    socket.on('snapshotWanted', () => { this.asked += 1; });
    socket.on('stopped', () => { this.stopped = true; });
  }

  /** The customer consents to the view, and the page connects to where the grant says. */
  static async consent(customer: TestCustomer, page = 'page'): Promise<TestSharer> {
    return TestSharer.#with(await customer.socket.timeout(patience).emitWithAck('cobrowseGrant') as Reply<SharerToken>, page);
  }

  /** While the grant stands: a page loaded anew. */
  static async again(customer: TestCustomer, page = 'another'): Promise<TestSharer> {
    return TestSharer.#with(await customer.socket.timeout(patience).emitWithAck('cobrowseToken') as Reply<SharerToken>, page);
  }

  static #with(reply: Reply<SharerToken>, page: string): Promise<TestSharer> {
    if (!reply.ok) throw new Error(`the grant was refused: ${JSON.stringify(reply.problem)}`);
    return connected(new TestSharer(client(reply.value.cobrowseUrl, reply.value.token), reply.value, page));
  }

  send(...frames: CobrowseFrame[]): Promise<Reply<null>> {
    return this.socket.timeout(patience).emitWithAck('frames', frames);
  }

  /** A page with these texts, all unmasked. */
  snapshot(texts: readonly string[], href = 'https://bank.example/accounts'): CobrowseFrame[] {
    this.#snapshotEpoch += 1;
    return [
      this.#frame(4, { href, width: 800, height: 600 }),
      this.#frame(2, {
        node: { type: 0, id: 1, childNodes: [{ type: 2, id: 2, tagName: 'main', attributes: { 'data-gethelp-unmask': '' }, childNodes: texts.map((textContent, at) => ({ type: 3, id: 3 + at, textContent })) }] },
        initialOffset: { top: 0, left: 0 },
      }),
    ];
  }

  /** Another text in the place of the first. */
  change(value: string): CobrowseFrame {
    return this.#frame(3, { source: 0, texts: [{ id: 3, value }], attributes: [], removes: [], adds: [] });
  }

  close(): void {
    this.socket.close();
  }

  #frame(type: number, data: unknown): CobrowseFrame {
    const envelope = { tab: 'tab', pageEpoch: this.#page, seq: this.#seq, snapshotEpoch: this.#snapshotEpoch };
    this.#seq += 1;
    return { envelope, event: { type, timestamp: Date.now(), data } };
  }
}

export class TestViewer {
  readonly socket: RelayClient;
  readonly frames: CobrowseFrame[] = [];
  readonly states: RelayedState[] = [];
  stopped = false;

  private constructor(socket: RelayClient) {
    this.socket = socket;
    socket.on('frames', (frames, acknowledge) => {
      this.frames.push(...frames);
      acknowledge?.();
    });
    socket.on('sharing', (state) => this.states.push(state));
    socket.on('stopped', () => { this.stopped = true; });
  }

  static async open(agent: TestAgent, contactId: string): Promise<TestViewer> {
    const { status, body } = await agent.post<{ token: string; cobrowseUrl: string; viewerUrl: string }>(`/api/contacts/${contactId}/cobrowse/token`);
    if (status !== 201) throw new Error(`no viewer's token: ${status} ${JSON.stringify(body)}`);
    return connected(new TestViewer(client(body.cobrowseUrl, body.token, new URL(body.viewerUrl).origin)));
  }

  get text(): string {
    return JSON.stringify(this.frames);
  }

  close(): void {
    this.socket.close();
  }
}
