/** How a contact begins: by what the session allows, what the customer has chosen already, and what this browser can do. */
import type { CreatedSession } from '#shared/session-api.ts';
import type { BeginWith } from './connection.ts';

/** `channel` null: as the gateway decides. */
export type Beginning = 'closed' | 'incompatible' | 'choosing' | { readonly channel: BeginWith | null };

export function beginningOf({ wait, channels }: CreatedSession, chosen: BeginWith | null): Beginning {
  if (!wait.takes) return 'closed';
  // How to begin does not matter where nothing but a message can be left.
  if (wait.onlyMessages === true) return { channel: null };
  const mayChat = channels.includes('chat');
  const mayCall = channels.some((channel) => channel !== 'chat') && isCompatible();
  // A browser that cannot make calls can still be written in.
  if (!isCompatible() && !mayChat) return 'incompatible';
  if (chosen !== null) return { channel: chosen };
  if (mayChat && mayCall) return 'choosing';
  return { channel: mayChat ? 'chat' : null };
}

/** Calls need WebRTC and a secure context; browsers hide the microphone elsewhere. */
function isCompatible(): boolean {
  return typeof RTCPeerConnection === 'function' && typeof navigator !== 'undefined' && navigator.mediaDevices !== undefined;
}
