/** The agent's hands in a real page, in Chromium: what they do, what they are refused, and that the customer is always first. */
import { io, type Socket } from 'socket.io-client';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ControlAction, Draw, Drawings, Outcome, PictureName } from '#shared/cobrowse-hands.ts';
import type { CobrowseClientEvents, CobrowseServerEvents } from '#shared/cobrowse-protocol.ts';
import { eventually } from './browser.ts';
import { setScene } from './scene.ts';
import type { Stand } from './stand.ts';

type Client = Socket<CobrowseServerEvents, CobrowseClientEvents>;

const scene = setScene();
let stand: Stand;
let page: Page;
let agent: Client;
let picture: PictureName | null;
let drawings: Drawings | null;
let seq: number;

beforeEach(async () => {
  ({ stand } = scene);
  stand.standing.now = { agentId: 'anna', annotate: true, control: true, watchers: { anna: { name: 'Anna Berger', as: 'agent' } }, origins: [stand.portalUrl] };
  picture = null;
  drawings = null;
  seq = 0;
  page = await scene.open(stand.sharerPage('form.html', 'sharer', '&hands=1'), { viewport: { width: 900, height: 700 } });
  await eventually('the page to be shared', () => page.evaluate(() => window.shareStates.includes('live')));
  agent = io(`${stand.relayUrl}/cobrowse`, { auth: { token: 'viewer' }, transports: ['websocket'], forceNew: true, reconnection: false });
  agent.on('frames', (frames, acknowledge) => {
    for (const { envelope: { pageEpoch, snapshotEpoch } } of frames) picture = { pageEpoch, snapshotEpoch };
    acknowledge?.();
  });
  agent.on('drawings', (now) => { drawings = now; });
  await eventually('the page to know who watches', () => page.evaluate(() => window.watchers.length === 1));
  await eventually('the picture', () => picture !== null);
  await page.evaluate(() => window.share?.allow({ annotate: true, control: true }));
});

afterEach(() => { agent.disconnect(); });

const idOf = (selector: string): Promise<number> => page.evaluate((wanted) => window.nodeId(wanted), selector);

async function act(action: ControlAction): Promise<Outcome> {
  if (picture === null) throw new Error('no picture');
  seq += 1;
  return agent.timeout(6_000).emitWithAck('act', { picture, seq, action });
}

async function click(selector: string): Promise<Outcome> {
  return act({ kind: 'click', at: { nodeId: await idOf(selector), x: 0.5, y: 0.5 } });
}

async function type(selector: string, text: string): Promise<Outcome> {
  return act({ kind: 'type', nodeId: await idOf(selector), text });
}

async function draw(mark: Draw['mark']): Promise<Outcome> {
  if (picture === null) throw new Error('no picture');
  return agent.timeout(6_000).emitWithAck('draw', { picture, mark });
}

const pressed = (): Promise<string[]> => page.evaluate(() => (window as unknown as { pressed: string[] }).pressed);
const valueOf = (selector: string): Promise<string> => page.inputValue(selector);

