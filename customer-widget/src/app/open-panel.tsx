/** The panel's beginning and end: makes the client and all that works beside it, and takes it apart again. */
import { render } from 'preact';
import { GetHelpClient } from '../client/client.ts';
import type { ClientSnapshot } from '../client/snapshot.ts';
import { createSessionAt } from '../client/create-session.ts';
import { sessionResumeStore } from '../client/resume-store.ts';
import type { OpenPanel } from '../element/contract.ts';
import * as texts from '../texts.ts';
import { Attention, type CallBack } from './attention.ts';
import { WorkingsContext, type FoldedStore, type Workings } from './context.ts';
import { FurtherTabs } from './further-tabs.ts';
import { pageOf, watchPage } from './page-watch.ts';
import { PageSharing } from './page-sharing.ts';
import { takeSheet } from './panel-sheet.ts';
import { PanelView } from './panel.tsx';
import { Playback } from './playback.ts';
import { screenOf } from './screen.ts';
import { Sounds, type Melody } from './sounds.ts';

export { openBeside } from './open-beside.tsx';

export const openPanel: OpenPanel = (host, intent) => {
  const store = sessionResumeStore(host.gateway);
  // An entry that cannot be read is no contact, and a page load must not put anybody into the queue.
  if (intent === 'resume' && store.load() === null) {
    store.clear();
    return null;
  }
  const settings = host.settings();
  const { language } = settings;
  const attention = new Attention();
  const sounds = new Sounds();
  const playback = new Playback();
  const client = new GetHelpClient({
    session: () => createSessionAt(settings.sessionUrl, {
      pageUrl: pageOf(location.href, '')?.url ?? location.href, title: attention.pageTitle, ...(settings.topic === null ? {} : { topic: settings.topic }),
    }),
    store,
  });
  // Before the panel: what is drawn on the page never lies over the questions and the stop.
  const sheetOver = document.createElement('div');
  sheetOver.className = 'sheet-over';
  host.mount.before(sheetOver);
  const sharing = new PageSharing(client, { gateway: host.gateway, sheet: sheetOver });
  const tabs = new FurtherTabs(client, sharing, host.gateway);
  const notice = { title: texts.say(texts.yourTurn, language), body: texts.say(texts.yourTurnNotice, language) };

  let before: string | undefined;
  let unread = 0;
  const follow = (snapshot: ClientSnapshot): void => {
    const screen = screenOf(snapshot);
    playback.set(snapshot.remoteAudio);
    sharing.follow();
    if (screen?.name === 'yourTurn') attention.call({ title: texts.say(texts.yourTurnTitle, language), notice });
    else if (screen?.name === 'rung') attention.call(callOf(screen.agent, language));
    else attention.calm();
    sounds.repeat(melodyOf(screen));
    if (screen?.name === 'call' && before !== 'call' && before !== undefined) sounds.play('connected');
    if (snapshot.thread.unread > unread) sounds.play('message');
    ({ unread } = snapshot.thread);
    if (screen?.name === 'ended' && before === 'call') sounds.play('ended');
    before = screen?.name;
  };

  const close = (): void => {
    release();
    unwatch();
    attention.calm();
    sharing.close();
    tabs.close();
    sounds.close();
    playback.close();
    client.close();
    sheetOver.remove();
    render(null, host.mount);
  };
  const dismiss = (): void => {
    client.reset();
    close();
    host.handleOpen(false);
  };

  takeSheet(host.root);
  const release = client.snapshot.subscribe(follow);
  const unwatch = watchPage(() => attention.pageTitle, (page) => client.setPage(page));

  host.handleOpen(true);
  if (intent === 'start') sounds.unlock();
  if (!client.resume()) void client.start();
  render(<Root workings={{ client, sounds, playback, sharing, settings, dismiss, returned: intent === 'resume', folded: foldedStore(host.gateway) }} />, host.mount);
  return { close };
};

function foldedStore(gateway: string): FoldedStore {
  const key = `gethelp:folded:${gateway}`;
  return {
    load: () => sessionStorage.getItem(key) === 'true',
    save: (folded) => {
      try {
        sessionStorage.setItem(key, String(folded));
      } catch {
        // Without storage nothing comes back on the next page, folded or not.
      }
    },
  };
}

function Root({ workings }: { readonly workings: Workings }) {
  return <WorkingsContext.Provider value={workings}><PanelView /></WorkingsContext.Provider>;
}

function callOf(agent: string, language: texts.Language): CallBack {
  return {
    title: texts.say(texts.rungTitle, language, { agent }),
    notice: { title: texts.say(texts.rungBy, language, { agent }), body: texts.say(texts.rungNotice, language) },
  };
}

function melodyOf(screen: ReturnType<typeof screenOf>): Melody | null {
  if (screen?.name === 'yourTurn' || screen?.name === 'rung') return 'yourTurn';
  if (screen?.name === 'connecting' || screen?.name === 'transferring') return 'ringback';
  return screen?.name === 'call' && (screen.line === 'hold' || screen.line === 'agentAway') ? 'hold' : null;
}
