import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dialled, matchesNumber, mayDial, normalizedNumber, numberPattern, undialled } from './numbers.ts';

describe('numbers', () => {
  it('SIP31 are read however people write them, and nothing else is a number', () => {
    for (const written of ['+49 30 12345', '+49-30-12345', '+49 (30) 123.45', 'tel:+49-30-12345', 'tel:+493012345;phone-context=x', ' +49 (0) 30/12345 ']) {
      expect(normalizedNumber(written)).toBe('+493012345');
    }
    expect(normalizedNumber('732')).toBe('732');
    for (const written of ['', '+', 'anna', '49+30', '1'.repeat(33), '12\r\n34x', 'sip:732@pbx', '*100#']) expect(normalizedNumber(written)).toBeNull();
  });

  it('SIP31 are dialled only where a pattern of the trunk allows it', () => {
    const plan = { allowed: ['+49*', '7??', '112'], strip: '', prefix: '' };
    expect(['+49', '+493012345', '732', '112'].map((number) => mayDial(plan, number))).toEqual([true, true, true, true]);
    expect(['49301', '+4', '73', '7322', '1123', '0112', '+900123'].map((number) => mayDial(plan, number))).toEqual(Array(7).fill(false));
    expect(mayDial({ ...plan, allowed: [] }, '732')).toBe(false);
    for (const bad of ['', '+', '4*9', '.*', '7[0-9]', '**', '7 3']) expect(numberPattern.test(bad)).toBe(false);
  });

  it('SIP31 go onto the wire as the trunk wants them, and come back as people know them', () => {
    const national = { allowed: [], strip: '+49', prefix: '0' };
    expect(dialled(national, '+493012345')).toBe('03012345');
    expect(undialled(national, '03012345')).toBe('+493012345');
    const digits = fc.stringMatching(/^[1-9]\d{0,14}$/);
    fc.assert(fc.property(digits, (number) => undialled(national, dialled(national, `+49${number}`)) === `+49${number}`));
    fc.assert(fc.property(digits, (number) => matchesNumber(number, number) && !matchesNumber(number, `${number}0`)));
  });
});
