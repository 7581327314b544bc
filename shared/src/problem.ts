/**
 * RFC 9457 problem details: the one form in which any border refuses anything (HTTP bodies, socket.io `connect_error.data`
 * and negative acknowledgements).
 */
export interface Problem {
  /** A stable URI reference naming the kind of problem, e.g. `/problems/token-used`. */
  readonly type: string;
  /** Short, the same for every occurrence of the type. */
  readonly title: string;
  /** The HTTP status that goes with it, also where it travels over a socket. */
  readonly status: number;
  /** What happened here, and how to mend it. */
  readonly detail?: string;
  /** Where in the input, as a path such as `inquiry.pageUrl`; several when several parts are wrong. */
  readonly errors?: ReadonlyArray<{ readonly path: string; readonly message: string }>;
}

/** What a socket.io request is acknowledged with: the value asked for, or the problem. */
export type Reply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };
