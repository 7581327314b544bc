/** What one version of the configuration says otherwise than another, named as people find it in the file: `queues.loans`, `breakReasons`. Pure. */
import { fixedAtStart } from './live.ts';
import type { Config } from './schema.ts';

export interface Differences {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** Parts that differ and count from the next start on. */
  readonly afterRestart: readonly string[];
}

export function differences(before: Config, after: Config): Differences {
  const one = entries(before);
  const other = entries(after);
  const isFixed = (name: string): boolean => fixedAtStart.some((part) => name === part || name.startsWith(`${part}.`));
  const added = [...other.keys()].filter((name) => !one.has(name));
  const removed = [...one.keys()].filter((name) => !other.has(name));
  const changed = [...one].flatMap(([name, text]) => other.has(name) && other.get(name) !== text ? [name] : []);
  const live = (names: readonly string[]): string[] => names.filter((name) => !isFixed(name)).toSorted();
  return { added: live(added), changed: live(changed), removed: live(removed), afterRestart: [...added, ...changed, ...removed].filter(isFixed).toSorted() };
}

/** Each thing that has a name by itself; the rest part by part. */
function entries(config: Config): Map<string, string> {
  return new Map(Object.entries(config).flatMap(([part, value]: [string, unknown]) => {
    const named = Array.isArray(value) ? value.map((item: unknown) => [nameOf(item), item] as const) : [];
    return named.length > 0 && named.every(([name]) => name !== null)
      ? named.map(([name, item]): [string, string] => [`${part}.${name}`, JSON.stringify(item)])
      : [[part, JSON.stringify(value)] as [string, string]];
  }));
}

function nameOf(item: unknown): string | null {
  if (typeof item !== 'object' || item === null) return null;
  if ('id' in item && typeof item.id === 'string') return item.id;
  return 'username' in item && typeof item.username === 'string' ? item.username : null;
}
