/** What is written down of every co-browse session, and how a supervisor reads it: who did what, when; never a text, a value or a full address. */

export const auditActions = [
  // Grants. `lapsed`: gone with the view, the call or a transfer, by nobody's word.
  'asked', 'granted', 'declined', 'withdrawn', 'revoked', 'lapsed',
  // Who looks, at what. `redacted`: a secret was about to be shown; `refused`: the relay turned the page's events away.
  'viewerJoined', 'viewerLeft', 'pageShown', 'paused', 'resumed', 'redacted', 'refused',
  // What an agent does in the page: which element, never its value.
  'controlled', 'annotated',
  'recordingStarted', 'recordingEnded', 'recordingReplayed', 'recordingDeleted',
] as const;
export type AuditAction = (typeof auditActions)[number];

export type AuditActor =
  | { readonly kind: 'customer' }
  | { readonly kind: 'agent'; readonly id: string }
  /** The system itself: relay, gateway, retention. */
  | { readonly kind: 'system' };

/** Names, counts, kinds of pages and elements. Short by contract: texts over 300 characters are cut. */
export type AuditDetail = Readonly<Record<string, string | number | boolean | null>>;

export interface AuditEntry {
  readonly contactId: string;
  readonly actor: AuditActor;
  readonly action: AuditAction;
  readonly detail: AuditDetail;
}

/** One line of `GET /api/contacts/:id/cobrowse/audit`. */
export interface AuditLine extends Omit<AuditEntry, 'contactId' | 'actor'> {
  /** Its place in the chain of all contacts. */
  readonly seq: number;
  readonly at: string;
  readonly actor: AuditActor & { readonly name?: string };
  readonly hash: string;
}

export interface AuditReport {
  readonly contactId: string;
  readonly entries: readonly AuditLine[];
  /** Whether each entry's hash is right, and follows from the entry before it. */
  readonly verified: boolean;
  /** The first entry that is not as it was written. */
  readonly brokenAt: number | null;
}
