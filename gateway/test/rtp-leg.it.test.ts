/** Legs of phones, with phones that are nothing but sockets: every proof is by what arrives. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectHeardBy, LegStand, until } from './support/leg-stand.ts';
import type { StandLeg } from './support/leg-stand.ts';
import type { RtpPhone } from './support/rtp-phone.ts';

const oneTones = [697, 1637];
const otherTones = [523, 1319];

let stand: LegStand;
beforeAll(async () => { stand = await LegStand.start(); });
afterEach(() => { stand.clear(); });
afterAll(() => { stand.close(); });

interface Pair { readonly one: RtpPhone; readonly other: RtpPhone; readonly oneLeg: StandLeg; readonly otherLeg: StandLeg }

/** Two phones that were called, joined and talking. */
async function talking(): Promise<Pair> {
  const one = await stand.phone({ tones: oneTones });
  const other = await stand.phone({ tones: otherTones });
  const oneLeg = await stand.called(one, one.sdp({ payloads: '0 101' }));
  const otherLeg = await stand.called(other, other.sdp({ payloads: '0 101' }));
  await stand.join(oneLeg, otherLeg);
  one.start();
  other.start();
  return { one, other, oneLeg, otherLeg };
}

async function expectBothHear({ one, other }: Pair): Promise<void> {
  await Promise.all([expectHeardBy(one, otherTones, oneTones), expectHeardBy(other, oneTones, otherTones)]);
}

describe('a call of two phones', () => {
  it('MD19 is heard both ways though neither declared its SSRC', async () => {
    await expectBothHear(await talking());
  });
});
