/** A gateway that is killed with chats and messages in hand: nothing acknowledged is lost, nothing is written twice, and everybody keeps whom they had. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PortalReply } from '#shared/inbound-api.ts';
import type { Reply } from '#shared/problem.ts';
import type { ThreadPage, Written } from '#shared/thread-protocol.ts';
import { call, createSession, patience, portalKey, testConfig, TestAgent, TestCustomer } from './support/gateway.ts';
import { freePort, GatewayProcess } from './support/process.ts';

let dataDir: string;
let port: number;
let config: string;
let gateway: GatewayProcess;
const replies: string[] = [];
let takesReplies = false;
let refused = 0;
const portal = createServer((request, response) => {
  json(request).then((body) => {
    if (takesReplies) replies.push((body as PortalReply).message.text);
    else refused += 1;
    response.writeHead(takesReplies ? 204 : 503).end();
  }, () => response.destroy());
}).listen(0, '127.0.0.1');

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gethelp-chat-'));
  port = await freePort();
  config = join(dataDir, 'center.yaml');
  const url = `http://127.0.0.1:${(portal.address() as AddressInfo).port}/`;
  await writeFile(config, testConfig.replaceAll('holdPlace: 3', 'holdPlace: 60').replaceAll('offerSeconds: 2', 'offerSeconds: 60')
    .replace('queues: [help, loans, closed]', `queues: [help, loans, closed], channels: [voice, chat], replies: { url: "${url}", secret: signs-the-replies }`));
  gateway = await GatewayProcess.start({ port, dataDir, config });
});
afterAll(async () => {
  await gateway.kill('SIGTERM');
  portal.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function accept(agent: TestAgent, contactId: string): Promise<void> {
  const { reservationId } = await agent.slot('reserved', contactId);
  expect((await agent.post(`/api/reservations/${reservationId}/accept`)).status).toBe(204);
  await agent.slot('engaged', contactId);
}

const write = (customer: TestCustomer, id: string): Promise<Reply<Written>> => customer.socket.emitWithAck('write', { id, text: id });

describe('a gateway that dies in a chat', () => {
  it('CH38 leaves its successor the chat with its agent and its thread, and what was on its way to the portal', async () => {
    const { token } = await createSession(gateway.url, { queue: 'help' });
    const before = await TestCustomer.connect(gateway.url, { token, channel: 'chat' });
    const { contactId } = before;
    const anna = await TestAgent.atWork(gateway.url, 'anna');
    await accept(anna, contactId);
    for (const id of ['one', 'two']) expect(await write(before, id)).toMatchObject({ ok: true });
    const { body: mail } = await call<{ contactId: string }>(gateway.url, '/api/inbound', { token: portalKey, body: { externalId: 'mail', from: { address: 'jan@example.com' }, text: 'Where is it?', queue: 'help' } });
    await anna.post(`/api/contacts/${contactId}/messages`, { id: 'a', text: 'Hello' });

    await gateway.kill('SIGKILL');
    for (const one of [before, anna]) one.close();
    gateway = await GatewayProcess.start({ port, dataDir, config });

    const customer = await TestCustomer.connect(gateway.url, { resume: before.resume });
    expect((await customer.phase('chat')).phase).toMatchObject({ agent: { name: 'Anna' } });
    const again = await TestAgent.login(gateway.url, 'anna');
    await again.register();
    await again.slot('engaged', contactId);
    // Whoever did not hear that it was taken sends it again.
    expect(await write(customer, 'two')).toMatchObject({ ok: true, value: { number: 2 } });
    expect(await write(customer, 'three')).toMatchObject({ ok: true, value: { number: 4 } });
    const page = await customer.socket.emitWithAck('thread', { after: 0 }) as Extract<Reply<ThreadPage>, { ok: true }>;
    expect(page.value.messages.map(({ number, text }) => `${number} ${text}`)).toEqual(['1 one', '2 two', '3 Hello', '4 three']);

    await again.post(`/api/contacts/${contactId}/hangup`);
    await again.slot('wrapUp', contactId);
    expect((await again.post(`/api/contacts/${contactId}/wrapup`, { disposition: 'Solved' })).status).toBe(204);
    await accept(again, mail.contactId);
    expect((await again.post(`/api/contacts/${mail.contactId}/messages`, { id: 'r', text: 'Below Documents.' })).status).toBe(201);
    await expect.poll(() => refused, { timeout: patience }).toBeGreaterThan(0);
    // That it was refused is noted; one that is on its way at the kill is sent again only when its process is surely dead.
    await pause(500);
    await gateway.kill('SIGKILL');
    takesReplies = true;
    gateway = await GatewayProcess.start({ port, dataDir, config });
    const last = await TestAgent.login(gateway.url, 'anna');
    await last.slot('engaged', mail.contactId);
    await expect.poll(() => replies, { timeout: 90_000 }).toEqual(['Below Documents.']);
    for (const one of [customer, again, last]) one.close();
  }, 240_000);
});
