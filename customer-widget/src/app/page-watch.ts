/** Notices every navigation of the page, also those without a load (pushState), and every new title. */
import type { CustomerPage } from '#shared/customer-protocol.ts';

const longestUrl = 2_000;
const longestTitle = 300;

/** Calls `handlePage` once at first and at every change; the answer ends it. */
export function watchPage(pageTitle: () => string, handlePage: (page: CustomerPage) => void): () => void {
  let last = '';
  const look = (): void => {
    const page = pageOf(location.href, pageTitle());
    const key = JSON.stringify(page);
    if (page === null || key === last) return;
    last = key;
    handlePage(page);
  };
  // A new address usually gets its new title a moment later; the observer sees that.
  const observer = new MutationObserver(look);
  observer.observe(document.head, { subtree: true, childList: true, characterData: true });
  const release = watchHistory(look);
  look();
  return () => {
    observer.disconnect();
    release();
  };
}

/** The fragment stays in the page: it is the page's own business. Null where the gateway could make nothing of it (file:). */
export function pageOf(href: string, title: string): CustomerPage | null {
  const url = new URL(href);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
  url.hash = '';
  if (url.href.length > longestUrl) url.search = '';
  return { url: url.href.slice(0, longestUrl), title: title.slice(0, longestTitle) };
}

/** Browsers with the Navigation API tell; in the others, coming back from `pushState` is watched. */
function watchHistory(look: () => void): () => void {
  const types = ['popstate', 'hashchange'];
  for (const type of types) addEventListener(type, look);
  const navigation = (globalThis as { navigation?: EventTarget }).navigation;
  navigation?.addEventListener('navigatesuccess', look);
  const poll = navigation === undefined ? setInterval(look, 1_000) : undefined;
  return () => {
    for (const type of types) removeEventListener(type, look);
    navigation?.removeEventListener('navigatesuccess', look);
    clearInterval(poll);
  };
}
