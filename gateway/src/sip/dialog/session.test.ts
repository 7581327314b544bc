import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { body, DialogStand, header, inTransaction, leaving, respond, within } from '../../../test/support/dialog-stand.ts';
import type { PlacedCall } from '../../../test/support/dialog-stand.ts';

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

async function standing(stand: DialogStand, headers: readonly string[] = []): Promise<PlacedCall> {
  const call = await stand.call();
  await stand.hear(respond(call.invite, 200, { body: 'theirs', headers }));
  await stand.next(/^ACK /);
  expect(call.heard.events).toEqual(['established']);
  return call;
}

/** An ACK of the peer to our 200 of its INVITE. */
function ack(invite: string, cseq: number, sdp = ''): string {
  return within(invite, 'ACK', cseq, { body: sdp });
}

describe('the peer\'s offers', () => {
  it('SIP56 answers re-INVITE and UPDATE, an INVITE without an offer with one of ours, and repeats its 200 until the ACK', async () => {
    const stand = new DialogStand();
    const { media, invite } = await standing(stand);
    const held = await stand.ask(within(invite, 'INVITE', 1, { body: 'hold' }));
    expect([held.slice(8, 11), body(held), header(held, 'Contact')]).toEqual(['200', 'ours-2', '<sip:gateway@gateway.test>']);
    await vi.advanceTimersByTimeAsync(600);
    expect(await stand.next(/^SIP\/2\.0 200 /)).toBe(held);
    await stand.hear(ack(invite, 1));
    await vi.advanceTimersByTimeAsync(40_000);
    expect(await stand.sent()).toEqual([]);
    const moved = await stand.ask(within(invite, 'UPDATE', 2, { body: 'moved' }));
    expect(body(moved)).toBe('ours-3');
    const offered = await stand.ask(within(invite, 'INVITE', 3));
    expect(body(offered)).toBe('ours-4');
    await stand.hear(ack(invite, 3, 'late answer'));
    expect(media.asked.slice(2)).toEqual(['answer hold', 'answer moved', 'offer', 'accept late answer']);
  });

  it('SIP56 refuses an unusable offer with 488 and another kind of body with 415, and the call goes on as it was', async () => {
    const stand = new DialogStand();
    const { dialog, media, invite } = await standing(stand);
    media.unusable = /^answer odd/;
    const refusedOffer = within(invite, 'INVITE', 1, { body: 'odd' });
    const refusal = await stand.ask(refusedOffer);
    expect(refusal).toMatch(/^SIP\/2\.0 488 (?:.*\r\n)*Warning: 304 /);
    await stand.hear(inTransaction(refusedOffer, 'ACK', refusal));
    expect(await stand.ask(within(invite, 'UPDATE', 2, { body: 'odd' }))).toMatch(/^SIP\/2\.0 488 /);
    expect(await stand.ask(within(invite, 'INVITE', 3, { body: 'x', type: 'text/html' }))).toMatch(/^SIP\/2\.0 415 (?:.*\r\n)*Accept: application\/sdp/);
    expect(await stand.ask(within(invite, 'UPDATE', 4, { body: 'x', type: 'text/html' }))).toMatch(/^SIP\/2\.0 415 /);
    expect(await stand.ask(within(invite, 'UPDATE', 5, { body: 'good' }))).toMatch(/^SIP\/2\.0 200 /);
    expect(dialog.established).toBe(true);
  });

  it('SIP56 requests go where the newest Contact says, through the route that the answer recorded', async () => {
    const stand = new DialogStand();
    const { dialog, invite } = await standing(stand, ['Record-Route: <sip:near.test;lr>, <sip:far.test;lr>']);
    await stand.ask(within(invite, 'INVITE', 1, { body: 'moved' }).replace('Contact: <sip:peer@peer.test>', 'Contact: <sip:moved@new.test>'));
    await stand.hear(ack(invite, 1));
    dialog.end(leaving);
    const bye = await stand.next(/^BYE sip:moved@new\.test /);
    expect(bye.match(/\r\nRoute: [^\r]*/gi)).toEqual(['\r\nRoute: <sip:far.test;lr>', '\r\nRoute: <sip:near.test;lr>']);
  });

  it('SIP56 a 200 to a re-INVITE that is never acknowledged ends the call as lost', async () => {
    const stand = new DialogStand();
    const { heard, invite } = await standing(stand);
    await stand.ask(within(invite, 'INVITE', 1, { body: 'hold' }));
    await vi.advanceTimersByTimeAsync(33_000);
    expect(heard.events).toEqual(['established', 'lost']);
    expect(header(await stand.next(/^BYE /), 'Reason')).toContain('cause=408');
  });

  it('SIP56 an unusable answer in the ACK leaves media as it was', async () => {
    const stand = new DialogStand();
    const { dialog, media, invite } = await standing(stand);
    await stand.ask(within(invite, 'INVITE', 1));
    media.unusable = /^accept/;
    await stand.hear(ack(invite, 1, 'odd'));
    expect(media.asked.slice(-2)).toEqual(['accept odd', 'rollback']);
    expect(dialog.established).toBe(true);
  });
});

