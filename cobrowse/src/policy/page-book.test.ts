import { describe, expect, it } from 'vitest';
import { PageBook, type NodeFacts } from './page-book.ts';

const facts = (parent: number | null, more: Partial<NodeFacts> = {}): NodeFacts => ({ tag: 'div', parent, marker: null, opensPictures: false, placeholder: null, isSvg: false, isTab: false, field: null, ...more });

describe('what a node inherits', () => {
  function opened(): PageBook {
    const book = new PageBook();
    book.set(1, facts(null, { tag: '#document' }));
    book.set(2, facts(1, { marker: 'unmask' }));
    book.set(3, facts(2));
    // Asked once, so that what is remembered of it has to be forgotten again.
    expect(book.insideOf(3)).toMatchObject({ isOpen: true, isSealed: false });
    return book;
  }

  it.each<[string, (book: PageBook) => void, object | null]>([
    ['is masked', (book) => book.set(2, facts(1, { marker: 'mask' })), { isOpen: false, isSealed: true }],
    ['is blocked', (book) => book.set(2, facts(1, { placeholder: 'hidden' })), { isBelowPlaceholder: true }],
    ['is no longer unmasked', (book) => book.set(2, facts(1)), { isOpen: false }],
    ['is removed', (book) => book.delete(2), null],
    ['moves to where nothing is open', (book) => book.set(3, facts(1)), { isOpen: false }],
    ['is in a frame that gets another document', (book) => book.forgetDocumentOf(1), null],
    ['belongs to a page that is told anew', (book) => book.clear(), null],
  ])('CB3 changes at once when what is around it %s', (_, change, now) => {
    const book = opened();
    change(book);
    if (now === null) expect(book.insideOf(3)).toBeNull();
    else expect(book.insideOf(3)).toMatchObject(now);
  });
});
