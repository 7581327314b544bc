/** What is written in the contact, as this page knows it; refusals are the gateway's own words, anything else the line's fault. */
import { ThreadKeeper, type ThreadCopy, type ThreadLine } from '#shared/thread-keeper.ts';
import { RequestFailed } from './problems.ts';

export { emptyThread, type PendingMessage } from '#shared/thread-keeper.ts';
export type ThreadSnapshot = ThreadCopy;

export function threadKeeper(line: () => ThreadLine | null, onChange: (copy: ThreadCopy) => void): ThreadKeeper {
  return new ThreadKeeper({
    side: 'customer', line, onChange, newId: () => crypto.randomUUID(),
    isRefusal: (error) => error instanceof RequestFailed && error.problem.status >= 400 && error.problem.status < 500 && error.problem.status !== 408 && error.problem.status !== 429,
  });
}
