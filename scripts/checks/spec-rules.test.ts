import { describe, expect, it } from 'vitest';
import { specViolations } from './spec-rules.ts';

// Written in pieces, so that the check does not take these for tests of its own.
const titled = (text: string): string => `${'i'}t('${text}', () => {});`;

describe('rules and titles', () => {
  it('OP11 accepts rules that tests name, alone or together', () => {
    const spec = '- **MD3** One.\n- **MD4** Two.\n- **CB1** Three.\n- **CB2** Four.';
    const source = `${titled('MD3, MD4 together')} ${'i'}t.each([[1], [2]])('CB1 for %d', () => {}); ${'i'}t(\`CB2 \${x}\`, () => {});`;
    expect(specViolations(spec, [{ file: 'a.test.ts', source }])).toEqual([]);
  });

  it('OP11 finds a rule without a test, a test without a rule, and a number given twice', () => {
    expect(specViolations('- **MD3** One.\n- **MD4** Two.\n- **MD4** Again.', [{ file: 'a.test.ts', source: titled('MD3, MD9 both') }])).toEqual([
      'docs/spec.md gives the number MD4 twice',
      "MD4 has no test: docs/spec.md promises it, no test's title starts with it",
      'a.test.ts proves MD9, which docs/spec.md does not have',
    ]);
  });

  it('OP11 reads no number out of the middle of a title', () => {
    expect(specViolations('', [{ file: 'a.test.ts', source: `${titled('plays PCM8 audio')} ${titled('says UTF8')}` }])).toEqual([]);
  });
});
