/** A call between a customer's client and a SIP.js desktop in real Chromium, proven by what arrives. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { expectHeard, expectSilence, expectTonesWithoutGap, expectVideo, inSomeWindow, settled, waitFor } from './media-proof.ts';
import { agentTones, customerTones, startPlayground } from './media-playground.ts';
import type { AgentOptions, Playground } from './media-playground.ts';

let playground: Playground;
let pages: Page[] = [];
let contacts = 0;
beforeAll(async () => { playground = await startPlayground(); }, 60_000);
afterAll(async () => { await playground.close(); });
afterEach(async () => {
  await playground.service.close(`c${contacts}`, 'test over');
  await Promise.all(pages.map((page) => page.context().close()));
  pages = [];
});

interface Standing { readonly contactId: string; readonly customer: Page; readonly agent: Page }

/** Both pages ready, the contact offered: the customer's transports stand. */
async function offered(options: AgentOptions = {}): Promise<Standing> {
  contacts += 1;
  const contactId = `c${contacts}`;
  const agent = await playground.openAgent('ann', options);
  const customer = await playground.openCustomer(contactId);
  pages = [agent, customer];
  return { contactId, agent, customer };
}

async function engaged(options: AgentOptions = {}): Promise<Standing> {
  const standing = await offered(options);
  await playground.service.callAgent(playground.call(standing.contactId));
  await playground.event('agentAnswered', standing.contactId);
  await playground.event('customerMediaFlowing', standing.contactId);
  return standing;
}

describe('before the agent accepts', () => {
  it('MD2 both transports of the customer stand, and nothing of the customer goes out', async () => {
    const { customer, contactId } = await offered();
    await waitFor(customer, `(({ send, receive }) => send === 'connected' && receive === 'connected')(window.mediaState())`);
    const before = await customer.evaluate('window.bytesSent()');
    await expectSilence(customer, 1);
    expect(await customer.evaluate('window.bytesSent()')).toBe(before);
    expect(playground.events.some((event) => event.type === 'customerMediaFlowing' && event.contactId === contactId)).toBe(false);
  }, 60_000);
});

