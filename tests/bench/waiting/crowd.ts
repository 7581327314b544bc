/** Customers who wait and do nothing else: each with a session, a token and a socket of their own, from one of several loopback addresses. */
import { Agent } from 'node:http';
import { io, type Socket } from 'socket.io-client';

const [, , url = '', address = ''] = process.argv;
const agent = new Agent({ localAddress: address, keepAlive: false });
const sockets: Socket[] = [];
/** More at once only wait for each other. */
const atOnce = 20;
/** A portal is held to a pace; whoever is told to wait does. */
const pause = 500;
const patience = 120_000;

process.on('message', (count: number) => {
  grow(count).then(() => process.send?.({ waiting: sockets.length }), (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  });
});

async function grow(count: number): Promise<void> {
  let left = count;
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (left > 0) {
      left -= 1;
      await arrive();
    }
  }));
}

async function arrive(): Promise<void> {
  const until = Date.now() + patience;
  for (;;) {
    const response = await fetch(`${url}/api/sessions`, {
      method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: 'Bearer bench-portal-key' },
      body: JSON.stringify({ customer: { id: `customer-${address}-${sockets.length}`, name: 'Jane Doe' }, inquiry: { pageUrl: 'https://bank.invalid/accounts', title: 'Accounts' } }),
    });
    if (response.status === 429 && Date.now() < until) {
      await new Promise((resolve) => { setTimeout(resolve, pause); });
      continue;
    }
    if (response.status !== 201) throw new Error(`no session: ${response.status} ${await response.text()}`);
    const { token } = await response.json() as { readonly token: string };
    await new Promise<void>((resolve, reject) => {
      // Typed for browsers, where an agent has no meaning; in Node it is handed on to the socket.
      const socket = io(`${url}/customer`, { auth: { token }, forceNew: true, reconnection: false, transports: ['websocket'], agent: agent as unknown as string });
      sockets.push(socket);
      socket.on('welcome', () => resolve());
      socket.on('connect_error', reject);
    });
    return;
  }
}
