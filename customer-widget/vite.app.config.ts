/** Builds what `<get-help>` loads on demand, and the client SDK for apps: ES modules under `/widget/`. Run before vite.config.ts. */
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  publicDir: false,
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  // An application's own modules and no polyfill for old browsers: those cannot make calls anyway.
  build: {
    outDir: '../dist/widget',
    emptyOutDir: true,
    target: 'es2022',
    manifest: 'manifest.json',
    modulePreload: false,
    sourcemap: true,
    rolldownOptions: {
      input: { app: 'src/app/open-panel.tsx', preview: 'src/preview/open-preview.ts', client: 'src/client/index.ts' },
      preserveEntrySignatures: 'exports-only',
      output: {
        // Apps name the SDK in their own code; everything else is named by its content and may be cached for ever.
        entryFileNames: (chunk) => (chunk.name === 'client' ? 'client.js' : '[name]-[hash].js'),
        chunkFileNames: '[name]-[hash].js',
      },
    },
  },
});
