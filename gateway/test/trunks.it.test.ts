/** Trunks over real sockets: who is dialled and where, what happens when a target is away, and who may call in. */
import { afterEach, describe, expect, it } from 'vitest';
import { Authenticator } from '../src/sip/digest/authenticator.ts';
import { ha1Of } from '../src/sip/digest/digest.ts';
import { header, Heard, ScriptedMedia } from './support/dialog-stand.ts';
import { call, startTestGateway } from './support/gateway.ts';
import { RawPhone } from './support/raw-phone.ts';
import { callerUri, domain, soon, TelephonyStand, type StandOptions } from './support/telephony-stand.ts';

const closers: Array<() => unknown> = [];
afterEach(async () => { for (const close of closers.splice(0).toReversed()) await close(); });

/** A PBX knows the gateway's port only after it has started, and the gateway the PBX's from its file. */
async function pbx(): Promise<RawPhone> {
  const started = await RawPhone.udp(0, { username: 'pbx', password: '' });
  closers.push(() => started.close());
  return started;
}

async function stand(config: string, options: StandOptions = {}): Promise<TelephonyStand> {
  const started = await TelephonyStand.start({ config, ...options });
  closers.push(() => started.stop());
  return started;
}

function trunk(targets: readonly RawPhone[], more = ''): string {
  return `{ id: pbx, targets: [${targets.map(({ port }) => `"sip:127.0.0.1:${port};transport=udp"`).join(', ')}], allowed: ["+49*", "7??"], probeSeconds: 0${more} }`;
}

const anna = 'agents: [{ username: anna, name: Anna, password: anna, extension: { trunk: pbx, number: "732" } }]';

