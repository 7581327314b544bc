import { describe, expect, it } from 'vitest';
import { differences } from './differences.ts';
import { LiveConfig } from './live.ts';
import { parseConfig } from './load.ts';

const file = `
portals: [{ id: bank, name: Bank, keys: [{ id: one, secret: test-portal-key }], queues: [help] }]
queues: [{ id: help, label: Help }, { id: loans, label: Loans }]
trunks: [{ id: pbx, targets: ["sip:pbx.example.com;transport=tcp"], allowed: ["+49*"] }]
agents: [{ username: anna, name: Anna, password: anna }]
`;
const config = (text: string) => parseConfig(text, 'center.yaml', { production: false });
const edited = file.replace('label: Help', 'label: Support').replace('{ id: loans, label: Loans }', '{ id: cards, label: Cards }').replace('"+49*"', '"+43*"').concat('breakReasons: [Tea]\n');

describe('the configuration in force', () => {
  it('RC1 is one object that says what the newest version says, in every part', async () => {
    const live = new LiveConfig(config(file));
    const held = live.config;
    expect(held).toEqual(config(file));
    const told: string[] = [];
    live.onChange(() => { told.push(held.queues[0]?.label ?? ''); });
    await live.replace(config(edited));
    expect(told).toEqual(['Support']);
    expect(held.breakReasons).toEqual(['Tea']);
    expect({ ...held, trunks: [] }).toEqual({ ...config(edited), trunks: [] });
  });

  it('RC4 keeps what its sockets were opened for, and names it among what counts from the next start on', async () => {
    const live = new LiveConfig(config(file));
    expect(differences({ ...live.config }, config(edited))).toEqual({
      added: ['queues.cards'], changed: ['breakReasons', 'queues.help'], removed: ['queues.loans'], afterRestart: ['trunks.pbx'],
    });
    await live.replace(config(edited));
    expect(live.config.trunks[0]?.allowed).toEqual(['+49*']);
    expect(differences({ ...live.config }, config(edited))).toEqual({ added: [], changed: [], removed: [], afterRestart: ['trunks.pbx'] });
  });
});
