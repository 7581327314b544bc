/** Another company's system: answers what a flow asks, as a test says, and remembers what it was asked. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export class CrmServer {
  readonly asked: Array<{ readonly path: string; readonly authorization: string | undefined; readonly body: unknown }> = [];
  readonly url: string;
  readonly close: () => void;
  /** By path; what has none is not found. */
  readonly answers = new Map<string, (response: ServerResponse) => void>();

  private constructor(url: string, close: () => void) {
    this.url = url;
    this.close = close;
  }

  static async start(): Promise<CrmServer> {
    const server = createServer((request, response) => { void crm.#answer(request, response); });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const crm = new CrmServer(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, () => { server.closeAllConnections(); server.close(); });
    return crm;
  }

  answer(path: string, body: unknown): void {
    this.answers.set(path, (response) => response.end(typeof body === 'string' ? body : JSON.stringify(body)));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    this.asked.push({ path, authorization: request.headers.authorization, body: JSON.parse(await text(request)) as unknown });
    const answer = this.answers.get(path);
    if (answer === undefined) response.writeHead(404).end();
    else answer(response);
  }
}