describe('a trunk', () => {
  it('SIP43, SIP44 dials what is allowed, as it wants it, and carries the caller URI', async () => {
    const one = await pbx();
    const gateway = await stand(`trunks: [${trunk([one], ', fromPolicy: fixed, fixedFrom: "sip:+4930@pbx.test", strip: "+49", prefix: "0"')}]`);
    one.aim(gateway.udpPort);
    const { heard, dialog } = gateway.call(await gateway.external('+49 (30) 123-45'));
    const invite = await one.answer();
    expect(invite).toMatch(new RegExp(`^INVITE sip:03012345@127\\.0\\.0\\.1:${one.port} SIP/2\\.0\\r\\n`));
    expect(header(invite, 'From')).toContain('<sip:+4930@pbx.test>');
    expect(header(invite, 'To')).toContain('<sip:03012345@127.0.0.1>');
    expect(header(invite, 'X-GetHelp-From')).toBe(callerUri);
    expect(Buffer.from(header(invite, 'User-to-User').split(';')[0] ?? '', 'hex').toString()).toBe(callerUri);
    await soon(() => expect(heard.events).toEqual(['established']));
    dialog.end({ cause: 200, text: 'Done' });
    one.reply(await one.next(/^BYE /), 200);
  });

  it('SIP40 whose first target is silent, or says 503, is called at the next; an answer of any other kind counts', async () => {
    const [silent, full, third] = [await pbx(), await pbx(), await pbx()];
    const gateway = await stand(`trunks: [${trunk([silent, full, third])}]`);
    for (const one of [silent, full, third]) one.aim(gateway.udpPort);
    const { heard, media } = gateway.call(await gateway.external('732'));
    full.reply(await full.next(/^INVITE /, 8000), 503);
    await full.next(/^ACK /);
    const invite = await third.next(/^INVITE /);
    third.reply(invite, 180);
    third.reply(invite, 486);
    await soon(() => expect(heard.events).toEqual(['ringing', 'failed']));
    expect(heard.ends).toMatchObject([{ status: 486 }]);
    expect(media.asked).toEqual(['offer']);
    const [status] = gateway.telephony.trunks.statuses;
    expect(status?.targets.map(({ state, error }) => [state, error])).toEqual([['down', 'no answer'], ['down', '503 to INVITE'], ['up', null]]);
    // Set aside: the next call goes to the one that answers, at once.
    const asked = Date.now();
    gateway.call(await gateway.external('733'));
    third.reply(await third.next(/^INVITE sip:733@/), 486);
    expect(Date.now() - asked).toBeLessThan(2000);
  }, 30_000);

  it('SIP40 that is away with all its targets fails with the last word of the last one', async () => {
    const [one, other] = [await pbx(), await pbx()];
    const gateway = await stand(`${anna}\ntrunks: [${trunk([one, other])}]`);
    for (const target of [one, other]) target.aim(gateway.udpPort);
    const { heard } = gateway.call(await gateway.endpoint('agent-anna'));
    one.reply(await one.next(/^INVITE /), 503);
    other.reply(await other.next(/^INVITE /), 503);
    await soon(() => expect(heard.ends).toMatchObject([{ type: 'failed', status: 503 }]));
    // Its agents' extensions cannot be rung, and calls know it.
    expect(gateway.telephony.directory.status('agent-anna')).toMatchObject([{}, { kind: 'extension', reachable: false }]);
    expect(await gateway.telephony.directory.reachable('agent-anna', ['extension'])).toEqual([]);
    expect(gateway.changes).toContain('agent-anna');
  });

  it('SIP40 is hung up while it is tried: nobody else is called', async () => {
    const [silent, next] = [await pbx(), await pbx()];
    const gateway = await stand(`trunks: [${trunk([silent, next])}]`);
    for (const one of [silent, next]) one.aim(gateway.udpPort);
    const { heard, dialog } = gateway.call(await gateway.external('732'));
    await silent.next(/^INVITE /);
    dialog.end({ cause: 487, text: 'Caller gave up' });
    expect(heard.ends).toEqual([{ type: 'endedHere' }]);
    await expect(next.next(/^INVITE /, 5000)).rejects.toThrow('nothing matched');
    expect(heard.ends).toHaveLength(1);
  }, 30_000);

  it('SIP41 is asked by OPTIONS whether it lives: down when it does not answer or is 503, up again when it does', async () => {
    const [one, other] = [await pbx(), await pbx()];
    other.alive = false;
    const gateway = await stand(`trunks: [${trunk([one, other]).replace('probeSeconds: 0', 'probeSeconds: 1')}]`);
    for (const target of [one, other]) target.aim(gateway.udpPort);
    const states = (): unknown => gateway.telephony.trunks.statuses[0]?.targets.map(({ state }) => state);
    await soon(() => expect(states()).toEqual(['up', 'down']), 12_000);
    expect(gateway.telephony.trunks.statuses[0]?.targets[1]?.error).toBe('no answer within 5 s');
    other.alive = true;
    await soon(() => expect(states()).toEqual(['up', 'up']), 12_000);
  }, 30_000);

  it('SIP41 is shown to supervisors and to metrics, and not to agents', async () => {
    const one = await pbx();
    one.alive = false;
    const people = `
portals: [{ id: bank, name: Bank, keys: [{ id: one, secret: test-portal-key }], queues: [help] }]
queues: [{ id: help, label: Help }]
agents: [{ username: anna, name: Anna, password: anna }, { username: sara, name: Sara, password: sara, role: supervisor }]
trunks: [${trunk([one]).replace('probeSeconds: 0', 'probeSeconds: 30')}]`;
    const gateway = await startTestGateway({ config: people, variables: { SIP_UDP_PORT: '0' } });
    closers.push(() => gateway.stop());
    const as = async (username: string): Promise<string> =>
      (await call<{ token: string }>(gateway.url, '/api/agents/login', { body: { username, password: username } })).body.token;
    expect((await call(gateway.url, '/api/trunks', { token: await as('anna') })).status).toBe(403);
    const supervisor = await as('sara');
    const seen = async (): Promise<unknown> => (await call(gateway.url, '/api/trunks', { token: supervisor })).body;
    await soon(() => expect(one.heard.some((line) => line.startsWith('OPTIONS '))).toBe(true));
    expect(await seen()).toMatchObject({ trunks: [{ id: 'pbx', label: 'pbx', targets: [{ uri: `sip:127.0.0.1:${one.port};transport=udp` }] }] });
    await expect.poll(async () => JSON.stringify(await seen()), { timeout: 8000 }).toContain('"state":"down"');
    expect(await (await fetch(`${gateway.url}/metrics`)).text()).toContain(`gethelp_trunk_target_up{trunk="pbx",target="sip:127.0.0.1:${one.port};transport=udp"} 0`);
  }, 60_000);

  it('SIP30 that needs UDP while UDP is off is complained about at the start', async () => {
    const one = await pbx();
    await expect(TelephonyStand.start({ config: `trunks: [${trunk([one])}]`, transports: ['TCP'] })).rejects.toThrow(`SIP_UDP_PORT: needed by trunk "pbx" for sip:127.0.0.1:${one.port}`);
  });

  it.each([['SHA-256', 407], ['MD5', 401]] as const)('SIP42 that challenges with %s gets our credentials, in the dialog too', async (algorithm, status) => {
    const one = await pbx();
    const gateway = await stand(`trunks: [${trunk([one], ', credentials: { username: gethelp, password: trunk-secret }')}]`);
    one.aim(gateway.udpPort);
    const authenticator = new Authenticator({ realm: 'pbx', accounts: (name) => name === 'gethelp' ? ha1Of('gethelp', 'pbx', 'trunk-secret') : null, now: Date.now });
    const [asked, answered] = status === 407 ? ['Proxy-Authenticate', 'Proxy-Authorization'] : ['WWW-Authenticate', 'Authorization'];
    const proven = async (method: string): Promise<string> => {
      const first = await one.next(new RegExp(`^${method} `));
      const proof = authenticator.authenticate({ method, credentials: [], source: 'x', from: '', request: '' });
      if (proof.type !== 'challenge') throw new Error('no challenge');
      const offered = [...proof.challenges.filter((challenge) => challenge.includes(`algorithm=${algorithm}`)), 'Digest realm="pbx", nonce="x", algorithm=SHA-512-256'];
      one.reply(first, status, { headers: offered.map((challenge) => `${asked}: ${challenge}`) });
      const again = await one.next(new RegExp(`^${method} (?:.*\\r\\n)*${answered}: `));
      expect(authenticator.authenticate({ method, credentials: [header(again, answered)], source: 'x', from: '', request: '' })).toEqual({ type: 'authenticated', username: 'gethelp' });
      return again;
    };
    const { heard, dialog } = gateway.call(await gateway.external('732'));
    one.reply(await proven('INVITE'), 200, { body: 'v=0' });
    await soon(() => expect(heard.events).toEqual(['established']));
    dialog.end({ cause: 200, text: 'Done' });
    one.reply(await proven('BYE'), 200);
  });

  it('SIP45 that redirects is followed where it may dial, and nowhere else', async () => {
    const one = await pbx();
    const gateway = await stand(`trunks: [${trunk([one])}]`);
    one.aim(gateway.udpPort);
    const followed = gateway.call(await gateway.external('732'));
    one.reply(await one.next(/^INVITE sip:732@/), 302, { headers: ['Contact: <sip:733@victim.example>, <sip:0900123@127.0.0.1>, <sip:744@127.0.0.1>'] });
    one.reply(await one.next(/^INVITE sip:744@/), 486);
    await soon(() => expect(followed.heard.ends).toMatchObject([{ status: 486 }]));
    const refused = gateway.call(await gateway.external('732'));
    one.reply(await one.next(/^INVITE sip:732@/), 302, { headers: ['Contact: <sip:733@victim.example>'] });
    await soon(() => expect(refused.heard.ends).toMatchObject([{ status: 302 }]));
    const circle = gateway.call(await gateway.external('732'));
    for (let hop = 0; hop < 4; hop += 1) one.reply(await one.next(/^INVITE sip:732@/), 302, { headers: ['Contact: <sip:732@127.0.0.1>'] });
    await soon(() => expect(circle.heard.ends).toMatchObject([{ status: 302 }]));
  });

  it('SIP80 whose call is answered by another of its machines is spoken to there, and may hang up from there', async () => {
    const [one, other] = [await pbx(), await RawPhone.tcpServer()];
    closers.push(() => other.close(), () => other.server.close());
    const gateway = await stand(`trunks: [${trunk([one])}]`);
    one.aim(gateway.udpPort);
    const { heard } = gateway.call(await gateway.external('732'));
    const invite = await one.next(/^INVITE /);
    one.reply(invite, 200, { body: 'v=0', contact: other.contact });
    expect(await other.next(/^ACK /)).toContain(`ACK sip:pbx@127.0.0.1:${other.port};transport=tcp SIP/2.0\r\nVia: SIP/2.0/TCP `);
    expect(await other.ask(one.within(invite, 'BYE').replace('SIP/2.0/UDP', 'SIP/2.0/TCP'))).toMatch(/^SIP\/2\.0 200 /);
    await soon(() => expect(heard.ends).toMatchObject([{ type: 'hungUp' }]));
    expect(one.heard.filter((line) => line.startsWith('ACK'))).toEqual([]);
  });

  it('SIP80 whose proxy stays on the path is spoken to through it, and one that calls is, too', async () => {
    const [one, other] = [await pbx(), await pbx()];
    const gateway = await stand(`${anna}\ntrunks: [${trunk([one])}]`);
    for (const each of [one, other]) each.aim(gateway.udpPort);
    const { heard, dialog } = gateway.call(await gateway.external('733'));
    one.reply(await one.next(/^INVITE /), 200, { body: 'v=0', contact: '<sip:pbx@127.0.0.1:9>', headers: [`Record-Route: <sip:127.0.0.1:${other.port};lr>`] });
    await other.next(/^ACK sip:pbx@127\.0\.0\.1:9 /);
    await soon(() => expect(heard.events).toEqual(['established']));
    dialog.end({ cause: 200, text: 'Done' });
    other.reply(await other.next(/^BYE sip:pbx@127\.0\.0\.1:9 /), 200);

    const answered = one.ask(one.request('INVITE', callerUri, [`Contact: ${other.contact}`], { from: '<sip:732@pbx.test>;tag=x', to: `<${callerUri}>`, callId: `in-${one.port}`, cseq: 1, body: 'v=0' }));
    const incoming = await soon(() => gateway.incoming[0] ?? expect.fail('no call'));
    const coming = incoming.call.answer(new ScriptedMedia(), new Heard());
    const answer = await answered;
    other.send(other.request('ACK', /<([^>]*)>/.exec(header(answer, 'Contact'))?.[1] ?? '', [], { from: header(answer, 'From'), to: header(answer, 'To'), callId: header(answer, 'Call-ID'), cseq: 1 }));
    coming.end({ cause: 200, text: 'Done' });
    await other.next(/^BYE sip:pbx@/);
  });

  it('SIP80 that names an address from behind its NAT, or a stranger\'s, is spoken to where it was called', async () => {
    const one = await pbx();
    const gateway = await stand(`trunks: [${trunk([one])}]`);
    one.aim(gateway.udpPort);
    for (const host of ['192.168.1.2', '203.0.113.9:5070', 'victim.example', '[2001:db8::1]', '127.0.0.1:0']) {
      const { heard, dialog } = gateway.call(await gateway.external('732'));
      one.reply(await one.next(/^INVITE /), 200, { body: 'v=0', contact: `<sip:pbx@${host}>` });
      await one.next(new RegExp(`^ACK sip:pbx@${host.replaceAll(/[[\].]/g, '.')}`));
      await soon(() => expect(heard.events).toEqual(['established']));
      dialog.end({ cause: 200, text: 'Done' });
      one.reply(await one.next(/^BYE /), 200);
    }
  });

  it('SIP46 calls for an agent\'s extension are theirs; for anybody else, and from a trunk that may not, they are refused', async () => {
    const [one, mute] = [await pbx(), await pbx()];
    const gateway = await stand(`${anna}\ntrunks: [${trunk([one])}, ${trunk([mute], ', incoming: false').replace('id: pbx', 'id: mute')}]`);
    for (const target of [one, mute]) target.aim(gateway.udpPort);
    const invite = (from: RawPhone, number: string): string => from.request('INVITE', callerUri, [`Contact: ${from.contact}`], {
      from: `<sip:${number}@pbx.test>;tag=x${number}`, to: `<${callerUri}>`, callId: `in-${from.port}-${number}`, cseq: 1, body: 'v=0',
    });
    const answered = one.ask(invite(one, '732'));
    const incoming = await soon(() => gateway.incoming[0] ?? expect.fail('no call'));
    expect(incoming).toMatchObject({ agentId: 'agent-anna', endpointId: 'extension:agent-anna', media: 'rtp', source: '127.0.0.1' });
    expect(await gateway.telephony.directory.destination(incoming.call.target)).toEqual({ type: 'caller', uri: callerUri });
    incoming.call.refuse(480);
    expect(await answered).toMatch(/^SIP\/2\.0 480 /);
    expect(await one.ask(invite(one, '999'))).toMatch(/^SIP\/2\.0 403 /);
    expect(await mute.ask(invite(mute, '732'))).toMatch(/^SIP\/2\.0 403 /);
  });

  it('SIP44 is no way out for what the file does not allow', async () => {
    const one = await pbx();
    const gateway = await stand(`${anna}\ntrunks: [${trunk([one])}]`);
    const { directory } = gateway.telephony;
    const named = async (name: string): Promise<unknown> => {
      const destination = await directory.destination(name);
      return destination.type === 'refused' ? destination.status : destination.type;
    };
    expect(await Promise.all(['anna', 'sip:anna@help.test', 'ANNA', '732', '<sip:732@help.test>', '"Anna" <sip:anna@127.0.0.1;transport=udp?Replaces=x>'].map(named))).toEqual(Array(6).fill('agent'));
    expect(await Promise.all(['733', '+49 30 1', 'tel:+49-30-1', 'sip:+49301@help.test', 'sip:733@127.0.0.1'].map(named))).toEqual(Array(5).fill('external'));
    expect(await named(callerUri)).toBe('caller');
    expect(await Promise.all(['0900123', 'sip:733@victim.example', `sip:${'0a'.repeat(16)}@victim.example`, 'sip:anna@victim.example'].map(named))).toEqual(Array(4).fill(403));
    expect(await Promise.all(['nobody', '', 'sip:', 'sip:nobody@help.test', `sip:%0d%0a@${domain}`].map(named))).toEqual(Array(5).fill(404));
  });
});
