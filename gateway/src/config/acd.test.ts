import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from './load.ts';

const withAcd = (acd: string, more = ''): string => `
portals: [{ id: bank, name: Bank, keys: [{ id: one, secret: twenty-four-characters-long }], queues: [help] }]
queues: [{ id: help, label: Help${more}, acd: { ${acd} } }, { id: other, label: Other }]
`;
const good = 'url: "https://acd.bank.example/gethelp", secret: twenty-four-characters-also';

function complaint(text: string, production = false): string {
  try {
    parseConfig(text, 'center.yaml', { production });
    return '';
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

describe('a queue that is another ACD\'s', () => {
  it('XA14 is refused beside a hunt, with a whenAway that names no other queue, and in production in the clear or with a short secret', () => {
    expect(complaint(withAcd(`${good}, whenAway: other`), true)).toBe('');
    expect(complaint(withAcd(`${good}, whenAway: builtin`), true)).toBe('');
    expect(complaint(withAcd(`${good}, whenAway: nowhere`))).toContain('queues[0].acd.whenAway: no queue "nowhere" in this file');
    expect(complaint(withAcd(`${good}, whenAway: help`))).toContain('queues[0].acd.whenAway: that is this queue itself');
    expect(complaint(withAcd(good, ', strategy: hunt, hunt: { list: [{ number: "+49301234", label: Desk }] }'))).toContain('queues[0].acd: a queue that hunts');
    const words = complaint(withAcd('url: "http://acd.bank.example", secret: tooshort'), true);
    expect(words).toContain('queues[0].acd.url: expected https');
    expect(words).toContain('queues[0].acd.secret: expected at least 24 characters');
    expect(words).not.toContain('tooshort');
  });
});
