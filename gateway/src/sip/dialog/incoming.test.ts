import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { body, DialogStand, header, Heard, inTransaction, invitation, leaving, respond, ScriptedMedia, withinTheirs } from '../../../test/support/dialog-stand.ts';
import type { Dialog, IncomingCall } from './dialog.ts';

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

async function arriving(stand: DialogStand, invite: string): Promise<IncomingCall> {
  const before = stand.calls.length;
  await stand.hear(invite);
  const call = stand.calls[before];
  if (!call) throw new Error(`no call came of ${(await stand.sent()).join(' | ')}`);
  return call;
}

function answered(call: IncomingCall): { dialog: Dialog; media: ScriptedMedia; heard: Heard } {
  const media = new ScriptedMedia();
  const heard = new Heard();
  return { dialog: call.answer(media, heard), media, heard };
}

describe('a call to us', () => {
  it('SIP63 tells who calls whom, rings, and stands when our answer is acknowledged', async () => {
    const stand = new DialogStand();
    const invite = invitation({ body: 'theirs', headers: ['Replaces: c@x;to-tag=a;from-tag=b;early-only', 'Record-Route: <sip:near.test;lr>', 'Allow: UPDATE'] });
    const call = await arriving(stand, invite);
    expect(call).toMatchObject({
      target: 'sip:caller@gateway.test', from: 'sip:732@peer.test', displayName: 'Ann', replaces: { callId: 'c@x', localTag: 'a', remoteTag: 'b', earlyOnly: true },
    });
    call.ring();
    const ringing = await stand.next(/^SIP\/2\.0 180 /);
    expect([header(ringing, 'Record-Route'), header(ringing, 'Contact')]).toEqual(['<sip:near.test;lr>', '<sip:gateway@gateway.test>']);
    expect(await stand.ask(withinTheirs(invite, ringing, 'UPDATE', 2))).toMatch(/^SIP\/2\.0 200 /);
    expect(await stand.ask(withinTheirs(invite, ringing, 'UPDATE', 3, { body: 'x' }))).toMatch(/^SIP\/2\.0 500 (?:.*\r\n)*Retry-After: /);
    const { dialog, media, heard } = answered(call);
    const answer = await stand.next(/^SIP\/2\.0 200 (?:.*\r\n)*CSeq: 1 INVITE/);
    expect([body(answer), header(answer, 'To'), header(answer, 'Allow').includes('UPDATE')]).toEqual(['ours-1', header(ringing, 'To'), true]);
    expect(heard.events).toEqual([]);
    await vi.advanceTimersByTimeAsync(600);
    expect(await stand.next(/^SIP\/2\.0 200 /)).toBe(answer);
    await stand.hear(withinTheirs(invite, answer, 'ACK', 1));
    expect([media.asked, heard.events, dialog.established]).toEqual([['answer theirs'], ['established'], true]);
    expect(dialog.id).toEqual({ callId: header(invite, 'Call-ID'), localTag: header(answer, 'To').split('tag=')[1], remoteTag: 'peer' });
    const reoffered = dialog.reoffer();
    const reinvite = await stand.next(/^INVITE sip:732@peer\.test /);
    expect(header(reinvite, 'Route')).toBe('<sip:near.test;lr>');
    await stand.hear(respond(reinvite, 200, { body: 'theirs-2' }));
    expect(await reoffered).toBe(true);
    await stand.next(/^ACK /);
    expect(await stand.ask(withinTheirs(invite, answer, 'BYE', 4))).toMatch(/^SIP\/2\.0 200 /);
    expect(heard.events).toEqual(['established', 'hungUp']);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([stand.idle, vi.getTimerCount()]).toEqual([true, 0]);
  });

  it('SIP63 an INVITE without an offer gets ours in the 200, and its ACK brings the answer', async () => {
    const stand = new DialogStand();
    const invite = invitation();
    const { media, heard } = answered(await arriving(stand, invite));
    const answer = await stand.next(/^SIP\/2\.0 200 /);
    expect(body(answer)).toBe('ours-1');
    await stand.hear(withinTheirs(invite, answer, 'ACK', 1, { body: 'theirs' }));
    expect([media.asked, heard.events]).toEqual([['offer', 'accept theirs'], ['established']]);
    for (const [text, unusable] of [['', null], ['odd', /^accept/]] as const) {
      const other = invitation();
      const late = answered(await arriving(stand, other));
      late.media.unusable = unusable;
      await stand.hear(withinTheirs(other, await stand.next(/^SIP\/2\.0 200 /), 'ACK', 1, { body: text }));
      expect(late.heard.ends).toEqual([{ type: 'failed', status: 488, cause: null, contacts: [] }]);
      expect(header(await stand.next(/^BYE /), 'Reason')).toContain('cause=488');
    }
  });

  it('SIP63 an unusable offer is refused with 488; a refusal carries the telephone network\'s cause', async () => {
    const stand = new DialogStand();
    const media = new ScriptedMedia();
    media.unusable = /^answer/;
    const heard = new Heard();
    const invite = invitation({ body: 'odd' });
    const call = await arriving(stand, invite);
    call.answer(media, heard);
    const refusal = await stand.next(/^SIP\/2\.0 488 (?:.*\r\n)*Warning: 304 /);
    await stand.hear(inTransaction(invite, 'ACK', refusal));
    expect(heard.ends).toEqual([{ type: 'failed', status: 488, cause: null, contacts: [] }]);
    (await arriving(stand, invitation({ body: 'x' }))).refuse(486, 'Busy');
    expect(header(await stand.next(/^SIP\/2\.0 486 Busy/), 'Reason')).toBe('Q.850;cause=17');
  });

  it('SIP63 rings reliably where the caller requires it, until PRACK comes, and gives up without one', async () => {
    const stand = new DialogStand();
    const invite = invitation({ body: 'theirs', headers: ['Require: 100rel'] });
    const call = await arriving(stand, invite);
    call.ring();
    const ringing = await stand.next(/^SIP\/2\.0 180 /);
    expect(header(ringing, 'Require')).toBe('100rel');
    await vi.advanceTimersByTimeAsync(600);
    expect(await stand.next(/^SIP\/2\.0 180 /)).toBe(ringing);
    const rack = (sequence: number): { headers: string[] } => ({ headers: [`RAck: ${sequence} 1 INVITE`] });
    expect(await stand.ask(withinTheirs(invite, ringing, 'PRACK', 2, rack(Number(header(ringing, 'RSeq')) + 1)))).toMatch(/^SIP\/2\.0 481 /);
    expect(await stand.ask(withinTheirs(invite, ringing, 'PRACK', 3, rack(Number(header(ringing, 'RSeq')))))).toMatch(/^SIP\/2\.0 200 /);
    await vi.advanceTimersByTimeAsync(40_000);
    expect(await stand.sent()).toEqual([]);
    call.refuse(480);
    const silent = invitation({ headers: ['Require: 100rel'] });
    const other = await arriving(stand, silent);
    let canceled = 0;
    other.onCanceled(() => { canceled += 1; });
    other.ring();
    await vi.advanceTimersByTimeAsync(33_000);
    await stand.next(/^SIP\/2\.0 504 /);
    expect(canceled).toBe(1);
  });

  it('SIP63 a PRACK that comes after our 200 is answered all the same', async () => {
    const stand = new DialogStand();
    const invite = invitation({ body: 'theirs', headers: ['Require: 100rel'] });
    const call = await arriving(stand, invite);
    call.ring();
    const ringing = await stand.next(/^SIP\/2\.0 180 /);
    const { heard } = answered(call);
    const answer = await stand.next(/^SIP\/2\.0 200 /);
    const late = await stand.ask(withinTheirs(invite, answer, 'PRACK', 2, { headers: [`RAck: ${header(ringing, 'RSeq')} 1 INVITE`] }));
    expect(late).toMatch(/^SIP\/2\.0 200 /);
    await stand.hear(withinTheirs(invite, answer, 'ACK', 1));
    expect(heard.events).toEqual(['established']);
  });
});

