/** Names for the tab and for this load of the page. They order frames; they are no credentials. */

const tabKey = 'gethelp-cobrowse-tab';

/** The same within one tab across navigations, where the page lets us remember it. */
export function tabName(): string {
  try {
    const known = sessionStorage.getItem(tabKey);
    if (known !== null && /^[0-9a-f]{16}$/.test(known)) return known;
    const fresh = randomName();
    sessionStorage.setItem(tabKey, fresh);
    return fresh;
  } catch {
    return randomName();
  }
}

export function newPageEpoch(): string {
  return randomName();
}

/** `crypto.randomUUID` exists on secure origins only; a portal under test may have none. */
function randomName(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
