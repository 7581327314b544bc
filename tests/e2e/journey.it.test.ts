/**
 * The whole of it, once, as two people live it: a customer of the demo bank presses Get Help, an agent accepts, they talk and see each other,
 * the agent sees the page, the customer goes to another page, both reload, the agent hangs up and wraps up. Sound is checked by value.
 */
import type { FrameLocator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import { accept, bothHear, openStage, pictured, type Stage } from '../support/stage.ts';
import { expectSilence, expectVideo } from '../../gateway/test/media-proof.ts';

let stage: Stage;
let customer: Page;
let agent: Page;

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** The rebuilt page inside the viewer inside the desktop. */
function sharedPage(page: Page): FrameLocator {
  return page.frameLocator('iframe').frameLocator('iframe').last();
}

describe('the pages around it', () => {
  it('OP22 renders the API for whoever integrates it, under its own policy', async () => {
    const page = await stage.customer('/api/docs');
    const complaints: string[] = [];
    page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
    await page.reload();
    await page.getByText('Issue a session: a caller URI and a one-time token for one customer').waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

describe('the preview for integrators', () => {
  it('CB81 shows beside the page, live and in the agents’ own viewer, what an agent would see of it, where the portal allows it', async () => {
    const page = await stage.customer('/demo/transfer?gethelp-preview=demo');
    const preview = page.frameLocator('.preview iframe').frameLocator('.stage.shown iframe');
    await preview.getByRole('heading', { name: 'New transfer' }).waitFor();
    await preview.getByRole('link', { name: 'Cards' }).first().waitFor();
    expect(await preview.locator('body').innerText()).not.toMatch(/\d{3}|Lindholm/);
    expect(await preview.locator('get-help, .preview').count()).toBe(0);
    await page.getByRole('textbox').first().fill('Secret Recipient');
    await expect.poll(() => preview.locator('input').first().inputValue()).toMatch(/^•+$/);
    await page.locator('h1').first().evaluate((heading) => { heading.textContent = 'Another heading'; });
    await preview.getByRole('heading', { name: 'Another heading' }).waitFor();
    await page.screenshot({ path: 'test-results/preview.png' });
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    expect(await page.locator('.preview').count()).toBe(0);

    await page.goto(new URL('/demo/transfer?gethelp-preview=nobody', page.url()).href);
    await page.getByText('This portal’s configuration does not allow the preview', { exact: false }).waitFor();
    await page.context().close();
  });
});

describe('one call, end to end', () => {
  it('OP1 CB75 goes from Get Help to a talk with pictures and a shared page, through reloads, to the wrap-up', async () => {
    onTestFailed(() => pictured('journey', { customer, agent }));
    customer = await stage.customer('/demo/transfer');
    agent = await stage.agent('anna');

    // Get Help → queue → screen pop before answering → accept → two-way sound.
    await customer.getByRole('button', { name: /Get Help/ }).click();
    await accept(agent).waitFor();
    await agent.getByText('Mara Lindholm').first().waitFor();
    await agent.getByText('7740 2190 31').waitFor();
    expect(await agent.getByRole('link', { name: /\/demo\/transfer/ }).count()).toBe(1);
    await accept(agent).click();
    await customer.getByText('You are talking to', { exact: true }).waitFor();
    await bothHear(customer, agent, 5);

    // Cameras, both ways, when the people want them.
    await customer.getByRole('button', { name: 'Camera', exact: true }).click();
    await expectVideo(agent);
    await agent.getByRole('button', { name: /^Camera on/ }).click();
    await expectVideo(customer);

    // Hold silences both directions; resume brings them back.
    await agent.getByRole('button', { name: /^Hold/ }).click();
    await customer.getByText(/on hold/i).first().waitFor();
    await expectSilence(agent);
    await agent.getByRole('button', { name: /^Hold/, pressed: true }).click();
    await bothHear(customer, agent, 2);

    // Co-browse on consent: headings that the bank allows are readable, amounts are not.
    await agent.getByRole('button', { name: 'Ask to see the page' }).click();
    await customer.getByRole('button', { name: 'Show this page' }).click();
    await sharedPage(agent).getByRole('link', { name: 'Transfer' }).first().waitFor();
    const shown = await sharedPage(agent).locator('body').innerText();
    expect(shown).not.toMatch(/\d{3}/);
    expect(await customer.getByText('Anna Berger sees this page').count()).toBe(1);

    // The customer looks at what of it is hidden from her; she sees nothing of that.
    await customer.getByRole('button', { name: 'What is hidden' }).click();
    await expect.poll(() => customer.locator('get-help .veiled').count()).toBeGreaterThan(3);
    await customer.screenshot({ path: 'test-results/journey-hidden.png' });
    await customer.getByRole('button', { name: 'What is hidden', pressed: true }).click();
    await expect.poll(() => customer.locator('get-help .veiled').count()).toBe(0);

    // What the customer types appears masked, at once.
    const recipient = customer.getByRole('textbox').first();
    await recipient.fill('Secret Recipient');
    await expect.poll(() => sharedPage(agent).locator('input').first().inputValue()).toMatch(/^[•*]+$/);

    // With the customer's word the agent helps with the form, as far as the bank opens it; on the next page it is over.
    const tools = agent.frameLocator('iframe');
    await tools.getByRole('button', { name: 'Ask for control' }).click();
    await customer.getByRole('alertdialog').getByRole('button', { name: 'Allow' }).click();
    await tools.getByRole('button', { name: 'Control', exact: true, pressed: true }).waitFor();
    const field = await sharedPage(agent).locator('#reference').boundingBox();
    if (field === null) throw new Error('the field is not shown');
    await agent.mouse.click(field.x + field.width / 2, field.y + field.height / 2);
    await agent.keyboard.type('Rent December');
    await expect.poll(() => customer.locator('#reference').inputValue()).toBe('Rent December');
    await customer.getByText('Anna Berger can click and type').first().waitFor();

    // Another page of the portal: the call and the shared page come along by themselves.
    await customer.getByRole('link', { name: 'Cards' }).first().click();
    await customer.waitForURL(/cards/);
    await expect.poll(() => sharedPage(agent).locator('h1').first().innerText(), { timeout: 20_000 }).toMatch(/cards/i);
    await tools.getByRole('button', { name: 'Ask for control' }).waitFor();
    await bothHear(customer, agent, 2);

    // The agent reloads: the customer stays, hears that they are coming back, and the call and the page are back by themselves.
    await agent.reload();
    await bothHear(customer, agent, 2);
    await expect.poll(() => sharedPage(agent).locator('h1').first().innerText(), { timeout: 20_000 }).toMatch(/cards/i);

    // The customer stops sharing in one click.
    await customer.getByRole('button', { name: 'Stop', exact: true }).click();
    await agent.getByText('The customer has stopped showing their page.').waitFor();

    // The end: one reason on both sides, the outcome stored, the agent free, the history there next time.
    await agent.getByRole('button', { name: 'Hang up', exact: true }).click();
    await customer.getByText('Thank you for talking to us').first().waitFor();
    await agent.getByText('Solved', { exact: true }).click();
    await agent.getByLabel('Notes').fill('Explained the transfer form.');
    await agent.getByRole('button', { name: /^Finish/ }).click();
    await agent.getByText('Ready for the next customer').waitFor();
    await agent.getByRole('link', { name: 'History' }).click();
    await agent.getByText('Explained the transfer form.').first().waitFor();
  }, 180_000);
});
