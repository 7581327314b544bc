/**
 * `npm run bench:sip [rate|media|srtp|answer]`, all without an argument: calls per second through the whole product beside Kamailio; what a bridged G.711
 * call costs beside rtpengine; how many calls with DTLS-SRTP on the customer's side a core of the media worker carries; and how soon a phone that
 * answered, or changed its stream, is heard in a real Chromium.
 */
import { ensureSystemPackages, testPackages } from '../../scripts/prepare/system-packages.ts';
import { answerToSound } from './sip/answer-to-sound.ts';
import { gatewayRate, kamailioRate } from './sip/call-rate.ts';
import { dtlsCost, plainCost, rtpengineCost } from './sip/media-cpu.ts';
import type { MediaCost } from './sip/media-cpu.ts';
import { print } from './print.ts';

const bridged = 100;
const withDtls = 40;
const answers = 30;

const parts: Readonly<Record<string, () => Promise<void>>> = {
  rate: async () => {
    const kamailio = await kamailioRate(4000);
    const gateway = await gatewayRate(1000);
    console.log(`SIPp → Kamailio (stateful proxy) → SIPp: ${kamailio.perSecond.toFixed(0)} calls/s, ${kamailio.cpu.toFixed(2)} ms of CPU each`);
    console.log(`SIPp → GetHelp (both dialogs, media, store) → SIPp: ${gateway.perSecond.toFixed(0)} calls/s, ${gateway.cpu.toFixed(2)} ms of CPU each`);
  },
  media: async () => {
    // One after the other and once more, so that a busy moment of the machine shows.
    for (let round = 1; round <= 2; round += 1) {
      const [rtpengine, ours] = [await rtpengineCost(bridged), await plainCost(bridged)];
      tell(`rtpengine in user space, ${bridged} calls`, rtpengine);
      tell(`GetHelp, ${bridged} calls`, ours);
      console.log(`  ratio ${(ours.perCall / rtpengine.perCall).toFixed(2)}`);
    }
  },
  srtp: async () => {
    const cost = await dtlsCost(withDtls);
    tell(`GetHelp with DTLS-SRTP on the customer's side, ${withDtls} calls`, cost);
    console.log(`  ${(1 / (cost.perCall - cost.ownProcess)).toFixed(0)} calls per core of the media worker's CPU time`);
  },
  answer: async () => {
    const { answered, changed } = await answerToSound(answers);
    print('phone answers → heard in the browser', answered);
    print('phone\'s stream gets another SSRC → heard again in the browser', changed);
  },
};

const wanted = process.argv[2];
if (wanted !== undefined && !(wanted in parts)) throw new Error(`expected one of ${Object.keys(parts).join(', ')}`);
await ensureSystemPackages([...testPackages, 'rtpengine-daemon'], 'run the SIP benches');
for (const [name, part] of Object.entries(parts)) if (wanted === undefined || wanted === name) await part();
process.exit(0);

function tell(what: string, { perCall, ownProcess, generator, arrived }: MediaCost): void {
  const percent = (share: number, digits: number): string => `${(share * 100).toFixed(digits)} %`;
  console.log(`${what}: ${percent(perCall, 4)} of a core per call (gateway's own process ${percent(ownProcess, 4)}); load generator ${percent(generator, 1)} of a core; ${percent(arrived, 1)} arrived`);
}
