/** Rules of docs/spec.md (`- **MD3** …`) against the titles of tests (`it('MD3, MD4 …')`): each rule has a test, each number a rule. */
export interface TitledFile {
  readonly file: string;
  readonly titles: readonly string[];
}

const rule = /^- \*\*([A-Z]{2,3}\d+)\*\*/gm;
/** The numbers with which a title starts; one in its middle is a word like any other. */
const numbers = /^[A-Z]{2,3}\d+(?:(?:, | and )[A-Z]{2,3}\d+)*/;

/** @returns one line for each rule without a test, number without a rule, and number given twice */
export function specViolations(spec: string, files: readonly TitledFile[]): readonly string[] {
  const listed = [...spec.matchAll(rule)].map(([, number]) => number ?? '');
  const rules = new Set(listed);
  const provenIn = new Map<string, string>();
  for (const { file, titles } of files) {
    for (const number of titles.flatMap((title) => numbers.exec(title)?.[0].match(/[A-Z]{2,3}\d+/g) ?? [])) {
      if (!provenIn.has(number)) provenIn.set(number, file);
    }
  }
  return [
    ...listed.filter((number, at) => listed.indexOf(number) !== at).map((number) => `docs/spec.md gives the number ${number} twice`),
    ...[...rules].filter((number) => !provenIn.has(number)).map((number) => `${number} has no test: docs/spec.md promises it, no test's title starts with it`),
    ...[...provenIn].filter(([number]) => !rules.has(number)).map(([number, file]) => `${file} proves ${number}, which docs/spec.md does not have`),
  ];
}
