/**
 * The demo's bank portal: a stand-in for an integrator's own website and server. It knows who is logged in (a cookie), serves its pages
 * under a strict policy, and asks the gateway for sessions over HTTP with its API key, as any portal's server does.
 */
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { z } from 'zod';
import { customerOf, customers, type DemoCustomer } from './customers.ts';
import { renderPage, pageNamed } from './pages.ts';
import { requestSession } from './session-request.ts';

export interface DemoPortalOptions {
  /** Where the portal's server reaches the gateway's API. */
  readonly gatewayUrl: () => string;
  readonly apiKey: () => string;
}

const cookieName = 'halyard-customer';
const cookieDays = 30;

/** What the widget sends to `session-url`. */
const sessionRequestSchema = z.object({ pageUrl: z.url({ protocol: /^https?$/ }).max(2000), title: z.string().max(300), topic: z.string().max(200).optional() });

export function demoPortal({ gatewayUrl, apiKey }: DemoPortalOptions): Router {
  const router = express.Router();
  router.use(strictPolicy);
  router.use('/assets', express.static(new URL('../../demo/assets', import.meta.url).pathname, { index: false, maxAge: 0 }));

  router.get(['/', '/:page'], (request, response, next) => {
    const customer = customerOfRequest(request);
    const name = request.params['page'];
    const page = pageNamed(typeof name === 'string' ? name : 'overview', customer !== null);
    if (page === null) {
      next();
      return;
    }
    if (page.redirect) {
      response.redirect(303, request.baseUrl);
      return;
    }
    response.set('Cache-Control', 'no-store').type('html');
    renderPage(page, customer).then((html) => response.send(html), next);
  });

  // The switch between a logged-in customer and an anonymous visitor.
  router.post('/customer', express.urlencoded({ extended: false, limit: '1kb' }), (request, response) => {
    if (!isOwnOrigin(request)) {
      refuse(response, 403, 'This form works on the portal\'s own pages only');
      return;
    }
    const wanted: unknown = (request.body as Record<string, unknown> | undefined)?.['customer'];
    const key = typeof wanted === 'string' && customers.has(wanted) ? wanted : 'guest';
    response.cookie(cookieName, key, { httpOnly: true, sameSite: 'lax', path: request.baseUrl, maxAge: cookieDays * 86_400_000 });
    response.redirect(303, request.baseUrl);
  });

  router.post('/session', express.json({ limit: '8kb' }), (request, response, next) => {
    const asked = sessionRequestSchema.safeParse(request.body);
    if (!isOwnOrigin(request)) refuse(response, 403, 'Sessions are for the portal\'s own pages');
    else if (!asked.success) refuse(response, 400, 'The widget sends pageUrl, title and perhaps topic');
    else {
      const { pageUrl, title, topic } = asked.data;
      requestSession({
        gatewayUrl: gatewayUrl(), apiKey: apiKey(),
        body: {
          customer: customerOfRequest(request)?.session ?? null,
          inquiry: { pageUrl, title, ...(topic === undefined ? {} : { topic }) },
          origins: [ownOrigin(request)],
        },
      }).then(({ status, body }) => response.status(status).set('Cache-Control', 'no-store').json(body), next);
    }
  });
  return router;
}

/** Everything from here, nothing inline. The gateway's own sockets are the only other place the page talks to. */
const strictPolicy: RequestHandler = (request, response, next) => {
  const gateway = socketOrigins(request).join(' ');
  response.set({
    'Content-Security-Policy': [
      "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "media-src 'self'", `connect-src 'self' ${gateway}`,
      // The preview of what an agent would see; a portal without it needs no frames of ours.
      "frame-src 'self'",
      "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
    ].join('; '),
    'Permissions-Policy': 'microphone=(self), camera=(self), autoplay=(self)',
    'Referrer-Policy': 'same-origin',
  });
  next();
};

/** 127.0.0.1 and localhost are the same machine to a person, and different origins to a browser. */
function socketOrigins(request: Request): string[] {
  const own = new URL(ownOrigin(request));
  const hosts = ['127.0.0.1', '[::1]', 'localhost'].includes(own.hostname) ? [own.host, `localhost${own.port === '' ? '' : `:${own.port}`}`] : [own.host];
  const secure = own.protocol === 'https:' ? 's' : '';
  return [...new Set(hosts)].flatMap((host) => [`http${secure}://${host}`, `ws${secure}://${host}`]);
}

function ownOrigin(request: Request): string {
  return `${request.protocol}://${request.get('host') ?? 'localhost'}`;
}

/** Browsers send Origin with every POST; a foreign page cannot make it ours. */
function isOwnOrigin(request: Request): boolean {
  return request.get('origin') === ownOrigin(request);
}

/** First-time visitors are logged in, so that the demo shows what a logged-in customer brings along. */
function customerOfRequest(request: Request): DemoCustomer | null {
  const cookies = (request.get('cookie') ?? '').split(';').map((pair) => pair.trim().split('='));
  const key = cookies.find(([name]) => name === cookieName)?.[1];
  return customerOf(key ?? 'mara');
}

function refuse(response: Response, status: number, title: string): void {
  response.status(status).type('application/problem+json').send(JSON.stringify({ type: '/problems/demo-portal', title, status }));
}
