import { expect, it } from 'vitest';
import { headerToken, quotedText } from './header-text.ts';

it('SIP5 text of people cannot end a header or its quotes', () => {
  expect(quotedText('Zoë "Z" O\\Neil')).toBe('Zoë \'Z\' O/Neil');
  expect(quotedText('a\r\nContact: <sip:evil@x>')).toBe('a Contact: <sip:evil@x>');
  expect(quotedText('\u{202E}evil\0')).toBe('evil');
  expect(Array.from(quotedText('😀'.repeat(300)))).toHaveLength(100);
});

it('SIP5 an identifier that is none is never written', () => {
  expect(headerToken('c_1-2.3~4')).toBe('c_1-2.3~4');
  expect(() => headerToken('c1\r\nX: y')).toThrow();
});
