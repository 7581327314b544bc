/** Phones that register over real sockets: who is let in, where calls to them go, and what is left after a restart. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../src/store/database.ts';
import { startStore } from '../src/store/embedded-server.ts';
import { forgetBindings, standingBindings, storeBindings } from '../src/store/sip-bindings.ts';
import { Baresip, freeUdpPort } from './support/baresip.ts';
import { header } from './support/dialog-stand.ts';
import { RawPhone } from './support/raw-phone.ts';
import { callerUri, domain, soon, TelephonyStand, type StandOptions } from './support/telephony-stand.ts';

const agents = `
agents:
  - { username: anna, name: Anna, password: anna, sip: { password: secret-of-anna } }
  - { username: ben, name: Ben, password: ben, sip: { password: secret-of-ben } }
  - { username: dora, name: Dora, password: dora, sip: { password: secret-of-dora, srtp: required } }
  - { username: cleo, name: Cleo, password: cleo }
`;

/** What any phone takes. */
const offeredSdp = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', 'm=audio 9 RTP/AVP 0', 'a=rtpmap:0 PCMU/8000', 'a=sendrecv', ''].join('\r\n');

const closers: Array<() => unknown> = [];
afterEach(async () => { for (const close of closers.splice(0).toReversed()) await close(); });

async function stand(options: StandOptions = {}): Promise<TelephonyStand> {
  const started = await TelephonyStand.start({ config: agents, ...options });
  closers.push(() => started.stop());
  return started;
}

async function phone(made: Promise<RawPhone>): Promise<RawPhone> {
  const started = await made;
  closers.push(() => started.close());
  return started;
}

describe('baresip', () => {
  it.each(['udp', 'tcp'] as const)('SIP32 over %s, which stumbles over SHA-256, is offered MD5 alone when it tries again, and is called', async (transport) => {
    const gateway = await stand();
    const start = async (): Promise<Baresip> => Baresip.start({
      username: 'anna', port: await freeUdpPort(), codec: 'PCMU', tones: [440],
      registrar: { domain, port: transport === 'udp' ? gateway.udpPort : gateway.tcpPort, transport, password: 'secret-of-anna' },
    });
    // By itself it tries again within a minute; who cannot wait starts it anew.
    const stumbling = await start();
    await stumbling.said(/Function not implemented/);
    await stumbling.stop();
    const baresip = await start();
    closers.push(() => baresip.stop());
    await soon(() => expect(gateway.telephony.directory.status('agent-anna')[1]).toMatchObject({ kind: 'phone', reachable: true, label: expect.stringMatching(/^baresip /) }));
    const { media, heard, dialog } = gateway.call(await gateway.endpoint('agent-anna'), { sdp: offeredSdp });
    await soon(() => expect(heard.events).toContain('established'), 10_000);
    expect(media.asked.at(-1)).toMatch(/^accept v=0/);
    dialog.end({ cause: 200, text: 'Done' });
    await baresip.event('CALL_CLOSED');
  }, 60_000);
});

