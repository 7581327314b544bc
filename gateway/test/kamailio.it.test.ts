/** Behind a real Kamailio, with the configuration that docs/kamailio gives to operators. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ha1Of } from '../src/sip/digest/digest.ts';
import { header } from './support/dialog-stand.ts';
import { freePort, startKamailio, type KamailioOptions } from './support/kamailio.ts';
import { RawPhone } from './support/raw-phone.ts';
import { callerUri, domain, soon, TelephonyStand } from './support/telephony-stand.ts';

const closers: Array<() => unknown> = [];
afterEach(async () => { for (const close of closers.splice(0).toReversed()) await close(); });

const agents = 'agents: [{ username: anna, name: Anna, password: anna, sip: { password: secret-of-anna } }]';

async function gatewayBehind(port: number, identity: 'digest' | 'p-asserted-identity', trunks = ''): Promise<TelephonyStand> {
  const gateway = await TelephonyStand.start({ config: `${agents}\nedges: [{ id: kamailio, addresses: ["127.0.0.1:${port}"], identity: ${identity} }]\n${trunks}` });
  closers.push(() => gateway.stop());
  return gateway;
}

async function kamailio(options: KamailioOptions): Promise<void> {
  const started = await startKamailio(options);
  closers.push(() => started.stop());
}

async function phoneBehind(made: Promise<RawPhone>): Promise<RawPhone> {
  const started = await made;
  closers.push(() => started.close());
  return started;
}

describe('behind Kamailio', () => {
  it.each([['digest', 'udp'], ['digest', 'tcp'], ['p-asserted-identity', 'udp'], ['p-asserted-identity', 'tcp']] as const)('SIP47 a phone (%s, %s) registers, is called along its Path, and either side hangs up', async (identity, transport) => {
    const port = await freePort();
    const gateway = await gatewayBehind(port, identity);
    const accounts = { anna: ha1Of('anna', domain, 'secret-of-anna').MD5 };
    await kamailio({ port, gateways: [gateway.udpPort], ...identity === 'digest' ? {} : { accounts } });
    const desk = await phoneBehind(transport === 'udp' ? RawPhone.udp(port) : RawPhone.tcp(port));
    // As a phone behind NAT has it: nobody can reach that address.
    const contact = `<sip:anna@10.0.0.77:5099${transport === 'tcp' ? ';transport=tcp' : ''}>`;
    expect(await desk.register({ contact, algorithm: identity === 'digest' ? 'SHA-256' : 'MD5' })).toMatch(/^SIP\/2\.0 200 /);
    await soon(() => expect(gateway.telephony.directory.status('agent-anna')[1]).toMatchObject({ kind: 'phone', reachable: true }));

    const first = gateway.call(await gateway.endpoint('agent-anna'));
    const invite = await desk.answer();
    expect(invite).toMatch(/^INVITE sip:anna@10\.0\.0\.77:5099/);
    expect(header(invite, 'Record-Route')).toContain(`127.0.0.1:${port}`);
    await soon(() => expect(first.heard.events).toEqual(['established']));
    expect(await desk.ask(desk.within(invite, 'BYE'))).toMatch(/^SIP\/2\.0 200 /);
    await soon(() => expect(first.heard.ends).toMatchObject([{ type: 'hungUp' }]));

    const second = gateway.call(await gateway.endpoint('agent-anna'));
    await desk.answer();
    await soon(() => expect(second.heard.events).toEqual(['established']));
    second.dialog.end({ cause: 200, text: 'Done' });
    desk.reply(await desk.next(/^BYE /), 200);

    const answered = desk.askAuthenticated('INVITE', callerUri, [`Contact: ${contact}`], { to: `<${callerUri}>`, callId: `call-${port}`, body: 'v=0', algorithm: identity === 'digest' ? 'SHA-256' : 'MD5' });
    const incoming = await soon(() => gateway.incoming[0] ?? expect.fail('no call'));
    expect(incoming).toMatchObject({ agentId: 'agent-anna' });
    incoming.call.refuse(480);
    expect(await answered).toMatch(/^SIP\/2\.0 480 /);
  }, 60_000);

  it('SIP47 nobody gets in by claiming to be known', async () => {
    const port = await freePort();
    const gateway = await gatewayBehind(port, 'p-asserted-identity');
    await kamailio({ port, gateways: [gateway.udpPort], accounts: { anna: ha1Of('anna', domain, 'secret-of-anna').MD5 } });
    const stranger = await phoneBehind(RawPhone.udp(port, { username: 'anna', password: 'guessed-password' }));
    expect(await stranger.register({ algorithm: 'MD5', headers: [`P-Asserted-Identity: <sip:anna@${domain}>`] })).toMatch(/^SIP\/2\.0 401 /);
    const direct = await phoneBehind(RawPhone.udp(gateway.udpPort, { username: 'anna', password: 'guessed-password' }));
    expect(await direct.register({ headers: [`P-Asserted-Identity: <sip:anna@${domain}>`] })).toMatch(/^SIP\/2\.0 401 /);
    expect(gateway.telephony.directory.status('agent-anna')).toHaveLength(1);
  }, 60_000);

  it('SIP48 the next gateway serves when the first is gone', async () => {
    const port = await freePort();
    const [first, second] = [await gatewayBehind(port, 'digest'), await gatewayBehind(port, 'digest')];
    await kamailio({ port, gateways: [first.udpPort, second.udpPort] });
    const desk = await phoneBehind(RawPhone.udp(port));
    await desk.register();
    expect([first, second].map(({ telephony }) => telephony.directory.status('agent-anna').length)).toEqual([2, 1]);
    await first.stop();
    // The time-out of a dead gateway, twice at most: for the REGISTER and for the one with credentials.
    expect(await desk.register()).toMatch(/^SIP\/2\.0 200 /);
    expect(second.telephony.directory.status('agent-anna')).toHaveLength(2);
    const { heard } = second.call(await second.endpoint('agent-anna'));
    await desk.answer();
    await soon(() => expect(heard.events).toEqual(['established']));
  }, 60_000);

  it('SIP48 it carries a trunk\'s calls to the next carrier when the first is silent, and the carriers\' calls to us', async () => {
    const port = await freePort();
    const [silent, carrier] = [await phoneBehind(RawPhone.udp(port)), await phoneBehind(RawPhone.udp(port))];
    silent.alive = false;
    const gateway = await gatewayBehind(port, 'digest', `trunks: [{ id: carriers, targets: ["sip:127.0.0.1:${port};transport=udp"], allowed: ["+49*"] }]`);
    await kamailio({ port, gateways: [gateway.udpPort], carriers: [silent.port, carrier.port] });
    const { heard, dialog } = gateway.call(await gateway.external('+4930123'));
    const invite = await carrier.answer();
    expect(invite).toMatch(new RegExp(`^INVITE sip:\\+4930123@127\\.0\\.0\\.1:${carrier.port}`));
    await soon(() => expect(heard.events).toEqual(['established']));
    dialog.end({ cause: 200, text: 'Done' });
    carrier.reply(await carrier.next(/^BYE /), 200);
    // A carrier is no agent's extension: known, heard, refused.
    const call = carrier.request('INVITE', callerUri, [`Contact: ${carrier.contact}`], { from: '<sip:+4940@carrier.test>;tag=c1', to: `<${callerUri}>`, callId: `in-${port}`, body: 'v=0' });
    expect(await carrier.ask(call)).toMatch(/^SIP\/2\.0 403 No extension of an agent/);
  }, 60_000);

  it('SIP47 is configured as the page for operators says', async () => {
    const page = await readFile(join(import.meta.dirname, '../../docs/kamailio.md'), 'utf8');
    for (const name of ['kamailio.cfg', 'site.cfg', 'dispatcher.list', 'accounts.cfg']) expect(page).toContain(`kamailio/${name}`);
  });
});
