/** The titles of a file's tests: `it('…')`, `test('…')`, also `it.each(…)('…')` and a template's first words. */
import { parseSync, Visitor } from 'vite';

export function testTitles(file: string, source: string): readonly string[] {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message ?? 'does not parse'}`);
  const titles: string[] = [];
  new Visitor({
    CallExpression: ({ callee, arguments: [first] }) => {
      if (first === undefined || !/^(?:it|test)\b/.test(source.slice(callee.start, callee.end))) return;
      if (first.type === 'Literal' && typeof first.value === 'string') titles.push(first.value);
      if (first.type === 'TemplateLiteral') titles.push(first.quasis[0]?.value.raw ?? '');
    },
  }).visit(program);
  return titles;
}
