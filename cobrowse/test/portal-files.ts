/** What the portal of the tests serves beside its pages: pictures and styles, some for those who are logged in only. */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodePng } from './png.ts';

export interface Served {
  readonly type: string;
  readonly body: string | Buffer;
  readonly headers?: Record<string, string>;
}

const pages = fileURLToPath(new URL('pages', import.meta.url));
const types: Record<string, string> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
/** Given with every page of the corpus, and asked for by everything below `/private/`. */
const login = 'login=corpus';

const stripes = encodePng(160, 90, (x, y) => (Math.floor((x + y) / 10) % 2 === 0 ? [20, 90, 160] : [240, 180, 60]));
const ground = encodePng(24, 24, (x, y) => [230 + (x % 12), 240 - (y % 12), 250]);
const badge = '<svg xmlns="http://www.w3.org/2000/svg" width="48" height="48" viewBox="0 0 48 48"><circle cx="24" cy="24" r="22" fill="#0a7d4f"/><path d="M14 25l7 7 13-15" stroke="#fff" stroke-width="5" fill="none"/></svg>';

/** Null for what there is none of; `denied` for those who are not logged in. */
export async function portalFile(pathname: string, cookies: string): Promise<Served | 'denied' | null> {
  if (pathname.startsWith('/private/') && !cookies.includes(login)) return 'denied';
  switch (pathname) {
    case '/private/stripes.png':
    case '/open/stripes.png':
      return { type: 'image/png', body: stripes };
    case '/private/ground.png':
      return { type: 'image/png', body: ground };
    case '/private/badge.svg':
      return { type: 'image/svg+xml', body: badge };
    case '/private/icons.ttf':
      return { type: 'font/ttf', body: await iconFont() };
    case '/private/once.png':
      // A captcha, say: nobody gets it a second time, and no cache may keep it.
      return { type: 'image/png', body: stripes, headers: { 'Cache-Control': 'no-store' } };
    case '/cors/style.css':
      return { type: 'text/css', body: '.from-cdn { background: rgb(12, 34, 56); color: #fff; padding: 6px }', headers: { 'Access-Control-Allow-Origin': '*' } };
    default:
      return /\.(?:html|css)$/.test(pathname) && !pathname.includes('..')
        ? { ...await fileAt(join(pages, pathname)), ...(pathname.startsWith('/corpus/') ? { headers: { 'Set-Cookie': `${login}; HttpOnly; SameSite=Strict; Path=/` } } : {}) } : null;
  }
}

export async function fileAt(path: string): Promise<Served> {
  return { type: types[extname(path)] ?? 'application/octet-stream', body: await readFile(path) };
}

/** A font that is there wherever the tests run: the icons of Playwright's own trace viewer. */
async function iconFont(): Promise<Buffer> {
  const folder = join(dirname(fileURLToPath(import.meta.resolve('playwright-core/package.json'))), 'lib/vite/traceViewer');
  const name = (await readdir(folder)).find((file) => file.startsWith('codicon') && file.endsWith('.ttf'));
  if (name === undefined) throw new Error('Playwright has come without its icons');
  return readFile(join(folder, name));
}
