/**
 * How fast an undeclared RTP stream is heard (docs/decisions/0072): from the phone's first packet to the first that is forwarded, and how many are
 * lost on the way, beside a plain socket that reads the first packet and hands its port over. `node tests/bench/ssrc-learning.ts`
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { LegStand, until } from '../../gateway/test/support/leg-stand.ts';
import type { StandLeg } from '../../gateway/test/support/leg-stand.ts';
import type { RtpPhone } from '../../gateway/test/support/rtp-phone.ts';

const rounds = 30;
/** Bridged calls of the same worker that go on meanwhile. */
const standing = Number(process.env['STANDING'] ?? 20);

const stand = await LegStand.start();
const background = await Promise.all(Array.from({ length: standing }, (_, index) => bridged({ ssrc: 10_000 + index })));
for (const { speaker } of background) speaker.start();
await until('the background', () => background.every(({ listener }) => listener.received.length > 0), 10_000);

const starts: number[] = [];
const changes: number[] = [];
const handovers: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  const { speaker, listener, legs } = await bridged({ ssrc: 100 + round });
  const began = performance.now();
  speaker.start();
  await until('sound', () => listener.received.length > 0);
  starts.push((listener.received[0]?.at ?? 0) - began);
  const before = new Set(listener.received.map(({ ssrc }) => ssrc));
  const changed = performance.now();
  speaker.ssrc += 100_000;
  await until('sound again', () => listener.received.some(({ ssrc }) => !before.has(ssrc)));
  changes.push((listener.received.find(({ ssrc }) => !before.has(ssrc))?.at ?? 0) - changed);
  speaker.stop();
  for (const { leg } of legs) leg.close();
  handovers.push(await handedOver());
}
const burst = await Promise.all(Array.from({ length: 20 }, (_, index) => bridged({ ssrc: 500_000 + index })));
const burstBegan = performance.now();
for (const { speaker } of burst) speaker.start();
await until('all of the burst', () => burst.every(({ listener }) => listener.received.length > 0), 10_000);

process.stdout.write([
  `${standing} bridged calls on the worker meanwhile, ${rounds} rounds; milliseconds: median, worst`,
  `first packet of a call → first forwarded       ${said(starts)}`,
  `SSRC changed in mid-call → first forwarded     ${said(changes)}`,
  `20 calls at once → first forwarded, each       ${said(burst.map(({ listener }) => (listener.received[0]?.at ?? 0) - burstBegan))}`,
  `socket handed over → first forwarded           ${said(handovers)}`, '',
].join('\n'));
stand.close();

async function bridged({ ssrc }: { readonly ssrc: number }): Promise<{ speaker: RtpPhone; listener: RtpPhone; legs: StandLeg[] }> {
  const speaker = await stand.phone({ ssrc });
  const listener = await stand.phone();
  const speaking = await stand.called(speaker, speaker.sdp({ payloads: '0' }));
  const listening = await stand.called(listener, listener.sdp({ payloads: '0', direction: 'recvonly' }));
  await stand.join(speaking, listening);
  return { speaker, listener, legs: [speaking, listening] };
}

/** The other way: the port is a plain socket's until the first packet tells the SSRC. */
async function handedOver(): Promise<number> {
  const phone = await stand.phone();
  const listener = await stand.phone();
  const listening = await stand.called(listener, listener.sdp({ payloads: '0', direction: 'recvonly' }));
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  phone.talkTo(`v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio ${port} RTP/AVP 0\r\n`);
  const began = performance.now();
  phone.start();
  const [packet] = await once(socket, 'message') as [Buffer];
  socket.close();
  await once(socket, 'close');
  const transport = await stand.router.createPlainTransport({ listenInfo: { protocol: 'udp', ip: '127.0.0.1', port }, rtcpMux: true });
  await transport.connect({ ip: '127.0.0.1', port: phone.port });
  const producer = await transport.produce({
    kind: 'audio', rtpParameters: { codecs: [{ mimeType: 'audio/PCMU', payloadType: 0, clockRate: 8000 }], encodings: [{ ssrc: packet.readUInt32BE(8) }] },
  });
  await listening.leg.play('audio', [producer]);
  await until('sound', () => listener.received.length > 0);
  transport.close();
  phone.stop();
  listening.leg.close();
  return (listener.received[0]?.at ?? 0) - began;
}

function said(values: readonly number[]): string {
  const sorted = values.slice().sort((a, b) => a - b);
  return `${(sorted[Math.floor(sorted.length / 2)] ?? 0).toFixed(0)}, ${(sorted.at(-1) ?? 0).toFixed(0)}`;
}
