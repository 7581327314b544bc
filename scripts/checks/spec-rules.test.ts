import { describe, expect, it } from 'vitest';
import { specViolations } from './spec-rules.ts';
import { testTitles } from './test-titles.ts';

describe('rules and titles', () => {
  it('OP11 reads the titles of tests, plain, repeated and composed, and nothing that only looks like one', () => {
    const source = "it('CB1 one', () => {}); it.each([[1], [2]])('CB2 for %d', () => {}); test(`CB3 ${x}`, () => {}); submit('CB4'); const text = \"it('CB5')\";";
    expect(testTitles('a.test.ts', source)).toEqual(['CB1 one', 'CB2 for %d', 'CB3 ']);
  });

  it('OP11 accepts rules that tests name, alone or together', () => {
    const spec = '- **MD3** One.\n- **MD4** Two.\n- **CB1** Three.';
    expect(specViolations(spec, [{ file: 'a.test.ts', titles: ['MD3, MD4 together'] }, { file: 'b.test.ts', titles: ['CB1 alone', 'no number'] }])).toEqual([]);
  });

  it('OP11 finds a rule without a test, a test without a rule, and a number given twice', () => {
    expect(specViolations('- **MD3** One.\n- **MD4** Two.\n- **MD4** Again.', [{ file: 'a.test.ts', titles: ['MD3, MD9 both', 'plays PCM8 audio'] }])).toEqual([
      'docs/spec.md gives the number MD4 twice',
      "MD4 has no test: docs/spec.md promises it, no test's title starts with it",
      'a.test.ts proves MD9, which docs/spec.md does not have',
    ]);
  });
});
