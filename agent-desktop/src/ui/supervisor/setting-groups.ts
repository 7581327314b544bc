/** Settings of a queue that are made of several: which parts there are, how each is changed, and what it is called. Ranges are those of the gateway, which decides. */
import type { TextKey } from '../../i18n/catalogue.ts';

export type Field = { readonly label: TextKey; readonly help?: TextKey } & (
  /** Whole seconds, shown in the unit that fits. */
  | { readonly kind: 'duration'; readonly least: number; readonly most: number }
  /** `optional`: may be left out. */
  | { readonly kind: 'number'; readonly least: number; readonly most: number; readonly optional?: true }
  | { readonly kind: 'choice'; readonly options: ReadonlyArray<readonly [value: string, words: TextKey]> }
  | { readonly kind: 'switch' }
  /** Texts, one a line; none: left out where `optional`. */
  | { readonly kind: 'lines'; readonly optional?: true }
);
export type Fields = Readonly<Record<string, Field>>;

const day = 86_400;

export const groups = {
  wrapUp: {
    mode: {
      kind: 'choice', label: 'setting.wrapUp.mode',
      options: [['none', 'setting.wrapUp.mode.none'], ['optional', 'setting.wrapUp.mode.optional'], ['mandatory', 'setting.wrapUp.mode.mandatory'], ['mandatoryTimeboxed', 'setting.wrapUp.mode.mandatoryTimeboxed']],
    },
    seconds: { kind: 'duration', least: 1, most: day, label: 'setting.wrapUp.seconds', help: 'setting.wrapUp.seconds.help' },
    dispositions: { kind: 'lines', label: 'setting.wrapUp.dispositions', help: 'setting.lines' },
  },
  serviceLevel: {
    seconds: { kind: 'duration', least: 1, most: day, label: 'setting.serviceLevel.seconds' },
    target: { kind: 'number', least: 0, most: 100, label: 'setting.serviceLevel.target', help: 'setting.serviceLevel.target.help' },
    formula: {
      kind: 'choice', label: 'setting.serviceLevel.formula',
      options: [['abandonsIgnored', 'setting.serviceLevel.abandonsIgnored'], ['negative', 'setting.serviceLevel.negative'], ['positive', 'setting.serviceLevel.positive']],
    },
    shortAbandonSeconds: { kind: 'duration', least: 0, most: 300, label: 'setting.serviceLevel.short', help: 'setting.serviceLevel.short.help' },
  },
  callback: {
    page: { kind: 'switch', label: 'setting.callback.page' },
    phone: { kind: 'switch', label: 'setting.callback.phone' },
    numbers: { kind: 'lines', optional: true, label: 'setting.callback.numbers', help: 'setting.callback.numbers.help' },
    scheduled: { kind: 'switch', label: 'setting.callback.scheduled' },
    tries: { kind: 'number', least: 1, most: 10, label: 'setting.callback.tries' },
    pauseSeconds: { kind: 'duration', least: 1, most: 7 * day, label: 'setting.callback.pause' },
    maximumWait: { kind: 'duration', least: 1, most: 30 * day, label: 'setting.callback.maximumWait', help: 'setting.callback.maximumWait.help' },
    slotMinutes: { kind: 'number', least: 5, most: 240, label: 'setting.callback.slotMinutes' },
    slotCapacity: { kind: 'number', least: 1, most: 10_000, label: 'setting.callback.slotCapacity' },
    daysAhead: { kind: 'number', least: 1, most: 60, label: 'setting.callback.daysAhead' },
    priority: { kind: 'number', least: 0, most: 100, label: 'setting.callback.priority' },
  },
  chat: {
    quietSeconds: { kind: 'duration', least: 1, most: 7 * day, label: 'setting.chat.quiet', help: 'setting.chat.quiet.help' },
    warningSeconds: { kind: 'duration', least: 1, most: 7 * day, label: 'setting.chat.warning' },
    afterCall: { kind: 'switch', label: 'setting.chat.afterCall' },
    redactSecrets: { kind: 'switch', label: 'setting.chat.redactSecrets' },
  },
  messages: {
    answerWithin: { kind: 'duration', least: 1, most: 30 * day, label: 'setting.messages.answerWithin', help: 'setting.messages.answerWithin.help' },
    priority: { kind: 'number', least: 0, most: 100, optional: true, label: 'setting.messages.priority', help: 'setting.messages.priority.help' },
    fromWidget: { kind: 'switch', label: 'setting.messages.fromWidget' },
    maximumWait: { kind: 'duration', least: 1, most: 90 * day, label: 'setting.messages.maximumWait' },
    maximumHold: { kind: 'duration', least: 1, most: 90 * day, label: 'setting.messages.maximumHold' },
  },
} as const satisfies Readonly<Record<string, Fields>>;
export type GroupName = keyof typeof groups;

export function isGroup(name: string): name is GroupName {
  return Object.hasOwn(groups, name);
}

export type GroupValue = Readonly<Record<string, unknown>>;

export function asGroupValue(value: unknown): GroupValue {
  return typeof value === 'object' && value !== null ? value as GroupValue : {};
}
