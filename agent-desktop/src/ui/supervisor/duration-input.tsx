/** Seconds, typed in the unit that fits. */
import { useState, type ReactNode } from 'react';
import { useText } from '../desk-context.tsx';
import { inSeconds, inUnits, units, unitWords, type Unit } from './setting-duration.ts';

interface DurationInputProps {
  readonly id?: string;
  readonly label: string;
  /** Seconds; NaN while nothing is typed. */
  readonly value: number;
  readonly describedBy?: string | undefined;
  readonly isInvalid?: boolean;
  readonly onChange: (seconds: number) => void;
}

export function DurationInput({ id, label, value, describedBy, isInvalid = false, onChange }: DurationInputProps): ReactNode {
  const text = useText();
  const [{ amount, unit }, setTyped] = useState(() => {
    const given = inUnits(value);
    return { amount: String(given.amount), unit: given.unit };
  });
  const change = (next: { readonly amount: string; readonly unit: Unit }): void => {
    setTyped(next);
    onChange(next.amount === '' ? Number.NaN : inSeconds(Number(next.amount), next.unit));
  };
  return (
    <span className="duration">
      <input id={id} className="input setting-number" type="number" required min={0} step={1} aria-label={label} aria-describedby={describedBy} aria-invalid={isInvalid || undefined} value={amount}
        onChange={(event) => { change({ amount: event.target.value, unit }); }} />
      <select className="input select setting-unit" aria-label={text('setting.unitOf', { setting: label })} value={unit} onChange={(event) => { change({ amount, unit: event.target.value as Unit }); }}>
        {units.map((one) => <option key={one} value={one}>{text(unitWords[one])}</option>)}
      </select>
    </span>
  );
}