describe('a call', () => {
  it.each(['audio/opus', 'audio/PCMU', 'audio/PCMA'])('MD1, MD3 carries audio both ways in %s, the codec that the agent\'s answer decided', async (codec) => {
    const { customer, agent } = await engaged(codec === 'audio/opus' ? {} : { codecs: { audio: codec } });
    await Promise.all([expectTonesWithoutGap(customer, agentTones, customerTones), expectTonesWithoutGap(agent, customerTones, agentTones)]);
    expect(await customer.evaluate('window.mediaState().sent')).toBe(codec);
  }, 60_000);

  it.each(['video/VP8', 'video/H264'])('MD4 carries video both ways in %s as cameras come and go, without another INVITE', async (codec) => {
    const { customer, agent } = await engaged({ codecs: { video: codec } });
    const videoListed = `window.latest.receive.some(({ kind }) => kind === 'video')`;
    expect(await customer.evaluate(videoListed)).toBe(false);
    await customer.evaluate('window.switchCamera(true)');
    await agent.evaluate('window.switchCamera(true)');
    await Promise.all([expectVideo(customer), expectVideo(agent)]);
    await agent.evaluate('window.switchCamera(false)');
    await waitFor(customer, `!(${videoListed})`);
    await agent.evaluate('window.switchCamera(true)');
    await waitFor(customer, videoListed);
    await expectVideo(customer);
    expect(await agent.evaluate('window.invites.length')).toBe(1);
  }, 60_000);

  it('MD5 is silent both ways on hold and heard again after, without another INVITE', async () => {
    const { contactId, customer, agent } = await engaged();
    await inSomeWindow(() => expectHeard(customer, agentTones, customerTones, 1));
    await playground.service.setHold(contactId, true);
    await Promise.all([expectSilence(customer), expectSilence(agent)]);
    await playground.service.setHold(contactId, false);
    await settled(customer, agent);
    await inSomeWindow(() => Promise.all([expectHeard(customer, agentTones, customerTones, 3), expectHeard(agent, customerTones, agentTones, 3)]));
    expect(await agent.evaluate('window.invites.length')).toBe(1);
  }, 60_000);

  it('MD6 keeps a muted customer: their path is alive though they say nothing', async () => {
    const { contactId, customer, agent } = await engaged();
    await customer.evaluate('window.mute(true)');
    // Longer than the consent limit: a dead path would have been found by then.
    await expectSilence(agent, 12);
    expect(playground.events.some((event) => event.type === 'customerMediaLost' && event.contactId === contactId)).toBe(false);
    await customer.evaluate('window.mute(false)');
    await settled(agent);
    await inSomeWindow(() => expectHeard(agent, customerTones, agentTones, 2));
  }, 60_000);

  it('SIP5 the INVITE names the caller, the contact and the reservation, and a customer\'s name cannot break its headers', async () => {
    const { contactId, agent } = await engaged();
    const [invite] = await agent.evaluate<Array<Record<string, string>>>('window.invites');
    expect(invite).toEqual({
      contact: contactId, reservation: `reservation-${contactId}`, from: `sip:${contactId}@help.test`, to: 'sip:ann@help.test',
      displayName: `Zoë 'Z' O/Neil`, callInfo: `<sip:${contactId}@help.test>;answer-after=0`,
    });
  }, 60_000);

  it('SIP7 ends with a BYE that says why, and nothing of the customer goes out any more', async () => {
    const { contactId, customer, agent } = await engaged();
    await waitFor(customer, `window.latest.audio.mode === 'send'`);
    await playground.service.endAgentLeg(contactId, 'requeued');
    await waitFor(agent, 'window.byeReason !== undefined');
    expect(await agent.evaluate('window.byeReason')).toBe('SIP;cause=200;text="requeued"');
    await waitFor(customer, `window.latest.audio.mode === 'prepare'`);
    expect(playground.service.agentLegAlive(contactId)).toBe(false);
    const before = await customer.evaluate('window.bytesSent()');
    await expectSilence(customer, 1);
    expect(await customer.evaluate('window.bytesSent()')).toBe(before);
  }, 60_000);

  it('SIP9 a hold and an ICE restart by the agent\'s own client are answered at the gateway; the customer notices only the silence', async () => {
    const { customer, agent } = await engaged();
    await agent.evaluate('window.holdBySip(true)');
    await waitFor(agent, `window.directions().every((direction) => direction === 'sendonly')`);
    await expectSilence(agent);
    await agent.evaluate('window.holdBySip(false)');
    await waitFor(agent, `window.directions().every((direction) => direction === 'sendrecv')`);
    await agent.evaluate('window.restartIce()');
    await waitFor(agent, `['connected', 'completed'].includes(window.agentIce())`);
    await settled(agent);
    await inSomeWindow(() => Promise.all([expectHeard(customer, agentTones, customerTones, 3), expectHeard(agent, customerTones, agentTones, 3)]));
  }, 60_000);

  it('SIP10 tells that the agent hung up', async () => {
    const { contactId, agent } = await engaged();
    expect(playground.service.agentLegAlive(contactId)).toBe(true);
    await agent.evaluate('window.hangUp()');
    await playground.event('agentHungUp', contactId);
    expect(playground.service.agentLegAlive(contactId)).toBe(false);
  }, 60_000);

  it('MD9 refuses what a client may not do with a problem that says how to go on, and the call goes on', async () => {
    const { customer, agent, contactId } = await engaged();
    const ask = (request: object): Promise<{ readonly ok: boolean; readonly problem?: { readonly type: string; readonly status: number } }> =>
      customer.evaluate(`window.request(${JSON.stringify(request)})`);
    const { send, receive } = await customer.evaluate<{ send: string; receive: string }>('window.transportIds()');
    const rtpParameters = (mimeType: string, encodings: unknown = [{ ssrc: 5 }]): object =>
      ({ codecs: [{ mimeType, payloadType: 0, clockRate: 8000 }], encodings, rtcp: {} });
    const problems = [
      await playground.service.customerRequest(contactId, { type: 'open', epoch: 'of yesterday' }),
      await ask({ type: 'produce', transportId: send, kind: 'audio', rtpParameters: rtpParameters('audio/PCMU') }),
      await ask({ type: 'produce', transportId: send, kind: 'audio', rtpParameters: rtpParameters('audio/opus') }),
      await ask({ type: 'produce', transportId: send, kind: 'audio', rtpParameters: rtpParameters('audio/opus', [{ ssrc: 5 }, { ssrc: 6 }]) }),
      await ask({ type: 'produce', transportId: send, kind: 'audio', rtpParameters: { codecs: 'none' } }),
      await ask({ type: 'produce', transportId: receive, kind: 'audio', rtpParameters: rtpParameters('audio/opus') }),
      await ask({ type: 'connect', transportId: send, dtlsParameters: { fingerprints: 'none' } }),
      await ask({ type: 'connect', transportId: 'somebody else\'s', dtlsParameters: {} }),
      await ask({ type: 'resumeConsumer', consumerId: 'none' }),
      await ask({ type: 'pauseProducer', producerId: 'none' }),
    ];
    expect(problems.map((reply) => (reply.ok ? 'accepted' : reply.problem?.type))).toEqual([
      '/problems/media-epoch', '/problems/media-codec', '/problems/media-parameters', '/problems/media-parameters', '/problems/media-codec',
      '/problems/media-gone', '/problems/media-parameters', '/problems/media-gone', 'accepted', '/problems/media-gone',
    ]);
    await inSomeWindow(() => expectHeard(agent, customerTones, agentTones, 1));
  }, 60_000);
});