describe('our offers', () => {
  it('SIP57 a new offer of ours is a re-INVITE; a refused one is rolled back', async () => {
    const stand = new DialogStand();
    const { dialog, media } = await standing(stand);
    const first = dialog.reoffer();
    const second = dialog.reoffer();
    const invite = await stand.next(/^INVITE sip:peer@peer\.test /);
    expect([body(invite), header(invite, 'CSeq')]).toEqual(['ours-2', '2 INVITE']);
    // One at a time.
    expect(await stand.sent()).toEqual([]);
    await stand.hear(respond(invite, 200, { body: 'agreed' }));
    expect(await first).toBe(true);
    expect(header(await stand.next(/^ACK /), 'CSeq')).toBe('2 ACK');
    const next = await stand.next(/^INVITE /);
    await stand.hear(respond(next, 488));
    expect(await second).toBe(false);
    expect(media.asked.slice(2)).toEqual(['offer', 'accept agreed', 'offer', 'rollback']);
    expect(dialog.established).toBe(true);
  });

  it.each([408, 481])('SIP57 a %i to a request of ours within the call means that the peer is gone', async (status) => {
    const stand = new DialogStand();
    const { dialog, heard } = await standing(stand);
    const asked = dialog.reoffer();
    await stand.hear(respond(await stand.next(/^INVITE /), status));
    expect(await asked).toBe(false);
    expect(heard.events).toEqual(['established', 'lost']);
    const other = await standing(stand);
    other.dialog.sendDtmf('5', 100);
    await stand.hear(respond(await stand.next(/^INFO /), status));
    expect(other.heard.events).toEqual(['established', 'lost']);
  });

  it('SIP57 an offer that is never answered is canceled and given up; one in work when the call ends is over with it', async () => {
    const stand = new DialogStand();
    const { dialog, heard } = await standing(stand);
    const asked = dialog.reoffer();
    await stand.hear(respond(await stand.next(/^INVITE /), 100));
    await vi.advanceTimersByTimeAsync(32_000);
    await stand.next(/^CANCEL /);
    await vi.advanceTimersByTimeAsync(32_000);
    expect(await asked).toBe(false);
    expect(heard.events).toEqual(['established', 'lost']);
    const other = await standing(stand);
    const pending = other.dialog.reoffer();
    const invite = await stand.next(/^INVITE /);
    other.dialog.end(leaving);
    expect(await pending).toBe(false);
    await stand.hear(respond(invite, 200, { body: 'late' }));
    await stand.next(/^ACK /);
    expect(other.media.asked).toEqual(['offer', 'accept theirs', 'offer']);
  });
});

