/**
 * The customer's screen at an agent's desk, through the real gateway and real media: the pixels that the customer chose, where and how the
 * agent sees them, and the camera again afterwards. A pattern painted by the page stands in for what the browser's picker would give, because
 * the screen that Chromium invents for tests has one colour, and cutting or mirroring would not show on it.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import { callUp, openStage, pictured, type Stage } from '../support/stage.ts';
import { expectVideo } from '../../gateway/test/media-proof.ts';

let stage: Stage;
const until = { timeout: 20_000, interval: 100 };

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** Red at the left edge, green between, blue at the right: 1600 by 900. Runs in the customer's page. */
const paintedScreen = `(() => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 1600, height: 900 });
  const paint = canvas.getContext('2d');
  const draw = () => {
    for (const [color, from, width] of [['#c00000', 0, 200], ['#00a000', 200, 1200], ['#0000c0', 1400, 200]]) {
      paint.fillStyle = color;
      paint.fillRect(from, 0, width, 900);
    }
  };
  setInterval(draw, 100);
  navigator.mediaDevices.getDisplayMedia = async () => {
    draw();
    const stream = canvas.captureStream(10);
    globalThis.screenTrack = stream.getVideoTracks()[0];
    return stream;
  };
})()`;
const trackState = 'globalThis.screenTrack.readyState';

interface Shown {
  /** The colours at the left edge, in the middle and at the right edge. */
  readonly colours: string;
  readonly fit: string;
  readonly transform: string;
  readonly size: readonly number[];
}

/** The agent's picture with this label as it is painted; null while there is none. */
async function shown(agent: Page, label: string): Promise<Shown | null> {
  return agent.evaluate<Shown | null>(`(() => {
    const video = [...document.querySelectorAll('video')].find((one) => one.getAttribute('aria-label') === ${JSON.stringify(label)});
    if (video === undefined || video.videoWidth === 0) return null;
    const canvas = Object.assign(document.createElement('canvas'), { width: 160, height: 90 });
    const paint = canvas.getContext('2d');
    paint.drawImage(video, 0, 0, 160, 90);
    const { objectFit, transform } = getComputedStyle(video);
    const colours = [4, 80, 155].map((x) => {
      const pixel = [...paint.getImageData(x, 45, 1, 1).data].slice(0, 3);
      const strong = pixel.flatMap((value, index) => value > 100 ? [index] : []);
      return strong.length === 1 ? ['red', 'green', 'blue'][strong[0]] : pixel.join();
    });
    return { colours: colours.join(' '), fit: objectFit, transform, size: [video.videoWidth, video.videoHeight] };
  })()`);
}

describe('a screen that is shown', () => {
  it('CB132 CB133 WG78 takes the camera’s place at the desk, whole and named, and gives it back', async () => {
    const [customer, agent] = [await stage.customer('/demo'), await stage.agent('anna')];
    onTestFailed(() => pictured('screen', { customer, agent }));
    await customer.evaluate(paintedScreen);
    await callUp(customer, agent);
    await customer.getByRole('button', { name: 'Camera', exact: true }).click();
    await expectVideo(agent);
    const name = 'Mara Lindholm';
    await agent.getByLabel(name, { exact: true }).waitFor();

    await agent.getByRole('button', { name: 'Ask to see the screen' }).click();
    await agent.getByText('The customer has been asked for their screen.', { exact: false }).waitFor();
    await customer.getByRole('alertdialog').getByRole('button', { name: 'Choose what to show' }).click();
    await customer.getByText('Anna Berger sees your screen').waitFor();
    await expect.poll(async () => (await shown(agent, `Screen of ${name}`))?.colours, until).toBe('red green blue');
    const picture = await shown(agent, `Screen of ${name}`);
    expect(picture).toMatchObject({ fit: 'contain', transform: 'none' });
    expect((picture?.size[0] ?? 0) / (picture?.size[1] ?? 1)).toBeCloseTo(16 / 9, 1);
    await agent.screenshot({ path: 'test-results/screen-desk.png' });
    await customer.screenshot({ path: 'test-results/screen-widget.png' });

    await customer.locator('get-help .signs.screen').getByRole('button', { name: 'Stop' }).click();
    await agent.getByText('The customer has stopped showing their screen.').waitFor();
    await agent.getByLabel(name, { exact: true }).waitFor();
    await expectVideo(agent);
    expect(await customer.evaluate(trackState)).toBe('ended');

    // Offered by the customer, ended by the agent.
    await customer.getByRole('button', { name: 'Share screen' }).click();
    await customer.getByRole('alertdialog').getByRole('heading', { name: 'Show your screen to Anna Berger?' }).waitFor();
    await customer.getByRole('alertdialog').getByRole('button', { name: 'Choose what to show' }).click();
    await expect.poll(async () => (await shown(agent, `Screen of ${name}`))?.colours, until).toBe('red green blue');
    await agent.getByRole('button', { name: 'End the screen' }).click();
    await customer.getByText('Anna Berger sees your screen').waitFor({ state: 'detached' });
    await expect.poll(() => customer.evaluate(trackState), until).toBe('ended');

    // Where the browser has no screens to show there is nothing to press.
    await customer.getByRole('button', { name: 'Share screen' }).waitFor();
    await customer.evaluate('Object.defineProperty(navigator.mediaDevices, "getDisplayMedia", { value: undefined }); undefined');
    await customer.getByRole('button', { name: 'Mute' }).click();
    await customer.getByRole('button', { name: 'Share screen' }).waitFor({ state: 'detached' });
  });
});
