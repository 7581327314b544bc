/**
 * `npm run soak:cobrowse`: two hours of steady use of one shared page, 7,200 turns of what a busy page does in a second, compressed to minutes, and what page,
 * viewer and relay hold after each twelfth of it. `npm run soak:cobrowse 600`: ten minutes of use. Fails when the last part holds more than the second.
 */
import { launch } from '../browser.ts';
import { soak } from '../soak.ts';
import { buildBundles, createStand } from '../stand.ts';

const turns = Number(process.argv[2] ?? 7_200);
const parts = 12;

const [bundles, browser] = [await buildBundles(), await launch()];
const stand = await createStand(bundles);
try {
  const session = { from: 'sip:soak@example.com', contactId: 'c1', origin: null };
  stand.claims.set('sharer', { ...session, role: 'sharer', agentId: null });
  stand.claims.set('viewer', { ...session, role: 'viewer', agentId: 'anna' });
  const held = await soak({ browser, stand, parts, turnsPerPart: Math.ceil(turns / parts) });
  for (const where of ['page', 'viewer', 'relay'] as const) {
    const series = held.map((one) => one[where]);
    const grown = (series.at(-1) ?? 0) - (series[1] ?? 0);
    process.stdout.write(`${where}: ${series.map((one) => one.toFixed(1)).join(' ')} MB; from the second part to the last ${grown >= 0 ? '+' : ''}${grown.toFixed(1)} MB\n`);
    if (grown > Math.max(4, (series[1] ?? 0) * 0.25)) process.exitCode = 1;
  }
} finally {
  await browser.close();
  await stand.close();
  await bundles.remove();
}
