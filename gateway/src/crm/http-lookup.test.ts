import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { lookUp } from './http-lookup.ts';

const closers: Array<() => void> = [];
afterEach(() => { for (const close of closers.splice(0)) close(); });

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  closers.push(() => { server.closeAllConnections(); server.close(); });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/ask`;
}

const schema = z.object({ entitled: z.boolean() });
const still = new AbortController().signal;
const ask = (url: string, timeout = 5, stopped = still) => lookUp({ url, headers: { Authorization: 'Bearer secret' }, timeout }, { contract: 'K-1' }, schema, stopped);

describe('a question to another system', () => {
  it('FL7 is one POST of JSON with the configured headers, and its answer is what the schema says', async () => {
    const seen: unknown[] = [];
    const url = await serve((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => { body += part.toString(); });
      request.on('end', () => {
        seen.push(request.method, request.url, request.headers.authorization, JSON.parse(body));
        response.end(JSON.stringify({ entitled: true, more: 'ignored' }));
      });
    });
    expect(await ask(url)).toEqual({ ok: true, value: { entitled: true } });
    expect(seen).toEqual(['POST', '/ask', 'Bearer secret', { contract: 'K-1' }]);
  });

  it('FL7 has no answer where it is of another form, broken, too large, also when compressed, or no success', async () => {
    const large = JSON.stringify({ entitled: true, padding: 'x'.repeat(1_000_000) });
    const answers: ReadonlyArray<readonly [why: string, listener: RequestListener]> = [
      ['unreadable', (_request, response) => response.end('{"entitled": tru')],
      ['unreadable', (_request, response) => response.end('{"entitled": "yes"}')],
      ['unreadable', (_request, response) => response.end('')],
      ['tooLarge', (_request, response) => response.end(large)],
      ['tooLarge', (_request, response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(large))],
      ['refused', (_request, response) => response.writeHead(500).end('{"entitled": true}')],
      ['unreachable', (request) => request.socket.destroy()],
    ];
    for (const [why, listener] of answers) expect(await ask(await serve(listener))).toEqual({ ok: false, why });
    expect(await ask('http://127.0.0.1:1/ask')).toEqual({ ok: false, why: 'unreachable' });
  });

  it('FL7 takes text that the store cannot keep without it', async () => {
    const url = await serve((_request, response) => response.end('{"entitled": true, "name": "A\\u0000B\\ud800", "__proto__": {"entitled": false}}'));
    const answer = await lookUp({ url, headers: {}, timeout: 5 }, {}, z.object({ entitled: z.boolean(), name: z.string() }), still);
    expect(answer).toEqual({ ok: true, value: { entitled: true, name: 'AB\ufffd' } });
  });

  it('FL7 follows no redirect: only the configuration names whom is asked', async () => {
    let reached = false;
    const target = await serve((_request, response) => { reached = true; response.end('{"entitled": true}'); });
    for (const status of [301, 302, 303, 307, 308]) {
      expect(await ask(await serve((_request, response) => response.writeHead(status, { Location: target }).end()))).toEqual({ ok: false, why: 'redirected' });
    }
    expect(reached).toBe(false);
  });

  it('FL7 gives up at its limit, also on an answer that trickles, and at once when the gateway stops', async () => {
    const silent = await serve(() => { /* never answers */ });
    expect(await ask(silent, 0.2)).toEqual({ ok: false, why: 'timeout' });
    const trickling = await serve((_request, response) => {
      response.write('{"entitled":');
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    });
    expect(await ask(trickling, 0.2)).toEqual({ ok: false, why: 'timeout' });
    const stop = new AbortController();
    const asked = ask(silent, 60, stop.signal);
    stop.abort();
    expect(await asked).toMatchObject({ ok: false });
  });
});
