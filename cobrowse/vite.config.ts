/** Builds the viewer document, served under `/viewer/` with the headers of src/viewer/headers.ts. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('src/viewer', import.meta.url)),
  base: '/viewer/',
  build: {
    outDir: fileURLToPath(new URL('../dist/viewer', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // Fonts and pictures in the style sheet of the replayer are data URLs, which the policy allows; nothing else may become one.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
