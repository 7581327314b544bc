import { describe, expect, it } from 'vitest';
import { NotesKeeper } from './notes-keeper.ts';

function keeper({ pause, fail = false }: { readonly pause: number; readonly fail?: boolean }) {
  const saved: string[] = [];
  let told: () => void = () => { /* nobody waits yet */ };
  const first = new Promise<void>((resolve) => { told = resolve; });
  const keeper = new NotesKeeper({
    pause, save: async (contactId, notes) => {
      saved.push(`${contactId}: ${notes}`);
      told();
      if (fail) throw new Error('out of reach');
    },
  });
  return { keeper, saved, first };
}

describe('notes on their way to the gateway', () => {
  it('AD23 go after a pause in typing, as they stand then', async () => {
    const { keeper: one, saved, first } = keeper({ pause: 5 });
    for (const notes of ['R', 'Ra', 'Raised']) one.keep('c1', notes);
    await first;
    expect(saved).toEqual(['c1: Raised']);
  });

  it('AD23 go at once when asked for, each contact\'s own, and a failure holds up nothing', async () => {
    const { keeper: one, saved } = keeper({ pause: 60_000, fail: true });
    one.keep('c1', 'first');
    one.keep('c2', 'second');
    one.keep('c3', 'dropped');
    one.drop('c3');
    await one.flush();
    await one.flush();
    expect(saved).toEqual(['c1: first', 'c2: second']);
  });
});
