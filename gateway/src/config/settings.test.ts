import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfig } from './load.ts';
import { agentSchema, type Config } from './schema.ts';
import { queueSettingNames, queueSettingsSchema, withSettings, type Setting } from './settings.ts';

const file = parseConfig(`
portals: [{ id: bank, name: Bank, keys: [{ id: one, secret: test-portal-key }], queues: [help] }]
queues: [{ id: help, label: Help, skills: [banking], priority: 60 }, { id: loans, label: Loans, skills: { loans: 4 } }]
hours: [{ id: office, timeZone: Europe/Berlin, weekly: [{ days: [mon], from: "08:00", to: "18:00" }] }]
agents: [{ username: anna, name: Anna, password: anna, skills: [banking] }]
`, 'center.yaml', { production: false });
const dora = agentSchema.parse({ username: 'dora', name: 'Dora', passwordHash: 'scrypt$1' });
const queue = (config: Config, id: string) => config.queues.find((one) => one.id === id);
const setting = (name: string, value: unknown, subject = 'help'): Setting => ({ scope: 'queue', subject, name, value });

describe('settings laid over the file', () => {
  it('RC6 replace one value each and leave the rest, and the file, as they are', () => {
    const { config, unfit } = withSettings(file, [setting('priority', 90), setting('skills', { cards: 2 }), { scope: 'agent', subject: 'anna', name: 'skills', value: { cards: 5 } }]);
    expect(unfit).toEqual([]);
    expect(queue(config, 'help')).toEqual({ ...queue(file, 'help'), priority: 90, skills: { cards: 2 } });
    expect(queue(config, 'loans')).toEqual(queue(file, 'loans'));
    expect(config.agents[0]?.skills).toEqual({ cards: 5 });
    expect(queue(file, 'help')?.priority).toBe(60);
  });

  it('RC8 leave out what does not fit, say why, and let the others count', () => {
    const { config, unfit } = withSettings(file, [setting('hours', 'night'), setting('priority', 10), setting('priority', 10, 'cards'), setting('steps', [{ after: 60, dropSkills: ['loans'] }])]);
    expect(unfit.map(({ why }) => why)).toEqual([
      'queues.help.hours: no calendar "night" in this file; there are: office', 'there is no queue "cards" any more', 'queues.help.steps.0.dropSkills.0: this queue does not need "loans"; it needs: banking',
    ]);
    expect(queue(config, 'help')?.priority).toBe(10);
  });

  it('RC11 add an agent, give them skills and take them out again, in whatever order that was said', () => {
    const all: Setting[] = [
      { scope: 'agent', subject: 'dora', name: 'active', value: false }, { scope: 'agent', subject: 'dora', name: 'skills', value: { loans: 5 } }, { scope: 'agent', subject: 'dora', name: 'account', value: dora },
    ];
    fc.assert(fc.property(fc.shuffledSubarray(all, { minLength: 3 }), (shuffled) => {
      expect(withSettings(file, shuffled)).toEqual({ config: file, unfit: [] });
    }));
    expect(withSettings(file, all.slice(1)).config.agents[1]).toMatchObject({ username: 'dora', skills: { loans: 5 } });
    expect(withSettings(file, [{ scope: 'agent', subject: 'anna', name: 'account', value: { ...dora, username: 'anna' } }]).unfit[0]?.why).toContain('names "anna" itself');
  });

  it('RC15 never name other systems, nor the secrets that those are asked with', () => {
    expect(queueSettingNames).not.toContain('flow');
    expect(queueSettingsSchema.safeParse({ flow: [{ entitlement: { url: 'https://evil.example/' } }] }).success).toBe(false);
  });

  it('RC6 are validated as in the file, each by itself, and nothing is filled in', () => {
    expect(queueSettingsSchema.parse({ skills: ['cards'] })).toEqual({ skills: { cards: 1 } });
    expect(queueSettingsSchema.parse({ wrapUp: { mode: 'none' } })).toEqual({ wrapUp: { mode: 'none', seconds: 120, dispositions: [] } });
    for (const wrong of [{}, { id: 'other' }, { priority: 101 }, { strategy: 'luck' }, { priroity: 5 }, { opening: { open: 'yes' } }, { flow: [] }]) expect(queueSettingsSchema.safeParse(wrong).success).toBe(false);
  });
});
