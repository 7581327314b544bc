/** Asks the portal's own endpoint (`session-url`) for a session, and reads its answer with suspicion. */
import type { CreatedSession } from '#shared/session-api.ts';
import { parseProblem, RequestFailed } from './problems.ts';

export interface SessionRequest {
  readonly pageUrl: string;
  readonly title: string;
  readonly topic?: string;
}

const limitMs = 15_000;

/** POSTs as the logged-in customer (cookies go along) and answers the created session; throws `RequestFailed`. */
export async function createSessionAt(sessionUrl: string, request: SessionRequest): Promise<CreatedSession> {
  let response: Response;
  try {
    response = await fetch(sessionUrl, {
      method: 'POST',
      credentials: 'include',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(request),
      signal: AbortSignal.timeout(limitMs),
    });
  } catch (error) {
    throw new RequestFailed({
      type: '/problems/session-url-unreachable', title: 'The session-url could not be reached', status: 503, detail: String(error),
    });
  }
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) {
    throw new RequestFailed(parseProblem(body) ?? {
      type: '/problems/session-url-failed', title: `The session-url answered ${response.status}`, status: response.status,
    });
  }
  return parseCreatedSession(body);
}

/** Checks what the client relies on; the rest is the gateway's own. Throws `RequestFailed`. */
export function parseCreatedSession(value: unknown): CreatedSession {
  const session = (typeof value === 'object' && value !== null ? value : {}) as Partial<Record<keyof CreatedSession, unknown>>;
  const wait = session.wait as Partial<CreatedSession['wait']> | undefined;
  if (typeof session.token !== 'string' || !isHttpUrl(session.signalingUrl) || typeof wait?.takes !== 'boolean') {
    throw new RequestFailed({
      type: '/problems/session-url-answer', title: 'The session-url did not answer with a session', status: 502,
      detail: 'Answer with the JSON that POST /api/sessions gave, unchanged.',
    });
  }
  // A gateway of an earlier version does not say what may be used, and knows calls alone.
  return Array.isArray(session.channels) ? value as CreatedSession : { ...(value as CreatedSession), channels: ['voice', 'video'] };
}

function isHttpUrl(value: unknown): boolean {
  return typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value);
}
