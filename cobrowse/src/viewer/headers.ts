/** The headers that the viewer document must be served with. Pure: the gateway calls it, with the origins that it knows. */

export interface ViewerHeaderOptions {
  /** Origins of co-browse relays, e.g. `https://help.example.com`; the viewer's own needs not be among them. */
  readonly cobrowseOrigins?: readonly string[];
  /** Origins of the desktops that may embed the viewer; empty: only the viewer's own origin. */
  readonly parentOrigins: readonly string[];
}

/** For what the build names by its content, below `assets/`: an agent who opens the viewer again loads nothing but its document. */
export const viewerAssetCaching = { 'Cache-Control': 'public, max-age=31536000, immutable' } as const;

/**
 * Network is for our own scripts and the relay alone. The frame in which the page is rebuilt inherits this policy, so nothing that a
 * customer's page names can be fetched by the agent's browser, even if the sanitizer had missed it.
 */
export function viewerHeaders(options: ViewerHeaderOptions): Record<string, string> {
  const connect = (options.cobrowseOrigins ?? []).flatMap((origin) => [origin, origin.replace(/^http/, 'ws')]);
  const policy = [
    ['default-src', "'none'"],
    ['script-src', "'self'"],
    ['style-src', "'self'", "'unsafe-inline'"],
    ['img-src', 'data:', 'blob:'],
    ['connect-src', "'self'", ...connect],
    ['frame-src', "'none'"],
    ['base-uri', "'none'"],
    ['form-action', "'none'"],
    ['frame-ancestors', ...(options.parentOrigins.length === 0 ? ["'self'"] : options.parentOrigins)],
  ];
  return {
    'Content-Security-Policy': policy.map((directive) => directive.join(' ')).join('; '),
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), display-capture=(), clipboard-read=(), clipboard-write=()',
    // The desktop is another site's document when the viewer has its own origin.
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'Cache-Control': 'no-cache',
  };
}
