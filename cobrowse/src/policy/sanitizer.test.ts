import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '#shared/cobrowse-protocol.ts';
import { checkEvent } from './checker.ts';
import { maxDepth } from './limits.ts';
import { PageBook } from './page-book.ts';
import { sanitizeEvent } from './sanitizer.ts';

type Json = Record<string, unknown>;

let nextId = 1;
const text = (textContent: string): Json => ({ type: 3, id: nextId++, textContent });
const element = (tagName: string, attributes: Json = {}, childNodes: Json[] = [], more: Json = {}): Json =>
  ({ type: 2, id: nextId++, tagName, attributes, childNodes, ...more });
const snapshot = (...childNodes: Json[]): RecordedEvent =>
  ({ type: 2, timestamp: 1, data: { node: { type: 0, id: nextId++, childNodes }, initialOffset: { left: 0, top: 0 } } });
const incremental = (data: Json): RecordedEvent => ({ type: 3, timestamp: 2, data });

/** What the relay gets of an event: JSON, with everything undefined gone. */
const wire = (event: RecordedEvent | null): RecordedEvent => JSON.parse(JSON.stringify(event)) as RecordedEvent;

/** The first element under the document, sanitized alone. */
function shared(node: Json): Json {
  const event = sanitizeEvent(snapshot(node), new PageBook());
  return (dataOf(event)['node'] as { childNodes: Json[] }).childNodes[0]!;
}

function dataOf(event: RecordedEvent | null): Json {
  if (event === null) throw new Error('nothing was shared');
  return event.data as Json;
}

