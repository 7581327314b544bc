/**
 * Makes the hold sound's files in gateway/src/media/mixer/sounds: a calm loop of our own, once per codec, in packets of 20 ms (sound-file.ts tells the
 * form). Opus and G.722 come out of Chromium's own encoders, which nothing else in this project has; run it anew only to change the sound.
 *
 *   node scripts/hold-sound/make.ts
 */
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium } from 'playwright-core';
import { encodeG711 } from '../../gateway/src/media/mixer/g711.ts';

const sounds = new URL('../../gateway/src/media/mixer/sounds/', import.meta.url);
const script = await readFile(new URL('page.js', import.meta.url), 'utf8');
// Peer connections want a secure origin, which localhost is.
const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end(`<!doctype html><script>${script}</script>`));
await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required', '--allow-loopback-in-peer-connection'] });
try {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const linear = await page.evaluate<number[]>('window.linear()');
  for (const law of ['PCMU', 'PCMA'] as const) await writeFile(new URL(`hold.${law.toLowerCase()}`, sounds), encodeG711(law, linear));
  const g722 = await page.evaluate<number[][]>('window.encode("g722")');
  if (g722.some(({ length }) => length !== 160)) throw new Error('G.722 packets of another length');
  await writeFile(new URL('hold.g722', sounds), Buffer.concat(g722.map((packet) => Buffer.from(packet))));
  const opus = await page.evaluate<number[][]>('window.encode("opus")');
  await writeFile(new URL('hold.opus', sounds), Buffer.concat(opus.flatMap((packet) => [Buffer.of(packet.length >> 8, packet.length & 0xff), Buffer.from(packet)])));
} finally {
  await browser.close();
  server.close();
}
