import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../environment.ts';
import { ConfigError, parseConfig } from './load.ts';

const base = `
portals: [{ id: bank, name: Bank, keys: [{ id: one, secret: "twenty-four-characters-long" }], queues: [help] }]
queues: [{ id: help, label: Help }]
`;
const anna = 'username: anna, name: Anna, passwordHash: scrypt$x$y';

function complaint(text: string, production = false): string {
  try {
    parseConfig(base + text, 'center.yaml', { production });
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}

describe('the telephone part of the contact-center file', () => {
  it('SIP30 says what is wrong with a trunk, an extension or the phone book', () => {
    expect(complaint('trunks: [{ id: pbx, targets: ["sip:pbx.example;transport=tls", "sip:[2001:db8::1]:5060"], allowed: ["+49*", "7??"] }]')).toBe('');
    expect(complaint('trunks: [{ id: pbx, targets: ["pbx.example"] }]')).toContain('center.yaml: trunks[0].targets[0]: expected a SIP address without a user');
    expect(complaint('trunks: [{ id: pbx, targets: ["sip:pbx.example"], allowed: ["7[0-9]"] }]')).toContain('trunks[0].allowed[0]: expected digits');
    expect(complaint('trunks: [{ id: pbx, targets: ["sip:pbx.example"], fromPolicy: pai }]')).toContain('trunks[0].fixedFrom: expected a SIP address');
    expect(complaint('trunks: [{ id: pbx, targets: ["sip:pbx.example;transport=udp"], srtp: required }]')).toContain('trunks[0].srtp: expected targets with transport=tls');
    expect(complaint(`agents: [{ ${anna}, extension: { trunk: pbx, number: "732" } }]`)).toContain('agents[0].extension.trunk: no trunk "pbx" in this file; there are: none');
    expect(complaint(`agents: [{ ${anna}, answerWith: phone }]`)).toContain('agents[0].answerWith: expected `sip` for anna');
    expect(complaint('trunks: [{ id: pbx, targets: ["sip:pbx.example"], allowed: ["+49*"] }]\nphonebook: [{ label: Police, number: "110" }]'))
      .toContain('phonebook[0].number: no trunk allows "110"');
    expect(complaint('phonebook: [{ label: Anna, number: anna }]')).toContain('phonebook[0].number: expected a number such as');
    expect(complaint('edges: [{ id: one, addresses: ["proxy.example"] }]')).toContain('edges[0].addresses[0]: expected an IP address');
  });

  it('SIP30 refuses a phone\'s password in clear in production, without repeating it', () => {
    expect(complaint(`agents: [{ ${anna}, sip: { password: topsecret } }]`)).toBe('');
    const words = complaint(`agents: [{ ${anna}, sip: { password: topsecret } }]`, true);
    expect(words).toContain('agents[0].sip.password: expected ha1 in production');
    expect(words).not.toContain('topsecret');
    expect(complaint(`agents: [{ ${anna}, sip: { ha1: { md5: ${'0a'.repeat(16)}, sha256: ${'0b'.repeat(32)} } } }]`, true)).toBe('');
  });

  it('SIP30 normalizes numbers as people write them', () => {
    const config = parseConfig(`${base}trunks: [{ id: pbx, targets: ["sip:pbx.example"], allowed: ["+49*"] }]\nphonebook: [{ label: Office, number: "+49 (30) 123-45" }]`, 'center.yaml', { production: false });
    expect(config.phonebook).toEqual([{ label: 'Office', number: '+493012345' }]);
  });

  it('SIP30 has one more trunk by SIP_TRUNK, checked with the others', () => {
    const { trunk } = readEnvironment({ SIP_TRUNK: 'sip:gethelp:p%40ss@pbx.example:5070;transport=udp', SIP_TRUNK_ALLOWED: '+49*, 7??' });
    const text = `${base}agents: [{ ${anna}, extension: { trunk: trunk, number: "732" } }]\ntrunks: [{ id: other, targets: ["sip:other.example"] }]`;
    expect(parseConfig(text, 'center.yaml', { production: false, trunk }).trunks).toMatchObject([
      { id: 'trunk', targets: ['sip:pbx.example:5070;transport=udp'], credentials: { username: 'gethelp', password: 'p@ss' }, allowed: ['+49*', '7??'] }, { id: 'other' },
    ]);
    expect(() => parseConfig(base, 'center.yaml', { production: false, trunk: { target: 'sip:', credentials: null, allowed: ['[0-9]'] } })).toThrow(/trunks\[0\]\.targets\[0\].*\n.*trunks\[0\]\.allowed\[0\]/);
    expect(() => readEnvironment({ SIP_TRUNK: 'pbx.example' })).toThrow(/SIP_TRUNK/);
    expect(() => readEnvironment({ SIP_TRUNK_ALLOWED: '+49*' })).toThrow(/SIP_TRUNK_ALLOWED: needs SIP_TRUNK/);
  });
});
