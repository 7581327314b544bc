/**
 * Shows an integrator, beside their own page, what an agent would see of it: `?gethelp-preview=<portal>` in the page's address, where the portal's
 * configuration allows it. The agents' own viewer shows it; it is filled from this page and from nowhere else.
 */
import { previewPage, type PagePreview } from '#cobrowse/recorder/preview.ts';
import { helloType, isHello, parentParameter, readyType, type HostMessage } from '#cobrowse/viewer/handshake.ts';
import type { CobrowseRules } from '#shared/cobrowse-rules.ts';
import { close, previewFailed, previewOff, previewTitle, previewUnshared, say, type Language, type Text } from '../texts.ts';
import css from './preview.css?inline';

export interface PreviewHost {
  /** The widget's own: nothing in it is ever part of what is shared. */
  readonly root: ShadowRoot;
  readonly gateway: string;
  readonly portal: string;
  readonly language: Language;
}

interface Allowed {
  readonly rules: CobrowseRules;
  readonly viewerUrl: string;
}

export async function openPreview(host: PreviewHost): Promise<void> {
  const tell = (text: Text): string => say(text, host.language);
  const response = await fetch(`${host.gateway}/api/cobrowse/preview/${encodeURIComponent(host.portal)}`, { credentials: 'omit' });
  const allowed = response.ok ? await response.json() as Allowed : null;
  const { section, frame, note, closer } = build(tell);
  host.root.adoptedStyleSheets = [...host.root.adoptedStyleSheets, sheet()];
  host.root.append(section);
  if (allowed === null) note.textContent = tell(previewOff);
  const preview = allowed && connect(allowed, { frame, note, tell, language: host.language });
  closer.addEventListener('click', () => {
    preview?.stop();
    section.remove();
  });
}

function build(tell: (text: Text) => string) {
  const section = document.createElement('section');
  section.className = 'preview';
  section.ariaLabel = tell(previewTitle);
  const bar = document.createElement('header');
  const title = document.createElement('strong');
  title.textContent = tell(previewTitle);
  const note = document.createElement('output');
  const closer = document.createElement('button');
  closer.type = 'button';
  closer.textContent = tell(close);
  bar.append(title, note, closer);
  const frame = document.createElement('iframe');
  frame.title = tell(previewTitle);
  frame.setAttribute('sandbox', 'allow-scripts allow-same-origin');
  frame.referrerPolicy = 'no-referrer';
  section.append(bar, frame);
  return { section, frame, note, closer };
}

function connect(
  { rules, viewerUrl }: Allowed,
  { frame, note, tell, language }: { readonly frame: HTMLIFrameElement; readonly note: HTMLElement; readonly tell: (text: Text) => string; readonly language: Language },
): PagePreview {
  const url = new URL(viewerUrl);
  url.hash = new URLSearchParams({ [parentParameter]: location.origin }).toString();
  let preview: PagePreview | null = null;
  const handleReady = (event: MessageEvent): void => {
    if (frame.contentWindow === null || event.source !== frame.contentWindow || event.origin !== url.origin || !isHello(event.data, readyType)) return;
    const { port1, port2 } = new MessageChannel();
    const post = (message: HostMessage): void => port1.postMessage(message);
    frame.contentWindow.postMessage({ type: helloType }, url.origin, [port2]);
    post({ type: 'replay', of: 'preview', language });
    preview?.stop();
    try {
      preview = previewPage(rules, {
        handleFrame: (one) => post({ type: 'frames', frames: [one] }),
        handleAsset: (asset) => post({ type: 'asset', asset }),
        handleShared: (isShared) => {
          note.textContent = isShared ? '' : tell(previewUnshared);
          post(isShared ? { type: 'cleared' } : { type: 'sharing', state: { name: 'paused', reason: 'page' } });
        },
      });
    } catch {
      note.textContent = tell(previewFailed);
    }
  };
  addEventListener('message', handleReady);
  frame.src = url.href;
  return {
    stop: () => {
      removeEventListener('message', handleReady);
      preview?.stop();
    },
  };
}

function sheet(): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}
