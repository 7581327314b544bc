/** A UDP path between two ports that loses packets at random, the same ones for the same seed and order. */
import { createSocket } from 'node:dgram';
import type { RemoteInfo } from 'node:dgram';
import { once } from 'node:events';

export interface LossyRelay {
  /** Where the caller sends; what comes back goes to whoever sent here last. */
  readonly port: number;
  readonly lost: () => number;
  close(): void;
}

/** @param share of packets lost, 0 to 1, each way. */
export async function startLossyRelay({ to, share, seed }: { readonly to: number; readonly share: number; readonly seed: number }): Promise<LossyRelay> {
  const near = createSocket('udp4').bind(0, '127.0.0.1');
  const far = createSocket('udp4').bind(0, '127.0.0.1');
  await Promise.all([once(near, 'listening'), once(far, 'listening')]);
  let caller: RemoteInfo | null = null;
  let lost = 0;
  let state = seed;
  /** A small generator of even quality (mulberry32). */
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const passes = (): boolean => {
    if (random() >= share) return true;
    lost += 1;
    return false;
  };
  near.on('message', (data, from) => { caller = from; if (passes()) far.send(data, to, '127.0.0.1'); });
  far.on('message', (data) => { if (caller && passes()) near.send(data, caller.port, caller.address); });
  return { port: near.address().port, lost: () => lost, close: () => { near.close(); far.close(); } };
}
