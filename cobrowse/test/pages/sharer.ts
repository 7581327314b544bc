/** Bundled into the portal's pages under test: shares them with a token from the address, as the widget would after consent. */
import { startSharing, type Share } from '../../src/recorder/share.ts';

declare global {
  interface Window {
    share: Share | undefined;
    shareStates: string[];
  }
}

const { relay, token, wait } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
window.shareStates = [];

function begin(): void {
  if (relay === undefined || token === undefined) return;
  window.share = startSharing({
    url: relay, token, renew: async () => token, onStateChange: (state) => window.shareStates.push(state),
  });
}

if (wait === undefined) begin();
else addEventListener('share-now', begin, { once: true });
