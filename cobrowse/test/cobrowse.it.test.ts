/** Co-browse as customer and agent live it: a real page, a real relay, a real viewer, in Chromium. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { accessibilityFaults, eventually, shownCount, shownText, viewerFrame } from './browser.ts';
import { setScene } from './scene.ts';

const scene = setScene();
const { watch } = scene;
const share = (path = 'leaks.html'): Promise<Page> => scene.share(path);

const states = (desk: Page): Promise<string[]> => desk.evaluate(() => window.viewerStates.map((state) => state.name));

/** What came over the wire so far that must not have, with a little of what is around it. */
function leaks(): string[] {
  return [...scene.stand.received, ...scene.stand.sent, ...scene.stand.kept].flatMap((packet) => packet.match(/.{0,60}LEAK.{0,30}/g) ?? []);
}

describe('sharing a page', () => {
  it('CB1 shows what changes on the page to the agent, live', async () => {
    const [page, desk] = [await share(), await watch()];
    await eventually('the page in the viewer', async () => (await shownText(desk))?.includes('PUBLIC-before'));
    await page.evaluate(() => { document.getElementById('live')!.textContent = 'PUBLIC-after'; });
    await eventually('the change in the viewer', async () => (await shownText(desk))?.includes('PUBLIC-after'));
    expect(await states(desk)).toContain('live');
  });

  it('CB2 CB3 lets nothing leave the page but what is unmasked, in snapshots as in every later change', async () => {
    const [page, desk] = [await share(), await watch()];
    await eventually('the page in the viewer', async () => (await shownText(desk))?.includes('PUBLIC-heading'));
    await page.fill('#typed', 'LEAK-typed');
    await page.fill('#area', 'LEAK-typedarea');
    await page.fill('#openAround', 'LEAK-typedaround');
    await page.fill('#openItself', 'PUBLIC-typed');
    await page.selectOption('#select', { index: 0 });
    await page.selectOption('#openSelect', { index: 1 });
    await page.evaluate(() => {
      const byId = (id: string): HTMLElement => document.getElementById(id)!;
      const add = (parent: Element, html: string): void => parent.insertAdjacentHTML('beforeend', html);
      (byId('heading').firstChild as Text).data = 'LEAK-changedtext';
      byId('heading').title = 'LEAK-changedtitle';
      byId('heading').dataset['late'] = 'LEAK-changeddata';
      byId('heading').setAttribute('onclick', 'LEAK()');
      byId('heading').style.setProperty('--late', '"LEAK-changedvar"');
      byId('heading').style.backgroundImage = 'url(/px.png?LEAK-changedurl)';
      byId('editable').append('LEAK-edited');
      byId('openEditable').append('LEAK-openedited');
      byId('typed').setAttribute('placeholder', 'LEAK-changedplaceholder');
      (byId('password') as HTMLInputElement).type = 'text';
      byId('password').setAttribute('value', 'LEAK-revealed');
      (byId('typed') as HTMLInputElement).value = 'LEAK-setbyscript';
      add(byId('later'), '<span title="LEAK-addedtitle">LEAK-added</span><input value="LEAK-addedinput"><img src="/px.png?LEAK-addedimg"><iframe srcdoc="LEAK-addedframe"></iframe><script>"LEAK-addedscript"</script><textarea>LEAK-addedarea</textarea>');
      add(byId('blocked'), '<b>LEAK-addedblocked</b>');
      add(byId('open'), '<p id="added" title="PUBLIC-title">PUBLIC-added <i data-gethelp-mask>LEAK-addedmasked</i></p><img alt="LEAK-openimg">');
      add(byId('sealed'), '<p data-gethelp-unmask>LEAK-addedsealed</p>');
      byId('host').shadowRoot!.append('LEAK-shadowadded');
      document.querySelector('get-help')!.shadowRoot!.append('LEAK-widgetadded');
      document.querySelector('get-help')!.append('LEAK-widgetlight');
      document.styleSheets[1]!.insertRule('.gen::before { content: "LEAK-rule"; background: url(/px.png?LEAK-ruleurl) }');
      document.adoptedStyleSheets[0]!.insertRule('p::before { content: "LEAK-adoptedrule" }');
      document.title = 'LEAK-changedtitleelement';
      history.pushState(null, '', '/leaks.html?LEAK-pushed');
      byId('openItself').setAttribute('data-note', 'LEAK-note');
    });
    await eventually('the changes in the viewer', async () => (await shownText(desk))?.includes('PUBLIC-added'));
    // What was open closes: nothing that comes after may be read, whichever way it is closed.
    await page.evaluate(() => {
      const deep = document.querySelector('#added')!;
      deep.setAttribute('data-gethelp-block', '');
      deep.firstChild!.nodeValue = 'LEAK-afterblock';
      deep.querySelector('i')!.firstChild!.nodeValue = 'LEAK-deepafterblock';
      const open = document.querySelector('#live')!;
      open.setAttribute('data-gethelp-mask', '');
      open.textContent = 'LEAK-aftermask';
      const field = document.querySelector<HTMLInputElement>('#openItself')!;
      field.autocomplete = 'one-time-code';
      field.value = 'LEAK-afterotp';
      document.querySelector('#open')!.append('PUBLIC-last');
    });
    await eventually('the last change in the viewer', async () => (await shownText(desk))?.includes('PUBLIC-last'));
    await eventually('the closed parts to be masked in the viewer', async () => !(await shownText(desk))?.includes('PUBLIC-added'));
    expect(leaks()).toEqual([]);
    expect(scene.stand.received.join('')).toContain('PUBLIC-typed');
    expect(scene.stand.received.join('')).toContain('PUBLIC-chosen');
    expect(scene.stand.received.join('')).not.toContain('4111');
    expect(scene.stand.received.join('')).not.toContain('0532');
    // Kept, too: so that their absence there says something.
    expect(scene.stand.kept.join('')).toContain('PUBLIC-typed');
    expect(await scene.stand.metric('gethelp_cobrowse_redactions_total', { where: 'page' })).toBeGreaterThanOrEqual(2);
    expect(await scene.stand.metric('gethelp_cobrowse_redactions_total', { where: 'relay' })).toBe(0);
    expect(await scene.stand.metric('gethelp_cobrowse_frames_total', { outcome: 'refused' })).toBe(0);
    expect(await scene.stand.metric('gethelp_cobrowse_frames_total', { outcome: 'gap' })).toBe(0);
  });

  it('CB5 goes on when the customer walks to another page', async () => {
    const [page, desk] = [await share(), await watch()];
    await eventually('the first page', async () => (await shownText(desk))?.includes('PUBLIC-heading'));
    await page.goto(scene.stand.sharerPage('second.html', 'sharer'));
    await eventually('the second page', async () => (await shownText(desk))?.includes('PUBLIC-second'));
    expect(await shownText(desk)).not.toContain('PUBLIC-heading');
    expect((await states(desk)).at(-1)).toBe('live');
  });

  it('CB6 shows the page again at once when the agent reloads, without asking the customer’s page', async () => {
    const [page, desk] = [await share(), await watch()];
    await page.evaluate(() => { document.getElementById('live')!.textContent = 'PUBLIC-changed'; });
    await eventually('the page', async () => (await shownText(desk))?.includes('PUBLIC-changed'));
    const asked = await scene.stand.metric('gethelp_cobrowse_snapshot_requests_total');
    await desk.reload();
    await eventually('the page after the reload', async () => (await shownText(desk))?.includes('PUBLIC-changed'));
    expect(await scene.stand.metric('gethelp_cobrowse_snapshot_requests_total')).toBe(asked);
  });

  it('CB7 stops at once when the customer stops, and leaves nothing to see', async () => {
    const [page, desk] = [await share(), await watch()];
    await eventually('the page', async () => (await shownText(desk))?.includes('PUBLIC-heading'));
    await page.evaluate(() => {
      window.share!.stop();
      document.getElementById('live')!.textContent = 'LEAK-afterstop';
    });
    expect(await page.evaluate(() => window.shareStates.at(-1))).toBe('stopped');
    await eventually('the end in the desktop', async () => (await states(desk)).at(-1) === 'stopped');
    expect(await shownText(desk)).toBeUndefined();
    expect(await scene.stand.metric('gethelp_cobrowse_picture_bytes')).toBe(0);
    expect(leaks()).toEqual([]);
  });

  it('CB7 stops without a network, too', async () => {
    const page = await share();
    await scene.customer.setOffline(true);
    await scene.stand.cut();
    await eventually('the network to be gone', () => page.evaluate(() => window.shareStates.at(-1) === 'connecting'));
    await page.evaluate(() => {
      window.share!.stop();
      document.getElementById('live')!.textContent = 'LEAK-afterstop';
    });
    expect(await page.evaluate(() => window.shareStates.at(-1))).toBe('stopped');
    expect(leaks()).toEqual([]);
  });

  it('CB8 runs no script of the page in the viewer and fetches nothing that the page names', async () => {
    const page = await share();
    const before = scene.stand.portalRequests.length;
    const asked: string[] = [];
    const violations: string[] = [];
    scene.agent.on('request', (request) => asked.push(request.url()));
    const desk = await scene.agent.newPage();
    desk.on('console', (message) => { if (message.text().includes('Content Security Policy')) violations.push(message.text()); });
    await desk.goto(scene.stand.deskPage('viewer'));
    await eventually('the page', async () => (await shownText(desk))?.includes('PUBLIC-heading'));
    await page.evaluate(() => {
      document.getElementById('open')!.insertAdjacentHTML('beforeend', '<img src="/px.png?live" onerror="parent.pwned=1"><svg><image href="/px.png?svg"/><a xlink:href="javascript:1">PUBLIC-svg</a></svg><a href="javascript:1">PUBLIC-script</a><style>@import "/late.css"; #live { background: url(/px.png?late) }</style>');
    });
    await eventually('the change', async () => (await shownText(desk))?.includes('PUBLIC-script'));
    expect(asked.filter((url) => url.startsWith(scene.stand.portalUrl))).toEqual([]);
    expect(asked.filter((url) => !url.startsWith('data:') && !url.startsWith('blob:')).every((url) => url.startsWith(scene.stand.deskUrl) || url.startsWith(scene.stand.relayUrl))).toBe(true);
    expect(scene.stand.portalRequests.slice(before).filter((path) => !path.includes('live') && !path.includes('svg') && !path.includes('late'))).toEqual([]);
    expect(violations).toEqual([]);
    expect(await shownCount(desk, 'script,iframe[src],iframe[srcdoc],object,embed,img[src],[onload],[onclick],[onerror]')).toBe(0);
    const viewer = await viewerFrame(desk);
    const sandboxes = await viewer.evaluate(() => [...document.querySelectorAll('iframe')].map((frame) => frame.getAttribute('sandbox')));
    expect(sandboxes).toEqual(['allow-same-origin']);
    expect(await desk.evaluate(() => document.querySelector('iframe')?.getAttribute('sandbox'))).toBe('allow-scripts allow-same-origin');
  });

  it('CB13 sends nothing while paused, says so to the agent, and goes on with a fresh picture', async () => {
    const [page, desk] = [await share(), await watch()];
    await eventually('the page', async () => (await shownText(desk))?.includes('PUBLIC-before'));
    await page.evaluate(() => {
      window.share!.pause();
      document.getElementById('live')!.textContent = 'PUBLIC-whilepaused';
    });
    await eventually('the pause in the desktop', async () => (await states(desk)).at(-1) === 'paused');
    expect(await shownText(desk)).toBeUndefined();
    await page.evaluate(() => { document.getElementById('live')!.textContent = 'PUBLIC-resumed'; });
    await page.evaluate(() => window.share!.resume());
    await eventually('the page after the pause', async () => (await shownText(desk))?.includes('PUBLIC-resumed'));
    expect(scene.stand.received.join('')).not.toContain('PUBLIC-whilepaused');
    await eventually('the desktop to know', async () => (await states(desk)).at(-1) === 'live');
  });

  it('CB15 leaves a page alone that changes too fast, says so, and comes back with a picture', async () => {
    const [page, desk] = [await share(), await watch()];
    await eventually('the page', async () => (await shownText(desk))?.includes('PUBLIC-before'));
    await page.evaluate(() => {
      const open = document.getElementById('later')!;
      for (let index = 0; index < 12_000; index += 1) open.append(document.createElement('i'));
    });
    const viewer = await viewerFrame(desk);
    await eventually('the viewer to say so', () => viewer.evaluate(() => document.body.dataset['state'] === 'busy'));
    await page.evaluate(() => { document.getElementById('live')!.textContent = 'PUBLIC-calm'; });
    await eventually('the page when it is calm', async () => (await shownText(desk))?.includes('PUBLIC-calm'), 15_000);
    expect(await states(desk)).not.toContain('busy');
  });

  it('CB16 says since when the customer is away, and goes on when they are back', async () => {
    const [page, desk] = [await share(), await watch()];
    await eventually('the page', async () => (await shownText(desk))?.includes('PUBLIC-before'));
    // The connection that renews the token comes back later than ours.
    await page.evaluate(() => { window.renewalsToFail = 2; });
    await scene.stand.cut('sharer');
    await eventually('the desktop to know', async () => (await states(desk)).includes('away'));
    await page.evaluate(() => { document.getElementById('live')!.textContent = 'PUBLIC-back'; });
    await eventually('the page again', async () => (await shownText(desk))?.includes('PUBLIC-back'), 15_000);
    expect((await states(desk)).at(-1)).toBe('live');
  });

  it('CB18 gives the viewer’s memory back at each new picture', async () => {
    const [page, desk] = [await share('second.html'), await watch()];
    await eventually('the page', async () => (await shownText(desk))?.includes('PUBLIC-second'));
    const viewer = await viewerFrame(desk);
    for (let round = 1; round <= 3; round += 1) {
      await page.evaluate((text) => { document.getElementById('heading')!.textContent = text; }, `PUBLIC-round${round}`);
      await page.evaluate(() => document.body.setAttribute('data-gethelp-mask', ''));
      await eventually('the masked picture', async () => !(await shownText(desk))?.includes('PUBLIC'));
      await page.evaluate(() => document.body.removeAttribute('data-gethelp-mask'));
      await eventually('the open picture', async () => (await shownText(desk))?.includes(`PUBLIC-round${round}`));
      expect(await viewer.evaluate(() => document.querySelectorAll('.stage').length)).toBe(1);
    }
  }, 30_000);

  it('CB27 gives up when the relay goes on refusing, as it does with a page of another version', async () => {
    const page = await scene.customer.newPage();
    await page.addInitScript(`{
      const { send } = WebSocket.prototype;
      WebSocket.prototype.send = function (data) {
        send.call(this, typeof data === 'string' ? data.replaceAll('"tagName":"h1"', '"tagName":"h1","newer":1') : data);
      };
    }`);
    await page.goto(scene.stand.sharerPage('second.html', 'sharer'));
    await eventually('the end', () => page.evaluate(() => window.shareStates.at(-1) === 'failed'), 20_000);
    expect(await scene.stand.metric('gethelp_cobrowse_picture_bytes')).toBe(0);
    expect(await page.evaluate(() => window.shareStates)).not.toContain('stopped');
  });

  it('CB19 connects and records nothing before sharing is asked for', async () => {
    const page = await scene.customer.newPage();
    await page.goto(scene.stand.sharerPage('second.html', 'sharer', '&wait=1'));
    await page.evaluate(() => { document.getElementById('heading')!.textContent = 'PUBLIC-early'; });
    expect(await scene.stand.metric('gethelp_cobrowse_sharers')).toBe(0);
    expect(scene.stand.received).toEqual([]);
    await page.evaluate(() => dispatchEvent(new Event('share-now')));
    await eventually('the page to be shared', () => page.evaluate(() => window.shareStates.includes('live')));
  });
});

