/** Work that must reach the store although it is away for a moment: the embedded server is back in about a second after a kill (rule ST14). */
import { setTimeout as wait } from 'node:timers/promises';

const pause = 250;
/** Longer than any restart of a server; past it, whoever asked hears of the failure. */
const patience = 60_000;

/**
 * Does `work` again for as long as the store is away. It must be safe to be done twice: where a connection breaks at the commit, nobody
 * knows whether it counted.
 * @throws what `work` throws for any other reason, and the outage's error when it lasts too long or `givenUp`.
 */
export async function throughOutage<T>(work: () => Promise<T>, givenUp: () => boolean): Promise<T> {
  const until = Date.now() + patience;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isOutage(error) || givenUp() || Date.now() > until) throw error;
      await wait(pause);
    }
  }
}

/** Whether the connection or the server failed, or two transactions stood in each other's way; not what was asked of it. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  // SQLSTATE classes: 08 connection, 40 rolled back (deadlock), 53 resources, 57P shutdown; and the system's own errors.
  if (/^(08|40|53)...$|^57P..$|^E(CONN|PIPE|NOENT|TIMEDOUT)/.test(code)) return true;
  // The last is said of a connection that broke between two statements of a transaction.
  return /^Connection terminated|^timeout exceeded when trying to connect|^Client has encountered a connection error/.test(error.message);
}
