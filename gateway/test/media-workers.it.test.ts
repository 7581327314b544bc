/** Media workers as operators meet them: one that dies, and the figures they watch. No browser: the media itself is proven elsewhere. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCallService } from '../src/media/call-service.ts';
import type { CallService } from '../src/media/call-service.ts';
import { testRtpPorts } from './support/rtp-ports.ts';
import { directoryOfDesktops } from './support/desktop-directory.ts';
import { defaultDesktopLimits, Desktops } from '../src/sip/desktops.ts';
import type { CallEvent } from '../src/contact/call-port.ts';

let service: CallService;
let port: number;
const events: CallEvent[] = [];
const pids: number[] = [];
/** Nobody can be rung. */
const directory = directoryOfDesktops(new Desktops({ domain: 'help.test', limits: defaultDesktopLimits, log: pino({ level: 'silent' }) }));

beforeAll(async () => {
  const probe = createSocket('udp4').bind(0, '127.0.0.1');
  await once(probe, 'listening');
  ({ port } = probe.address());
  await new Promise<void>((resolve) => { probe.close(resolve); });
  const log = pino({ level: 'info' }, { write(line) {
    const { msg, pid } = JSON.parse(line) as { readonly msg: string; readonly pid: number };
    if (msg === 'media worker up') pids.push(pid);
  } });
  service = await createCallService({ workers: 1, mediaListen: { ips: ['127.0.0.1'], announced: ['192.0.2.1'], port }, rtpPorts: testRtpPorts, directory, log });
  service.onEvent((event) => { events.push(event); });
});
afterAll(() => service.stop());

it('MD16 a lone worker that dies is replaced on its port, and a contact waits for it', async () => {
  const { epoch } = await service.prepare('w1');
  process.kill(pids.at(-1) ?? 0, 'SIGKILL');
  await expect.poll(() => events).toContainEqual({ type: 'mediaLost', contactId: 'w1' });
  const again = await service.prepare('w1');
  expect(again.epoch).not.toBe(epoch);
  const opened = await service.customerRequest('w1', { type: 'open', epoch: again.epoch });
  if (!opened.ok) throw new Error(opened.problem.detail);
  expect(opened.value.send.iceCandidates.map(({ address, port: on, protocol }) => `${protocol} ${address} ${on}`))
    .toEqual([`udp 192.0.2.1 ${port}`, `tcp 192.0.2.1 ${port}`]);
  expect(pids).toHaveLength(2);
});

it('MD17 counts what operators watch', async () => {
  const registry = new Registry();
  service.registerMetrics(registry);
  await service.callAgent({
    contactId: 'w1', reservationId: 'r1', from: 'sip:w1@help.test', displayName: null, agentId: 'nobody', aor: 'sip:nobody@help.test', ring: ['desktop'], purpose: 'accepted',
  });
  await expect.poll(() => events).toContainEqual({ type: 'agentFailed', contactId: 'w1', status: 480 });
  process.kill(pids.at(-1) ?? 0, 'SIGKILL');
  await expect.poll(() => registry.getSingleMetricAsString('gethelp_media_worker_deaths_total')).toContain('gethelp_media_worker_deaths_total 1');
  await service.prepare('w2');
  const text = await registry.metrics();
  expect(text).toContain('gethelp_media_calls 1\n');
  expect(text).toContain('gethelp_agent_legs 0\n');
  expect(text).toContain('gethelp_media_workers 1\n');
  expect(text).toContain('gethelp_sip_endpoints 0\n');
  expect(text).toContain('gethelp_invites_total{outcome="480"} 1\n');
});

async function held(): Promise<{ readonly port: number; readonly free: () => void }> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { port: socket.address().port, free: () => socket.close() };
}

function startOn(on: number): Promise<CallService> {
  return createCallService({ workers: 1, mediaListen: { ips: ['127.0.0.1'], announced: [], port: on }, rtpPorts: testRtpPorts, directory, log: pino({ level: 'silent' }) });
}

it('MD18 a start waits for the port that a killed gateway\'s workers still hold for a moment', async () => {
  const holder = await held();
  const starting = startOn(holder.port);
  setTimeout(holder.free, 300);
  await (await starting).stop();
});

it('MD18 a media port that stays in use is named, and how to mend it', async () => {
  const holder = await held();
  await expect(startOn(holder.port)).rejects.toThrow(`MEDIA_PORT: ${holder.port} on 127.0.0.1 is in use by another program`);
  holder.free();
});
