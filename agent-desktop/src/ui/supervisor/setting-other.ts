/** Settings that are changed in the file or through the API: their names, and what they say, in words. */
import type { Translate } from '../../i18n/translate.ts';
import { durationWords } from './setting-summary.tsx';

interface Step {
  readonly after: number;
  readonly minimumLevel?: number;
  readonly dropSkills?: readonly string[];
  readonly addQueues?: readonly string[];
}
interface Hunt {
  readonly list: ReadonlyArray<{ readonly agent?: string; readonly number?: string; readonly label?: string }>;
  readonly ringSeconds: number;
}

/** Undefined: it is none of those. */
export function otherSettingWords(setting: string, value: unknown, text: Translate): { readonly name: string; readonly value: string } | undefined {
  const words = (of: () => string): string => value === undefined || value === null ? '–' : of();
  switch (setting) {
    case 'skills': return { name: text('setting.skills'), value: words(() => Object.entries(value as Readonly<Record<string, number>>).map(([skill, level]) => text('setting.skillFrom', { skill, level })).join(', ')) };
    case 'videoSkill': return { name: text('setting.videoSkill'), value: words(() => value as string) };
    case 'hours': return { name: text('setting.hours'), value: words(() => value as string) };
    case 'steps': return { name: text('setting.steps'), value: words(() => (value as readonly Step[]).map((step) => stepWords(step, text)).join('; ')) };
    case 'hunt': return { name: text('setting.hunt'), value: words(() => {
      const { list, ringSeconds } = value as Hunt;
      return text('setting.huntRings', { list: list.map(({ agent, label, number }) => agent ?? label ?? number ?? '').join(', '), each: durationWords(ringSeconds, text) });
    }) };
    default: return undefined;
  }
}

function stepWords({ after, minimumLevel, dropSkills, addQueues }: Step, text: Translate): string {
  const parts = [
    ...(minimumLevel === undefined ? [] : [text('setting.step.level', { level: minimumLevel })]), ...(dropSkills === undefined ? [] : [text('setting.step.drop', { skills: dropSkills.join(', ') })]),
    ...(addQueues === undefined ? [] : [text('setting.step.queues', { queues: addQueues.join(', ') })]),
  ];
  return text('setting.step', { after: durationWords(after, text), what: parts.join(', ') });
}
