import { describe, expect, it } from 'vitest';
import { expectedWait } from './ewt.ts';

describe('the expected wait', () => {
  it('RT4 is nothing with too little data, little with an idle agent, and grows with the position', () => {
    expect(expectedWait({ position: 3, agents: 2, idle: 0, handleTimes: [100, 100] })).toBeNull();
    expect(expectedWait({ position: 1, agents: 0, idle: 0, handleTimes: [100, 100, 100, 100, 100] })).toBeNull();
    expect(expectedWait({ position: 1, agents: 1, idle: 1, handleTimes: [] })).toEqual({ low: 0, high: 20 });
    const handleTimes = [200, 240, 160, 220, 180];
    expect(expectedWait({ position: 1, agents: 2, idle: 0, handleTimes })).toEqual({ low: 0, high: 200 });
    expect(expectedWait({ position: 4, agents: 2, idle: 0, handleTimes })).toEqual({ low: 200, high: 600 });
  });
});
