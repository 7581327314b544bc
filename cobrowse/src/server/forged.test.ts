/** Forged and broken frames against what checks them: real ones with any part exchanged for anything, and arbitrary JSON. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFrames, type CobrowseFrame } from '#shared/cobrowse-protocol.ts';
import { PageBook } from '../policy/page-book.ts';
import { sanitizeEvent } from '../policy/sanitizer.ts';
import { Picture } from './picture.ts';

type Json = Record<string, unknown>;

const card = '4111 1111 1111 1111';
let id = 0;
const node = (more: Json): Json => ({ id: ++id, ...more });
const text = (textContent: string): Json => node({ type: 3, textContent });
const element = (tagName: string, attributes: Json, childNodes: Json[]): Json => node({ type: 2, tagName, attributes, childNodes });

/** A session as a recorder sends it: a page, and each kind of change once. */
function session(): CobrowseFrame[] {
  id = 1;
  const body = element('body', {}, [
    element('main', { 'data-gethelp-unmask': '', class: 'page' }, [element('h1', {}, [text('Transfer')]), element('input', { 'data-gethelp-unmask': '', value: 'rent' }, []), element('p', { 'data-gethelp-mask': '' }, [text('••••••')])]),
    element('span', { 'data-gethelp-placeholder': 'image', rr_width: '40px', rr_height: '30px' }, []), element('style', {}, [text('p { color: red }')]),
  ]);
  const document = { type: 0, id: 1, childNodes: [element('html', { lang: 'en' }, [body])] };
  const events: Array<[type: number, data: Json]> = [
    [4, { href: 'https://bank.example/transfer', width: 800, height: 600 }], [2, { node: document, initialOffset: { left: 0, top: 0 } }],
    [3, { source: 0, texts: [{ id: 4, value: 'Check' }], attributes: [{ id: 3, attributes: { class: 'other' } }], removes: [{ parentId: 6, id: 5 }], adds: [{ parentId: 3, nextId: null, node: { type: 2, id: 90, tagName: 'b', attributes: {}, childNodes: [] } }] }],
    [3, { source: 1, positions: [{ x: 1, y: 2, id: 3, timeOffset: 0 }] }], [3, { source: 2, type: 2, id: 3, x: 1, y: 1 }], [3, { source: 3, id: 3, x: 0, y: 10 }], [3, { source: 4, width: 700, height: 600 }],
    [3, { source: 5, id: 6, text: 'more', isChecked: false }], [3, { source: 8, id: 11, adds: [{ rule: 'b { color: blue }', index: 0 }] }], [3, { source: 13, id: 11, index: [0], set: { property: 'color', value: 'green' } }],
    [3, { source: 15, id: 1, styles: [{ styleId: 1, rules: [{ rule: 'i { color: red }', index: 0 }] }], styleIds: [1] }],
  ];
  return events.map(([type, data], seq) => ({ envelope: { tab: 't', pageEpoch: 'p', seq, snapshotEpoch: 1 }, event: { type, timestamp: 1_000 + seq, data } }));
}

/** Every place in a value where something else could stand. */
function places(value: unknown, path: readonly string[] = []): string[][] {
  const below = typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([key, item]) => places(item, [...path, key])) : [];
  return [...path.length === 0 ? [] : [[...path]], ...below];
}

function exchanged(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((item, at) => (String(at) === key ? exchanged(item, rest, by) : item));
  if (typeof value !== 'object' || value === null) return value;
  return { ...value, [key]: exchanged((value as Json)[key], rest, by) };
}

const hostile = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }), fc.constantFrom<unknown>(card, `pay ${card} now`, '<script>evil()</script>', 'url(//evil)', 'javascript:evil()', -1, 1e308, null, true, [], {}, '\u0000', '__proto__', 'onclick', { onclick: 'evil()' }),
  fc.record({ type: fc.constant(2), id: fc.integer({ min: 1, max: 99 }), tagName: fc.constantFrom('script', 'iframe', 'img', 'p'), attributes: fc.constant({ onclick: 'evil()', src: '//evil', srcdoc: 'evil' }), childNodes: fc.constant([{ type: 3, id: 98, textContent: card }]) }),
);

describe('forged frames', () => {
  it('CB9 CB74 never bring the relay down, and what passes is what the sanitizer would have sent', () => {
    const changes = fc.array(fc.tuple(fc.nat(10), fc.nat(10_000), hostile), { minLength: 1, maxLength: 4 });
    fc.assert(fc.property(changes, fc.array(fc.nat(10), { maxLength: 3 }), (forgeries, doubled) => {
      let frames = session();
      for (const [which, where, by] of forgeries) {
        frames = frames.map((frame, at) => {
          if (at !== which) return frame;
          const all = places(frame);
          return exchanged(frame, all[where % all.length] ?? [], by) as CobrowseFrame;
        });
      }
      for (const at of doubled) frames.splice(at, 0, frames[at]!);
      const picture = new Picture();
      const book = new PageBook();
      for (const raw of frames) {
        const [parsed] = readFrames([JSON.parse(JSON.stringify(raw))], 1) ?? [];
        if (parsed === undefined) continue;
        const { clean } = picture.take(parsed);
        if (clean === null) continue;
        // A viewer's book, fed with what passed: there is nothing left to do on any of it.
        expect(sanitizeEvent(JSON.parse(JSON.stringify(clean.event)) as CobrowseFrame['event'], book)).toEqual(JSON.parse(JSON.stringify(clean.event)));
        expect(JSON.stringify(clean.event)).not.toMatch(/"tagName":"script"|"(?:on\w+|srcdoc|src)":/);
        expect(JSON.stringify(clean.event)).not.toMatch(/4111\W*1111/);
      }
    }), { numRuns: 1_500 });
  });

  it('CB9 of any JSON at all nothing passes that the sanitizer would change', () => {
    fc.assert(fc.property(fc.array(fc.record({ envelope: fc.record({ tab: fc.constant('t'), pageEpoch: fc.constant('p'), seq: fc.nat(5), snapshotEpoch: fc.nat(2) }), event: fc.record({ type: fc.nat(6), timestamp: fc.double(), data: fc.jsonValue() }) }), { maxLength: 8 }), (frames) => {
      const picture = new Picture();
      const book = new PageBook();
      for (const raw of frames) {
        const [parsed] = readFrames([raw], 1) ?? [];
        const clean = parsed === undefined ? null : picture.take(parsed).clean;
        if (clean !== null) expect(sanitizeEvent(clean.event, book)).toEqual(clean.event);
      }
    }), { numRuns: 1_000 });
  });
});
