/** Who may connect to a namespace: `auth` is validated, then verified; whoever is refused gets a `connect_error` whose `data` is the problem. */
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { Problem, Reply } from '#shared/problem.ts';
import { problems } from '../http/problems.ts';

/** The part of a socket.io socket that admission needs. */
interface Arriving {
  readonly handshake: { readonly auth: unknown; readonly headers: { readonly origin?: string | undefined } };
}

interface Gate<S> {
  use(middleware: (socket: S, next: (error?: Error) => void) => void): unknown;
}

export interface Admission<S, A extends z.ZodType, T> {
  readonly auth: A;
  readonly verify: (auth: z.infer<A>, origin: string | undefined) => Promise<Reply<T>>;
  readonly admitted: (socket: S, who: T) => void;
  readonly log: Logger;
}

export function admit<S extends Arriving, A extends z.ZodType, T>(namespace: Gate<S>, { auth, verify, admitted, log }: Admission<S, A, T>): void {
  const decide = async (socket: S): Promise<Error | undefined> => {
    const parsed = auth.safeParse(socket.handshake.auth);
    if (!parsed.success) return refusal(problems.invalidInput(parsed.error, 'connection\'s `auth`'));
    try {
      const reply = await verify(parsed.data, socket.handshake.headers.origin);
      if (!reply.ok) return refusal(reply.problem);
      admitted(socket, reply.value);
      return undefined;
    } catch (error) {
      log.error({ err: error }, 'connection could not be decided');
      return refusal(problems.internal());
    }
  };
  namespace.use((socket, next) => void decide(socket).then(next));
}

function refusal(problem: Problem): Error {
  return Object.assign(new Error(problem.title), { data: problem });
}
