/** What of a contact must survive a reload of the page in mid-call, per contact, in this tab only: the draft of the notes, the mute, and whether the camera was switched on for them. */
import type { WrapUp } from '#shared/agent-protocol.ts';

export interface CallMemory {
  readonly draft: WrapUp;
  readonly muted: boolean;
  /** A call that was to begin with the camera has done so: what the agent does with it afterwards stays so. */
  readonly beganWithCamera: boolean;
}

const prefix = 'gethelp.contact.';
const nothing: CallMemory = { draft: { disposition: null, notes: '' }, muted: false, beganWithCamera: false };

export function recall(contactId: string): CallMemory {
  try {
    const stored = JSON.parse(sessionStorage.getItem(prefix + contactId) ?? 'null') as Partial<CallMemory> | null;
    return { ...nothing, ...stored };
  } catch {
    return nothing;
  }
}

export function remember(contactId: string, memory: Partial<CallMemory>): void {
  sessionStorage.setItem(prefix + contactId, JSON.stringify({ ...recall(contactId), ...memory }));
}

/** Forgets every contact but these: what is wrapped up is the gateway's, not the browser's. */
export function forgetAllBut(contactIds: readonly string[]): void {
  const kept = new Set(contactIds.map((id) => prefix + id));
  for (const stored of Object.keys(sessionStorage)) {
    if (stored.startsWith(prefix) && !kept.has(stored)) sessionStorage.removeItem(stored);
  }
}
