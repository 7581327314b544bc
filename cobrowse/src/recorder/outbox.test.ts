import { describe, expect, it } from 'vitest';
import type { CobrowseFrame } from '#shared/cobrowse-protocol.ts';
import type { Reply } from '#shared/problem.ts';
import { maxMessageBytes, maxOutgoingBytes } from '../policy/limits.ts';
import { Outbox } from './outbox.ts';

const frame = (seq: number, size = 10): CobrowseFrame =>
  ({ envelope: { tab: 't', pageEpoch: 'p', seq, snapshotEpoch: 1 }, event: { type: 3, timestamp: seq, data: 'x'.repeat(size) } });

/** An outbox whose messages are answered by hand. */
function create(): { outbox: Outbox; messages: { seqs: number[]; answer(reply: Reply<null>): void; fail(): void }[]; events: string[]; nextMessage: () => Promise<void> } {
  const messages: { seqs: number[]; answer(reply: Reply<null>): void; fail(): void }[] = [];
  const events: string[] = [];
  let wake: () => void = () => {};
  const outbox = new Outbox({
    send: (frames) => new Promise((answer, reject) => {
      messages.push({ seqs: frames.map(({ envelope }) => envelope.seq), answer, fail: () => reject(new Error('time-out')) });
      wake();
    }),
    handleDelivered: () => {
      events.push('delivered');
      wake();
    },
    handleLost: (reason) => {
      events.push(reason);
      wake();
    },
  });
  return { outbox, messages, events, nextMessage: () => new Promise((resolve) => { wake = resolve; }) };
}

const ok: Reply<null> = { ok: true, value: null };
const refused: Reply<null> = { ok: false, problem: { type: 'x', title: 'x', status: 409 } };

describe('the outbox', () => {
  it('CB26 has one message under way at a time, and the rest in order behind it', async () => {
    const { outbox, messages, nextMessage } = create();
    outbox.add(frame(0), false);
    outbox.add(frame(1), false);
    await nextMessage();
    outbox.add(frame(2), false);
    const delivered = nextMessage();
    messages[0]!.answer(ok);
    await delivered;
    if (messages.length === 1) await nextMessage();
    expect(messages.map((message) => message.seqs)).toEqual([[0, 1], [2]]);
  });

  it('CB26 sends together what comes quickly, however soon the answer is there', async () => {
    const { outbox, messages, nextMessage } = create();
    outbox.add(frame(0), false);
    await nextMessage();
    outbox.add(frame(1), false);
    const delivered = nextMessage();
    messages[0]!.answer(ok);
    await delivered;
    outbox.add(frame(2), false);
    await nextMessage();
    expect(messages.map((message) => message.seqs)).toEqual([[0], [1, 2]]);
  });

  it.each(['refused', 'timeout'] as const)('CB26 drops what waits when a message is lost (%s), because a stream with a hole is worth nothing', async (reason) => {
    const { outbox, messages, events, nextMessage } = create();
    outbox.add(frame(0), false);
    await nextMessage();
    outbox.add(frame(1), false);
    const lost = nextMessage();
    if (reason === 'refused') messages[0]!.answer(refused);
    else messages[0]!.fail();
    await lost;
    expect(events).toEqual([reason]);
    expect(outbox.isIdle).toBe(true);
  });

  it('CB26 holds no more than its bound', () => {
    const { outbox, events } = create();
    for (let seq = 0; seq < 50 && events.length === 0; seq += 1) outbox.add(frame(seq, maxOutgoingBytes / 20), false);
    expect(events).toEqual(['overflow']);
    expect(outbox.isIdle).toBe(true);
    outbox.add(frame(99, maxOutgoingBytes + 1), true);
    expect(events).toEqual(['overflow']);
    outbox.add(frame(100, maxMessageBytes + 1), true);
    expect(events).toEqual(['overflow', 'overflow']);
  });
});