describe('a caller who gives up', () => {
  it('SIP64 CANCEL before the answer is told once and ends the call, by BYE too; after the 200 it changes nothing', async () => {
    const stand = new DialogStand();
    const invite = invitation({ body: 'theirs' });
    const call = await arriving(stand, invite);
    const told: string[] = [];
    call.onCanceled(() => { told.push('canceled'); });
    call.ring();
    expect(await stand.ask(inTransaction(invite, 'CANCEL'))).toMatch(/^SIP\/2\.0 200 /);
    await stand.next(/^SIP\/2\.0 487 /);
    const { heard } = answered(call);
    await vi.advanceTimersByTimeAsync(0);
    call.refuse(486);
    expect([told, heard.ends]).toEqual([['canceled'], [{ type: 'failed', status: 487, cause: null, contacts: [] }]]);

    await stand.sent();
    const byBye = invitation();
    const second = await arriving(stand, byBye);
    second.onCanceled(() => { told.push('hung up'); });
    second.ring();
    expect(await stand.ask(withinTheirs(byBye, await stand.next(/^SIP\/2\.0 180 /), 'BYE', 2))).toMatch(/^SIP\/2\.0 200 /);
    await stand.next(/^SIP\/2\.0 487 /);
    expect(told).toEqual(['canceled', 'hung up']);

    const crossed = invitation({ body: 'theirs' });
    const third = answered(await arriving(stand, crossed));
    const answer = await stand.next(/^SIP\/2\.0 200 (?:.*\r\n)*CSeq: 1 INVITE/);
    expect(await stand.ask(inTransaction(crossed, 'CANCEL'))).toMatch(/^SIP\/2\.0 200 /);
    await stand.hear(withinTheirs(crossed, answer, 'ACK', 1));
    expect(third.heard.events).toEqual(['established']);
  });

  it('SIP64 CANCEL while our answer is being made refuses with 487', async () => {
    const stand = new DialogStand();
    const invite = invitation({ body: 'theirs' });
    const call = await arriving(stand, invite);
    const media = new ScriptedMedia();
    media.answer = () => new Promise(() => { /* never */ });
    const heard = new Heard();
    call.answer(media, heard);
    await stand.hear(inTransaction(invite, 'CANCEL'));
    await stand.next(/^SIP\/2\.0 487 /);
    expect(heard.ends).toEqual([{ type: 'failed', status: 487, cause: null, contacts: [] }]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(heard.events).toEqual(['failed']);
  });

  it('SIP64 nobody answers: 480 after three minutes; our 200 is never acknowledged: BYE', async () => {
    const stand = new DialogStand();
    const call = await arriving(stand, invitation());
    let canceled = 0;
    call.onCanceled(() => { canceled += 1; });
    await vi.advanceTimersByTimeAsync(180_000);
    await stand.next(/^SIP\/2\.0 480 /);
    expect(canceled).toBe(1);
    const { heard } = answered(await arriving(stand, invitation({ body: 'theirs' })));
    await vi.advanceTimersByTimeAsync(33_000);
    expect(heard.ends).toEqual([{ type: 'failed', status: 408, cause: null, contacts: [] }]);
    await stand.next(/^BYE /);
  });

  it('SIP64 our own end waits with its BYE for the ACK; before the 200 it is a refusal', async () => {
    const stand = new DialogStand();
    const invite = invitation({ body: 'theirs' });
    const { dialog, heard } = answered(await arriving(stand, invite));
    const answer = await stand.next(/^SIP\/2\.0 200 /);
    dialog.end(leaving);
    dialog.end(leaving);
    expect([heard.events, await stand.sent()]).toEqual([['endedHere'], []]);
    await stand.hear(withinTheirs(invite, answer, 'ACK', 1));
    await stand.next(/^BYE /);
    const early = answered(await arriving(stand, invitation({ body: 'theirs' })));
    early.dialog.end({ cause: 603, text: 'No' });
    await stand.next(/^SIP\/2\.0 603 /);
    expect(early.heard.events).toEqual(['endedHere']);
  });
});

describe('what is refused before anybody hears of it', () => {
  it.each([
    ['without a Contact', 400, invitation().replace('Contact: <sip:732@peer.test>\r\n', '')],
    ['with a body that must be understood', 415, invitation({ body: 'x', type: 'text/html' })],
    ['with a session that is too short', 422, invitation({ headers: ['Session-Expires: 30', 'Supported: timer'] })],
    ['with Replaces that cannot be read', 400, invitation({ headers: ['Replaces: what'] })],
    ['with two dialogs to replace', 400, invitation({ headers: ['Replaces: a;to-tag=1;from-tag=2', 'Replaces: b;to-tag=1;from-tag=2'] })],
  ])('SIP65 an INVITE %s gets %i', async (_what, status, invite) => {
    const stand = new DialogStand();
    expect(await stand.ask(invite)).toContain(`SIP/2.0 ${status} `);
    expect(stand.calls).toEqual([]);
  });

  it('SIP65 the same INVITE over another path gets 482, one repeated on its own path is absorbed', async () => {
    const stand = new DialogStand();
    const invite = invitation({ callId: 'merged' });
    await stand.hear(invite);
    await stand.hear(invite);
    expect(stand.calls).toHaveLength(1);
    expect(await stand.ask(invitation({ callId: 'merged' }))).toMatch(/^SIP\/2\.0 482 /);
    expect(stand.calls).toHaveLength(1);
  });

  it('SIP65 a CANCEL or a request in a dialog that nobody knows gets 481', async () => {
    const stand = new DialogStand();
    const stray = invitation();
    expect(await stand.ask(inTransaction(stray, 'CANCEL'))).toMatch(/^SIP\/2\.0 481 /);
    expect(await stand.ask(stray.replace('To: <sip:caller@gateway.test>', 'To: <sip:caller@gateway.test>;tag=gone'))).toMatch(/^SIP\/2\.0 481 /);
    await stand.hear(withinTheirs(stray, stray, 'ACK', 1));
    expect(await stand.sent()).toEqual([]);
  });
});
