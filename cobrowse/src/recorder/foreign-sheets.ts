/**
 * Style sheets of another origin, which the page's own scripts cannot read because they were asked for without CORS. Those that are
 * anybody's to read are asked for again, without credentials, mostly from the browser's cache, and told as if they had been readable.
 */
import { maxCssLength } from '../policy/limits.ts';

export interface ForeignSheetsPort {
  /** The link's style sheet is known now. */
  handleSheet(link: HTMLLinkElement, css: string): void;
}

const timeout = 15_000;

export class ForeignSheets {
  readonly #port: ForeignSheetsPort;
  /** By address; null for what cannot be had. */
  readonly #known = new Map<string, Promise<string | null>>();
  #isOver = false;

  constructor(port: ForeignSheetsPort) {
    this.#port = port;
  }

  want(link: HTMLLinkElement): void {
    const { href } = link;
    if (!/^https?:/.test(href) || href.startsWith(`${location.origin}/`)) return;
    const asked = this.#known.get(href) ?? read(href);
    this.#known.set(href, asked);
    void asked.then((css) => {
      if (css !== null && !this.#isOver && link.isConnected && link.href === href) this.#port.handleSheet(link, css);
    });
  }

  stop(): void {
    this.#isOver = true;
  }
}

async function read(href: string): Promise<string | null> {
  try {
    const response = await fetch(href, { mode: 'cors', credentials: 'omit', cache: 'force-cache', referrerPolicy: 'no-referrer', signal: AbortSignal.timeout(timeout) });
    if (!response.ok || !(response.headers.get('Content-Type') ?? '').startsWith('text/css')) return null;
    const css = await response.text();
    return css.length > maxCssLength ? null : withAddressesFrom(css, href);
  } catch {
    return null;
  }
}

/** Addresses in a style sheet are relative to it, and it will stand in the page. */
export function withAddressesFrom(css: string, base: string): string {
  return css.replaceAll(/url\(\s*(["']?)([^"')]+)\1\s*\)/gi, (whole, quote: string, address: string) => URL.canParse(address, base) && !address.startsWith('#')
    ? `url(${quote}${new URL(address.trim(), base).href}${quote})` : whole);
}
