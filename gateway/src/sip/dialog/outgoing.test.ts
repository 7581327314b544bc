import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { body, DialogStand, header, leaving, respond, within } from '../../../test/support/dialog-stand.ts';
import type { PlacedCall } from '../../../test/support/dialog-stand.ts';

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

/** A call that stands. */
async function standing(stand: DialogStand, headers: readonly string[] = []): Promise<PlacedCall> {
  const call = await stand.call();
  await stand.hear(respond(call.invite, 200, { body: 'theirs', headers }));
  await stand.next(/^ACK /);
  expect(call.heard.events).toEqual(['established']);
  return call;
}

describe('ringing', () => {
  it('SIP51 tells of ringing, hands early descriptions to media with their fork, the same one once, and takes the final answer', async () => {
    const stand = new DialogStand();
    const { dialog, media, heard, invite } = await stand.call({ headers: [['X-Thing', 'one']] });
    expect(header(invite, 'X-Thing')).toBe('one');
    expect(header(invite, 'Allow')).toContain('UPDATE');
    expect(header(invite, 'Supported')).toContain('100rel');
    expect(dialog.id).toBeNull();
    await stand.hear(respond(invite, 100));
    expect(heard.events).toEqual([]);
    await stand.hear(respond(invite, 180));
    await stand.hear(respond(invite, 183, { body: 'theirs-early' }));
    await stand.hear(respond(invite, 180, { body: 'theirs-early' }));
    expect(heard.events).toEqual(['ringing', 'early', 'early']);
    expect(dialog.id).toMatchObject({ remoteTag: 'peer', callId: header(invite, 'Call-ID') });
    await stand.hear(respond(invite, 200, { body: 'theirs' }));
    expect(media.asked).toEqual(['offer', 'early theirs-early of peer', 'accept theirs']);
    expect(heard.events.at(-1)).toBe('established');
    expect(dialog.established).toBe(true);
    expect(await stand.next(/^ACK sip:peer@peer\.test /)).toBeTruthy();
  });

  it('SIP51 an early description that media cannot use is only ringing', async () => {
    const stand = new DialogStand();
    const { media, heard, invite } = await stand.call();
    media.unusable = /^early/;
    await stand.hear(respond(invite, 183, { body: 'odd' }));
    expect(heard.events).toEqual(['ringing']);
  });

  it('SIP51 acknowledges reliable answers in order, each once, and lets a 200 without description rest on one', async () => {
    const stand = new DialogStand();
    const { media, heard, invite } = await stand.call();
    const reliable = (sequence: number, written = {}): string => respond(invite, 183, { headers: ['Require: 100rel', `RSeq: ${sequence}`], ...written });
    await stand.hear(reliable(41, { body: 'theirs-early' }));
    const prack = await stand.next(/^PRACK sip:peer@peer\.test /);
    expect(header(prack, 'RAck')).toBe('41 1 INVITE');
    await stand.hear(respond(prack, 200));
    await stand.hear(reliable(41, { body: 'theirs-early' }));
    await stand.hear(reliable(43));
    expect(await stand.sent()).toEqual([]);
    await stand.hear(reliable(42));
    expect(header(await stand.next(/^PRACK /), 'RAck')).toBe('42 1 INVITE');
    await stand.hear(respond(invite, 200));
    expect(heard.events).toEqual(['early', 'ringing', 'established']);
    expect(media.asked.at(-1)).toBe('accept theirs-early');
  });

  it('SIP51 answers an UPDATE of a phone that rings, once its reliable answer stands', async () => {
    const stand = new DialogStand();
    const { media, invite } = await stand.call();
    await stand.hear(respond(invite, 183, { body: 'unreliable' }));
    expect(await stand.ask(within(invite, 'UPDATE', 1, { body: 'too early' }))).toMatch(/^SIP\/2\.0 491 /);
    expect(await stand.ask(within(invite, 'UPDATE', 2))).toMatch(/^SIP\/2\.0 200 /);
    await stand.hear(respond(invite, 183, { body: 'reliable', headers: ['Require: 100rel', 'RSeq: 1'] }));
    const answer = await stand.ask(within(invite, 'UPDATE', 3, { body: 'moved' }));
    expect(body(answer)).toBe('ours-2');
    await stand.hear(respond(invite, 200, { body: 'ignored by RFC 3261, 13.2.1' }));
    expect(media.asked.slice(-2)).toEqual(['accept reliable', 'answer moved']);
    await stand.next(/^ACK /);
  });
});

