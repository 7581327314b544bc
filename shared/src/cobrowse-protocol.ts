/**
 * The socket.io namespace `/cobrowse`: the sharer (customer's page) sends sanitized rrweb events in order; the viewer (agent's
 * desktop) receives them. The caller URI is the rendezvous; the tokens, bound to session, role and origin, are the credentials.
 */
import { z } from 'zod';
import type { Act, Draw, Drawings, OfferAnswer, Outcome, Watcher } from './cobrowse-hands.ts';
import type { Reply } from './problem.ts';

export const cobrowseAuthSchema = z.strictObject({
  token: z.string().min(1).max(4000),
});

export type CobrowseRole = 'sharer' | 'viewer';

/** Claims inside a co-browse token. */
export interface CobrowseClaims {
  readonly role: CobrowseRole;
  /** The caller URI of the contact. */
  readonly from: string;
  readonly contactId: string;
  /** The agent on the call; for the viewer only. */
  readonly agentId: string | null;
  /** The only Origin the token may be used from, or null where the client has none (apps). */
  readonly origin: string | null;
}

/** Strict order within (tab, pageEpoch): `seq` starts at 0 and rises by one; a gap makes the relay ask for a snapshot. */
export interface Envelope {
  /** Names the browser tab: 1 to 64 characters. */
  readonly tab: string;
  /** Names one load of one document in that tab: 1 to 64 characters. */
  readonly pageEpoch: string;
  readonly seq: number;
  /** Counts the full snapshots of this page epoch; events belong to the snapshot before them. */
  readonly snapshotEpoch: number;
}

/** An rrweb event after the sanitizer; its inside is checked by the policy package, not here. */
export interface RecordedEvent {
  readonly type: number;
  /** Milliseconds since 1970 by the page's clock. */
  readonly timestamp: number;
  readonly data: unknown;
}

export interface CobrowseFrame {
  readonly envelope: Envelope;
  readonly event: RecordedEvent;
}

/**
 * Frames of one message as they came from the wire, or null where anything of them is not of this form. By hand, because it is done for
 * every movement on every shared page: a schema took as long as the check of what is in them.
 */
export function readFrames(raw: unknown, limit: number): readonly CobrowseFrame[] | null {
  return Array.isArray(raw) && raw.length > 0 && raw.length <= limit && raw.every(isFrame) ? raw : null;
}

function isFrame(value: unknown): value is CobrowseFrame {
  return isRecord(value) && Object.keys(value).length === 2 && isEnvelope(value['envelope']) && isEvent(value['event']);
}

function isEnvelope(value: unknown): boolean {
  return isRecord(value) && Object.keys(value).length === 4 && isName(value['tab']) && isName(value['pageEpoch']) && isCount(value['seq']) && isCount(value['snapshotEpoch']);
}