describe('glare', () => {
  it('SIP58 refuses the peer\'s offer with 491 while ours is open, and tries ours again later than the peer when it was refused so', async () => {
    const stand = new DialogStand();
    const { dialog, invite } = await standing(stand);
    const asked = dialog.reoffer();
    const ours = await stand.next(/^INVITE /);
    expect(await stand.ask(within(invite, 'INVITE', 1, { body: 'hold' }))).toMatch(/^SIP\/2\.0 491 /);
    expect(await stand.ask(within(invite, 'UPDATE', 2, { body: 'hold' }))).toMatch(/^SIP\/2\.0 491 /);
    expect(await stand.ask(within(invite, 'UPDATE', 3))).toMatch(/^SIP\/2\.0 200 /);
    await stand.hear(respond(ours, 491));
    await stand.next(/^ACK /);
    await vi.advanceTimersByTimeAsync(2090);
    expect(await stand.sent()).toEqual([]);
    // Meanwhile the peer may.
    expect(await stand.ask(within(invite, 'INVITE', 4, { body: 'hold' }))).toMatch(/^SIP\/2\.0 200 /);
    await stand.hear(ack(invite, 4));
    await vi.advanceTimersByTimeAsync(2000);
    await stand.hear(respond(await stand.next(/^INVITE /), 200, { body: 'agreed' }));
    expect(await asked).toBe(true);
  });

  it('SIP58 a second INVITE of the peer before the first is answered gets 500 with Retry-After; ours waits for its ACK', async () => {
    const stand = new DialogStand();
    const { dialog, media, invite } = await standing(stand);
    let answer: (sdp: string) => void = () => { /* not asked yet */ };
    media.answer = () => new Promise((resolve) => { answer = resolve; });
    await stand.hear(within(invite, 'INVITE', 1, { body: 'hold' }));
    await stand.next(/^SIP\/2\.0 100 /);
    expect(await stand.ask(within(invite, 'INVITE', 2, { body: 'again' }))).toMatch(/^SIP\/2\.0 500 (?:.*\r\n)*Retry-After: \d+\r/);
    expect(await stand.ask(within(invite, 'UPDATE', 3, { body: 'again' }))).toMatch(/^SIP\/2\.0 500 (?:.*\r\n)*Retry-After: \d+\r/);
    const asked = dialog.reoffer();
    answer('held');
    await stand.next(/^SIP\/2\.0 200 /);
    expect(await stand.sent()).toEqual([]);
    await stand.hear(ack(invite, 1));
    await stand.hear(respond(await stand.next(/^INVITE /), 200, { body: 'agreed' }));
    expect(await asked).toBe(true);
  });

  it('SIP58 an offer of ours in a 200 that has no ACK yet refuses another INVITE; one that is answered in full does not', async () => {
    const stand = new DialogStand();
    const { invite } = await standing(stand);
    await stand.ask(within(invite, 'INVITE', 1));
    expect(await stand.ask(within(invite, 'INVITE', 2, { body: 'x' }))).toMatch(/^SIP\/2\.0 491 /);
    await stand.hear(ack(invite, 1, 'answer'));
    await stand.ask(within(invite, 'INVITE', 3, { body: 'hold' }));
    expect(await stand.ask(within(invite, 'INVITE', 4, { body: 'resume' }))).toMatch(/^SIP\/2\.0 200 /);
  });

  it('SIP58 gives up after a few meetings in a row', async () => {
    const stand = new DialogStand();
    const { dialog, heard } = await standing(stand);
    const asked = dialog.reoffer();
    for (let meeting = 0; meeting < 5; meeting += 1) {
      await stand.hear(respond(await stand.next(/^INVITE /), 491));
      await vi.advanceTimersByTimeAsync(4000);
    }
    expect(await asked).toBe(false);
    expect(heard.events).toEqual(['established']);
  });
});

