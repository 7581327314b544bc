import { describe, expect, it } from 'vitest';
import * as texts from './texts.ts';
import { launcherLine, minutesOf } from './wait-words.ts';
import { endReasons } from '#shared/vocabulary.ts';
import { endedWords, microphoneWords } from './app/words.ts';

const catalogue = Object.entries(texts as Record<string, unknown>).filter(([, value]) => typeof value === 'object' && !Array.isArray(value)) as Array<[string, texts.Text]>;
const places = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();

describe('the catalogue', () => {
  it('WG23 has every text in every language, with the same places to fill', () => {
    expect(catalogue.length).toBeGreaterThan(80);
    for (const [name, text] of catalogue) {
      for (const language of texts.languages) {
        expect(text[language], name).not.toBe('');
        expect(places(text[language]), name).toEqual(places(text.en));
      }
    }
  });

  it('WG23 speaks the page\'s language where it can, and English otherwise', () => {
    expect(texts.languageOf([null, 'de-AT', 'en'])).toBe('de');
    expect(texts.languageOf(['fr', 'pt-BR'])).toBe('en');
  });

  it('WG16 has human words for every way in which a contact ends', () => {
    for (const reason of endReasons) {
      for (const party of ['customer', 'agent', 'system'] as const) {
        for (const chat of [false, true]) {
          const words = endedWords({ name: 'ended', end: { party, reason }, message: null, chat }, 'Anna', 'en');
          expect(words.title.length * words.hint.length).toBeGreaterThan(0);
          expect(words.hint).not.toMatch(/\{|undefined/);
        }
      }
    }
  });

  it('WG14 explains how to allow the microphone in the browser at hand', () => {
    const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36';
    const safari = 'Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15';
    const hints = [chrome, safari, 'Mozilla/5.0 (X11; rv:147.0) Gecko/20100101 Firefox/147.0'].map((agent) => microphoneWords('refused', agent, 'en').hint);
    expect(new Set(hints).size).toBe(3);
    expect(hints[1]).toContain('Safari');
  });
});

describe('the wait in words', () => {
  it.each([[{ low: 0, high: 40 }, null], [{ low: 30, high: 60 }, '1'], [{ low: 100, high: 230 }, '1–4'], [{ low: 190, high: 200 }, '3–4'], [{ low: 180, high: 180 }, '3']])('WG2 writes %o as %s', (range, minutes) => {
    expect(minutesOf(range)).toBe(minutes);
  });

  it('WG2 promises nothing where nothing is known', () => {
    const wait = { queue: 'q', label: 'Q', open: true, takes: true, opensAt: null, hours: '', position: 1, ewt: null };
    expect(launcherLine(null, 'en')).toBe('Talk to us, right here');
    expect(launcherLine(wait, 'en')).toBe('Talk to us, right here');
    expect(launcherLine({ ...wait, ewt: { low: 0, high: 0 } }, 'en')).toBe('No wait right now');
    expect(launcherLine({ ...wait, open: false }, 'de')).toBe('Zurzeit geschlossen');
  });
});
