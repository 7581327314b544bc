/** Bundled into the portal's pages under test: shares them with a token from the address, as the widget would after consent. */
import { noRules, type CobrowseRules } from '#shared/cobrowse-rules.ts';
import { handsHost } from './sharer-hands.ts';
import { startSharing, type Share } from '../../src/recorder/share.ts';

declare global {
  interface Window {
    share: Share | undefined;
    shareStates: string[];
    /** How many of the next renewals fail. */
    renewalsToFail: number;
  }
}

const { relay, token, wait, rules, hands } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
window.shareStates = [];
window.renewalsToFail = 0;

function begin(): void {
  if (relay === undefined || token === undefined) return;
  window.share = startSharing({
    url: relay, token, rules: rules === undefined ? noRules : { ...noRules, ...JSON.parse(rules) as Partial<CobrowseRules> }, onStateChange: (state) => window.shareStates.push(state),
    ...(hands === undefined ? {} : { hands: handsHost() }),
    renew: async () => {
      window.renewalsToFail -= 1;
      if (window.renewalsToFail >= 0) throw new Error('the customer’s own connection is not back yet');
      return token;
    },
  });
}

if (wait === undefined) begin();
else addEventListener('share-now', begin, { once: true });
