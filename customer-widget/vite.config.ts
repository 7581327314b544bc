/** Builds `widget.js`, the one script a page names: classic, self-contained, small. Run after vite.app.config.ts, whose manifest it bakes in. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vite';

const outDir = join(import.meta.dirname, '../dist/widget');

function entryFile(name: string): string {
  const manifest = JSON.parse(readFileSync(join(outDir, 'manifest.json'), 'utf8')) as Record<string, { file: string; name?: string } | undefined>;
  const entry = Object.values(manifest).find((chunk) => chunk?.name === name);
  if (entry === undefined) throw new Error(`dist/widget/manifest.json names no ${name}: build with vite.app.config.ts first`);
  return entry.file;
}

export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  logLevel: 'warn',
  define: { PANEL_FILE: JSON.stringify(entryFile('app')), PREVIEW_FILE: JSON.stringify(entryFile('preview')) },
  build: {
    outDir,
    emptyOutDir: false,
    target: 'es2022',
    lib: { entry: 'src/element/widget.ts', name: 'GetHelpWidget', formats: ['iife'], fileName: () => 'widget.js' },
  },
});
