import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskText, maskValue } from './masks.ts';

describe('masks', () => {
  it('CB21 gives a text away neither by its letters nor by its length', () => {
    expect(maskText('Anna')).toBe(maskText('Maximilian Mustermann'));
    expect(maskText('0')).toBe(maskText('1,234,567.89 €'));
    fc.assert(fc.property(fc.string({ minLength: 1 }), (text) => {
      expect(maskText(text)).toMatch(/^ ?(?:••••••(?: ••••••)*)? ?$/);
    }));
  });

  it('CB21 tells of a value only whether there is one', () => {
    expect(maskValue('')).toBe('');
    fc.assert(fc.property(fc.string({ minLength: 1 }), (value) => maskValue(value) === maskValue('x')));
  });

  it('CB22 changes nothing the second time', () => {
    fc.assert(fc.property(fc.string(), (text) => maskText(maskText(text)) === maskText(text)));
  });
});
