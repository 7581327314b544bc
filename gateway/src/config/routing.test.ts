import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canServe, needAt, routings } from '../acd/routing.ts';
import { ConfigError, parseConfig } from './load.ts';

const portals = `
portals: [{ id: bank, name: Bank, keys: [{ id: one, secret: "12345678" }], queues: [service] }]
`;
const documented = (await readFile(join(import.meta.dirname, '../../../docs/routing.md'), 'utf8')).split('```')[1]?.replace('yaml\n', '') ?? '';

function complaint(change: readonly [string, string]): string {
  try {
    parseConfig(portals + documented.replace(...change), 'center.yaml', { production: false });
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}

describe('routing in the contact-center file', () => {
  it('RT51 is as documented: levels, a camera, a strategy and steps', () => {
    const config = parseConfig(portals + documented, 'center.yaml', { production: false });
    const [anna, ben] = config.agents.map(({ skills }) => skills);
    expect(ben).toEqual({ banking: 3 });
    const needs = routings(config.queues).get('loans')?.video ?? [];
    const served = (skills: Record<string, number> = {}) => [0, 60, 120, 300].filter((age) => canServe(skills, needAt(needs, age * 1000)));
    expect(served(anna)).toEqual([0, 60, 120, 300]);
    expect(served({ loans: 2, banking: 2 })).toEqual([120, 300]);
    expect(served({ banking: 1 })).toEqual([300]);
    expect(config.queues.map(({ strategy }) => strategy)).toEqual(['longestIdle', 'mostSkilled']);
  });

  it('RT51 is complained about with file, path and what was expected', () => {
    expect(complaint(['loans: 4,', 'loans: 6,'])).toContain('center.yaml: queues[1].skills.loans: ');
    expect(complaint(['skills: [banking]  ', 'skills: banking  '])).toContain('center.yaml: queues[0].skills: expected a list of skills, or skills with levels');
    expect(complaint(['[camera]', '[german]'])).toContain('queues[1].steps[1].dropSkills[0]: this queue does not need "german"; it needs: loans, banking, camera');
    expect(complaint(['after: 120', 'after: 50'])).toContain('queues[1].steps[1].after: expected more than the 60 of the step before');
    expect(complaint(['addQueues: [service]', 'addQueues: [loans]'])).toContain('queues[1].steps[2].addQueues[0]: expected another queue than this one');
    expect(complaint(['addQueues: [service]', 'addQueues: [sales]'])).toContain('queues[1].steps[2].addQueues[0]: no queue "sales" in this file; there are: service, loans');
    expect(complaint(['minimumLevel: 2', ''])).toContain('queues[1].steps[0]: expected one of minimumLevel, dropSkills, addQueues');
  });
});
