/** Every way in which the client can fail, as a reason a page can put into words, with what can be done about it. */
import type { Problem } from '#shared/problem.ts';

/**
 *  - session: the portal's session-url (or the function given) did not answer with a session
 *  - refused: the gateway refused the token or the resume secret, and a new session may help
 *  - unreachable: the gateway could not be reached at all within the limit
 *  - incompatible: this browser cannot make calls, or the page is not served over HTTPS
 */
export type FailureReason = 'session' | 'refused' | 'unreachable' | 'incompatible';

export interface ClientProblem {
  readonly reason: FailureReason;
  /** What the gateway or the portal said, for the person who integrates; never shown as the only words. */
  readonly problem: Problem | null;
  /** Whether `retry()` can help. */
  readonly retry: boolean;
}

/** Thrown by requests to the gateway; carries the problem as it came. */
export class RequestFailed extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.title);
    this.name = 'RequestFailed';
    this.problem = problem;
  }

  static timeout(what: string): RequestFailed {
    return new RequestFailed({ type: '/problems/timeout', title: 'The gateway did not answer in time', status: 504, detail: what });
  }

  static offline(what: string): RequestFailed {
    return new RequestFailed({ type: '/problems/offline', title: 'There is no connection to the gateway', status: 503, detail: what });
  }
}

/** Reads a problem out of anything that came over a wire, or null when it is none. */
export function parseProblem(value: unknown): Problem | null {
  if (typeof value !== 'object' || value === null) return null;
  const { type, title, status, detail } = value as Record<string, unknown>;
  if (typeof type !== 'string' || typeof title !== 'string' || typeof status !== 'number') return null;
  return { type, title, status, ...(typeof detail === 'string' ? { detail } : {}) };
}
