/** What viewers are told of the tabs that a customer shares. */
import type { SharedTab } from '#shared/cobrowse-protocol.ts';
import type { RelaySocket } from './viewer-link.ts';

/** One load of one document in one tab. */
export interface SharedPage {
  readonly key: string;
  readonly pageEpoch: string;
  socket: RelaySocket | null;
  /** As it was shown last: scrubbed. Empty until it has been shown once. */
  address: string;
  /** Since when the customer looks at another one; null: they look at this one. */
  leftAt: string | null;
}

/** Only what is there to be shown, in an order that does not jump when the customer goes from tab to tab. */
export function tabList(pages: readonly SharedPage[], live: SharedPage | null): SharedTab[] {
  return pages.filter(({ socket, address }) => socket !== null && address !== '')
    .map((page) => ({ id: page.pageEpoch, address: page.address, isShown: page === live, leftAt: page.leftAt }))
    .sort((one, other) => one.id < other.id ? -1 : 1);
}
