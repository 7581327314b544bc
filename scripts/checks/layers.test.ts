import { describe, expect, it } from 'vitest';
import { layerViolations } from './layers.ts';
import { moduleFacts } from './module-facts.ts';

function violations(files: Readonly<Record<string, string>>): readonly string[] {
  return layerViolations(Object.entries(files).map(([file, source]) => moduleFacts(file, source)));
}

describe('layers', () => {
  it('OP9 finds an import that runs the wrong way, by alias, relative path, re-export and dynamic import', () => {
    expect(violations({
      'shared/src/a.ts': `import type { B } from '../../gateway/src/b.ts';`,
      'gateway/src/c.ts': `export { d } from '../../agent-desktop/src/d.ts';`,
      'gateway/src/e.ts': `import { f } from '#cobrowse/recorder/f.ts';`,
      'agent-desktop/src/g.ts': `const h = await import('../../gateway/src/h.ts');`,
      'customer-widget/src/i.tsx': `import { s } from '#cobrowse/server/s.ts'; const view = <p>{s}</p>;`,
      'gateway/src/j.ts': `import { stand } from '../test/stand.ts';`,
    })).toEqual([
      expect.stringContaining('shared/src/a.ts imports gateway/src/b.ts'),
      expect.stringContaining('gateway/src/c.ts imports agent-desktop/src/d.ts'),
      expect.stringContaining('gateway/src/e.ts imports cobrowse/src/recorder/f.ts'),
      expect.stringContaining('agent-desktop/src/g.ts imports gateway/src/h.ts'),
      expect.stringContaining('customer-widget/src/i.tsx imports cobrowse/src/server/s.ts'),
      expect.stringContaining('gateway/src/j.ts imports gateway/test/stand.ts'),
    ]);
  });

  it('OP9 lets pass what the layers allow', () => {
    expect(violations({
      'gateway/src/a.ts': `import { b } from '#shared/b.ts'; import { r } from '#cobrowse/server/relay.ts'; import { h } from '../../cobrowse/src/viewer/headers.ts';`,
      'customer-widget/src/c.ts': `import { r } from '#cobrowse/recorder/r.ts';`,
      'agent-desktop/src/d.ts': `import { host } from '#cobrowse/viewer/host.ts';`,
      'gateway/test/e.it.test.ts': `import '../../agent-desktop/src/d.ts'; process.env['X'];`,
    })).toEqual([]);
  });

  it('OP10 keeps pure modules from clock, chance, timers, Node and packages with I/O, but not from types', () => {
    expect(violations({
      'gateway/src/acd/match.ts': `import { randomUUID } from 'node:crypto'; import type { Pool } from 'pg'; import { z } from 'zod';
        const t = Date.now() + Math.random(); setTimeout(() => {}, 1); const now = new Date(); const then = new Date(t);`,
      'gateway/src/flow/hours.ts': `import { query } from '../store/query.ts';`,
    })).toEqual([
      'gateway/src/acd/match.ts is pure (time, ids and data come as arguments) but imports node:crypto',
      'gateway/src/acd/match.ts is pure (time, ids and data come as arguments) but uses Date.now',
      'gateway/src/acd/match.ts is pure (time, ids and data come as arguments) but uses Math.random',
      'gateway/src/acd/match.ts is pure (time, ids and data come as arguments) but uses setTimeout',
      'gateway/src/acd/match.ts is pure (time, ids and data come as arguments) but uses new Date()',
      'gateway/src/flow/hours.ts is pure (time, ids and data come as arguments) but imports ../store/query.ts',
    ]);
  });

  it('OP10 knows one reader of the environment', () => {
    const source = 'export const port = process.env.PORT;';
    expect(violations({ 'gateway/src/main.ts': source, 'gateway/src/relay-main.ts': source, 'scripts/start.ts': source })).toEqual([]);
    expect(violations({ 'gateway/src/http/app.ts': source })).toEqual([expect.stringContaining('gateway/src/http/app.ts reads process.env')]);
  });

  it('OP9 finds a circle at run time and none of types', () => {
    expect(violations({ 'gateway/src/a.ts': `import { b } from './b.ts';`, 'gateway/src/b.ts': `import { c } from './c.ts';`, 'gateway/src/c.ts': `import { a } from './a.ts';` }))
      .toEqual(['imports run in a circle: gateway/src/a.ts → gateway/src/b.ts → gateway/src/c.ts → gateway/src/a.ts']);
    expect(violations({ 'gateway/src/a.ts': `import type { B } from './b.ts';`, 'gateway/src/b.ts': `import { a } from './a.ts';` })).toEqual([]);
  });
});
