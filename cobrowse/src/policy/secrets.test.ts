import { describe, expect, it } from 'vitest';
import { containsNumberSecret, containsSecret } from './secrets.ts';

describe('secrets', () => {
  it.each([
    '4111 1111 1111 1111', 'pay with 5555-5555-5555-4444 now', '378282246310005', '4111\u00a01111\u00a01111\u00a01111',
    'DE89 3704 0044 0532 0130 00', 'my IBAN GB82WEST12345698765432 is here', 'de89370400440532013000',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc', 'Bearer abcdef1234567890', 'sk_live_4eC39HqLyjWDarjtT1zdp7dc', 'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  ])('CB4 recognizes %s', (text) => {
    expect(containsSecret(text)).toBe(true);
  });

  it.each([
    'Your balance is 1,234.56 €', 'Call +49 30 1234567', '2026-11-21 02:19', 'Order 20261121', 'a plain sentence about nothing', '0000 0000 0000 0000',
    'Donaudampfschifffahrtsgesellschaftskapitän', 'DE89 3704 is where it begins',
  ])('CB4 lets %s be', (text) => {
    expect(containsSecret(text)).toBe(false);
  });

  it('CB4 looks for numbers only in class names, which may be long and mixed', () => {
    expect(containsNumberSecret('MuiButtonBase-root-MuiIconButton-root-12345-a1b2c3d4')).toBe(false);
    expect(containsNumberSecret('row-4111111111111111')).toBe(true);
  });
});
