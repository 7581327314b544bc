/**
 * What host and viewer say to each other. The host posts one `hello` with a MessagePort to the viewer's window; all else goes over that
 * port, so no other window can listen or speak. Types only, and the checks of what comes in.
 */
import type { SharingState } from '#shared/cobrowse-protocol.ts';
import type { Problem } from '#shared/problem.ts';

/** In the viewer's URL after `#`: the origin of the host, from which alone it takes a port. `frame-ancestors` enforces the same list. */
export const parentParameter = 'parent';

export const helloType = 'gethelp-viewer-hello';
export const readyType = 'gethelp-viewer-ready';

export type HostMessage =
  | { readonly type: 'start'; readonly cobrowseUrl: string; readonly token: string; readonly language: string }
  | { readonly type: 'renewed'; readonly token: string | null };

export type ViewerMessage =
  | { readonly type: 'state'; readonly state: HostState }
  | { readonly type: 'renew' };

/** What the host is told. */
export type HostState = SharingState | { readonly name: 'connecting' } | { readonly name: 'failed'; readonly problem: Problem | null };

export function isHello(data: unknown, type: string): boolean {
  return typeof data === 'object' && data !== null && (data as { type?: unknown }).type === type;
}

export function isHostMessage(data: unknown): data is HostMessage {
  if (typeof data !== 'object' || data === null) return false;
  const message = data as Record<string, unknown>;
  if (message['type'] === 'renewed') return message['token'] === null || typeof message['token'] === 'string';
  return message['type'] === 'start' && ['cobrowseUrl', 'token', 'language'].every((key) => typeof message[key] === 'string');
}

export function isViewerMessage(data: unknown): data is ViewerMessage {
  if (typeof data !== 'object' || data === null) return false;
  const message = data as Record<string, unknown>;
  return message['type'] === 'renew'
    || (message['type'] === 'state' && typeof message['state'] === 'object' && message['state'] !== null
      && typeof (message['state'] as Record<string, unknown>)['name'] === 'string');
}
