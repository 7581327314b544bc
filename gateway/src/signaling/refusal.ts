import type { Problem } from '#shared/problem.ts';

/** What a socket.io middleware refuses with: the client gets `connect_error` whose `data` is the problem. */
export function refuse(problem: Problem): Error {
  return Object.assign(new Error(problem.title), { data: problem });
}