describe('control', () => {
  it('CB114 presses, types, deletes, chooses and scrolls so that the page takes it for a person’s', async () => {
    expect(await click('#icon')).toBe('done');
    expect(await click('#host >>> #shadowed')).toBe('done');
    expect(await pressed()).toEqual(['plain', 'shadowed']);
    expect(await click('#name')).toBe('done');
    expect(await type('#name', 'Grace Hoppper')).toBe('done');
    for (const key of ['ArrowLeft', 'ArrowLeft', 'Backspace'] as const) expect(await act({ kind: 'key', nodeId: await idOf('#name'), key })).toBe('done');
    expect(await type('#short', '123456')).toBe('done');
    expect([await valueOf('#name'), await valueOf('#short')]).toEqual(['Grace Hopper', '1234']);
    expect(await type('#controlled', 'ab')).toBe('done');
    expect(await page.evaluate(() => (window as unknown as { controlledState: string }).controlledState)).toBe('AB');
    expect(await type('#notes', 'one')).toBe('done');
    expect(await act({ kind: 'key', nodeId: await idOf('#notes'), key: 'Enter' })).toBe('done');
    expect(await valueOf('#notes')).toBe('one\n');
    expect(await type('#editable', 's')).toBe('done');
    expect(await page.innerText('#editable')).toContain('Texts');
    expect(await act({ kind: 'choose', nodeId: await idOf('#kind'), value: 'b' })).toBe('done');
    expect(await act({ kind: 'choose', nodeId: await idOf('#kind'), value: 'c' })).toBe('unfit');
    expect(await valueOf('#kind')).toBe('b');
    expect(await click('#agreeLabel')).toBe('done');
    expect(await page.isChecked('#agree')).toBe(true);
    expect(await act({ kind: 'scroll', nodeId: await idOf('#inBox'), dx: 0, dy: 120 })).toBe('done');
    expect(await page.evaluate(() => document.getElementById('box')?.scrollTop)).toBe(120);
    expect(await act({ kind: 'scroll', nodeId: await idOf('#heading'), dx: 0, dy: 100 })).toBe('done');
    expect(await page.evaluate(() => scrollY)).toBe(100);
    // What was typed is told to the page as changed when the field is left, as for anybody.
    expect(await page.evaluate(() => (window as unknown as { changes: string[] }).changes)).toEqual(expect.arrayContaining(['name', 'short', 'controlled', 'notes', 'kind', 'agree']));
  });

  it('CB150 sets dates, times, months, weeks, ranges and colours as their pickers would, told to the page and audited without the value', async () => {
    const set = async (selector: string, value: string): Promise<Outcome> => act({ kind: 'set', nodeId: await idOf(selector), value });
    const done: [selector: string, value: string][] = [
      ['#day', '2026-02-28'], ['#month', '2026-11'], ['#week', '2026-W07'], ['#time', '09:30'], ['#both', '2026-05-06T07:08'], ['#range', '350'], ['#color', '#12ab9f'],
    ];
    for (const [selector, value] of done) expect([selector, await set(selector, value), await valueOf(selector)]).toEqual([selector, 'done', value]);
    expect(await page.evaluate(() => (window as unknown as { changes: string[] }).changes)).toEqual(done.map(([selector]) => selector.slice(1)));
    expect(await set('#time', '')).toBe('done');
    expect(await set('#dayLabel', '2026-03-01')).toBe('done');
    expect([await valueOf('#time'), await valueOf('#day')]).toEqual(['', '2026-03-01']);
    // Not the field's own kind, no such day, out of bounds, between the steps; and what always has a value is never emptied.
    const unfit: [selector: string, value: string][] = [
      ['#day', '09:30'], ['#day', '2026-02-30'], ['#day', '2027-01-01'], ['#range', '1050'], ['#range', '370'], ['#range', ''], ['#color', 'red'], ['#color', ''], ['#week', '2026-W60'], ['#name', '2026-02-28'], ['#kind', 'b'],
    ];
    for (const [selector, value] of unfit) expect([selector, value, await set(selector, value)]).toEqual([selector, value, 'unfit']);
    const refused: [selector: string, outcome: Outcome][] = [
      ['#maskedDay', 'hidden'], ['#maskedRange', 'hidden'], ['#expires', 'secret'], ['#fixedDay', 'readOnly'], ['#keptDay', 'readOnly'], ['#offDay', 'disabled'], ['#password', 'secret'],
    ];
    for (const [selector, outcome] of refused) expect([selector, await set(selector, '2026-02-28')]).toEqual([selector, outcome]);
    expect([await valueOf('#day'), await valueOf('#range'), await valueOf('#maskedDay'), await valueOf('#expires')]).toEqual(['2026-03-01', '350', '2026-03-04', '']);
    const entries = stand.audited.filter(({ action }) => action === 'set');
    expect(entries).toHaveLength(done.length + 2 + unfit.length + refused.length);
    expect(stand.kept.filter((line) => line.includes('"what":"set"')).join('')).not.toMatch(/2026|09:30|350|12ab9f/);
    await page.evaluate(() => window.share?.allow({ annotate: true, control: false }));
    expect(await set('#day', '2026-04-01')).toBe('notGranted');
  });

  it('CB61 touches and draws nothing in a tab that the customer cannot see', async () => {
    await page.evaluate(() => Object.defineProperty(document, 'hidden', { configurable: true, get: () => true }));
    expect(await click('#icon')).toBe('away');
    expect(await draw({ kind: 'clear' })).toBe('away');
    expect(await pressed()).toEqual([]);
    await page.evaluate(() => Object.defineProperty(document, 'hidden', { configurable: true, get: () => false }));
    expect(await click('#icon')).toBe('done');
  });

  it('CB111 CB112 is refused where it must be, and the page is not touched', async () => {
    const refused: [selector: string, outcome: Outcome][] = [
      ['#password', 'secret'], ['#card', 'secret'], ['#masked', 'hidden'], ['#newsLabel', 'hidden'], ['#file', 'secret'], ['#submit', 'submit'], ['#reset', 'submit'], ['#off', 'disabled'],
      ['#kept', 'readOnly'], ['#hidden', 'hidden'], ['#blockedPart', 'hidden'], ['#mail', 'elsewhere'], ['#download', 'file'], ['#under', 'covered'],
    ];
    for (const [selector, outcome] of refused) expect([selector, await click(selector)]).toEqual([selector, outcome]);
    expect(await type('#password', 'x')).toBe('secret');
    expect(await type('#masked', 'x')).toBe('hidden');
    expect(await type('#fixed', 'x')).toBe('readOnly');
    expect(await type('#heading', 'x')).toBe('unfit');
    expect(await act({ kind: 'key', nodeId: await idOf('#name'), key: 'Enter' })).toBe('submit');
    expect(await act({ kind: 'click', at: { nodeId: 999_999, x: 0.5, y: 0.5 } })).toBe('gone');
    expect(await pressed()).toEqual([]);
    expect([await valueOf('#masked'), await valueOf('#password'), await valueOf('#card'), await valueOf('#fixed')]).toEqual(['LEAK', '', '', 'fixed']);
    expect(await page.isChecked('#news')).toBe(false);
    expect(page.url()).toContain('form.html');
    // What the integrator gave free, and a link of the page.
    expect(await click('#free')).toBe('done');
    expect(await click('#link')).toBe('done');
    expect(await pressed()).toEqual(['free', 'sent']);
    expect(page.url()).toContain('#there');
  });

  it('CB115 stops when the customer takes part: their own input first for a moment, Escape and a taken back grant for good, also offline', async () => {
    expect(await type('#name', 'a')).toBe('done');
    await page.mouse.move(30, 600);
    await page.mouse.down();
    await page.mouse.up();
    expect(await type('#name', 'b')).toBe('customerActive');
    await eventually('the customer to be done', async () => (await type('#name', 'b')) === 'done');
    expect(await page.evaluate(() => window.escapes)).toBe(0);
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => window.escapes)).toBe(1);
    await page.evaluate(() => window.share?.allow({ annotate: true, control: false }));
    expect(await click('#plain')).toBe('notGranted');
    expect(await valueOf('#name')).toBe('ab');
    await page.evaluate(() => window.share?.allow({ annotate: false, control: false }));
    expect(await draw({ kind: 'highlight', id: 'h', nodeId: await idOf('#heading') })).toBe('notGranted');
  });

  it('CB105 is refused for an older picture and while the customer pauses', async () => {
    const old = await idOf('#plain');
    const before = picture;
    agent.emit('resync');
    await page.evaluate(() => document.getElementById('heading')?.setAttribute('data-gethelp-mask', ''));
    await eventually('another picture', () => picture !== null && picture.snapshotEpoch !== before?.snapshotEpoch);
    expect(await agent.timeout(6_000).emitWithAck('act', { picture: before as PictureName, seq: 1, action: { kind: 'click', at: { nodeId: old, x: 0.5, y: 0.5 } } })).toBe('stale');
    await page.evaluate(() => window.share?.pause());
    expect(await click('#plain')).toBe('away');
    expect(await pressed()).toEqual([]);
  });

  it('CB116 shows the customer whose pointer it is, and takes it away', async () => {
    expect(await act({ kind: 'move', at: { nodeId: await idOf('#plain'), x: 0.5, y: 0.5 } })).toBe('done');
    expect(await page.evaluate(() => window.pointerShown())).toMatch(/^Anna Berger translate/);
    expect(await act({ kind: 'move', at: { nodeId: await idOf('#under'), x: 0.5, y: 0.5 } })).toBe('done');
    await page.evaluate(() => window.share?.allow({ annotate: false, control: false }));
    await eventually('the pointer to go', () => page.evaluate(() => window.pointerShown() === null));
  });
});