function isEvent(value: unknown): boolean {
  return isRecord(value) && isCount(value['type']) && value['type'] <= 20 && Number.isFinite(value['timestamp']) && Object.hasOwn(value, 'data');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= 64;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** `customer`: they pressed pause. `page`: the portal does not share the page that they are on. */
export type PauseReason = 'customer' | 'page';

/** Why the viewer shows no live page now. */
export type SharingState =
  | { readonly name: 'live' }
  /** The sharer's connection is gone; the picture is as of `since` (ISO 8601). */
  | { readonly name: 'away'; readonly since: string }
  | { readonly name: 'paused'; readonly reason: PauseReason }
  | { readonly name: 'stopped' };

/**
 * What the relay tells the viewer document. `busy`: the page changes faster than can be followed; a new picture comes when it calms down.
 * The viewer's host is told `live` instead, because nothing is wrong with the sharing.
 */
export type RelayedState = SharingState | { readonly name: 'busy' };

/** A tab that the customer shares, as the viewer may choose among them. */
export interface SharedTab {
  /** Names the page that is loaded in it; with another page it is another one. */
  readonly id: string;
  /** Scrubbed like the address of the page that is shown. */
  readonly address: string;
  readonly isShown: boolean;
  /** Since when the customer looks at another of their tabs (ISO 8601); null: this is the one in front of them. */
  readonly leftAt: string | null;
}

/** A picture or font by its content. Types and sizes are those of cobrowse/src/policy/assets.ts and limits.ts. */
export interface AssetOffer {
  /** SHA-256, in lower-case hexadecimal. */
  readonly hash: string;
  /** A media type. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
}

export interface CobrowseServerEvents {
  /** To the sharer: send a full snapshot now (a viewer joined late, or there was a gap). */
  snapshotWanted: () => void;
  /** To the sharer: who is watching. */
  viewers: (watchers: readonly Watcher[]) => void;
  /** To the viewer, in order. Where it is asked to, it acknowledges that it has taken over all up to here, so that a slow viewer falls back to the next snapshot instead of piling up. */
  frames: (frames: readonly CobrowseFrame[], acknowledge?: () => void) => void;
  /** To the viewer. */
  sharing: (state: RelayedState) => void;
  /** To the sharer, with the customer's grant: what the agent does, and draws. The page has its own last word on both. */
  act: (act: Act, acknowledge: (outcome: Outcome) => void) => void;
  draw: (draw: Draw, acknowledge: (outcome: Outcome) => void) => void;
  /** To the sharer: the agent offers to lead the customer to an address of the portal. */
  offer: (offer: { readonly url: string }, acknowledge: (answer: OfferAnswer) => void) => void;
  /** To the sharer: answers at once, so that the viewer knows how far away the page is. */
  beat: (acknowledge: () => void) => void;
  /** To the viewer: what is drawn on the page now. */
  drawings: (drawings: Drawings) => void;
  /** To the viewer: the tabs that are shared now, in a steady order; none while the customer pauses. */
  tabs: (tabs: readonly SharedTab[]) => void;
  /** To the sharer: whether this is the page that the agent sees. */
  shown: (isShown: boolean) => void;
  /** To the sharer: the agent would like to see another tab; whether they do is the customer's to say. */
  tabWanted: () => void;
  /** To either: the grant is over; disconnecting follows. */
  stopped: () => void;
}

export interface CobrowseClientEvents {
  /** From the sharer; acknowledged when the relay took them over. A refusal names the problem and asks for a snapshot. */
  frames: (frames: readonly CobrowseFrame[], acknowledge: (reply: Reply<null>) => void) => void;
  /** From the sharer: nothing is shared from now on, and why; or it goes on. */
  pause: (reason: PauseReason | false) => void;
  /** From the sharer: so many secrets were masked where texts are unmasked, since it said so last. */
  redacted: (count: number) => void;
  /** From the sharer: the customer looks at this page now, and not at another one that they share. */
  active: () => void;
  /** From the sharer: the page changes too fast (true); a snapshot follows when it has calmed down (false). */
  busy: (busy: boolean) => void;
  /** From the sharer: it could give this picture or font. Refused when there is no room; not wanted when it is there already. */
  offerAsset: (offer: AssetOffer, acknowledge: (reply: Reply<{ readonly wanted: boolean }>) => void) => void;
  /** From the sharer: the next piece of what was offered last and is wanted. With the last one, hash and type are checked. */
  assetPiece: (piece: { readonly hash: string; readonly offset: number; readonly bytes: ArrayBuffer }, acknowledge: (reply: Reply<null>) => void) => void;
  /** From the sharer: the page no longer shows it. */
  dropAsset: (hash: string) => void;
  /** From the viewer: what an event has named. */
  fetchAsset: (hash: string, acknowledge: (reply: Reply<{ readonly type: string; readonly bytes: ArrayBuffer }>) => void) => void;
  /** From the viewer: it lost the thread and needs the last snapshot and what followed. */
  resync: () => void;
  /** From the viewer; see `Act`, `Draw`. Answered with what came of it. */
  act: (act: Act, acknowledge: (outcome: Outcome) => void) => void;
  draw: (draw: Draw, acknowledge: (outcome: Outcome) => void) => void;
  offer: (offer: { readonly url: string }, acknowledge: (answer: OfferAnswer) => void) => void;
  /** From the viewer: of the tabs that are shared this one, until the customer comes to one of them. */
  showTab: (id: string) => void;
  /** From the viewer: the customer is to be asked for a tab that is not shared. `done`: they are being asked. */
  askTab: (acknowledge: (outcome: Outcome) => void) => void;
  /** From the viewer: answered when the page has answered; false when it did not. */
  beat: (acknowledge: (isThere: boolean) => void) => void;
  /** From the sharer, at every change and after every snapshot, whose ids it names. */
  drawings: (drawings: Drawings) => void;
}