describe('forks', () => {
  it('SIP52 the first 200 wins; early media of each fork is its own; a second 200 is acknowledged and hung up', async () => {
    const stand = new DialogStand();
    const { dialog, media, heard, invite } = await stand.call();
    await stand.hear(respond(invite, 183, { tag: 'one', body: 'sdp-one' }));
    await stand.hear(respond(invite, 183, { tag: 'two', body: 'sdp-two' }));
    await stand.hear(respond(invite, 180, { tag: 'three' }));
    await stand.hear(respond(invite, 200, { tag: 'two', body: 'final-two' }));
    expect(media.asked).toEqual(['offer', 'early sdp-one of one', 'early sdp-two of two', 'accept final-two']);
    expect(dialog.id?.remoteTag).toBe('two');
    await stand.next(/^ACK sip:two@/);
    await stand.hear(respond(invite, 200, { tag: 'one', body: 'final-one' }));
    await stand.next(/^ACK sip:one@/);
    expect(header(await stand.next(/^BYE sip:one@/), 'Reason')).toContain('Call completed elsewhere');
    // One that never rang.
    await stand.hear(respond(invite, 200, { tag: 'four', body: 'final-four' }));
    await stand.next(/^ACK sip:four@/);
    await stand.next(/^BYE sip:four@/);
    expect(heard.events.filter((event) => event === 'established')).toHaveLength(1);
    expect(dialog.established).toBe(true);
  });

  it('SIP52 a peer that makes up forks is followed through a bounded number; one more that answers still wins', async () => {
    const stand = new DialogStand();
    const { dialog, heard, invite } = await stand.call();
    for (let fork = 0; fork < 100; fork += 1) await stand.hear(respond(invite, 180, { tag: `fork${fork}` }));
    expect([heard.events.length, stand.core.dialogs.size]).toEqual([100, 32]);
    await stand.hear(respond(invite, 200, { tag: 'fork99', body: 'theirs' }));
    expect([dialog.established, dialog.id?.remoteTag, stand.core.dialogs.size]).toEqual([true, 'fork99', 1]);
  });

  it('SIP52 the ACK is sent again when its 200 comes again', async () => {
    const stand = new DialogStand();
    const { invite } = await standing(stand);
    await stand.hear(respond(invite, 200, { body: 'theirs' }));
    expect(await stand.sent()).toEqual(['ACK sip:peer@peer.test SIP/2.0']);
  });
});

