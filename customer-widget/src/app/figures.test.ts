import { describe, expect, it } from 'vitest';
import { durationOf, initialsOf } from './figures.ts';
import { levelOf } from './level.ts';
import { pageOf } from './page-watch.ts';

describe('small figures', () => {
  it.each([[0, '0:00'], [65_000, '1:05'], [3_729_000, '1:02:09'], [-500, '0:00']])('WG22 writes %i ms as %s', (milliseconds, text) => {
    expect(durationOf(milliseconds)).toBe(text);
  });

  it.each([['Anna Berger', 'AB'], ['Anna Maria Berger', 'AB'], ['Cher', 'C'], ['', ''], ['åsa öberg', 'ÅÖ']])('WG22 shortens %s to %s', (name, initials) => {
    expect(initialsOf(name)).toBe(initials);
  });

  it('WG22 measures loudness from silence to full', () => {
    expect(levelOf(new Float32Array(512))).toBe(0);
    expect(levelOf(new Float32Array(512).fill(1))).toBeCloseTo(1);
    expect(levelOf(new Float32Array(512).fill(0.1))).toBeCloseTo(2 / 3);
  });

  it('WG6 keeps the fragment in the page, and says nothing of pages that are not on the web', () => {
    expect(pageOf('https://bank.example/loans?a=1#top', 'Loans')).toEqual({ url: 'https://bank.example/loans?a=1', title: 'Loans' });
    expect(pageOf('file:///home/page.html', '')).toBeNull();
    expect(pageOf(`https://bank.example/?q=${'x'.repeat(3_000)}`, 'y'.repeat(400))).toEqual({ url: 'https://bank.example/', title: 'y'.repeat(300) });
  });
});
