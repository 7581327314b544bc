import { describe, expect, it } from 'vitest';
import { relayFor } from './relay-nodes.ts';

const nodes = ['https://r1.example', 'https://r2.example', 'https://r3.example'];
const callers = Array.from({ length: 600 }, (_, index) => `sip:${index}@help.example`);

describe('which relay a contact is shared over', () => {
  it('CB77 is the same whoever asks, in whatever order the nodes are written, and spreads contacts evenly', () => {
    const counts = nodes.map((node) => callers.filter((from) => relayFor(from, nodes) === node).length);
    for (const count of counts) expect(count).toBeGreaterThan(140);
    for (const from of callers) expect(relayFor(from, nodes.toReversed())).toBe(relayFor(from, nodes));
    expect(relayFor('sip:a@b', [])).toBeNull();
  });

  it('CB77 changes only for the contacts of a node that is taken away', () => {
    const without = nodes.slice(1);
    for (const from of callers) if (relayFor(from, nodes) !== nodes[0]) expect(relayFor(from, without)).toBe(relayFor(from, nodes));
  });
});
