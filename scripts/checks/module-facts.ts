/** What a module imports and touches, read by the parser that vite brings (dependency-cruiser reads no TypeScript 7: docs/decisions/0012). */
import { posix } from 'node:path';
import { parseSync, Visitor } from 'vite';

export interface Import {
  /** As written. */
  readonly specifier: string;
  /** The file from the root, for one of ours; null for a package or a part of Node. */
  readonly file: string | null;
  /** Gone at run time. */
  readonly typeOnly: boolean;
}

export interface ModuleFacts {
  /** From the root, with forward slashes. */
  readonly file: string;
  readonly imports: readonly Import[];
  /** Uses of the outside world, e.g. `Date.now`, `setTimeout`, `process.env`, `new Date()`. */
  readonly touches: readonly string[];
}

const aliases: Readonly<Record<string, string>> = { '#shared/': 'shared/src/', '#cobrowse/': 'cobrowse/src/' };
const members = new Set(['Date.now', 'Math.random', 'performance.now', 'process.env', 'crypto.randomUUID', 'crypto.getRandomValues']);
const calls = new Set(['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'requestAnimationFrame', 'fetch']);

/** @throws Error when the source does not parse */
export function moduleFacts(file: string, source: string): ModuleFacts {
  const { program, module, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message ?? 'does not parse'}`);
  const imports: Import[] = [];
  const add = (specifier: string, typeOnly: boolean): void => { imports.push({ specifier, typeOnly, file: resolveOurs(file, specifier) }); };

  // `import {}` of values only leaves the module's side effects; with types only, nothing is left of it under verbatimModuleSyntax
  // when the whole statement is marked, which is how the parser marks every entry of it.
  for (const { moduleRequest, entries } of module.staticImports) add(moduleRequest.value, entries.length > 0 && entries.every(({ isType }) => isType));
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, isType } of entries) if (moduleRequest !== null) add(moduleRequest.value, isType);
  }

  const touches = new Set<string>();
  new Visitor({
    ImportExpression: ({ source: from }) => { if (from.type === 'Literal' && typeof from.value === 'string') add(from.value, false); },
    MemberExpression: ({ object, property, computed }) => {
      if (object.type !== 'Identifier' || computed || property.type !== 'Identifier') return;
      const name = `${object.name}.${property.name}`;
      if (members.has(name)) touches.add(name);
    },
    CallExpression: ({ callee }) => { if (callee.type === 'Identifier' && calls.has(callee.name)) touches.add(callee.name); },
    NewExpression: ({ callee, arguments: given }) => { if (callee.type === 'Identifier' && callee.name === 'Date' && given.length === 0) touches.add('new Date()'); },
  }).visit(program);
  return { file, imports, touches: [...touches] };
}

function resolveOurs(from: string, specifier: string): string | null {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier);
  const alias = Object.keys(aliases).find((start) => specifier.startsWith(start));
  return alias === undefined ? null : `${aliases[alias]}${specifier.slice(alias.length)}`;
}
