/** Builds the desktop into `dist/desktop`; the gateway serves its index at `/agent` and `/supervisor`, the rest under `/desktop/`. */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/desktop/',
  plugins: [react()],
  build: {
    outDir: fileURLToPath(new URL('../dist/desktop', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // Inlined assets would be data: URLs, which the page's CSP (default-src 'self') refuses.
    assetsInlineLimit: 0,
  },
});
