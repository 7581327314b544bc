/** Dialogs with SIPp as the other side, over the gateway's own UDP and TCP: each scenario (gateway/test/sipp) fails where we differ from it. */
import { pino } from 'pino';
import { URI } from 'sip.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authenticationFactory } from '../src/sip/digest/credentials.ts';
import type { Dialog, IncomingCall } from '../src/sip/dialog/dialog.ts';
import type { DialogLimits } from '../src/sip/dialog/limits.ts';
import { placeCall } from '../src/sip/dialog/outgoing.ts';
import { Peer } from '../src/sip/peer.ts';
import { Heard, leaving, ScriptedMedia } from './support/dialog-stand.ts';
import { startLossyRelay } from './support/lossy-relay.ts';
import { Station, stationDomain } from './support/network-stand.ts';
import { startSipp } from './support/sipp.ts';
import type { Sipp, SippOptions } from './support/sipp.ts';

const log = pino({ level: process.env['SIP_TEST_LOG'] ?? 'silent' });
const transports = ['UDP', 'TCP'] as const;

let station: Station;
beforeAll(async () => { station = await Station.start(); });
afterAll(async () => { await station.stop(); });

interface Call {
  readonly dialog: Dialog;
  readonly heard: Heard;
  readonly media: ScriptedMedia;
  /** The next event, as soon as it is there. */
  readonly event: (name: string, count?: number) => Promise<void>;
}

/** Fails with SIPp's words where SIPp fails first. */
function events(heard: Heard, done: Promise<void>): Call['event'] {
  return async (name, count = 1) => {
    const heardIt = expect.poll(() => heard.events.filter((event) => event.startsWith(name)).length, { timeout: 10_000, message: name }).toBeGreaterThanOrEqual(count);
    await Promise.race([heardIt, done.then(() => heardIt)]);
  };
}

/** Calls SIPp, which follows the scenario. */
async function calling(scenario: string, transport: 'UDP' | 'TCP', limits: Partial<DialogLimits> = {}, options: Partial<SippOptions> = {}): Promise<Call & { readonly done: Promise<void> }> {
  const sipp = await startSipp({ scenario, transport, callee: null, ...options });
  return { ...await call(sipp, transport, limits), done: sipp.done };
}

async function call({ port, done }: Sipp, transport: 'UDP' | 'TCP', limits: Partial<DialogLimits> = {}): Promise<Call> {
  const connection = await station.transports.connect({ transport, host: '127.0.0.1', port });
  if (!connection) throw new Error('SIPp is not reachable');
  const peer = new Peer({
    name: 'sipp', index: station.index, domain: stationDomain, connection, moves: false, onInvite: (incoming) => incoming.refuse(486), log,
    authenticationFactory: authenticationFactory({ username: 'us', password: 'secret' }),
  });
  const heard = new Heard();
  const media = new ScriptedMedia();
  const dialog = placeCall({
    core: peer.core, target: new URI('sip', '732', '127.0.0.1', port, transport === 'UDP' ? {} : { transport: 'tcp' }), listener: heard, limits, log,
    call: { from: `sip:caller@${stationDomain}`, displayName: 'Zoe', to: 'sip:732@pbx.test', headers: [], autoAnswer: false, answerLimit: 10_000, media },
  });
  return { dialog, heard, media, event: events(heard, done) };
}

/** Waits to be called by SIPp. */
async function called(scenario: string, transport: 'UDP' | 'TCP', answer: boolean): Promise<Call & { readonly done: Promise<void>; readonly canceled: () => number }> {
  const heard = new Heard();
  const media = new ScriptedMedia();
  let canceled = 0;
  let dialog: Dialog | null = null;
  station.answering((incoming) => {
    incoming.onCanceled(() => { canceled += 1; });
    incoming.ring();
    if (answer) dialog = incoming.answer(media, heard);
  });
  const sipp = await startSipp({ scenario, transport, callee: transport === 'UDP' ? station.udpPort : station.tcpPort });
  return { get dialog() { if (!dialog) throw new Error('nobody called'); return dialog; }, heard, media, event: events(heard, sipp.done), done: sipp.done, canceled: () => canceled };
}

