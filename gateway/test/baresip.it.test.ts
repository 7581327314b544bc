/** Debian's baresip behind a trunk of the real SIP side: called, and heard by tone in each codec; whom it talks to is another one. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { judgeTones } from '../../tests/support/tone.ts';
import { noCodecs } from '../src/media/leg.ts';
import type { Dialog, DialogListener } from '../src/sip/dialog/dialog.ts';
import { Baresip, freeUdpPort } from './support/baresip.ts';
import type { BaresipOptions } from './support/baresip.ts';
import { Heard } from './support/dialog-stand.ts';
import { LegStand, until } from './support/leg-stand.ts';
import type { StandLeg } from './support/leg-stand.ts';
import { callerUri, TelephonyStand } from './support/telephony-stand.ts';

const annTones = [697, 1637];
const bobTones = [523, 1319];

const numbers = { ann: '+4930100', bob: '+4930200' } as const;
type Name = keyof typeof numbers;

let media: LegStand;
let telephony: TelephonyStand;
let ports: Readonly<Record<Name, number>>;
const phones: Baresip[] = [];
const dialogs: Dialog[] = [];
beforeAll(async () => {
  media = await LegStand.start();
  ports = { ann: await freeUdpPort(), bob: await freeUdpPort() };
  telephony = await TelephonyStand.start({
    config: `
trunks:
  - { id: ann, targets: ["sip:127.0.0.1:${ports.ann};transport=udp"], allowed: ["${numbers.ann}"] }
  - { id: bob, targets: ["sip:127.0.0.1:${ports.bob};transport=udp"], allowed: ["${numbers.bob}"] }
`,
  });
}, 60_000);
afterEach(async () => {
  for (const dialog of dialogs.splice(0)) dialog.end({ cause: 200, text: 'test over' });
  await Promise.all(phones.splice(0).map((phone) => phone.stop()));
  media.clear();
});
afterAll(async () => {
  await telephony.stop();
  media.close();
});

async function phone(name: Name, options: Pick<BaresipOptions, 'codec' | 'srtp' | 'ice' | 'video' | 'tones'>): Promise<Baresip> {
  const made = await Baresip.start({ username: numbers[name], port: ports[name], ...options });
  phones.push(made);
  return made;
}

interface Called { readonly leg: StandLeg; readonly dialog: Dialog; readonly heard: DialogListener & Heard }

async function call(name: Name, profile: 'rtp' | 'sdes' | 'ice' = 'rtp', video = false): Promise<Called> {
  const leg = profile === 'ice' ? await media.iceLeg() : media.leg({ profile, video });
  const heard = new Heard();
  const endpoint = await telephony.external(numbers[name]);
  const dialog = endpoint.call({
    from: callerUri, displayName: 'Jane', to: numbers[name], headers: [], autoAnswer: true, answerLimit: 20_000,
    media: {
      offer: () => leg.leg.offer(noCodecs),
      early: (sdp, fork) => leg.leg.accept(sdp, { onHold: false, early: fork }),
      accept: (sdp) => leg.leg.accept(sdp, { onHold: false }),
      answer: (sdp) => leg.leg.answer(sdp, leg.leg.codecs),
      rollback: () => leg.leg.rollback(),
    },
  }, heard);
  if (!dialog) throw new Error('not reachable');
  dialogs.push(dialog);
  await until('the call', () => heard.events.includes('established') || heard.ends.length > 0, 15_000);
  return { leg, dialog, heard };
}

/** A second and a half of it, after the jitter buffer settled; some window without a stall of the machine. */
async function expectHears(listener: Baresip, tones: readonly number[], absent: readonly number[]): Promise<void> {
  const deadline = performance.now() + 15_000;
  for (;;) {
    await new Promise((resolve) => { setTimeout(resolve, 500); });
    const recording = await listener.heard(1.5);
    const verdict = recording && recording.samples.length >= recording.rate * 1.5 ? judgeTones(recording, tones, absent) : null;
    if (verdict && Math.min(...verdict.overNeighbours) >= 20 && Math.max(...verdict.unwanted) <= -20 && verdict.longestGap <= 60) return;
    if (performance.now() > deadline) throw new Error(`heard otherwise: ${JSON.stringify(verdict)} of ${recording?.samples.length ?? 0} samples`);
  }
}

