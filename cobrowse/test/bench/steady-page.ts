/** A page in steady use, as rrweb would record it: the pointer moves, somebody types, the page answers, now and then it scrolls. */

interface RecordedLike {
  readonly type: number;
  readonly timestamp: number;
  readonly data: unknown;
}

/** A page of about so many elements, each with a class and a text. */
export function elements(count: number): object {
  let id = 1;
  const node = (tagName: string, attributes: object, childNodes: object[]): object => ({ type: 2, id: (id += 1), tagName, attributes, childNodes });
  const rows = Array.from({ length: Math.floor(count / 4) }, (_, row) => node('div', { class: `row row-${row % 9}` }, [
    node('span', { class: 'label', style: 'color: rgb(10, 20, 30)' }, [{ type: 3, id: (id += 1), textContent: `Label ${row} of the page` }]),
    node('b', {}, [{ type: 3, id: (id += 1), textContent: String(row) }]),
    node('input', { type: 'text', value: 'x', class: 'field' }, []),
  ]));
  return { type: 0, id: 1, childNodes: [node('html', { 'data-gethelp-unmask': '' }, [node('body', {}, rows)])] };
}

/** One message a turn: 25 a second. */
export class Steady {
  #turn: number;
  #nextId = 1_000_000;

  constructor(seed: number) {
    this.#turn = seed;
  }

  next(): RecordedLike[] {
    this.#turn += 1;
    const turn = this.#turn;
    // The ids of `elements`: labels' texts are 5, 10, 15 … beyond the second row.
    const positions = [{ x: turn % 900, y: turn % 700, id: 3, timeOffset: -40 }, { x: (turn + 9) % 900, y: turn % 700, id: 3, timeOffset: 0 }];
    const events: object[] = [{ source: 1, positions }];
    if (turn % 4 === 0) events.push({ source: 5, id: fieldId(turn % 100), text: 'x'.repeat(turn % 20), isChecked: false });
    if (turn % 5 === 0) events.push({ source: 0, texts: [{ id: textId(turn % 100), value: `Now ${turn}` }], attributes: [{ id: rowId(turn % 100), attributes: { class: `row row-${turn % 9} on` } }], removes: [], adds: [] });
    if (turn % 12 === 0) events.push({ source: 3, id: 3, x: 0, y: turn % 500 });
    if (turn % 25 === 0) events.push(this.#added());
    return events.map((data) => ({ type: 3, timestamp: turn * 40, data }));
  }

  /** A message appears on the page and the one before it goes. */
  #added(): object {
    const [id, before] = [this.#nextId + 2, this.#nextId];
    this.#nextId = id;
    return {
      source: 0, texts: [], attributes: [], removes: before > 1_000_000 ? [{ parentId: rowId(0), id: before }] : [],
      adds: [{ parentId: rowId(0), nextId: null, node: { type: 2, id, tagName: 'p', attributes: { class: 'note' }, childNodes: [{ type: 3, id: id + 1, textContent: 'Your change was kept.' }] } }],
    };
  }
}

// In `elements` each row takes six numbers, children before their parent; the document is 1.
const rowId = (row: number): number => 2 + row * 6 + 5;
const textId = (row: number): number => 2 + row * 6;
const fieldId = (row: number): number => 2 + row * 6 + 4;