describe('session timers', () => {
  it('SIP59 asks for one, refreshes by UPDATE at half time, or by a re-INVITE that says the same again', async () => {
    const stand = new DialogStand();
    const byUpdate = await standing(stand, ['Session-Expires: 600;refresher=uac', 'Allow: INVITE, ACK, BYE, UPDATE']);
    expect(header(byUpdate.invite, 'Session-Expires')).toBe('1800');
    await vi.advanceTimersByTimeAsync(299_000);
    expect(await stand.sent()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1000);
    const update = await stand.next(/^UPDATE /);
    expect([header(update, 'Session-Expires'), body(update)]).toEqual(['600;refresher=uac', '']);
    await stand.hear(respond(update, 200, { headers: ['Session-Expires: 600;refresher=uac'] }));
    await vi.advanceTimersByTimeAsync(300_000);
    // It said UPDATE and does not mean it.
    await stand.hear(respond(await stand.next(/^UPDATE /), 501));
    await vi.advanceTimersByTimeAsync(30_000);
    const invite = await stand.next(/^INVITE /);
    expect(body(invite)).toBe('ours-1');
    await stand.hear(respond(invite, 200, { body: 'theirs', headers: ['Session-Expires: 600;refresher=uac'] }));
    await stand.next(/^ACK /);
    await vi.advanceTimersByTimeAsync(299_000);
    expect(byUpdate.heard.events).toEqual(['established']);
  });

  it('SIP59 a session that nobody refreshes is ended with BYE and counts as lost, before its end', async () => {
    const stand = new DialogStand();
    const { heard, invite } = await standing(stand, ['Session-Expires: 600;refresher=uas', 'Require: timer']);
    await vi.advanceTimersByTimeAsync(500_000);
    // The peer's refresh begins it anew.
    const refreshed = await stand.ask(within(invite, 'UPDATE', 1, { headers: ['Session-Expires: 600;refresher=uac', 'Supported: timer'] }));
    expect([header(refreshed, 'Session-Expires'), header(refreshed, 'Require')]).toEqual(['600;refresher=uac', 'timer']);
    await vi.advanceTimersByTimeAsync(567_000);
    expect(heard.events).toEqual(['established']);
    await vi.advanceTimersByTimeAsync(1000);
    expect(heard.events).toEqual(['established', 'lost']);
    expect(header(await stand.next(/^BYE /), 'Reason')).toContain('cause=408');
  });

  it('SIP59 a refresh that meets nobody ends the call, one that asks for a longer interval is repeated with it', async () => {
    const stand = new DialogStand();
    const terms = ['Session-Expires: 600;refresher=uac', 'Allow: UPDATE'];
    const gone = await standing(stand, terms);
    await vi.advanceTimersByTimeAsync(300_000);
    await stand.hear(respond(await stand.next(/^UPDATE /), 481));
    expect(gone.heard.events).toEqual(['established', 'lost']);
    await stand.sent();
    const longer = await standing(stand, terms);
    await vi.advanceTimersByTimeAsync(300_000);
    await stand.hear(respond(await stand.next(/^UPDATE /), 422, { headers: ['Min-SE: 900'] }));
    await vi.advanceTimersByTimeAsync(30_000);
    const again = await stand.next(/^UPDATE /);
    expect([header(again, 'Session-Expires'), header(again, 'Min-SE')]).toEqual(['900;refresher=uac', '900']);
    expect(longer.heard.events).toEqual(['established']);
  });

  it('SIP59 an interval that is too short is refused with ours', async () => {
    const stand = new DialogStand();
    const { invite } = await standing(stand);
    const short = ['Session-Expires: 20', 'Supported: timer'];
    expect(await stand.ask(within(invite, 'INVITE', 1, { body: 'x', headers: short }))).toMatch(/^SIP\/2\.0 422 (?:.*\r\n)*Min-SE: 90\r/);
    expect(await stand.ask(within(invite, 'UPDATE', 2, { headers: short }))).toMatch(/^SIP\/2\.0 422 /);
  });
});