async function expectSees(viewer: Baresip, size: readonly number[]): Promise<void> {
  const deadline = performance.now() + 15_000;
  for (;;) {
    const seen = await viewer.seen();
    if (seen !== null || performance.now() > deadline) { expect(seen).toEqual(size); return; }
  }
}

describe('baresip', () => {
  it.each([
    ['PCMU', 'rtp'], ['PCMA', 'rtp'], ['G722', 'rtp'], ['opus', 'rtp'], ['PCMU', 'sdes'], ['opus', 'sdes'], ['PCMU', 'ice'], ['opus', 'ice'],
  ] as const)('MD27 hears and is heard in %s over %s', async (codec, profile) => {
    const [srtp, ice] = [profile === 'sdes', profile === 'ice'];
    const ann = await phone('ann', { codec, srtp, ice, tones: annTones });
    const bob = await phone('bob', { codec, srtp, ice, tones: bobTones });
    const [one, other] = [await call('ann', profile), await call('bob', profile)];
    expect(one.leg.leg.codecs.audio?.toLowerCase()).toBe(`audio/${codec.toLowerCase()}`);
    await media.join(one.leg, other.leg);
    await Promise.all([expectHears(ann, bobTones, annTones), expectHears(bob, annTones, bobTones)]);
  }, 60_000);

  it('MD27 sends and takes digits by RFC 4733, and holds and resumes', async () => {
    const ann = await phone('ann', { codec: 'PCMU', tones: annTones });
    const bob = await phone('bob', { codec: 'PCMU', tones: bobTones });
    const [one, other] = [await call('ann'), await call('bob')];
    await media.join(one.leg, other.leg);
    await expectHears(bob, annTones, bobTones);
    for (const digit of '1#') ann.command('sndcode', digit);
    await until('digits of the phone', () => one.leg.digits.length === 2);
    expect(one.leg.digits).toEqual(['1', '#']);
    for (const digit of '59') expect(one.leg.leg.sendDtmf(digit, 160)).toBe(true);
    await ann.event('CALL_DTMF_START', 5000, 2);
    expect(ann.events.filter(({ type }) => type === 'CALL_DTMF_START').map(({ param }) => param)).toEqual(['5', '9']);
    ann.command('hold');
    await until('the hold', () => one.leg.leg.held);
    ann.command('resume');
    await until('the resume', () => !one.leg.leg.held);
    await Promise.all([expectHears(ann, bobTones, annTones), expectHears(bob, annTones, bobTones)]);
  }, 60_000);

  it.each(['VP8', 'H264'] as const)('MD29 shows and sees pictures in %s, each the other\'s', async (codec) => {
    const ann = await phone('ann', { codec: 'PCMU', video: { codec, size: [320, 240] }, tones: annTones });
    const bob = await phone('bob', { codec: 'PCMU', video: { codec, size: [352, 288] }, tones: bobTones });
    const [one, other] = [await call('ann', 'rtp', true), await call('bob', 'rtp', true)];
    expect(one.leg.leg.codecs.video).toBe(`video/${codec}`);
    await media.join(one.leg, other.leg);
    await expectSees(ann, [352, 288]);
    await expectSees(bob, [320, 240]);
    await expectHears(bob, annTones, bobTones);
  }, 60_000);

  it('MD23 that insists on SRTP is refused where plain RTP is the policy, and the reverse', async () => {
    await phone('ann', { codec: 'PCMU', srtp: true, tones: annTones });
    expect((await call('ann', 'rtp')).heard.ends[0]).toMatchObject({ type: 'failed' });
    await phone('bob', { codec: 'PCMU', tones: bobTones });
    expect((await call('bob', 'sdes')).heard.ends[0]).toMatchObject({ type: 'failed' });
  }, 60_000);
});
