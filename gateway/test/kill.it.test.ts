/** The short form of `npm run chaos`: a whole gateway under load is killed at random moments and taken up again. */
import { expect, it } from 'vitest';
import { killAtRandom } from '../../tests/chaos/kill.ts';

it('RT83 a gateway that is killed at random moments under load loses and doubles nothing that was acknowledged, leaves nobody stuck, and serves in order', async () => {
  const { broken, acknowledged } = await killAtRandom({ kills: 5, customers: 8, say: () => { /* nobody watches */ } });
  expect(broken).toEqual([]);
  expect(acknowledged.messages).toBeGreaterThan(0);
  expect(acknowledged.wrapUps).toBeGreaterThan(0);
}, 300_000);
