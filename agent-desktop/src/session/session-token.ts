/** Owns where the login lives between loads: sessionStorage, so that a reload in mid-call needs no login and a closed tab forgets it. */
import type { LoggedIn } from '#shared/agent-protocol.ts';

const key = 'gethelp.session';

/** The login of this tab, or null; one that has expired or that something else wrote is dropped. */
export function storedSession(now: number): LoggedIn | null {
  try {
    const stored = JSON.parse(sessionStorage.getItem(key) ?? 'null') as LoggedIn | null;
    if (stored === null || typeof stored.token !== 'string' || typeof stored.sip?.url !== 'string') return null;
    return Date.parse(stored.expiresAt) > now ? stored : null;
  } catch {
    return null;
  }
}

export function storeSession(session: LoggedIn | null): void {
  if (session === null) sessionStorage.removeItem(key);
  else sessionStorage.setItem(key, JSON.stringify(session));
}
