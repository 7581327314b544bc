/** Seconds as people say them. Pure. */
import type { TextKey } from '../../i18n/catalogue.ts';

export const units = ['s', 'min', 'h', 'd'] as const;
export type Unit = (typeof units)[number];

const length: Readonly<Record<Unit, number>> = { s: 1, min: 60, h: 3600, d: 86_400 };
export const unitWords: Readonly<Record<Unit, TextKey>> = { s: 'unit.s', min: 'unit.min', h: 'unit.h', d: 'unit.d' };

/** In the largest unit that loses nothing. */
export function inUnits(seconds: number): { readonly amount: number; readonly unit: Unit } {
  const unit = units.findLast((one) => seconds >= length[one] && seconds % length[one] === 0) ?? 's';
  return { amount: seconds / length[unit], unit };
}

export function inSeconds(amount: number, unit: Unit): number {
  return amount * length[unit];
}
