/** Texts to desk phones on the wire: over TLS, to phones that refuse them in every way, and by the successor of a gateway that was killed before it could send. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { header } from './support/dialog-stand.ts';
import { createSession, startTestGateway, TestAgent, TestCustomer, type TestGateway } from './support/gateway.ts';
import { freePort, GatewayProcess } from './support/process.ts';
import { RawPhone } from './support/raw-phone.ts';
import { startSipp } from './support/sipp.ts';
import { domain } from './support/telephony-stand.ts';

const config = `
portals: [{ id: bank, name: Bank, keys: [{ id: only, secret: test-portal-key }], queues: [emergency] }]
queues: [{ id: emergency, label: Emergency, strategy: hunt, hunt: { list: [anna], ringSeconds: 60 }, summary: true, wrapUp: { mode: none } }]
agents: [{ username: anna, name: Anna, password: anna, sip: { password: secret-of-anna } }]
`;
const anna = { username: 'anna', password: 'secret-of-anna' };
const certificate = (name: string): string => join(import.meta.dirname, 'tls', name);
const open: Array<{ close(): void }> = [];
const closing = <T extends { close(): void }>(one: T): T => {
  open.push(one);
  return one;
};

afterEach(() => { for (const one of open.splice(0)) one.close(); });

/** Somebody for whom Anna is rung until they give up, and of whom she is told. Answers their contact's ticket, as the text has it. */
async function givesUp(url: string, agent: TestAgent): Promise<string> {
  const { token } = await createSession(url, { queue: 'emergency' });
  const customer = closing(await TestCustomer.connect(url, { token }));
  const { ticket } = await agent.slot('reserved', customer.contactId);
  await customer.leave();
  await agent.views.until('the summary', ({ summaries }) => summaries.some(({ contactId }) => contactId === customer.contactId));
  return `Ticket ${ticket}`;
}

describe('a text to a phone', () => {
  let test: TestGateway;
  let agent: TestAgent;

  beforeAll(async () => {
    test = await startTestGateway({
      config, variables: { SIP_UDP_PORT: '0', SIP_TCP_PORT: '0', SIP_TLS_PORT: '0', TLS_CERT: certificate('station.pem'), TLS_KEY: certificate('station.key'), SIP_DOMAIN: domain },
    });
    agent = await TestAgent.atWork(test.url, 'anna');
  });
  /** A phone that is registered and not there would have each text sent again for its sake. */
  afterEach(async () => {
    const phone = await RawPhone.udp(test.sipPort, anna);
    expect(await phone.register({ contact: '*', expires: 0 })).toMatch(/^SIP\/2\.0 200 /);
    phone.close();
  });
  afterAll(async () => {
    agent.close();
    await test.stop();
  });

  it('HU15 goes over the connection by which a phone registered by TLS', async () => {
    const phone = closing(await RawPhone.tls(test.gateway.sip.tls[0]?.port ?? 0, anna, { ca: readFileSync(certificate('ca.pem'), 'utf8'), host: 'sip.help.test' }));
    expect(await phone.register()).toMatch(/^SIP\/2\.0 200 /);
    const ticket = await givesUp(test.url, agent);
    const message = await phone.text();
    expect(header(message, 'Via')).toMatch(/^SIP\/2\.0\/TLS /);
    expect(message.endsWith(ticket)).toBe(true);
    phone.reply(message, 200);
  });

  it('HU21 is sent until it is taken where a phone is overloaded, or says that it knows nobody of that name', async () => {
    const port = await registeredAndGone();
    const sipp = await startSipp({ scenario: 'takes-a-text-late', transport: 'UDP', callee: null, port, calls: 3, options: ['-aa'], limit: 40_000 });
    await givesUp(test.url, agent);
    await sipp.done;
  }, 60_000);

  it('HU21 is given up where a phone does not know MESSAGE: it is not asked again, also when it comes back, and the next text goes its way', async () => {
    const port = await registeredAndGone();
    const sipp = await startSipp({ scenario: 'knows-no-texts', transport: 'UDP', callee: null, port, options: ['-aa'], limit: 40_000 });
    const before = await givesUp(test.url, agent);
    await sipp.done;
    const phone = closing(await RawPhone.udp(test.sipPort, anna));
    await phone.register({ contact: '*', expires: 0 });
    await phone.register();
    const ticket = await givesUp(test.url, agent);
    const message = await phone.text();
    expect(message.endsWith(ticket)).toBe(true);
    expect(message.endsWith(before)).toBe(false);
    phone.reply(message, 200);
  }, 60_000);

  /** A phone registers and leaves its port to whoever plays its part from there. */
  async function registeredAndGone(): Promise<number> {
    const { gateway } = test;
    const phone = await RawPhone.udp(gateway.sip.udp[0]?.port ?? 0, anna);
    expect(await phone.register()).toMatch(/^SIP\/2\.0 200 /);
    const { port } = phone;
    phone.close();
    return port;
  }
});

describe('a gateway that is killed', () => {
  it('HU22 before it has sent a text leaves it to its successor, which sends it once, to a phone that registered before or after', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'gethelp-texts-'));
    const [port, sipPort] = [await freePort(), await freePort()];
    const file = join(dataDir, 'center.yaml');
    await writeFile(file, config);
    const start = () => GatewayProcess.start({ port, dataDir, config: file, env: { SIP_UDP_PORT: String(sipPort), SIP_DOMAIN: domain } });
    let gateway = await start();
    try {
      const killed = async (agent: TestAgent): Promise<TestAgent> => {
        agent.close();
        await gateway.kill('SIGKILL');
        gateway = await start();
        return closing(await TestAgent.atWork(gateway.url, 'anna'));
      };
      // With nobody to send it to, it waits in the store.
      let agent = closing(await TestAgent.atWork(gateway.url, 'anna'));
      const first = await givesUp(gateway.url, agent);
      agent = await killed(agent);
      const phone = closing(await RawPhone.udp(sipPort, anna));
      await phone.register();
      const message = await phone.text();
      expect(message.endsWith(first)).toBe(true);
      phone.reply(message, 200);

      // A phone that registered with the gateway that is gone, and does nothing of its own.
      const second = await givesUp(gateway.url, agent);
      const refused = await phone.text();
      phone.reply(refused, 503);
      agent = await killed(agent);
      const again = await phone.text();
      expect([refused, again].every((text) => text.endsWith(second))).toBe(true);
      phone.reply(again, 200);

      // Texts of one agent keep their order: the third comes, and neither of the others once more.
      const third = await givesUp(gateway.url, agent);
      const last = await phone.text();
      expect(last.endsWith(third)).toBe(true);
      phone.reply(last, 200);
    } finally {
      await gateway.kill('SIGTERM');
      await rm(dataDir, { recursive: true, force: true });
    }
  }, 180_000);
});
