/** Rules of docs/spec.md (`- **MD3** …`) against the titles of tests (`it('MD3, MD4 …')`): each rule has a test, each number a rule. */
export interface TitledTests {
  readonly file: string;
  readonly source: string;
}

const rule = /^- \*\*([A-Z]{2,3}\d+)\*\*/gm;
/** A test's title in any quotes, also of `it.each`, `test.only` and a template. */
const title = /\b(?:it|test)(?:\.\w+)*(?:\([^()'"`]*\))?\(\s*(['"`])((?:(?!\1).)*)\1/g;
const numbers = /^[A-Z]{2,3}\d+(?:(?:, | and |–)[A-Z]{2,3}\d+)*/;

/** @returns one line for each rule without a test, number without a rule, and number given twice */
export function specViolations(spec: string, tests: readonly TitledTests[]): readonly string[] {
  const listed = [...spec.matchAll(rule)].map(([, number]) => number ?? '');
  const rules = new Set(listed);
  const proven = new Map<string, string>();
  for (const { file, source } of tests) {
    for (const [, , text] of source.matchAll(title)) {
      for (const number of (numbers.exec(text ?? '')?.[0] ?? '').match(/[A-Z]{2,3}\d+/g) ?? []) proven.set(number, proven.get(number) ?? file);
    }
  }
  return [
    ...listed.filter((number, at) => listed.indexOf(number) !== at).map((number) => `docs/spec.md gives the number ${number} twice`),
    ...[...rules].filter((number) => !proven.has(number)).map((number) => `${number} has no test: docs/spec.md promises it, no test's title starts with it`),
    ...[...proven].filter(([number]) => !rules.has(number)).map(([number, file]) => `${file} proves ${number}, which docs/spec.md does not have`),
  ];
}
