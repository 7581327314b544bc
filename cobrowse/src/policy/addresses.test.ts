import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsOn, isShared, shownAddress } from './addresses.ts';

describe('the address of a page', () => {
  it.each([
    ['https://bank.example/loans/offers', 'https://bank.example/loans/offers'],
    ['https://bank.example', 'https://bank.example/'],
    ['https://anna:secret@bank.example:8443/loans.html', 'https://bank.example:8443/loans.html'],
    ['https://bank.example/accounts/4711/step-2?token=secret#secret', 'https://bank.example/accounts/•••/step-2?•••'],
    ['https://bank.example/DE89370400440532013000/view', 'https://bank.example/•••/view'],
    ['https://bank.example/anna@mail.example/inbox', 'https://bank.example/•••/inbox'],
    ['https://bank.example/reset/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', 'https://bank.example/reset/•••'],
    ['https://bank.example/app#/cards/4711', 'https://bank.example/app#/cards/•••'],
    ['http://[::1]:8080/a', 'http://[::1]:8080/a'],
    ['javascript:alert(1)', 'about:blank'],
    ['https://0123456789abcdef0123456789abcdef0.example/', 'about:blank'],
    ['data:text/html,secret', 'about:blank'],
  ])('CB70 tells its plain words and nothing that may be somebody’s: %s', (href, shown) => {
    expect(shownAddress(href)).toBe(shown);
  });

  it('CB22 CB70 told twice is told the same, whatever it is', () => {
    const text = fc.oneof(fc.webUrl({ withFragments: true, withQueryParameters: true }), fc.string(), fc.string().map((path) => `https://bank.example/${path}`));
    fc.assert(fc.property(text, (href) => shownAddress(shownAddress(href)) === shownAddress(href)));
  });

  it('CB73 is shared where a pattern fits, everywhere without one, and not at all when it cannot be read', () => {
    expect(isShared({ allow: [] }, 'about:blank')).toBe(true);
    expect(isShared({ allow: ['/loans*', '/help'] }, 'https://bank.example/loans/offers?x')).toBe(true);
    expect(isShared({ allow: ['/loans*', '/help'] }, 'https://bank.example/helpdesk')).toBe(false);
    expect(isShared({ allow: ['*'] }, 'about:blank')).toBe(false);
    expect(isShared({ allow: ['/app#/open*'] }, 'https://bank.example/app#/open/1')).toBe(true);
    expect(isShared({ allow: ['/app#/open*'] }, 'https://bank.example/app#/closed')).toBe(false);
  });

  it('CB71 decides whether a rule holds on it', () => {
    const rule = { selector: 'h1', pages: ['/loans*'] };
    expect(holdsOn(rule, 'https://bank.example/loans')).toBe(true);
    expect(holdsOn(rule, 'https://bank.example/cards')).toBe(false);
    expect(holdsOn({ selector: 'h1', pages: [] }, 'about:blank')).toBe(true);
  });
});
