/** Which settings of a queue are changed on the page, and how; those of several parts stand in setting-groups.ts, the others are shown, and changed through the API. */
import type { SettingView } from '#shared/settings-api.ts';
import { groups } from './setting-groups.ts';

export type Editor =
  | { readonly kind: 'number'; readonly least: number; readonly most: number }
  /** Seconds. */
  | { readonly kind: 'duration'; readonly least: number; readonly most: number }
  /** Yes, no, or as usual. */
  | { readonly kind: 'yesNo' }
  | { readonly kind: 'choice'; readonly options: readonly string[] }
  /** Open or closed by hand, until a moment. */
  | { readonly kind: 'opening' };

export const editors = {
  opening: { kind: 'opening' },
  strategy: { kind: 'choice', options: ['longestIdle', 'roundRobin', 'mostSkilled'] },
  priority: { kind: 'number', least: 0, most: 100 },
  offerSeconds: { kind: 'duration', least: 1, most: 86_400 },
  setAside: { kind: 'yesNo' },
  holdPlace: { kind: 'duration', least: 1, most: 86_400 },
  maximumWait: { kind: 'duration', least: 1, most: 86_400 },
  maximumDuration: { kind: 'duration', least: 1, most: 86_400 },
} as const satisfies Readonly<Record<string, Editor>>;
export type EditedSetting = keyof typeof editors;

/** Those of one value first, then those of several parts, in their order; of the others what has a value, or was set. */
export function shownSettings(settings: readonly SettingView[]): readonly SettingView[] {
  const names: readonly string[] = [...Object.keys(editors), ...Object.keys(groups)];
  const edited = names.flatMap((name) => settings.find((setting) => setting.name === name) ?? []);
  const others = settings.filter(({ name, value, origin }) => !names.includes(name) && name !== 'label' && (origin.from === 'runtime' || !isNothing(value)));
  return [...edited, ...others];
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}