describe('drawing', () => {
  it('CB113 sticks to its element while the page scrolls, is told to who watches, outlives a new picture, and goes with the grant', async () => {
    const target = await idOf('#heading');
    expect(await draw({ kind: 'highlight', id: 'h', nodeId: target })).toBe('done');
    expect(await draw({ kind: 'arrow', id: 'a', nodeId: target, from: [2, 4], to: [1, 1] })).toBe('done');
    await eventually('both to be told', () => drawings?.drawings.length === 2);
    const topOf = (path: string): number => Number(/^M[\d.-]+ ([\d.-]+)/.exec(path)?.[1]);
    const [before = ''] = await page.evaluate(() => window.drawn());
    await page.evaluate(() => scrollTo(0, 60));
    await eventually('the drawing to follow', async () => topOf((await page.evaluate(() => window.drawn()))[0] ?? '') === topOf(before) - 60);
    const first = picture;
    await page.evaluate(() => document.getElementById('plain')?.setAttribute('data-gethelp-mask', ''));
    await eventually('the drawings to be told by new ids', async () => {
      const id = await idOf('#heading');
      return drawings?.picture.snapshotEpoch === picture?.snapshotEpoch && drawings?.drawings[0]?.nodeId === id && drawings.picture.snapshotEpoch > (first?.snapshotEpoch ?? 0);
    });
    expect(await draw({ kind: 'clear' })).toBe('done');
    await eventually('the sheet to be clear', () => drawings?.drawings.length === 0);
    expect(await draw({ kind: 'pen', id: 'p', nodeId: await idOf('#heading'), points: [[0, 0], [1, 1]] })).toBe('done');
    await page.evaluate(() => window.share?.allow({ annotate: false, control: false }));
    expect(await page.evaluate(() => window.drawn())).toEqual([]);
  });

  it('CB113 is bounded, and goes with its element', async () => {
    const target = await idOf('#heading');
    for (let index = 0; index < 45; index += 1) {
      await eventually('the rate to allow it', async () => (await draw({ kind: 'highlight', id: `h${index}`, nodeId: target })) === 'done');
    }
    expect(await page.evaluate(() => window.drawn().length)).toBe(40);
    await page.evaluate(() => document.getElementById('heading')?.remove());
    await eventually('the drawings to go', () => page.evaluate(() => window.drawn().length === 0));
  });
});
