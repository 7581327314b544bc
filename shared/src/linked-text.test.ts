import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkedText } from './linked-text.ts';

const addresses = (text: string) => linkedText(text).flatMap(({ url }) => url ?? []);

describe('text with addresses in it', () => {
  it('CH22 finds what begins with http, without the sentence around it, and nothing that runs', () => {
    expect(addresses('See https://bank.example/form?id=1&x=2, or (http://bank.example/help).')).toEqual(['https://bank.example/form?id=1&x=2', 'http://bank.example/help']);
    expect(addresses('https://en.example/wiki/Bank_(place)')).toEqual(['https://en.example/wiki/Bank_(place)']);
    expect(addresses('javascript:alert(1) data:text/html,x ftp://x.example www.bank.example http:// <https://a.example>')).toEqual(['https://a.example/']);
  });

  it('CH22 keeps every character of any text, and links to http and https alone', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.array(fc.constantFrom('https://', 'http://', 'a.example', ' ', ')', '(', '.', 'javascript:', '<', '"', '\n')).map((some) => some.join(''))), (text) => {
      const parts = linkedText(text);
      expect(parts.map((part) => part.text).join('')).toBe(text);
      for (const { url } of parts) if (url !== null) expect(['http:', 'https:']).toContain(new URL(url).protocol);
    }));
  });
});
