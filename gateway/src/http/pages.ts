/** The pages and scripts that the gateway serves, each with the headers that it may be used under. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import express, { Router, type RequestHandler } from 'express';
import { viewerAssetCaching, viewerHeaders } from '#cobrowse/viewer/headers.ts';

export interface PageOptions {
  /** Where the front ends' builds are: `widget`, `desktop` and `viewer` below it. */
  readonly dist: string;
  readonly publicUrl: () => string;
  readonly viewerOrigin: string | null;
  /** Origins of portals whose pages may show what an agent would see of them. */
  readonly previewOrigins: () => readonly string[];
  /** Origins of relays that run by themselves. */
  readonly cobrowseNodes: readonly string[];
}

export function pages({ dist, publicUrl, viewerOrigin, previewOrigins, cobrowseNodes }: PageOptions): Router {
  const router = Router();

  // Portals on other origins load the widget; it holds nothing that is anybody's.
  const anyOrigin = headers(() => ({ 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' }));
  router.get('/widget.js', anyOrigin, (_request, response) => response.sendFile(join(dist, 'widget', 'widget.js')));
  router.use('/widget', anyOrigin, express.static(join(dist, 'widget'), { index: false }));

  const desktopHeaders = headers(() => ({ 'Content-Security-Policy': desktopPolicy(publicUrl(), viewerOrigin), 'Permissions-Policy': 'microphone=(self), camera=(self), autoplay=(self)' }));
  router.get(['/agent', '/supervisor', '/supervisor/:tab'], desktopHeaders, (_request, response) => response.sendFile(join(dist, 'desktop', 'index.html')));
  router.use('/desktop', desktopHeaders, express.static(join(dist, 'desktop'), { index: false, maxAge: '1h' }));

  const viewerPolicy = headers(() => viewerHeaders({
    cobrowseOrigins: [new URL(publicUrl()).origin, ...cobrowseNodes], parentOrigins: ["'self'", new URL(publicUrl()).origin, ...previewOrigins()],
  }));
  router.use('/viewer', viewerPolicy, express.static(join(dist, 'viewer'), {
    setHeaders: (response, path) => {
      if (path.startsWith(join(dist, 'viewer', 'assets'))) response.set(viewerAssetCaching);
    },
  }));

  const swagger = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const docsHeaders = headers(() => ({ 'Content-Security-Policy': "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:" }));
  router.get('/api/docs', docsHeaders, (_request, response) => response.type('html').send(docsPage));
  router.get('/api/docs/start.js', docsHeaders, (_request, response) => response.type('js').send(docsScript));
  router.use('/api/docs', docsHeaders, express.static(swagger, { index: false }));
  return router;
}

function desktopPolicy(publicUrl: string, viewerOrigin: string | null): string {
  const own = `'self' ${new URL(publicUrl).origin}`;
  return [
    "default-src 'self'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "media-src 'self' blob: mediastream:",
    `connect-src ${own} ${new URL(publicUrl).origin.replace(/^http/, 'ws')}`, `frame-src ${own} ${viewerOrigin ?? ''}`.trim(), "object-src 'none'",
    "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
  ].join('; ');
}

function headers(values: () => Readonly<Record<string, string>>): RequestHandler {
  return (_request, response, next) => {
    response.set(values());
    next();
  };
}

const docsPage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>GetHelp API</title>
<link rel="icon" href="/desktop/icon.svg"><link rel="stylesheet" href="/api/docs/swagger-ui.css"></head>
<body><div id="api"></div><script src="/api/docs/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script></body></html>`;

const docsScript = `SwaggerUIBundle({ url: '/api/openapi.json', domNode: document.getElementById('api'), deepLinking: true });`;