describe.each(transports)('calls of ours over %s', (transport) => {
  it('SIP51 rings, is answered, and is ended with a reason', async () => {
    const { dialog, event, done, heard, media } = await calling('answers', transport);
    await event('established');
    expect(heard.events).toEqual(['ringing', 'established']);
    expect(media.asked[1]).toContain('m=audio 40000');
    dialog.end(leaving);
    await done;
  });

  it('SIP62 is hung up on, with the telephone network\'s cause', async () => {
    const { event, done, heard } = await calling('hangs-up', transport);
    await event('hungUp');
    expect(heard.ends).toEqual([{ type: 'hungUp', cause: { cause: 200, text: 'Normal call clearing', q850: 16 } }]);
    await done;
  });

  it('SIP54 busy, with the telephone network\'s cause; redirected, with the addresses', async () => {
    const busy = await calling('is-busy', transport);
    await busy.event('failed');
    expect(busy.heard.ends).toEqual([{ type: 'failed', status: 486, cause: { cause: 486, text: 'User busy', q850: 17 }, contacts: [] }]);
    await busy.done;
    const moved = await calling('redirects', transport);
    await moved.event('failed');
    expect(moved.heard.ends).toEqual([{ type: 'failed', status: 302, cause: null, contacts: ['sip:one@elsewhere.test', 'sip:two@elsewhere.test'] }]);
    await moved.done;
  });

  it('SIP51 early media, then the answer', async () => {
    const { dialog, event, done, heard, media } = await calling('plays-early-media', transport);
    await event('established');
    expect(heard.events).toEqual(['early', 'ringing', 'established']);
    expect(media.asked.map((asked) => asked.split(' ', 1)[0])).toEqual(['offer', 'early', 'accept']);
    dialog.end(leaving);
    await done;
  });

  it('SIP51 PRACK for a reliable 183, whose description the 200 rests on', async () => {
    const { dialog, event, done, media } = await calling('rings-reliably', transport);
    await event('established');
    expect(media.asked.map((asked) => asked.split(' ', 1)[0])).toEqual(['offer', 'early', 'accept']);
    dialog.end(leaving);
    await done;
  });

  it('SIP51 an UPDATE of a phone that rings is answered', async () => {
    const { dialog, event, done, media } = await calling('updates-while-ringing', transport);
    await event('established');
    expect(media.asked.map((asked) => asked.split(' ', 1)[0])).toEqual(['offer', 'early', 'accept', 'answer']);
    dialog.end(leaving);
    await done;
  });

  it('SIP52 two forks answer: the first wins, the second is hung up', async () => {
    const { dialog, event, done } = await calling('forks', transport);
    await event('established');
    expect(dialog.id?.remoteTag).toBe('peertwo');
    await event('dtmf');
    dialog.end(leaving);
    await done;
  });

  it('SIP53 CANCEL with a reason; a 200 that crosses it is acknowledged and hung up', async () => {
    for (const scenario of ['is-canceled', 'answers-a-cancel']) {
      const { dialog, event, done, heard } = await calling(scenario, transport);
      await event('ringing');
      dialog.end(leaving);
      await done;
      expect(heard.events).toEqual(['ringing', 'endedHere']);
    }
  });

  it('SIP55 credentials for a challenge to INVITE and BYE', async () => {
    const { dialog, event, done } = await calling('challenges', transport);
    await event('established');
    dialog.end(leaving);
    await done;
  });

  it('SIP56 hold, an INVITE without an offer, UPDATE and OPTIONS of the peer', async () => {
    const { dialog, event, done, media } = await calling('holds-and-moves', transport);
    await event('established');
    await expect.poll(() => media.asked.map((asked) => asked.split(' ', 1)[0])).toEqual(['offer', 'accept', 'answer', 'offer', 'accept', 'answer']);
    expect(media.asked[2]).toContain('a=sendonly');
    await expect.poll(() => dialog.established).toBe(true);
    dialog.end(leaving);
    await done;
  });

  it('SIP58 our offer meets the peer\'s, waits for it, and is made again', async () => {
    const { dialog, event, done } = await calling('meets-our-offer', transport);
    await event('established');
    expect(await dialog.reoffer()).toBe(true);
    dialog.end(leaving);
    await done;
  });

  it('SIP59 a session is refreshed, and ends when the peer does not refresh it', async () => {
    const limits = { sessionExpires: 2, minSessionExpires: 1 };
    const refreshed = await calling('is-refreshed', transport, limits);
    const vanished = await calling('vanishes', transport, limits);
    await refreshed.event('established');
    await vanished.event('lost');
    await vanished.done;
    await expect.poll(() => refreshed.heard.events, { timeout: 5000 }).toEqual(['ringing', 'established']);
    await new Promise((resolve) => { setTimeout(resolve, 1000); });
    refreshed.dialog.end(leaving);
    await refreshed.done;
  });

  it('SIP60 an attended transfer is reported to a transferor who hung up after the 202', async () => {
    const { event, done, heard } = await calling('transfers-attended', transport);
    await event('refer');
    expect(heard.referral).toMatchObject({ target: 'sip:745@pbx.test', replaces: { callId: 'other@pbx.test', localTag: 'ours', remoteTag: 'theirs' } });
    heard.referral?.accept();
    await event('hungUp');
    heard.referral?.progress(200);
    await done;
  });

  it('SIP61 digits by INFO both ways', async () => {
    const { dialog, event, done, heard } = await calling('presses-keys', transport);
    await event('dtmf', 2);
    expect(heard.events).toEqual(['ringing', 'established', 'dtmf 5', 'dtmf #']);
    dialog.sendDtmf('9', 160);
    await event('dtmf', 3);
    dialog.end(leaving);
    await done;
  });
});

