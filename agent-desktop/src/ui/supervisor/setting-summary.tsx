/** What a setting says, in words. */
import type { ReactNode } from 'react';
import type { Translate } from '../../i18n/translate.ts';
import { useText } from '../desk-context.tsx';
import { inUnits, unitWords } from './setting-duration.ts';
import { asGroupValue, type Field, type Fields } from './setting-groups.ts';

export function SettingSummary({ fields, value }: { fields: Fields; value: unknown }): ReactNode {
  const text = useText();
  const given = asGroupValue(value);
  return (
    <ul className="setting-summary">
      {Object.entries(fields).map(([name, field]) => <li key={name}><span>{text(field.label)}</span> <b>{fieldWords(field, given[name], text)}</b></li>)}
    </ul>
  );
}

function fieldWords(field: Field, value: unknown, text: Translate): string {
  if (value === undefined || value === null) return '–';
  switch (field.kind) {
    case 'duration': return durationWords(Number(value), text);
    case 'number': return String(Number(value));
    case 'choice': {
      const words = field.options.find(([one]) => one === value)?.[1];
      return words === undefined ? value as string : text(words);
    }
    case 'switch': return text(value === true ? 'setting.yes' : 'setting.no');
    case 'lines': return Array.isArray(value) && value.length > 0 ? value.join(', ') : '–';
  }
}

export function durationWords(seconds: number, text: Translate): string {
  const { amount, unit } = inUnits(seconds);
  return `${amount} ${text(unitWords[unit])}`;
}
