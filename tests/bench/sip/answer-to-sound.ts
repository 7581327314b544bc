/** How soon a customer's browser plays what a phone says: after the phone's answer, and after it went on as a stream with another SSRC. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { accept, openStage } from '../../support/stage.ts';
import { firstHeardAt, forgetHeard } from '../../support/tone-recorder.ts';

const patience = 10_000;
/** Longer than a browser's play-out buffer: what is heard after it is the new stream. */
const silence = 700;

export async function answerToSound(times: number): Promise<{ readonly answered: readonly number[]; readonly changed: readonly number[] }> {
  const stage = await openStage();
  const answered: number[] = [];
  const changed: number[] = [];
  try {
    const phone = await stage.phone('anna', [440, 1000]);
    const agent = await stage.agent('anna');
    await stage.api('anna', '/api/agents/me/endpoint', { method: 'PUT', body: { answerWith: 'phone' } });
    const customer = await stage.customer();
    for (let call = 0; call < times; call += 1) {
      await customer.getByRole('button', { name: /Get Help/ }).or(customer.getByRole('button', { name: 'Start again' })).first().click();
      await accept(agent).waitFor();
      await forgetHeard(customer);
      await accept(agent).click();
      const invite = await phone.sip.next(/^INVITE /);
      const answeredAt = Date.now();
      await phone.pickUp(invite);
      answered.push(await heardAt(customer) - answeredAt);

      phone.pause();
      await pause(silence);
      await forgetHeard(customer);
      const changedAt = Date.now();
      phone.speakAnew();
      changed.push(await heardAt(customer) - changedAt);

      await customer.getByRole('button', { name: 'Hang up' }).click();
      await agent.getByRole('button', { name: /^Finish/ }).click();
      await agent.getByText('Ready for the next customer').waitFor();
    }
  } finally {
    await stage.close();
  }
  return { answered, changed };
}

/** Epoch ms. */
async function heardAt(page: Page): Promise<number> {
  const deadline = Date.now() + patience;
  for (;;) {
    const at = await firstHeardAt(page);
    if (typeof at === 'number') return at;
    if (Date.now() > deadline) throw new Error(`nothing heard within ${patience} ms`);
  }
}