describe('transfer', () => {
  const referTo = 'Refer-To: <sip:745@peer.test?Replaces=call%40x%3Bto-tag%3Dours%3Bfrom-tag%3Dtheirs>';

  it('SIP60 tells of a REFER, accepts it and reports in NOTIFYs until the outcome, also to a transferor who hung up', async () => {
    const stand = new DialogStand();
    const { heard, invite } = await standing(stand);
    await stand.hear(within(invite, 'REFER', 1, { headers: [referTo] }));
    expect(heard.referral).toMatchObject({ target: 'sip:745@peer.test', replaces: { callId: 'call@x', localTag: 'ours', remoteTag: 'theirs', earlyOnly: false } });
    heard.referral?.accept();
    await stand.next(/^SIP\/2\.0 202 /);
    const trying = await stand.next(/^NOTIFY /);
    expect([header(trying, 'Event'), header(trying, 'Subscription-State'), header(trying, 'Content-Type'), body(trying)])
      .toEqual(['refer', 'active;expires=300', 'message/sipfrag;version=2.0', 'SIP/2.0 100 Trying\r\n']);
    heard.referral?.progress(180);
    // One after the other.
    expect(await stand.sent()).toEqual([]);
    await stand.hear(respond(trying, 200));
    await stand.hear(respond(await stand.next(/^NOTIFY (?:.*\r\n)*\r\nSIP\/2\.0 180 /), 200));
    expect(await stand.ask(within(invite, 'BYE', 2))).toMatch(/^SIP\/2\.0 200 /);
    heard.referral?.progress(200);
    heard.referral?.progress(486);
    const done = await stand.next(/^NOTIFY /);
    expect([header(done, 'Subscription-State'), body(done)]).toEqual(['terminated;reason=noresource', 'SIP/2.0 200 OK\r\n']);
    await stand.hear(respond(done, 200));
    expect(heard.events).toEqual(['established', 'refer sip:745@peer.test', 'hungUp']);
    expect(await stand.sent()).toEqual([]);
    // SIP.js keeps the INVITE for 64*T1, in case its 200 comes again.
    await vi.advanceTimersByTimeAsync(33_000);
    expect([stand.idle, vi.getTimerCount()]).toEqual([true, 0]);
  });

  it('SIP60 refuses it as whoever decides says, by itself when nobody does, and what it cannot read', async () => {
    const stand = new DialogStand();
    const { heard, invite } = await standing(stand);
    await stand.hear(within(invite, 'REFER', 1, { headers: [referTo] }));
    // One at a time.
    expect(await stand.ask(within(invite, 'REFER', 2, { headers: [referTo] }))).toMatch(/^SIP\/2\.0 491 /);
    heard.referral?.refuse(405);
    heard.referral?.accept();
    await stand.next(/^SIP\/2\.0 405 /);
    await stand.hear(within(invite, 'REFER', 3, { headers: [referTo] }));
    await vi.advanceTimersByTimeAsync(16_000);
    await stand.next(/^SIP\/2\.0 603 /);
    expect(await stand.ask(within(invite, 'REFER', 4))).toMatch(/^SIP\/2\.0 400 /);
    expect(await stand.ask(within(invite, 'REFER', 5, { headers: ['Refer-To: <http://x>'] }))).toMatch(/^SIP\/2\.0 400 /);
    expect(await stand.sent()).toEqual([]);
  });

  it('SIP60 sends no NOTIFY where none is wanted, names a later transfer by its id, and stops when the peer stops listening', async () => {
    const stand = new DialogStand();
    const { heard, invite } = await standing(stand);
    await stand.hear(within(invite, 'REFER', 1, { headers: [referTo, 'Refer-Sub: false', 'Supported: norefersub'] }));
    heard.referral?.accept();
    expect(header(await stand.next(/^SIP\/2\.0 202 /), 'Refer-Sub')).toBe('false');
    heard.referral?.progress(200);
    expect(await stand.sent()).toEqual([]);
    await stand.hear(within(invite, 'REFER', 2, { headers: [referTo] }));
    heard.referral?.accept();
    const notify = await stand.next(/^NOTIFY /);
    expect(header(notify, 'Event')).toBe('refer;id=2');
    await stand.hear(respond(notify, 481));
    heard.referral?.progress(200);
    expect((await stand.sent()).filter((line) => line.startsWith('NOTIFY'))).toEqual([]);
    expect(heard.events.at(-1)).not.toBe('lost');
  });
});