describe('the sanitizer on a snapshot', () => {
  it('CB2 masks texts and keeps only attributes that lay out', () => {
    const node = shared(element('p', { class: 'note', title: 'secret', 'data-x': 'secret', onclick: 'secret()', href: 'secret', style: 'color: red' }, [text('secret')]));
    expect(node['attributes']).toEqual({ class: 'note', title: '••••••', style: 'color: red' });
    expect(JSON.stringify(node)).not.toContain('secret');
  });

  it('CB3 shows texts below data-gethelp-unmask, and not below data-gethelp-mask wherever that stands', () => {
    const open = element('div', { 'data-gethelp-unmask': '' }, [
      text('open'), element('b', { 'data-gethelp-mask': '' }, [text('secret'), element('i', { 'data-gethelp-unmask': '' }, [text('secret')])]),
    ]);
    const result = JSON.stringify(shared(element('main', {}, [open])));
    expect(result).toContain('open');
    expect(result).not.toContain('secret');
    expect(JSON.stringify(shared(element('div', { 'data-gethelp-mask': '' }, [element('div', { 'data-gethelp-unmask': '' }, [text('secret')])])))).not.toContain('secret');
  });

  it.each([
    [{ type: 'password' }], [{ type: 'hidden' }], [{ autocomplete: 'cc-number' }], [{ autocomplete: 'section-a one-time-code' }], [{ autocomplete: 'current-password' }],
    [{ name: 'cvc' }], [{ id: 'card-number' }], [{ name: 'userPassword' }], [{ 'data-rr-is-password': 'true' }], [{ type: 'PASSWORD' }],
  ])('CB3 never shows the value of a secret field: %j', (attributes) => {
    const node = shared(element('input', { ...attributes, value: 'secret', 'data-gethelp-unmask': '' }));
    expect(JSON.stringify(node)).not.toContain('secret');
    expect(node['attributes']).not.toHaveProperty('data-gethelp-unmask');
  });

  it('CB3 shows a field’s value only when the field itself is unmasked', () => {
    const around = shared(element('div', { 'data-gethelp-unmask': '' }, [element('input', { value: 'secret' }), element('textarea', { value: 'secret' }, [text('secret')])]));
    expect(JSON.stringify(around)).not.toContain('secret');
    expect(shared(element('input', { value: 'open', 'data-gethelp-unmask': '' }))['attributes']).toMatchObject({ value: 'open' });
    expect(JSON.stringify(shared(element('div', { 'data-gethelp-mask': '' }, [element('input', { value: 'secret', 'data-gethelp-unmask': '' })])))).not.toContain('secret');
  });

  it('CB3 treats what can be chosen and what people write into as values', () => {
    const around = shared(element('div', { 'data-gethelp-unmask': '' }, [
      element('select', { value: 'secret' }, [element('option', { label: 'secret', selected: true }, [text('secret')])]),
      element('div', { contenteditable: '' }, [text('secret'), element('b', { 'data-gethelp-unmask': '' }, [text('secret')])]),
    ]));
    expect(JSON.stringify(around)).not.toMatch(/secret|selected/);
    const itself = shared(element('div', { 'data-gethelp-unmask': '' }, [
      element('select', { 'data-gethelp-unmask': '' }, [element('option', { selected: true }, [text('chosen')])]),
      element('div', { contenteditable: 'true', 'data-gethelp-unmask': '' }, [text('written')]),
    ]));
    expect(JSON.stringify(itself)).toMatch(/"selected":true.*chosen.*written/);
  });

  it('CB24 puts a labelled box of the same size in the place of what is blocked, media and frames', () => {
    expect(shared(element('img', { class: 'photo', rr_width: '40px', rr_height: '30px' }))).toMatchObject({
      tagName: 'span', attributes: { class: 'photo', rr_width: '40px', rr_height: '30px', 'data-gethelp-placeholder': 'image' }, childNodes: [],
    });
    expect(shared(element('td', { rr_width: '40px', rr_height: '30px' }, [text('secret')]))).toMatchObject({ tagName: 'td', attributes: { 'data-gethelp-placeholder': 'hidden' }, childNodes: [] });
    // Even if the recorder had not blocked them.
    expect(shared(element('embed', { src: 'https://evil' }, [text('secret')]))).toMatchObject({ tagName: 'span', childNodes: [] });
    expect(shared(element('get-help', {}, [text('secret')]))).toMatchObject({ attributes: { 'data-gethelp-placeholder': 'widget' }, childNodes: [] });
  });

  it('CB8 keeps nothing that could run or fetch', () => {
    const node = shared(element('div', { 'data-gethelp-unmask': '' }, [
      element('script', { src: 'https://evil' }, [text('evil')]), element('meta', { 'http-equiv': 'refresh', content: '0;url=//evil' }),
      element('base', { href: 'https://evil' }), element('link', { rel: 'stylesheet', href: 'https://evil' }), element('object', { data: '//evil' }),
      element('a', { href: 'javascript:evil()' }), element('form', { action: '//evil' }), element('button', { formaction: '//evil' }),
      element('svg', {}, [element('use', { href: 'https://evil' }, [], { isSVG: true }), element('image', { href: '//evil' }, [], { isSVG: true }), element('set', { to: 'evil', attributename: 'href' }, [], { isSVG: true })], { isSVG: true }),
      element('input', { type: 'image', src: '//evil' }), element('body', { background: '//evil', onload: 'evil()' }), element('x"><script>', {}),
      element('rect', { fill: 'url(https://evil)' }, [], { isSVG: true }),
    ]));
    expect(JSON.stringify(node)).not.toMatch(/evil|javascript|"script"|"object"/);
  });

  it('CB2 draws inline drawings only where unmasked', () => {
    const drawing = (): Json => element('svg', { viewBox: '0 0 9 9', width: '9' }, [element('path', { d: 'M1 2', class: 'p' }, [], { isSVG: true })], { isSVG: true });
    expect(JSON.stringify(shared(drawing()))).not.toContain('M1 2');
    expect(JSON.stringify(shared(element('div', { 'data-gethelp-unmask': '' }, [drawing()])))).toContain('M1 2');
  });

  it('CB166 draws shapes, symbols, gradients and filters of an open drawing whole, and borrows from nothing but the page itself', () => {
    const svg = (tag: string, attributes: Json): Json => element(tag, attributes, [], { isSVG: true });
    const shapes: ReadonlyArray<readonly [string, Json]> = [
      ['rect', { x: '1', width: '20', height: '80%', rx: '4', filter: 'url(#soft)' }], ['symbol', { viewBox: '0 0 24 24' }], ['use', { href: '#icon', width: '20' }],
      ['pattern', { patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' }], ['marker', { markerWidth: '10', refX: '5', orient: 'auto' }],
      ['line', { 'marker-end': 'url(#arrow)' }], ['feGaussianBlur', { in: 'SourceGraphic', stdDeviation: '3' }], ['text', { 'font-style': 'italic', 'letter-spacing': '3' }],
      ['lineargradient', { 'xlink:href': '#other' }],
    ];
    const drawing = (): Json => element('svg', { 'data-gethelp-unmask': '' }, shapes.map(([tag, attributes]) => svg(tag, attributes)), { isSVG: true });
    expect((shared(drawing())['childNodes'] as Json[]).map((shape) => shape['attributes'])).toEqual(shapes.map(([, attributes]) => attributes));
    const closed = drawing();
    closed['attributes'] = {};
    expect((shared(closed)['childNodes'] as Json[]).every((shape) => Object.keys(shape['attributes'] as Json).length === 0)).toBe(true);
    const foreign = element('svg', { 'data-gethelp-unmask': '' }, [svg('use', { href: 'https://evil#x' }), svg('rect', { filter: 'url(https://evil#x)' }), svg('textpath', { href: 'javascript:evil' })], { isSVG: true });
    expect(JSON.stringify(shared(foreign))).not.toContain('evil');
  });

  it('CB167 takes no word or number of the page’s own for one that lays out', () => {
    const own = element('div', {}, [
      element('x-row', { type: 'secret', media: 'secret', role: 'Secret Person', color: 'secret', size: '4711', span: '4711', face: 'secret', align: 'secret', dir: 'secret', wrap: 'secret', scope: 'secret' }),
      element('tr', { media: 'secret', class: '4111 1111 1111 1111' }), element('ol', { start: '4711' }, [element('li', { value: '4711' })]),
    ]);
    expect(JSON.stringify(shared(own))).not.toMatch(/secret|4711|1111/i);
    expect(shared(element('td', { colspan: '2', align: 'right', dir: 'rtl', role: 'gridcell', slot: 'left' }))['attributes']).toEqual({ colspan: '2', align: 'right', dir: 'rtl', role: 'gridcell', slot: 'left' });
    const list = shared(element('ol', { start: '5', type: 'a', 'data-gethelp-unmask': '' }, [element('li', { value: '9' })]));
    expect(JSON.stringify(list)).toMatch(/"start":"5".*"value":"9"/);
  });

  it('CB171 follows the size of a labelled box, and nothing else of it', () => {
    const book = new PageBook();
    const box = element('td', { rr_width: '0px', rr_height: '0px' }, [text('secret')]);
    sanitizeEvent(snapshot(element('div', { 'data-gethelp-unmask': '' }, [box])), book);
    const change = (attributes: Json): RecordedEvent | null => sanitizeEvent(incremental({ source: 0, texts: [], removes: [], adds: [], attributes: [{ id: box['id'], attributes }] }), book);
    expect(dataOf(change({ rr_width: '40px', rr_height: 'secret', title: 'secret', class: 'secret', 'data-gethelp-unmask': '' }))['attributes']).toEqual([{ id: box['id'], attributes: { rr_width: '40px' } }]);
    expect(change({ title: 'secret' })).toBeNull();
  });

  it('CB40 takes a document in a frame and nowhere else, and nothing but a document in a frame', () => {
    const frame = element('iframe', { src: 'https://evil', srcdoc: 'secret', width: '300' }, [text('secret')]);
    const place = element('div', { 'data-gethelp-unmask': '' }, [frame]);
    const book = new PageBook();
    expect(JSON.stringify(sanitizeEvent(snapshot(place), book))).not.toMatch(/evil|secret/);
    const attach = (parent: Json, node: Json): RecordedEvent | null => sanitizeEvent(incremental({ source: 0, adds: [{ parentId: parent['id'], nextId: null, node }] }), book);
    const inner = (): Json => ({ type: 0, id: nextId++, childNodes: [element('p', {}, [text('secret')]), element('p', { 'data-gethelp-unmask': '' }, [text('opened')])] });
    expect(attach(frame, element('p'))).toBeNull();
    expect(attach(place, inner())).toBeNull();
    const first = inner();
    // What is open around a frame opens nothing in it.
    expect(JSON.stringify(attach(frame, first))).toMatch(/^(?!.*secret).*opened/);
    expect(attach(frame, inner())).not.toBeNull();
    expect(book.has(first['id'] as number)).toBe(false);
  });

  it('CB41 tells of a selection in a masked text that there is one, and not how far it reaches', () => {
    const [masked, open] = [text('secret'), text('opened')];
    const book = new PageBook();
    sanitizeEvent(snapshot(element('div', {}, [masked, element('p', { 'data-gethelp-unmask': '' }, [open])])), book);
    const selected = (ranges: Json[]): unknown => sanitizeEvent(incremental({ source: 14, ranges }), book)?.data;
    const whole = { start: masked['id'], startOffset: 0, end: masked['id'], endOffset: 6 };
    expect(selected([{ start: masked['id'], startOffset: 2, end: masked['id'], endOffset: 5 }])).toEqual({ source: 14, ranges: [whole] });
    expect(selected([whole])).toEqual({ source: 14, ranges: [whole] });
    expect(selected([{ start: open['id'], startOffset: 2, end: open['id'], endOffset: 5 }])).toEqual({ source: 14, ranges: [{ start: open['id'], startOffset: 2, end: open['id'], endOffset: 5 }] });
    expect(selected([{ start: 9_999, startOffset: 0, end: open['id'], endOffset: 5 }])).toBeUndefined();
    expect(selected([])).toEqual({ source: 14, ranges: [] });
  });

  it('CB9 makes nothing of a page nested deeper than any real one', () => {
    let node = element('b');
    for (let depth = 0; depth < maxDepth; depth += 1) node = element('b', {}, [node]);
    expect(sanitizeEvent(snapshot(node), new PageBook())).toBeNull();
  });
});

describe('the sanitizer on what follows', () => {
  function page(): { book: PageBook; ids: Record<string, number> } {
    const ids: Record<string, number> = {};
    const named = (name: string, node: Json): Json => {
      ids[name] = node['id'] as number;
      return node;
    };
    const book = new PageBook();
    sanitizeEvent(snapshot(element('body', {}, [
      named('closed', element('p', {}, [named('closedText', text('x'))])),
      named('open', element('div', { 'data-gethelp-unmask': '' }, [named('openText', text('x')), named('field', element('input', { 'data-gethelp-unmask': '', value: 'x' })), named('choice', element('input', { type: 'radio', value: 'x' }))])),
      named('box', element('img', { rr_width: '1px', rr_height: '1px' })),
    ])), book);
    return { book, ids };
  }
  const mutation = (data: Json): RecordedEvent => incremental({ source: 0, texts: [], attributes: [], removes: [], adds: [], ...data });

  it('CB3 judges a changed text by the place where it stands', () => {
    const { book, ids } = page();
    const event = sanitizeEvent(mutation({ texts: [{ id: ids['closedText'], value: 'secret' }, { id: ids['openText'], value: 'open' }, { id: 9999, value: 'secret' }] }), book);
    expect(dataOf(event)['texts']).toEqual([{ id: ids['closedText'], value: '••••••' }, { id: ids['openText'], value: 'open' }]);
  });

  it('CB3 judges added nodes by their parents, in whatever order they come', () => {
    const { book, ids } = page();
    const parent = element('b');
    const child = text('open');
    const event = sanitizeEvent(mutation({ adds: [
      { parentId: parent['id'], nextId: null, node: child }, { parentId: ids['open'], nextId: null, node: parent },
      { parentId: ids['closed'], nextId: null, node: text('secret') }, { parentId: ids['box'], nextId: null, node: text('secret') }, { parentId: 9999, nextId: null, node: text('secret') },
    ] }), book);
    expect(JSON.stringify(event)).toContain('open');
    expect(JSON.stringify(event)).not.toContain('secret');
    expect((dataOf(event)['adds'] as Json[]).map((add) => add['parentId'])).toEqual([ids['open'], ids['closed'], parent['id']]);
  });

  it('CB3 closes at once what is masked anew, and opens nothing before the next snapshot', () => {
    const { book, ids } = page();
    const event = sanitizeEvent(mutation({
      attributes: [{ id: ids['open'], attributes: { 'data-gethelp-mask': '' } }, { id: ids['closed'], attributes: { 'data-gethelp-unmask': '' } }],
      texts: [{ id: ids['openText'], value: 'secret' }, { id: ids['closedText'], value: 'secret' }],
    }), book);
    expect(JSON.stringify(event)).not.toContain('secret');
    const input = sanitizeEvent(incremental({ source: 5, id: ids['field'], text: 'secret', isChecked: false }), book);
    expect(input?.data).toMatchObject({ text: '••••••' });
  });

  it.each([{ type: 'password' }, { autocomplete: 'cc-csc' }, { name: 'pin' }, { 'data-gethelp-unmask': null }])('CB3 closes a field that becomes secret: %j', (attributes) => {
    const { book, ids } = page();
    const relay = page();
    const event = sanitizeEvent(mutation({ attributes: [{ id: ids['field'], attributes: { ...attributes, value: 'secret' } }] }), book);
    expect(JSON.stringify(event)).not.toContain('secret');
    expect(sanitizeEvent(incremental({ source: 5, id: ids['field'], text: 'secret', isChecked: false }), book)?.data).toMatchObject({ text: '••••••' });
    // The other side learns it, too.
    sanitizeEvent(JSON.parse(JSON.stringify(event).replaceAll(`"id":${ids['field']}`, `"id":${relay.ids['field']}`)) as RecordedEvent, relay.book);
    expect(sanitizeEvent(incremental({ source: 5, id: relay.ids['field'], text: 'secret', isChecked: false }), relay.book)?.data).toMatchObject({ text: '••••••' });
  });

  it('CB2 does not tell what was chosen', () => {
    const { book, ids } = page();
    expect(sanitizeEvent(incremental({ source: 5, id: ids['choice'], text: 'secret', isChecked: true }), book)?.data).toEqual({ source: 5, id: ids['choice'], text: '', isChecked: false });
  });

  it('CB2 does not show the pointer over what is blocked, where it would tell a PIN', () => {
    const book = new PageBook();
    const keypad = element('div', { rr_width: '90px', rr_height: '90px' });
    const around = element('body', {}, [keypad]);
    sanitizeEvent(snapshot(around), book);
    const at = (id: unknown): Json => ({ x: 1, y: 1, id, timeOffset: 0 });
    expect(sanitizeEvent(incremental({ source: 1, positions: [at(keypad['id']), at(around['id'])] }), book)?.data).toMatchObject({ positions: [at(around['id'])] });
    expect(sanitizeEvent(incremental({ source: 2, type: 2, id: keypad['id'], x: 1, y: 1 }), book)).toBeNull();
  });

  it('CB2 does not tell how much is written by how far a field is scrolled', () => {
    const { book, ids } = page();
    expect(sanitizeEvent(incremental({ source: 3, id: ids['field'], x: 90, y: 0 }), book)).toBeNull();
    expect(shared(element('textarea', { rr_scrollTop: 90 }))['attributes']).toEqual({});
    expect(shared(element('div', { rr_scrollTop: 90 }))['attributes']).toEqual({ rr_scrollTop: 90 });
  });

  it('CB70 tells the address without what may be somebody’s', () => {
    expect(sanitizeEvent({ type: 4, timestamp: 1, data: { href: 'https://bank/cards/s3cr3t?secret#secret', width: 10, height: 20 } }, new PageBook())?.data)
      .toEqual({ href: 'https://bank/cards/•••?•••', width: 10, height: 20 });
  });

  it.each([{ type: 5, data: { tag: 'x', payload: 'secret' } }, { type: 6, data: { plugin: 'x', payload: 'secret' } }, { type: 7, data: { url: 'secret' } }, { type: 1, data: {} },
    ...[7, 9, 10, 11, 16, 99].map((source) => ({ type: 3, data: { source, id: 1 } }))])('CB9 hands on no event of a kind that is not shared: %j', (event) => {
    expect(sanitizeEvent({ ...event, timestamp: 1 }, page().book)).toBeNull();
  });
});

describe('the check on the relay', () => {
  const attributeNames = ['class', 'id', 'style', 'href', 'src', 'value', 'type', 'title', 'placeholder', 'data-x', 'onclick', 'data-gethelp-unmask', 'data-gethelp-mask', 'rr_width',
    'data-gethelp-placeholder', 'autocomplete', 'name', 'checked', 'selected', 'd', 'viewBox', '_cssText', 'width', 'aria-label', 'contenteditable', 'label', '__proto__', 'srcdoc', 'xlink:href', 'data-gethelp-asset', 'data-gethelp-size'];
  const value = fc.oneof(fc.string(), fc.constant(null), fc.boolean(), fc.integer(), fc.constantFrom('password', 'date', 'radio', 'secret', 'url(x)', '', '40px', '4111111111111111', 'pictures', '7', '40x30'));
  const attributes = fc.dictionary(fc.constantFrom(...attributeNames), value, { maxKeys: 6 });
  const tags = fc.constantFrom('div', 'p', 'input', 'textarea', 'select', 'option', 'style', 'script', 'iframe', 'img', 'svg', 'path', 'link', 'a', 'title', 'x-y', 'meta', 'canvas', 'get-help', 'noscript', 'button', 'progress');
  const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.record({ type: fc.constant(3), textContent: fc.string() }),
      fc.record({ type: fc.constantFrom(4, 5), textContent: fc.string() }),
      fc.record({ type: fc.constant(2), tagName: tags, attributes, childNodes: fc.array(tie('tree'), { maxLength: 4 }), isSVG: fc.constantFrom(true, undefined), isShadowHost: fc.constantFrom(true, undefined) }),
    ),
  }));

  function number(node: Json, ids: number[]): Json {
    const id = ids.length + 1;
    ids.push(id);
    return { ...node, id, ...(Array.isArray(node['childNodes']) ? { childNodes: (node['childNodes'] as Json[]).map((child) => number(child, ids)) } : {}) };
  }

  const change = fc.record({
    texts: fc.array(fc.record({ id: fc.nat(20), value: fc.string() }), { maxLength: 4 }),
    attributes: fc.array(fc.record({ id: fc.nat(20), attributes }), { maxLength: 4 }),
    removes: fc.array(fc.record({ id: fc.nat(20), parentId: fc.nat(20) }), { maxLength: 2 }),
    adds: fc.array(fc.record({ parentId: fc.nat(24), nextId: fc.option(fc.nat(24)), node: tree }), { maxLength: 4 }),
  });

  it('CB22 passes everything that the page’s sanitizer let through, snapshot and changes alike', () => {
    fc.assert(fc.property(fc.array(tree, { maxLength: 4 }), fc.array(change, { maxLength: 4 }), (children, changes) => {
      const ids: number[] = [];
      const document = number({ type: 0, childNodes: children }, ids);
      const [pageBook, relayBook] = [new PageBook(), new PageBook()];
      const first = sanitizeEvent({ type: 2, timestamp: 1, data: { node: document, initialOffset: { left: 0, top: 0 } } }, pageBook);
      expect(checkEvent(wire(first), relayBook)).toEqual({ event: wire(first), redactions: 0 });
      for (const data of changes) {
        const adds = data.adds.map((add) => ({ ...add, node: number(add.node, ids) }));
        const event = sanitizeEvent(incremental({ source: 0, ...data, adds }), pageBook);
        if (event !== null) expect(checkEvent(wire(event), relayBook)).toEqual({ event: wire(event), redactions: 0 });
      }
    }), { numRuns: 1000 });
  });

  it('CB2 lets no text of a page that unmasks nothing through, wherever it stands', () => {
    const needle = fc.constant('nEEdle');
    const closed = fc.tuple(
      fc.dictionary(fc.constantFrom(...attributeNames.filter((name) => !['data-gethelp-unmask', 'class', 'id', 'type', 'style'].includes(name))), needle, { maxKeys: 8 }),
      fc.constantFrom({}, { style: 'content: "nEEdle"; --y: nEEdle; background: url(nEEdle)' }),
    ).map(([attributes, style]) => Object.assign(attributes, style));
    const { node } = fc.letrec<{ node: Json }>((tie) => ({
      node: fc.oneof({ maxDepth: 4 }, fc.record({ type: fc.constantFrom(3, 4, 5), textContent: needle }),
        fc.record({ type: fc.constant(2), tagName: tags.filter((tag) => tag !== 'style' && tag !== 'link'), attributes: closed, childNodes: fc.array(tie('node'), { maxLength: 4 }) })),
    }));
    fc.assert(fc.property(fc.array(node, { minLength: 1, maxLength: 4 }), (children) => {
      const event = sanitizeEvent({ type: 2, timestamp: 1, data: { node: number({ type: 0, childNodes: children }, []), initialOffset: {} } }, new PageBook());
      expect(JSON.stringify(event)).not.toContain('nEEdle');
    }), { numRuns: 1000 });
  });

  it('CB9 refuses whatever the sanitizer would still change', () => {
    const good = (): RecordedEvent => wire(sanitizeEvent(snapshot(element('p', {}, [text('secret')])), new PageBook()));
    const raw = snapshot(element('p', {}, [text('secret')]));
    expect(checkEvent(wire(raw), new PageBook())).toBeNull();
    expect(checkEvent(good(), new PageBook())).not.toBeNull();
    expect(checkEvent({ ...good(), extra: 1 } as RecordedEvent, new PageBook())).toBeNull();
    const attributes = (name: string, value: unknown): RecordedEvent => wire(snapshot(element('p', { [name]: value })));
    for (const [name, value] of [['onclick', 'x'], ['srcdoc', 'x'], ['style', 'background:url(//x)'], ['title', 'x'], ['__proto__x', 'x']] as const) {
      expect(checkEvent(attributes(name, value), new PageBook())).toBeNull();
    }
  });

  it('CB9 survives any JSON at all', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 8 }), fc.jsonValue(), (type, data) => {
      const checked = checkEvent({ type, timestamp: 1, data }, new PageBook());
      if (checked?.redactions === 0) expect(checked.event.data).toEqual(data);
    }), { numRuns: 1000 });
  });

  it('CB74 masks a secret that a page let through, counts it and hands the rest on', () => {
    const open = (...texts: string[]) => snapshot(element('main', { 'data-gethelp-unmask': '' }, texts.map((each) => element('p', {}, [text(each)]))));
    const checked = checkEvent(wire(open('Balance', 'DE89 3704 0044 0532 0130 00', 'Card 4111 1111 1111 1111', 'Bearer abcdefghijklmnop')), new PageBook());
    expect(checked?.redactions).toBe(3);
    expect(JSON.stringify(checked?.event)).toContain('Balance');
    expect(JSON.stringify(checked?.event)).not.toMatch(/0532|4111|abcdef/);
    const book = new PageBook();
    checkEvent(wire(open('Balance')), book);
    const id = (wire(open()) && nextId) - 4;
    const change = checkEvent(incremental({ source: 0, texts: [{ id, value: '4111111111111111' }], attributes: [], removes: [], adds: [] }), book);
    if (change !== null) expect(JSON.stringify(change)).not.toContain('4111');
  });

  it('CB74 refuses as before what hides something else behind a secret', () => {
    const node = element('p', { title: '4111111111111111' }, [text('secret')]);
    expect(checkEvent(wire(snapshot(node)), new PageBook())).toBeNull();
  });
});