describe('the viewer', () => {
  it('CB20 says in words how things stand, in English and German, and is accessible', async () => {
    for (const [language, waiting, ended] of [['en', 'Waiting for the customer’s page…', 'Sharing has ended.'], ['de', 'Warten auf die Seite des Kunden …', 'Das Teilen ist beendet.']] as const) {
      const desk = await scene.agent.newPage();
      await desk.goto(scene.stand.deskPage('viewer', language));
      const viewer = await viewerFrame(desk);
      const words = (): Promise<string | undefined> => viewer.evaluate(() => document.querySelector('#status')?.textContent ?? undefined);
      await eventually('the words of waiting', async () => (await words()) === waiting);
      const page = await share('second.html');
      await eventually('the page', async () => (await shownText(desk))?.includes('PUBLIC-second'));
      expect(await accessibilityFaults(viewer)).toEqual([]);
      if (process.env['SHOTS']) await desk.screenshot({ path: `${process.env['SHOTS']}/viewer-${language}.png` });
      scene.stand.relay.end('c1');
      await eventually('the words of the end', async () => (await words()) === ended);
      await Promise.all([desk.close(), page.close()]);
    }
  }, 30_000);

  it('CB12 shows the problem when the relay refuses, after one try with a fresh token', async () => {
    const desk = await scene.agent.newPage();
    await desk.goto(scene.stand.deskPage('nobody'));
    await eventually('the refusal', async () => (await states(desk)).at(-1) === 'failed');
    expect(await desk.evaluate(() => window.viewerStates.at(-1))).toMatchObject({ name: 'failed', problem: { status: 401, title: 'Token refused' } });
  });
});