describe('INFO', () => {
  it('SIP61 tells of digits and of the wish for a keyframe, and refuses what it does not know', async () => {
    const stand = new DialogStand();
    const { heard, invite } = await standing(stand);
    let cseq = 0;
    const info = (type: string, text: string, headers: readonly string[] = []): Promise<string> => {
      cseq += 1;
      return stand.ask(within(invite, 'INFO', cseq, { type, body: text, headers }));
    };
    expect(await info('application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n')).toMatch(/^SIP\/2\.0 200 /);
    await info('application/dtmf-relay', 'Signal= 11\nDuration= 160');
    await info('application/dtmf', '*');
    await info('application/media_control+xml', '<?xml version="1.0"?><media_control><vc_primitive><to_encoder><picture_fast_update/></to_encoder></vc_primitive></media_control>');
    expect(heard.events).toEqual(['established', 'dtmf 5', 'dtmf #', 'dtmf *', 'keyframe']);
    expect(await info('application/dtmf', 'hello')).toMatch(/^SIP\/2\.0 415 /);
    expect(await info('text/plain', 'hello')).toMatch(/^SIP\/2\.0 415 (?:.*\r\n)*Accept: /);
    expect(await info('text/plain', 'hello', ['Info-Package: news'])).toMatch(/^SIP\/2\.0 469 (?:.*\r\n)*Recv-Info:/);
    expect(await info('', '')).toMatch(/^SIP\/2\.0 200 /);
  });

  it('SIP61 sends digits one after the other, and asks for a keyframe', async () => {
    const stand = new DialogStand();
    const { dialog } = await standing(stand);
    for (const digit of '12') dialog.sendDtmf(digit, 120);
    dialog.requestKeyframe();
    const first = await stand.next(/^INFO /);
    expect([header(first, 'Content-Type'), body(first)]).toEqual(['application/dtmf-relay', 'Signal=1\r\nDuration=120\r\n']);
    expect(await stand.sent()).toEqual([]);
    await stand.hear(respond(first, 200));
    await stand.hear(respond(await stand.next(/^INFO (?:.*\r\n)*\r\nSignal=2\r/), 415));
    expect(await stand.next(/^INFO (?:.*\r\n)*Content-Type: application\/media_control\+xml/)).toContain('picture_fast_update');
  });
});

describe('the end', () => {
  it('SIP62 answers BYE with 200 and tells why, answers OPTIONS with what we can do, and refuses what no call needs', async () => {
    const stand = new DialogStand();
    const { heard, invite } = await standing(stand);
    const options = await stand.ask(within(invite, 'OPTIONS', 1));
    expect([options.slice(8, 11), header(options, 'Allow'), header(options, 'Supported')])
      .toEqual(['200', 'INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, INFO, REFER', '100rel, timer, replaces, norefersub']);
    expect(await stand.ask(within(invite, 'MESSAGE', 2, { body: 'hello', type: 'text/plain' }))).toMatch(/^SIP\/2\.0 405 (?:.*\r\n)*Allow: /);
    expect(await stand.ask(within(invite, 'NOTIFY', 3, { headers: ['Event: talk'] }))).toMatch(/^SIP\/2\.0 489 /);
    expect(await stand.ask(within(invite, 'PRACK', 4, { headers: ['RAck: 1 1 INVITE'] }))).toMatch(/^SIP\/2\.0 481 /);
    expect(await stand.ask(within(invite, 'INFO', 4))).toMatch(/^SIP\/2\.0 500 /);
    expect(await stand.ask(within(invite, 'BYE', 6, { headers: ['Reason: Q.850;cause=16;text="Normal"'] }))).toMatch(/^SIP\/2\.0 200 /);
    expect(heard.ends).toEqual([{ type: 'hungUp', cause: { cause: 200, text: 'Normal', q850: 16 } }]);
    expect(await stand.ask(within(invite, 'INFO', 7))).toMatch(/^SIP\/2\.0 481 /);
    expect(await stand.ask(within(invite, 'BYE', 8, { tag: 'stranger' }))).toMatch(/^SIP\/2\.0 481 /);
    await vi.advanceTimersByTimeAsync(33_000);
    expect([stand.idle, vi.getTimerCount()]).toEqual([true, 0]);
  });

  it('SIP62 our BYE carries the reason; what is still open is over with it, and BYEs may cross', async () => {
    const stand = new DialogStand();
    const { dialog, heard, media, invite } = await standing(stand);
    media.answer = () => new Promise(() => { /* never */ });
    await stand.hear(within(invite, 'INVITE', 1, { body: 'hold' }));
    dialog.end(leaving, { type: 'lost' });
    await stand.next(/^SIP\/2\.0 487 /);
    const bye = await stand.next(/^BYE /);
    expect(bye).toMatch(/\r\nReason: SIP;cause=200;text="Done"\r\nReason: Q\.850;cause=16\r/);
    expect(await stand.ask(within(invite, 'BYE', 2))).toMatch(/^SIP\/2\.0 481 /);
    await stand.hear(respond(bye, 481));
    expect(heard.events).toEqual(['established', 'lost']);
  });
});
