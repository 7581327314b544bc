/**
 * The configuration in force. Everybody holds the same `config`, which reads through to whatever version counts now, so that a reload or a
 * run-time change needs no restart: read at use, never copied. What is costly to derive is kept beside the version it was made of
 * (acd/routing.ts), or made again when told (`onChange`).
 */
import { configSchema, type Config } from './schema.ts';

/** What sockets and transports were opened for: another version of it counts from the next start on. */
export const fixedAtStart = ['trunks', 'edges'] as const satisfies ReadonlyArray<keyof Config>;

export class LiveConfig {
  readonly config: Config;
  #current: Config;
  readonly #listeners = new Set<() => void | Promise<void>>();

  constructor(first: Config) {
    this.#current = first;
    const view = {};
    for (const part of Object.keys(configSchema.shape) as Array<keyof Config>) {
      Object.defineProperty(view, part, { enumerable: true, get: () => this.#current[part] });
    }
    this.config = view as Config;
  }

  onChange(listener: () => void | Promise<void>): void {
    this.#listeners.add(listener);
  }

  /** Resolves when everybody who derives something has done so. */
  async replace(next: Config): Promise<void> {
    const kept = Object.fromEntries(fixedAtStart.map((part) => [part, this.#current[part]]));
    this.#current = { ...next, ...kept };
    for (const listener of this.#listeners) await listener();
  }
}
