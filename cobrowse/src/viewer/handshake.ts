/**
 * What host and viewer say to each other. The host posts one `hello` with a MessagePort to the viewer's window; all else goes over that
 * port, so no other window can listen or speak. Types only, and the checks of what comes in.
 */
import type { FurtherGrant, Grants } from '#shared/cobrowse-grants.ts';
import type { CobrowseFrame, RelayedState, SharingState } from '#shared/cobrowse-protocol.ts';
import type { RecordedAsset } from '#shared/cobrowse-recording.ts';
import type { Problem } from '#shared/problem.ts';

/** In the viewer's URL after `#`: the origin of the host, from which alone it takes a port. `frame-ancestors` enforces the same list. */
export const parentParameter = 'parent';

export const helloType = 'gethelp-viewer-hello';
export const readyType = 'gethelp-viewer-ready';

export type HostMessage =
  | { readonly type: 'start'; readonly cobrowseUrl: string; readonly token: string; readonly language: string }
  | { readonly type: 'renewed'; readonly token: string | null }
  /** What the customer grants now, and whether this agent may ask for more (the one who has them) or only look on. */
  | { readonly type: 'grants'; readonly grants: Grants; readonly mayAsk: boolean }
  /** Instead of `start`: the host itself tells what to show, of a recording, or of an integrator's own page. */
  | { readonly type: 'replay'; readonly of: 'recording' | 'preview'; readonly language: string }
  | { readonly type: 'frames'; readonly frames: readonly CobrowseFrame[] }
  | { readonly type: 'sharing'; readonly state: RelayedState }
  /** Ahead of the frames that name it. */
  | { readonly type: 'asset'; readonly asset: RecordedAsset }
  /** What is shown has nothing to do with what follows. */
  | { readonly type: 'cleared' };

export type ViewerMessage =
  | { readonly type: 'state'; readonly state: HostState }
  | { readonly type: 'renew' }
  /** The agent wants a grant, or wants it no more. */
  | { readonly type: 'ask' | 'giveBack'; readonly grant: FurtherGrant };

/** What the host is told. */
export type HostState = SharingState | { readonly name: 'connecting' } | { readonly name: 'failed'; readonly problem: Problem | null };

const furtherGrants: readonly FurtherGrant[] = ['annotate', 'control', 'record'];

export function isHello(data: unknown, type: string): boolean {
  return typeof data === 'object' && data !== null && (data as { type?: unknown }).type === type;
}

export function isHostMessage(data: unknown): data is HostMessage {
  if (typeof data !== 'object' || data === null) return false;
  const message = data as Record<string, unknown>;
  switch (message['type']) {
    case 'replay': return typeof message['language'] === 'string' && (message['of'] === 'recording' || message['of'] === 'preview');
    case 'grants': return typeof message['mayAsk'] === 'boolean' && typeof message['grants'] === 'object' && message['grants'] !== null;
    case 'frames': return Array.isArray(message['frames']);
    case 'sharing': return typeof (message['state'] as { name?: unknown } | null)?.name === 'string';
    case 'asset': return typeof message['asset'] === 'object' && message['asset'] !== null && ['hash', 'type', 'data'].every((key) => typeof (message['asset'] as Record<string, unknown>)[key] === 'string');
    case 'cleared': return true;
    default: break;
  }
  if (message['type'] === 'renewed') return message['token'] === null || typeof message['token'] === 'string';
  return message['type'] === 'start' && ['cobrowseUrl', 'token', 'language'].every((key) => typeof message[key] === 'string');
}

export function isViewerMessage(data: unknown): data is ViewerMessage {
  if (typeof data !== 'object' || data === null) return false;
  const message = data as Record<string, unknown>;
  return message['type'] === 'renew'
    || ((message['type'] === 'ask' || message['type'] === 'giveBack') && furtherGrants.some((kind) => kind === message['grant']))
    || (message['type'] === 'state' && typeof message['state'] === 'object' && message['state'] !== null
      && typeof (message['state'] as Record<string, unknown>)['name'] === 'string');
}
