/** docs/integrators.md tells the truth: its server runs as printed, and what it lists is what the code has. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeGateway } from './fake-gateway.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const doc = read('docs/integrators.md');

describe('what integrators are told', () => {
  let gateway: FakeGateway;
  beforeAll(async () => { gateway = await FakeGateway.start(); });
  afterAll(async () => { await gateway.close(); });

  it('WG19 the portal server of the documentation runs as printed', async () => {
    const example = 'customer-widget/examples/portal-server.js';
    expect(doc).toContain(read(example).trimEnd());
    const port = await freePort();
    const origin = `http://localhost:${port}`;
    const server = spawn(process.execPath, [join(root, example)], { env: { ...process.env, GATEWAY: gateway.url, GATEWAY_KEY: 'test', PORT: String(port) } });
    try {
      await once(server.stdout, 'data');
      const ask = async (headers: Record<string, string>) => await fetch(`${origin}/help-session`, {
        method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ pageUrl: `${origin}/loans`, title: 'Loans' }),
      });
      expect((await ask({ origin: 'https://evil.example' })).status).toBe(403);
      expect(await (await ask({ origin, cookie: 'user=mara' })).json()).toMatchObject({ token: 'token-1' });
      await ask({ origin });
      expect(gateway.bodies).toEqual([
        { customer: { id: 'C-204117', name: 'Mara Lindholm', attributes: { segment: 'Premier' } }, inquiry: { pageUrl: `${origin}/loans`, title: 'Loans' }, origins: [origin] },
        { customer: null, inquiry: { pageUrl: `${origin}/loans`, title: 'Loans' }, origins: [origin] },
      ]);
    } finally {
      server.kill();
      await once(server, 'exit');
    }
  });

  it('WG19 lists the attributes and CSS properties of the code, and no others', () => {
    const code = `${read('customer-widget/src/element/element.ts')}${read('customer-widget/src/element/launcher.css')}`;
    const properties = new Set(code.match(/--gethelp-[a-z-]+/g));
    expect(new Set(doc.match(/--gethelp-[a-z-]+/g))).toEqual(properties);
    const named = [...code.matchAll(/getAttribute\('([a-z-]+)'\)|:host\(\[([a-z-]+)=/g)].map(([, first, second]) => first ?? second);
    const table = doc.slice(doc.indexOf('| attribute |'), doc.indexOf('`document.querySelector'));
    expect(new Set([...table.matchAll(/^\| `([a-z-]+)`/gm)].map(([, name]) => name))).toEqual(new Set(named));
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