describe('giving up', () => {
  it('SIP53 CANCEL waits for a provisional answer and says why', async () => {
    const stand = new DialogStand();
    const { dialog, heard, invite } = await stand.call();
    dialog.end(leaving);
    dialog.end(leaving);
    expect(heard.events).toEqual(['endedHere']);
    expect(await stand.sent()).toEqual([]);
    await stand.hear(respond(invite, 180));
    const cancel = await stand.next(/^CANCEL sip:732@peer\.test /);
    expect(cancel).toMatch(/Reason: SIP;cause=200;text="Done"\r\nReason: Q\.850;cause=16\r/);
    expect(header(cancel, 'Via')).toBe(header(invite, 'Via'));
    await stand.hear(respond(cancel, 200));
    await stand.hear(respond(invite, 487));
    expect(await stand.sent()).toEqual(['ACK sip:732@peer.test SIP/2.0']);
    await vi.advanceTimersByTimeAsync(70_000);
    expect(heard.events).toEqual(['endedHere']);
    expect(stand.idle).toBe(true);
  });

  it('SIP53 a 200 that crosses the CANCEL is acknowledged and hung up', async () => {
    const stand = new DialogStand();
    const { dialog, heard, media, invite } = await stand.call();
    await stand.hear(respond(invite, 180));
    dialog.end({ cause: 603, text: 'Changed my mind' });
    await stand.next(/^CANCEL /);
    await stand.hear(respond(invite, 200, { body: 'theirs' }));
    await stand.next(/^ACK sip:peer@/);
    expect(header(await stand.next(/^BYE sip:peer@/), 'Reason')).toContain('Changed my mind');
    expect(heard.events).toEqual(['ringing', 'endedHere']);
    expect(media.asked).toEqual(['offer']);
  });

  it('SIP53 is over at its limit, and a peer that answers nothing is forgotten', async () => {
    const stand = new DialogStand();
    const { heard, invite } = await stand.call({ answerLimit: 20_000 });
    await stand.hear(respond(invite, 180));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(heard.ends).toEqual([{ type: 'failed', status: 408, cause: null, contacts: [] }]);
    expect(header(await stand.next(/^CANCEL /), 'Reason')).toContain('No answer');
    await vi.advanceTimersByTimeAsync(70_000);
    expect(stand.idle).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('SIP53 ended before the first offer was ready, nothing is sent', async () => {
    const stand = new DialogStand();
    const { dialog, heard } = stand.place();
    dialog.end(leaving);
    expect(heard.events).toEqual(['endedHere']);
    expect(await stand.sent()).toEqual([]);
  });
});

describe('failures', () => {
  it('SIP54 tells status and cause, the contacts of a redirection without following them, and when to try again', async () => {
    const stand = new DialogStand();
    const busy = await stand.call();
    await stand.hear(respond(busy.invite, 486, { headers: ['Reason: Q.850;cause=17;text="User busy"'] }));
    expect(busy.heard.ends).toEqual([{ type: 'failed', status: 486, cause: { cause: 486, text: 'User busy', q850: 17 }, contacts: [] }]);
    const moved = await stand.call();
    await stand.hear(respond(moved.invite, 302, { headers: ['Contact: <sip:one@elsewhere.test>;q=0.5, <sip:two@elsewhere.test>'] }).replace('Contact: <sip:peer@peer.test>\r\n', ''));
    expect(moved.heard.ends).toEqual([{ type: 'failed', status: 302, cause: null, contacts: ['sip:one@elsewhere.test', 'sip:two@elsewhere.test'] }]);
    const full = await stand.call();
    await stand.hear(respond(full.invite, 503, { headers: ['Retry-After: 120 (maintenance)'] }));
    expect(full.heard.ends[0]).toMatchObject({ status: 503, retryAfter: 120 });
    expect(full.heard.ends[0]).not.toHaveProperty('unreachable');
    await stand.sent();
    expect(stand.idle).toBe(true);
  });

  it('SIP54 says that a peer was not reached at all: no response within its limit or 64*T1, or no connection', async () => {
    const stand = new DialogStand();
    const silent = await stand.call({ firstResponseLimit: 3000 });
    const trying = await stand.call({ firstResponseLimit: 3000 });
    const never = await stand.call();
    await stand.hear(respond(trying.invite, 100));
    await vi.advanceTimersByTimeAsync(3000);
    expect(silent.heard.ends).toEqual([{ type: 'failed', status: 408, cause: null, contacts: [], unreachable: true }]);
    expect(trying.heard.ends).toEqual([]);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(never.heard.ends[0]).toMatchObject({ status: 408, unreachable: true });
    stand.connected = false;
    const { heard } = stand.place();
    await vi.advanceTimersByTimeAsync(0);
    expect(heard.ends[0]).toMatchObject({ status: 503, unreachable: true });
  });

  it('SIP54 an answer without usable description is acknowledged and hung up', async () => {
    const stand = new DialogStand();
    const { heard, invite } = await stand.call();
    await stand.hear(respond(invite, 200));
    await stand.next(/^ACK /);
    await stand.next(/^BYE /);
    expect(heard.ends).toEqual([{ type: 'failed', status: 488, cause: null, contacts: [] }]);
    const odd = await stand.call();
    odd.media.unusable = /^accept/;
    await stand.hear(respond(odd.invite, 200, { body: 'odd', tag: 'odd' }));
    await stand.next(/^ACK /);
    expect(header(await stand.next(/^BYE /), 'Reason')).toContain('cause=488');
    expect(odd.heard.ends[0]).toMatchObject({ status: 488 });
  });

  it('SIP55 answers a challenge once, with the dialog\'s next sequence number, and a 422 with a longer session', async () => {
    const stand = new DialogStand();
    const { heard, invite } = await stand.call();
    await stand.hear(respond(invite, 407, { headers: ['Proxy-Authenticate: Digest realm="peer", nonce="n1", qop="auth", algorithm=MD5'] }));
    await stand.next(/^ACK /);
    const again = await stand.next(/^INVITE /);
    expect(header(again, 'CSeq')).toBe('2 INVITE');
    expect(header(again, 'Proxy-Authorization')).toContain('username="us"');
    await stand.hear(respond(again, 422, { headers: ['Min-SE: 3600'] }));
    await stand.next(/^ACK /);
    const longer = await stand.next(/^INVITE /);
    expect([header(longer, 'CSeq'), header(longer, 'Session-Expires'), header(longer, 'Min-SE')]).toEqual(['3 INVITE', '3600', '3600']);
    expect(header(longer, 'Call-ID')).toBe(header(invite, 'Call-ID'));
    await stand.hear(respond(longer, 200, { body: 'theirs' }));
    expect(heard.events).toEqual(['established']);
    const refused = await stand.call();
    await stand.hear(respond(refused.invite, 401, { headers: ['WWW-Authenticate: Digest realm="peer", nonce="n1", algorithm=MD5'] }));
    const tried = await stand.next(/^INVITE /);
    await stand.hear(respond(tried, 401, { headers: ['WWW-Authenticate: Digest realm="peer", nonce="n2", algorithm=MD5'] }));
    expect(refused.heard.ends[0]).toMatchObject({ status: 401 });
  });

  it('SIP55 a call that was given up is not tried again with credentials', async () => {
    const stand = new DialogStand();
    const { dialog, invite } = await stand.call();
    await stand.hear(respond(invite, 100));
    dialog.end(leaving);
    await stand.next(/^CANCEL /);
    await stand.hear(respond(invite, 407, { headers: ['Proxy-Authenticate: Digest realm="peer", nonce="n1", algorithm=MD5'] }));
    expect(await stand.sent()).toEqual(['ACK sip:732@peer.test SIP/2.0']);
  });
});
