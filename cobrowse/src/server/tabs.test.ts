import { describe, expect, it } from 'vitest';
import type { SharedPage } from './pages.ts';
import { tabList } from './tabs.ts';
import type { RelaySocket } from './viewer-link.ts';

const socket = {} as RelaySocket;
const page = (pageEpoch: string, more: Partial<SharedPage> = {}): SharedPage => ({ tab: 't', pageEpoch, socket, address: `https://bank.example/${pageEpoch}`, leftAt: null, ...more });

describe('the tabs that are shared', () => {
  it('CB57 names those that are there and have been shown, says which one is seen, and keeps their order when the customer goes from one to another', () => {
    const [transfer, loans] = [page('b', { leftAt: '2026-01-02T03:04:05.000Z' }), page('a')];
    const gone = page('c', { socket: null });
    const unseen = page('d', { address: '' });
    const expected = [
      { id: 'a', address: 'https://bank.example/a', isShown: true, leftAt: null },
      { id: 'b', address: 'https://bank.example/b', isShown: false, leftAt: '2026-01-02T03:04:05.000Z' },
    ];
    expect(tabList([transfer, gone, unseen, loans], loans)).toEqual(expected);
    expect(tabList([loans, transfer], loans)).toEqual(expected);
  });
});
