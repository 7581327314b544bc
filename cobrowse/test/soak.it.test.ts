/** What is shared for hours leaves nothing behind. The long form is `npm run soak:cobrowse`. */
import { expect, it } from 'vitest';
import { launch } from './browser.ts';
import { soak, type Held } from './soak.ts';
import { buildBundles, createStand } from './stand.ts';

it('CB56 holds no more after a long use than after a short one: in the page, the viewer and the relay', async () => {
  const [bundles, browser] = await Promise.all([buildBundles(), launch()]);
  const stand = await createStand(bundles);
  try {
    // Each part is long enough for the relay to ask for a fresh picture, so that the viewer has changed its stage.
    const held = await soak({ browser, stand, parts: 4, turnsPerPart: 400 });
    const [, first, , last] = held as [Held, Held, Held, Held];
    for (const where of ['page', 'viewer', 'relay'] as const) expect(last[where], `${where}: ${held.map((one) => one[where].toFixed(1)).join(', ')} MB`).toBeLessThan(first[where] * 1.25 + 4);
    expect(await stand.metric('gethelp_cobrowse_snapshot_requests_total')).toBeGreaterThan(0);
  } finally {
    await browser.close();
    await stand.close();
    await bundles.remove();
  }
}, 180_000);
