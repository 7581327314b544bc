import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Changes } from '../contact/changes.ts';
import { Board } from './board.ts';

describe('the figures of the queues at the desktops', () => {
  beforeEach(() => { vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }); });
  afterEach(() => { vi.useRealTimers(); });

  it('RT50 are read once for all desktops, when something moved, and not more than once a second', async () => {
    const changes = new Changes();
    const read = vi.fn(() => Promise.resolve([]));
    const show = vi.fn();
    const board = new Board({ changes, read, show, log: pino({ level: 'silent' }) });
    await Promise.all([board.latest(), board.latest(), board.current()]);
    expect(read).toHaveBeenCalledTimes(1);

    for (let move = 0; move < 100; move += 1) changes.emit('queue', 'help');
    await vi.advanceTimersByTimeAsync(0);
    // The first move is shown at once, and what came with it.
    expect([read.mock.calls.length, show.mock.calls.length]).toEqual([2, 1]);
    for (let tenth = 0; tenth < 30; tenth += 1) {
      changes.emit('agent', 'anna');
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(show.mock.calls.length).toBe(4);
    await vi.advanceTimersByTimeAsync(1000);
    const shown = show.mock.calls.length;
    await vi.advanceTimersByTimeAsync(10_000);
    // Nothing moved any more.
    expect(show.mock.calls.length).toBe(shown);
    board.stop();
  });

  it('RT50 are read anew after a reading failed', async () => {
    const read = vi.fn().mockRejectedValueOnce(new Error('store away')).mockResolvedValue([]);
    const board = new Board({ changes: new Changes(), read, show: () => { /* nobody looks */ }, log: pino({ level: 'silent' }) });
    await expect(board.latest()).rejects.toThrow('store away');
    await expect(board.latest()).resolves.toEqual([]);
    board.stop();
  });
});
