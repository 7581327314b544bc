/** The viewer document: takes a port from its host, watches what the relay sends, shows the page and says in words how things stand. */
import '@rrweb/replay/dist/style.css';
import './viewer.css';
import { drawingStyles } from '../drawing/layer.ts';
import { AssetShelf, type AssetAnswer } from './asset-shelf.ts';
import { helloType, isHello, isHostMessage, parentParameter, readyType, type HostMessage, type ViewerMessage } from './handshake.ts';
import { showLive } from './live.ts';
import { StatusLine } from './status-line.ts';
import { textsFor } from './texts.ts';
import { Theatre } from './theatre.ts';

function begin(): void {
  const parentOrigin = new URLSearchParams(location.hash.slice(1)).get(parentParameter);
  // Opened by itself, or by somebody who does not say who they are: there is nothing to show.
  if (parentOrigin === null || parent === window) return;
  addEventListener('message', function handleHello(event: MessageEvent) {
    const [port] = event.ports;
    if (event.source !== parent || event.origin !== parentOrigin || !isHello(event.data, helloType) || port === undefined) return;
    removeEventListener('message', handleHello);
    serve(port);
  });
  parent.postMessage({ type: readyType }, parentOrigin);
}

function serve(port: MessagePort): void {
  let answerRenewal: ((token: string | null) => void) | null = null;
  let isStarted = false;
  let setGrants: ReturnType<typeof showLive> | null = null;
  let replay: ((message: HostMessage) => void) | null = null;
  const post = (message: ViewerMessage): void => port.postMessage(message);
  const renew = (): Promise<string | null> => new Promise((resolve) => {
    answerRenewal?.(null);
    answerRenewal = resolve;
    post({ type: 'renew' });
  });
  port.onmessage = ({ data }: MessageEvent) => {
    if (!isHostMessage(data)) return;
    if (data.type === 'renewed') {
      answerRenewal?.(data.token);
      answerRenewal = null;
    } else if (data.type === 'grants') {
      setGrants?.(data.grants, data.mayAsk);
    } else if (replay !== null) {
      replay(data);
    } else if (data.type === 'replay' && !isStarted) {
      isStarted = true;
      replay = showTold(data);
    } else if (data.type === 'start' && !isStarted) {
      isStarted = true;
      speak(data.language);
      setGrants = showLive({
        ...data, renew, places: { theatre: byId('theatre'), overlay: byId('overlay'), tools: byId('tools'), tabs: byId('tabs'), message: byId('message') },
        tellHost: (state) => post({ type: 'state', state }),
        handleAsk: (grant) => post({ type: 'ask', grant }),
        handleGiveBack: (grant) => post({ type: 'giveBack', grant }),
      });
    }
  };
}

/** What the host tells, in the place of the live page. Answers what takes its messages. */
function showTold({ of, language }: { readonly of: 'recording' | 'preview'; readonly language: string }): (message: HostMessage) => void {
  const texts = textsFor(language);
  speak(language);
  document.body.dataset['replay'] = '';
  const what = of === 'recording' ? texts.recorded : texts.preview;
  const status = new StatusLine({ ...texts, live: what, waiting: what }, language);
  const kept = new Map<string, AssetAnswer>();
  const theatre = new Theatre({
    parent: byId('theatre'), title: texts.recordedPicture, placeholders: texts.placeholders, shelf: new AssetShelf(async (hash) => kept.get(hash) ?? null), handleShown: () => status.handlePicture(true), handleScale: () => {}, handleLost: () => theatre.clear(),
  });
  const clear = (): void => {
    theatre.clear();
    status.handlePicture(false);
  };
  status.handleState({ name: 'live' });
  return (message) => {
    if (message.type === 'cleared') {
      clear();
      status.handleState({ name: 'live' });
    } else if (message.type === 'asset') {
      const { hash, type, data } = message.asset;
      kept.set(hash, { type, bytes: Uint8Array.from(atob(data), (character) => character.charCodeAt(0)).buffer });
    } else if (message.type === 'frames') {
      theatre.show(message.frames);
    } else if (message.type === 'sharing') {
      if (message.state.name === 'paused' || message.state.name === 'stopped') clear();
      status.handleState(message.state);
    }
  };
}

function speak(language: string): void {
  document.documentElement.lang = language.toLowerCase().startsWith('de') ? 'de' : 'en';
  const { title } = textsFor(language);
  document.title = title;
  byId('title').textContent = title;
}

function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The viewer document has no #${id}`);
  return element;
}

document.head.append(Object.assign(document.createElement('style'), { textContent: drawingStyles }));
begin();