describe.each(transports)('calls to us over %s', (transport) => {
  it('SIP63 is answered, with the caller\'s offer or ours', async () => {
    for (const [scenario, asked] of [['calls', ['answer']], ['calls-without-an-offer', ['offer', 'accept']]] as const) {
      const { event, done, heard, media } = await called(scenario, transport, true);
      await event('hungUp');
      await done;
      expect(heard.events).toEqual(['established', 'hungUp']);
      expect(media.asked.map((one) => one.split(' ', 1)[0])).toEqual(asked);
    }
  });

  it('SIP63 rings reliably where the caller requires it', async () => {
    const before = station.count('dialog');
    const incoming = new Promise<IncomingCall>((resolve) => { station.answering(resolve); });
    const { done } = await startSipp({ scenario: 'requires-reliable-ringing', transport, callee: transport === 'UDP' ? station.udpPort : station.tcpPort });
    const call = await incoming;
    call.ring();
    await expect.poll(() => station.count('dialog')).toBeGreaterThan(before);
    call.answer(new ScriptedMedia(), new Heard());
    await done;
  });

  it('SIP64 a caller gives up while it rings', async () => {
    const { done, canceled } = await called('gives-up', transport, false);
    await done;
    await expect.poll(canceled).toBe(1);
  });

  it('SIP65 a description within a multipart body is found, an unknown body refused', async () => {
    const two = await called('calls-with-two-bodies', transport, true);
    await two.event('hungUp');
    expect(two.media.asked[0]).toContain('m=audio 40000');
    await two.done;
    await (await called('calls-in-an-unknown-way', transport, true)).done;
  });
});

describe('over a network that loses packets', () => {
  it('SIP67 calls come about, are told the same on both sides and end, though a tenth of all packets is lost each way', async () => {
    const calls = 20;
    const callee = await Station.start();
    const relay = await startLossyRelay({ to: callee.udpPort, share: 0.1, seed: 20261121 });
    const answered: Array<{ readonly heard: Heard; readonly dialog: Dialog }> = [];
    callee.answering((incoming) => {
      const heard = new Heard();
      incoming.ring();
      answered.push({ heard, dialog: incoming.answer(new ScriptedMedia(), heard) });
    });
    try {
      const placed = await Promise.all(Array.from({ length: calls }, () => call({ port: relay.port, done: new Promise(() => { /* nobody to fail */ }) }, 'UDP')));
      const bothSides = (): string[] => [...placed, ...answered].map(({ heard }) => heard.events.filter((event) => event !== 'ringing').join());
      await expect.poll(bothSides, { timeout: 30_000 }).toEqual(Array.from({ length: 2 * calls }, () => 'established'));
      for (const [index, { dialog }] of placed.entries()) if (index % 2 === 0) dialog.end(leaving);
      for (const { dialog } of answered) if (placed.some((one, index) => index % 2 === 1 && one.dialog.id?.callId === dialog.id?.callId)) dialog.end(leaving);
      await expect.poll(() => bothSides().toSorted(), { timeout: 30_000 }).toEqual([
        ...Array.from({ length: calls }, () => 'established,endedHere'), ...Array.from({ length: calls }, () => 'established,hungUp'),
      ]);
      expect(relay.lost()).toBeGreaterThan(0);
    } finally {
      relay.close();
      await callee.stop();
    }
  }, 90_000);
});