describe('phones', () => {
  it.each(['SHA-256', 'MD5'] as const)('SIP32 register with %s, and are rung where they registered from', async (algorithm) => {
    const gateway = await stand();
    const desk = await phone(RawPhone.udp(gateway.udpPort));
    const answer = await desk.register({ algorithm, contact: '<sip:anna@10.0.0.77:5099>' });
    expect(answer).toMatch(/^SIP\/2\.0 200 /);
    expect(header(answer, 'Contact')).toBe('<sip:anna@10.0.0.77:5099>;expires=300');
    expect(gateway.telephony.directory.status('agent-anna')).toMatchObject([{ kind: 'desktop', reachable: false }, { kind: 'phone', label: 'Raw Phone 1', reachable: true, busy: false }]);
    expect(gateway.changes).toEqual(['agent-anna']);

    const { heard, dialog } = gateway.call(await gateway.endpoint('agent-anna'), { autoAnswer: true });
    const invite = await desk.answer();
    // Behind NAT: asked by its own Contact, sent to where it really is.
    expect(invite).toMatch(/^INVITE sip:anna@10\.0\.0\.77:5099 SIP\/2\.0\r\n/);
    expect(header(invite, 'From')).toContain(`<${callerUri}>`);
    expect(header(invite, 'Call-Info')).toContain('answer-after=0');
    expect(header(invite, 'Alert-Info')).toContain('info=alert-autoanswer');
    await soon(() => expect(heard.events).toEqual(['established']));
    dialog.end({ cause: 200, text: 'Done' });
    desk.reply(await desk.next(/^BYE /), 200);
  });

  it('SIP36 on TCP are rung on their connection, and not any more when it is gone', async () => {
    const gateway = await stand();
    const desk = await phone(RawPhone.tcp(gateway.tcpPort));
    expect(await desk.register({ contact: '<sip:anna@10.0.0.77:5099;transport=tcp>;reg-id=1;+sip.instance="<urn:uuid:1>"', headers: ['Supported: outbound, path'] })).toMatch(/\r\nRequire: outbound\r\n/);
    const { heard } = gateway.call(await gateway.endpoint('agent-anna'));
    const invite = await desk.answer();
    await soon(() => expect(heard.events).toEqual(['established']));
    expect(await desk.ask(desk.within(invite, 'BYE'))).toMatch(/^SIP\/2\.0 200 /);
    await soon(() => expect(heard.ends).toMatchObject([{ type: 'hungUp' }]));
    desk.close();
    await soon(() => expect(gateway.telephony.directory.status('agent-anna')[1]).toMatchObject({ reachable: false }));
    expect(await gateway.telephony.directory.reachable('agent-anna', ['phone'])).toEqual([]);
    expect(gateway.changes).toEqual(['agent-anna', 'agent-anna']);
    // It comes back: the same binding, on its new connection.
    const again = await phone(RawPhone.tcp(gateway.tcpPort));
    await again.register({ contact: '<sip:anna@10.0.0.77:5098;transport=tcp>;reg-id=1;+sip.instance="<urn:uuid:1>"' });
    expect(gateway.telephony.directory.status('agent-anna').slice(1)).toMatchObject([{ reachable: true }]);
  });

  it('SIP32 are not let in with a wrong password, without an account, or for another\'s address', async () => {
    const gateway = await stand();
    const wrong = await phone(RawPhone.udp(gateway.udpPort, { username: 'anna', password: 'guessed-password' }));
    const nobody = await phone(RawPhone.udp(gateway.udpPort, { username: 'nobody', password: 'guessed-password' }));
    const without = await phone(RawPhone.udp(gateway.udpPort, { username: 'cleo', password: 'cleo' }));
    const shape = (answer: string): string[] => answer.split('\r\n').filter((line) => /^SIP|^WWW/.test(line)).map((line) => line.replace(/nonce="[^"]*"/, ''));
    const refused = shape(await wrong.register());
    expect(refused).toEqual([expect.stringMatching(/^SIP\/2\.0 401 /), expect.stringContaining('algorithm=SHA-256'), expect.stringContaining('algorithm=MD5')]);
    expect(shape(await nobody.register())).toEqual(refused);
    expect(shape(await without.register())).toEqual(refused);
    const ben = await phone(RawPhone.udp(gateway.udpPort, { username: 'ben', password: 'secret-of-ben' }));
    expect(await ben.askAuthenticated('REGISTER', `sip:${domain}`, [`Contact: ${ben.contact}`], { to: `<sip:anna@${domain}>` })).toMatch(/^SIP\/2\.0 403 /);
    expect(gateway.telephony.directory.status('agent-anna')).toHaveLength(1);
  });

  it('SIP33 that guess are told to come back later, and one that is known is served meanwhile', async () => {
    const gateway = await stand();
    const known = await phone(RawPhone.udp(gateway.udpPort, { username: 'ben', password: 'secret-of-ben' }));
    await known.register();
    const guesser = await phone(RawPhone.udp(gateway.udpPort, { username: 'anna', password: 'guessed-password' }));
    const answers: string[] = [];
    for (let guess = 0; guess < 21; guess += 1) answers.push(await guesser.register());
    expect(answers.slice(0, 20).every((answer) => answer.startsWith('SIP/2.0 401 '))).toBe(true);
    expect(answers[20]).toMatch(/^SIP\/2\.0 503 (?:.*\r\n)*Retry-After: \d+\r\n/);
    expect(await known.register()).toMatch(/^SIP\/2\.0 200 /);
  });

  it('SIP34 have several bindings, end all with one *, and are told how short is too short', async () => {
    const gateway = await stand();
    const desk = await phone(RawPhone.udp(gateway.udpPort));
    await desk.register();
    const both = await desk.register({ contact: '<sip:anna@127.0.0.1:1>;q=0.3' });
    expect(both.match(/\r\nContact: /g)).toHaveLength(2);
    expect((await gateway.telephony.directory.reachable('agent-anna', ['phone'])).map(({ label }) => label)).toEqual(['Raw Phone 1', 'Raw Phone 1']);
    expect(await desk.register({ expires: 5 })).toMatch(/^SIP\/2\.0 423 (?:.*\r\n)*Min-Expires: 60\r\n/);
    const none = await desk.register({ contact: '*', expires: 0 });
    expect(none).toMatch(/^SIP\/2\.0 200 /);
    expect(none).not.toContain('\r\nContact: ');
    expect(gateway.telephony.directory.status('agent-anna')).toHaveLength(1);
  });

  it('SIP36 may not have calls sent elsewhere by a Path that no proxy of ours wrote', async () => {
    const gateway = await stand();
    const desk = await phone(RawPhone.udp(gateway.udpPort));
    expect(await desk.register({ headers: ['Path: <sip:victim.example;lr>'] })).toMatch(/^SIP\/2\.0 403 /);
  });

  it('SIP36 whose SRTP keys travel in SDP may not register where everybody can read them', async () => {
    const gateway = await stand();
    const desk = await phone(RawPhone.udp(gateway.udpPort, { username: 'dora', password: 'secret-of-dora' }));
    expect(await desk.register()).toMatch(/^SIP\/2\.0 403 TLS is needed/);
  });

  it('SIP37 that stand are called after a restart without registering anew', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'gethelp-bindings-'));
    closers.push(() => rm(dataDir, { recursive: true, force: true }));
    const log = pino({ level: 'silent' });
    const server = await startStore({ dataDir, databaseUrl: null, log, progress: () => { /* nobody watches */ } });
    closers.push(() => server.stop());
    const database = await openDatabase(server.connection, () => { /* told by the query */ });
    closers.push(() => database.close());
    const { db } = database;
    const store = {
      store: (bindings: Parameters<typeof storeBindings>[1]) => storeBindings(db, bindings), forget: (ids: readonly string[]) => forgetBindings(db, ids),
      standing: (now: number) => standingBindings(db, now),
    };
    const before = await stand({ store });
    const ports = { udp: before.udpPort, tcp: before.tcpPort };
    const desk = await phone(RawPhone.udp(before.udpPort));
    const gone = await phone(RawPhone.tcp(before.tcpPort, { username: 'ben', password: 'secret-of-ben' }));
    await desk.register();
    await gone.register({ contact: '<sip:ben@10.0.0.9:5060;transport=tcp>' });
    await soon(async () => expect(await store.standing(Date.now())).toHaveLength(2));
    await before.stop();
    const stored = JSON.stringify(await db.selectFrom('sip_binding').selectAll().execute());
    expect(stored).not.toMatch(/secret-of|response/);

    const after = await stand({ store, ports });
    expect(after.telephony.directory.status('agent-anna')[1]).toMatchObject({ reachable: true });
    // A connection does not survive; who is behind NAT has to come back by itself.
    expect(after.telephony.directory.status('agent-ben')[1]).toMatchObject({ reachable: false });
    after.call(await after.endpoint('agent-anna'));
    await desk.answer();
  }, 60_000);

  it('SIP38 over UDP are asked whether they live, passed over when they do not answer, and taken back when they do', async () => {
    const gateway = await stand({ limits: { keepAlive: 50, answer: 300, failures: 2 } });
    const desk = await phone(RawPhone.udp(gateway.udpPort));
    await desk.register();
    await soon(() => expect(desk.heard.filter((line) => line.startsWith('OPTIONS ')).length).toBeGreaterThan(2));
    expect(gateway.telephony.directory.status('agent-anna')[1]).toMatchObject({ reachable: true });
    desk.alive = false;
    await soon(() => expect(gateway.telephony.directory.status('agent-anna')[1]).toMatchObject({ reachable: false }));
    desk.alive = true;
    await soon(() => expect(gateway.telephony.directory.status('agent-anna')[1]).toMatchObject({ reachable: true }));
    expect(gateway.changes).toEqual(['agent-anna', 'agent-anna', 'agent-anna']);
  });

  it('SIP46 that registered may call, with their password for each call; others may not', async () => {
    const gateway = await stand();
    const desk = await phone(RawPhone.udp(gateway.udpPort));
    expect(await desk.askAuthenticated('INVITE', callerUri, [`Contact: ${desk.contact}`], { to: `<${callerUri}>`, callId: 'call-1', body: 'v=0' })).toMatch(/^SIP\/2\.0 403 Register first/);
    await desk.register();
    const invite = desk.request('INVITE', callerUri, [`Contact: ${desk.contact}`], { to: `<${callerUri}>`, callId: 'call-2', body: 'v=0' });
    expect(await desk.ask(invite)).toMatch(/^SIP\/2\.0 407 /);
    expect(gateway.incoming).toEqual([]);
    const answered = desk.askAuthenticated('INVITE', callerUri, [`Contact: ${desk.contact}`], { to: `<${callerUri}>`, callId: 'call-3', body: 'v=0' });
    const { agentId, media, call, source } = await soon(() => { expect(gateway.incoming).toHaveLength(1); return gateway.incoming[0] ?? expect.fail('no call'); });
    expect({ agentId, media, source, target: call.target }).toEqual({ agentId: 'agent-anna', media: 'rtp', source: '127.0.0.1', target: callerUri });
    call.refuse(480);
    expect(await answered).toMatch(/^SIP\/2\.0 480 /);
  });

  it('SIP36 whose call outlives their registration keep the call', async () => {
    const gateway = await stand();
    const desk = await phone(RawPhone.udp(gateway.udpPort));
    await desk.register();
    const { heard } = gateway.call(await gateway.endpoint('agent-anna'));
    const invite = await desk.answer();
    await soon(() => expect(heard.events).toEqual(['established']));
    await desk.register({ expires: 0 });
    expect(gateway.telephony.directory.status('agent-anna')).toHaveLength(1);
    expect(await desk.ask(desk.within(invite, 'BYE'))).toMatch(/^SIP\/2\.0 200 /);
    await soon(() => expect(heard.ends).toMatchObject([{ type: 'hungUp' }]));
  });
});
