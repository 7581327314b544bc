/** The desktop's side of the viewer: loads it into an iframe, hands it the token over a private channel and answers when it needs another. */
import { noGrants, type FurtherGrant, type Grants } from '#shared/cobrowse-grants.ts';
import { renewPatiently } from '../connection/renewal.ts';
import { helloType, isHello, isViewerMessage, parentParameter, readyType, type HostMessage, type HostState } from './handshake.ts';

export interface MountOptions {
  /** URL of the viewer document; on its own origin in production. */
  readonly viewerUrl: string;
  readonly cobrowseUrl: string;
  readonly token: string;
  /** Answers a fresh token. When it goes on rejecting for a while, the viewer ends as failed. */
  readonly renew: () => Promise<string>;
  onState(state: HostState): void;
  /** The agent wants one of the further grants, or wants it no more; left out: this viewer only looks on. */
  onAsk?(grant: FurtherGrant): void;
  onGiveBack?(grant: FurtherGrant): void;
}

export interface MountedViewer {
  /** What the customer grants now; also before the viewer is there. */
  setGrants(grants: Grants): void;
  dispose(): void;
}

export function mountViewer(iframe: HTMLIFrameElement, options: MountOptions): MountedViewer {
  const url = new URL(options.viewerUrl, location.href);
  url.hash = new URLSearchParams({ [parentParameter]: location.origin }).toString();
  let port: MessagePort | null = null;
  /** The token given at the start serves one connection; a reload of the frame by itself asks for another. */
  let firstToken: string | null = options.token;

  const handleReady = (event: MessageEvent): void => {
    if (event.source !== iframe.contentWindow || event.origin !== url.origin || !isHello(event.data, readyType)) return;
    port?.close();
    const channel = new MessageChannel();
    port = channel.port1;
    port.onmessage = (message) => handleMessage(channel.port1, message.data);
    iframe.contentWindow?.postMessage({ type: helloType }, url.origin, [channel.port2]);
    void start(channel.port1);
  };

  const start = async (to: MessagePort): Promise<void> => {
    const token = firstToken ?? await renewPatiently(options.renew, () => port !== to);
    firstToken = null;
    if (port !== to) return;
    if (token === null) options.onState({ name: 'failed', problem: null });
    else {
      post(to, { type: 'start', cobrowseUrl: options.cobrowseUrl, token, language: document.documentElement.lang || navigator.language });
      tellGrants(to);
    }
  };

  let grants = noGrants;
  const tellGrants = (to: MessagePort): void => post(to, { type: 'grants', grants, mayAsk: options.onAsk !== undefined });

  const handleMessage = (from: MessagePort, data: unknown): void => {
    if (from !== port || !isViewerMessage(data)) return;
    if (data.type === 'state') options.onState(data.state);
    else if (data.type === 'ask') options.onAsk?.(data.grant);
    else if (data.type === 'giveBack') options.onGiveBack?.(data.grant);
    else void renewed().then((token) => post(from, { type: 'renewed', token }));
  };

  const renewed = (): Promise<string | null> => options.renew().catch(() => null);
  const post = (to: MessagePort, message: HostMessage): void => to.postMessage(message);

  addEventListener('message', handleReady);
  // The viewer needs its origin to reach into the frame where it rebuilds the page; that inner frame runs no scripts.
  iframe.setAttribute('sandbox', 'allow-scripts allow-same-origin');
  iframe.setAttribute('allow', '');
  iframe.referrerPolicy = 'no-referrer';
  options.onState({ name: 'connecting' });
  iframe.src = url.href;

  return {
    setGrants: (now) => {
      grants = now;
      if (port !== null) tellGrants(port);
    },
    dispose: () => {
      removeEventListener('message', handleReady);
      port?.close();
      port = null;
      iframe.src = 'about:blank';
    },
  };
}
