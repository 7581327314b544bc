/** What viewers are told of the tabs that a customer shares. */
import type { SharedTab } from '#shared/cobrowse-protocol.ts';
import type { SharedPage } from './pages.ts';

/** Only what is there to be shown, in an order that does not jump when the customer goes from tab to tab. */
export function tabList(pages: readonly SharedPage[], live: SharedPage | null): SharedTab[] {
  return pages.filter(({ socket, address }) => socket !== null && address !== '')
    .map((page) => ({ id: page.pageEpoch, address: page.address, isShown: page === live, leftAt: page.leftAt }))
    .sort((one, other) => one.id < other.id ? -1 : 1);
}
