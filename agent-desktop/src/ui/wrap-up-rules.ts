/** When a wrap-up may be finished, and what of it is sent when its time runs out. */
import type { AgentContact, WrapUp } from '#shared/agent-protocol.ts';

export function isDispositionRequired({ mode, dispositions }: AgentContact['wrapUp']): boolean {
  return (mode === 'mandatory' || mode === 'mandatoryTimeboxed') && dispositions.length > 0;
}

/** The system is about to end the wrap-up: what the agent chose is sent as it stands, where it may be; else only the notes are kept. */
export function canSendNow(draft: WrapUp, wrapUp: AgentContact['wrapUp']): boolean {
  return draft.disposition !== null || (draft.notes.trim() !== '' && !isDispositionRequired(wrapUp));
}
