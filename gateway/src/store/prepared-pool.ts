/**
 * The pool as Kysely sees it, with statements that are prepared once per connection: PostgreSQL then parses and plans the texts that recur (all
 * the hot ones) once instead of every time, which is most of what a short query costs. A transaction's `begin` travels with its first statement (the
 * pool's clients are in pipeline mode), whose sender also hears should it fail.
 */
import { once } from 'node:events';
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type pg from 'pg';

/** A text is prepared when it comes for this many times: texts with lists of changing length would fill the server's memory for nothing. */
const worthPreparing = 3;
/** Each connection holds so many statements at most; there are some hundred different ones in all of the gateway. */
const mostStatements = 500;
/** As many texts are remembered while they are counted; then counting begins anew. */
const mostCounted = 5000;
/** Kysely reads nothing of it. */
const nothing: PostgresQueryResult<unknown> = { command: 'SELECT', rowCount: 0, rows: [] };
/** Milliseconds for a connection to close; a server that does not answer keeps nobody longer. */
const goodbyeLimit = 1000;

export class PreparedPool implements PostgresPool {
  readonly #pool: pg.Pool;
  /** The same wrapper for the same client: Kysely knows a connection by it. */
  readonly #wrappers = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  readonly #names = new Map<string, string>();
  readonly #seen = new Map<string, number>();

  readonly #open = new Set<pg.PoolClient>();

  constructor(pool: pg.Pool) {
    this.#pool = pool;
    pool.on('connect', (client) => {
      this.#open.add(client);
      client.once('end', () => this.#open.delete(client));
    });
  }

  get options(): object {
    return this.#pool.options;
  }

  async connect(): Promise<PostgresPoolClient> {
    const client = await this.#pool.connect();
    const wrapper = this.#wrappers.get(client) ?? this.#wrapper(client);
    this.#wrappers.set(client, wrapper);
    return wrapper;
  }

  /** The pool says that it has ended when its clients were told to; a server that is stopped then would still find some, and they would complain. */
  async end(): Promise<void> {
    const gone = [...this.#open].map((client) => once(client, 'end', { signal: AbortSignal.timeout(goodbyeLimit) }));
    await this.#pool.end();
    await Promise.allSettled(gone);
  }

  #wrapper(client: pg.PoolClient): PostgresPoolClient {
    let begun: Promise<unknown> | null = null;
    const query = async (text: string, values: readonly unknown[]): Promise<PostgresQueryResult<unknown>> => {
      if (text === 'begin') {
        begun = client.query(text);
        // Whoever sends the next statement hears of it.
        begun.catch(() => undefined);
        return nothing;
      }
      const name = values.length === 0 ? undefined : this.#nameOf(text);
      const opening = begun;
      begun = null;
      const [, result] = await Promise.all([opening, client.query({ text, values: [...values], ...(name === undefined ? {} : { name }) })]);
      // Kysely asks for no more of a result than `pg` gives it.
      return result as unknown as PostgresQueryResult<unknown>;
    };
    return {
      query: query as PostgresPoolClient['query'],
      // A client that came from the pool again has a new `release`.
      release: (destroy) => client.release(destroy),
      get processID() { return (client as { readonly processID?: number }).processID; },
    } as PostgresPoolClient;
  }

  /** Undefined: this text is not worth preparing, or not yet. */
  #nameOf(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size >= mostStatements) return known;
    const seen = (this.#seen.get(text) ?? 0) + 1;
    if (seen < worthPreparing) {
      if (this.#seen.size >= mostCounted) this.#seen.clear();
      this.#seen.set(text, seen);
      return undefined;
    }
    this.#seen.delete(text);
    const name = `s${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }
}
