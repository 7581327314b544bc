/**
 * One relay in a process of its own, so that its processor time is its own: ours (`ours`), with validation and scanning, or the least that
 * a socket.io server can do to hand frames on (`bare`). Says its port when it listens, and answers `cpu` with what it has used so far.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import type { CobrowseRole } from '#shared/cobrowse-protocol.ts';
import { maxMessageBytes } from '../../src/policy/limits.ts';
import { createRelay } from '../../src/server/relay.ts';

const kind = process.argv[2];
const http = createServer();
const io = new Server(http, { maxHttpBufferSize: maxMessageBytes, transports: ['websocket'] });
const namespace = io.of('/cobrowse');

/** A token of the bench says who it is: role and contact. */
function read(token: unknown): { readonly role: CobrowseRole; readonly contactId: string } {
  const [role, contactId = ''] = typeof token === 'string' ? token.split(':') : [];
  return { role: role === 'sharer' ? 'sharer' : 'viewer', contactId };
}

if (kind === 'ours') {
  createRelay({
    namespace,
    authorize: async (token) => {
      const { role, contactId } = read(token);
      return { ok: true, value: { role, contactId, from: contactId, agentId: role === 'viewer' ? 'anna' : null, origin: null } };
    },
    standing: async () => ({ agentId: 'anna', annotate: false, control: false, watchers: { anna: { name: 'Anna', as: 'agent' } }, origins: [] }),
    log: { info: () => {}, warn: (fields, message) => process.stderr.write(`${message} ${JSON.stringify(fields)}\n`) },
  });
} else {
  namespace.on('connection', (socket) => {
    const { role, contactId } = read((socket.handshake.auth as { token?: unknown }).token);
    if (role === 'viewer') void socket.join(contactId);
    socket.on('frames', (frames: unknown, acknowledge: (reply: unknown) => void) => {
      for (const viewer of namespace.adapter.rooms.get(contactId) ?? []) namespace.sockets.get(viewer)?.emit('frames', frames, () => {});
      acknowledge({ ok: true, value: null });
    });
  });
}

http.listen(0, '127.0.0.1', () => process.send?.({ port: (http.address() as AddressInfo).port }));
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpu: (user + system) / 1000, rss: process.memoryUsage.rss() });
});
process.on('disconnect', () => process.exit(0));
