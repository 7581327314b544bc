import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callbackSchema } from '../config/callback.ts';
import type { HoursConfig } from '../config/schema.ts';
import { callbackAt, type Callback } from '../contact/phases/callback.ts';
import { callbackWindows, slotOf, slotStarts } from './callback-times.ts';

const berlin: HoursConfig = {
  id: 'office', timeZone: 'Europe/Berlin', holidays: ['2026-11-30'],
  weekly: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '12:00' }, { days: ['mon', 'tue', 'wed', 'thu'], from: '13:00', to: '17:30' }],
};
const queue = { callback: callbackSchema.parse({ slotMinutes: 60, maximumWait: 7200, daysAhead: 5 }) };
/** A Friday; Berlin is an hour ahead of UTC. */
const friday = (time: string): number => Date.parse(`2026-11-27T${time}:00+01:00`);
const iso = (moments: readonly number[]): string[] => moments.map((moment) => new Date(moment).toISOString());

describe('when callbacks may be made', () => {
  it('CK2 is the rest of the day and the next day with hours, over weekends and holidays', () => {
    expect(callbackWindows(berlin, queue, friday('10:00')).map(({ from, until }) => iso([from, until]))).toEqual([
      ['2026-11-27T07:00:00.000Z', '2026-11-27T11:00:00.000Z'],
      // Monday is a holiday.
      ['2026-12-01T07:00:00.000Z', '2026-12-01T11:00:00.000Z'], ['2026-12-01T12:00:00.000Z', '2026-12-01T16:30:00.000Z'],
    ]);
    expect(callbackWindows(berlin, queue, friday('20:00')).map(({ from }) => iso([from])[0]?.slice(0, 10))).toEqual(['2026-12-01', '2026-12-01', '2026-12-02', '2026-12-02']);
    expect(callbackWindows(null, queue, 1000)).toEqual([{ from: 1000, until: 7_201_000 }]);
  });

  it('CK2 rests at noon and goes on after it', () => {
    const windows = callbackWindows(berlin, queue, Date.parse('2026-12-01T10:00:00+01:00'));
    const asked: Callback = { number: '+4930', at: null, agentId: null, triesLeft: 3, notBefore: null, windows };
    const noon = callbackAt(asked, Date.parse('2026-12-01T12:00:00+01:00'));
    expect(noon?.notBefore).toBe(Date.parse('2026-12-01T13:00:00+01:00'));
    expect(noon && callbackAt(noon, Date.parse('2026-12-01T13:00:00+01:00'))?.notBefore).toBeNull();
    // A pause that ends after hours ends with the next opening.
    expect(callbackAt({ ...asked, notBefore: Date.parse('2026-12-01T17:31:00+01:00') }, Date.parse('2026-12-01T17:26:00+01:00'))?.notBefore).toBe(Date.parse('2026-12-02T08:00:00+01:00'));
  });

  it('CK28 offers whole slots within the hours, from a little ahead to so many days', () => {
    expect(iso(slotStarts(berlin, queue, friday('10:55')))).toEqual([
      '2026-12-01T07:00:00.000Z', '2026-12-01T08:00:00.000Z', '2026-12-01T09:00:00.000Z', '2026-12-01T10:00:00.000Z',
      '2026-12-01T12:00:00.000Z', '2026-12-01T13:00:00.000Z', '2026-12-01T14:00:00.000Z', '2026-12-01T15:00:00.000Z',
      '2026-12-02T07:00:00.000Z', '2026-12-02T08:00:00.000Z', '2026-12-02T09:00:00.000Z',
    ]);
    expect(slotStarts(null, queue, friday('10:55'))[0]).toBe(friday('12:00'));
  });

  it('CK28 puts any moment into one slot at most, which begins before it and is not over', () => {
    const starts = slotStarts(berlin, queue, friday('08:00'));
    fc.assert(fc.property(fc.integer({ min: friday('08:00'), max: friday('08:00') + 7 * 86_400_000 }), (moment) => {
      const slot = slotOf(starts, queue, moment);
      if (slot === null) expect(starts.every((from) => moment < from || moment >= from + 3_600_000)).toBe(true);
      else expect([slot <= moment, moment < slot + 3_600_000]).toEqual([true, true]);
    }));
  });
});
