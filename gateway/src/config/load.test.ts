import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../environment.ts';
import { ConfigError, parseConfig } from './load.ts';

const good = `
portals: [{ id: bank, name: Bank, keys: [{ id: one, secret: 12345678 }], queues: [help] }]
queues: [{ id: help, label: Help }]
`.replace('12345678', '"12345678"');

function complaint(text: string, production = false): string {
  try {
    parseConfig(text, 'center.yaml', { production });
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}

describe('the contact-center file', () => {
  it('OP20 is complained about with file, path and what was expected', () => {
    expect(complaint(good)).toBe('');
    expect(complaint(good.replace('queues: [help]', 'queues: [hlp]'))).toBe('center.yaml: portals[0].queues[0]: no queue "hlp" in this file; there are: help');
    expect(complaint(good.replace('label: Help', 'label: Help, hours: office'))).toContain('queues[0].hours: no calendar "office"');
    expect(complaint(good.replace('label', 'lable'))).toMatch(/center\.yaml: queues\[0\]\.label: .*\n.*queues\[0\]: .*lable/);
    expect(complaint('portals: [')).toContain('center.yaml: not valid YAML');
    expect(complaint(`${good}agents: [{ username: anna, name: Anna }]`)).toContain('agents[0]: expected either password or passwordHash');
  });

  it('OP21 is refused in production with clear-text passwords or short keys, without repeating them', () => {
    const words = complaint(`${good}agents: [{ username: anna, name: Anna, password: topsecret }]`, true);
    expect(words).toContain('agents[0].password');
    expect(words).toContain('portals[0].keys[0].secret: expected at least 24 characters');
    expect(words).not.toMatch(/topsecret|12345678/);
  });

  it('CH37 is refused in production when replies would leave in the clear, or signed with a short secret', () => {
    const words = complaint(good.replace('queues: [help] }]', 'queues: [help], replies: { url: "http://bank.example.com/replies", secret: shortone } }]'), true);
    expect(words).toContain('portals[0].replies.url: expected https');
    expect(words).toContain('portals[0].replies.secret: expected at least 24 characters');
    expect(words).not.toContain('shortone');
  });
});

describe('the environment', () => {
  it('OP21 refuses to start in production without its secrets, naming each', () => {
    expect(() => readEnvironment({ NODE_ENV: 'production' })).toThrow(/JWT_SECRET[\s\S]*PUBLIC_URL[\s\S]*MEDIA_LISTEN_IP[\s\S]*CONFIG/);
    expect(() => readEnvironment({ PORT: 'eighty' })).toThrow(/PORT/);
    expect(() => readEnvironment({ TURN_URI: 'turn:turn.example:3478' })).toThrow(/TURN_URI and TURN_SECRET/);
    expect(readEnvironment({ PORT: '', MEDIA_LISTEN_IP: '127.0.0.1, ::1' })).toMatchObject({ port: 8080, host: '127.0.0.1', media: { addresses: [{ listen: '127.0.0.1' }, { listen: '::1' }] } });
  });
});
