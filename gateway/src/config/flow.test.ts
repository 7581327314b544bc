import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from './load.ts';

function complaint(flow: string, more = ''): string {
  try {
    parseConfig(`
portals: [{ id: bank, name: Bank, keys: [{ id: one, secret: "12345678" }], queues: [help] }]
hours: [{ id: office, timeZone: Europe/Berlin, weekly: [] }]
queues: [{ id: help, label: Help, ${more} flow: ${flow} }, { id: night, label: Night }]`, 'center.yaml', { production: false });
    return '';
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

const documented = (await readFile(join(import.meta.dirname, '../../../docs/flow.md'), 'utf8')).split('```')[1]?.replace('yaml\n', '') ?? '';

describe('a flow in the contact-center file', () => {
  it('FL3 is taken where it fits', () => {
    expect(complaint('[]')).toBe('');
    expect(complaint('[{ hours: { closed: { queue: night } } }, { lastAgent: {} }, { notice: { id: a, text: { en: A } } }, { notice: { id: b, text: { en: B, de-AT: B } } }]', 'hours: office,')).toBe('');
  });

  it('FL3 is as docs/flow.md shows it', () => {
    const { queues } = parseConfig(`portals: [{ id: bank, name: Bank, keys: [{ id: one, secret: "12345678" }], queues: [loans] }]\n${documented}`, 'flow.md', { production: false });
    expect(queues[0]?.flow.map(({ kind }) => kind)).toEqual(['hours', 'notice', 'entitlement', 'crm', 'lastAgent', 'dissuasion', 'overflow']);
  });

  it.each([
    ['[{ notise: {} }]', /center\.yaml: queues\[0\]\.flow\[0\]: .*notise/],
    ['[{}]', /center\.yaml: queues\[0\]\.flow\[0\]: expected one step: hours, notice, entitlement, crm, lastAgent, dissuasion, overflow/],
    ['[{ lastAgent: {}, overflow: { after: 60, queue: night } }]', /queues\[0\]\.flow\[0\]: expected one step/],
    ['[{ notice: { id: a, text: {} } }]', /queues\[0\]\.flow\[0\]\.notice\.text: expected a text in at least one language/],
    ['[{ notice: { id: a, text: { en: A } } }, { notice: { id: a, text: { en: B } } }]', /queues\[0\]\.flow\[1\]: the notice "a" stands twice/],
    ['[{ lastAgent: {} }, { lastAgent: {} }]', /queues\[0\]\.flow\[1\]: lastAgent stands twice/],
    ['[{ hours: { closed: end } }]', /queues\[0\]\.flow\[0\]: this queue is always open; give it `hours`/],
    ['[{ overflow: { after: 60, queue: nigth } }]', /queues\[0\]\.flow\[0\]\.overflow\.queue: no queue "nigth" in this file; there are: help, night/],
    ['[{ overflow: { after: 60, queue: help } }]', /queues\[0\]\.flow\[0\]\.overflow\.queue: expected another queue/],
    ['[{ dissuasion: { tooLong: { over: 60, instead: { queue: nowhere } } } }]', /queues\[0\]\.flow\[0\]\.dissuasion\.tooLong\.instead\.queue: no queue "nowhere"/],
    ['[{ dissuasion: { tooLong: { over: 60, instead: go } } }]', /queues\[0\]\.flow\[0\]\.dissuasion\.tooLong\.instead: expected `end`, or a map of queue, priority, offer, message/],
    ['[{ dissuasion: {} }]', /queues\[0\]\.flow\[0\]\.dissuasion: expected one of tooLong, tooFull, nobodyThere/],
    ['[{ entitlement: { url: "ftp://a.example", attribute: contract } }]', /queues\[0\]\.flow\[0\]\.entitlement\.url/],
    ['[{ entitlement: { url: "https://a.example", attribute: contract, timeout: 60 } }]', /queues\[0\]\.flow\[0\]\.entitlement\.timeout/],
    ['[{ crm: { rules: [{ when: { attribute: tier }, priority: 90 }] } }]', /queues\[0\]\.flow\[0\]\.crm\.rules\[0\]\.when: expected exactly one of is, in, atLeast, atMost, exists/],
    ['[{ crm: { rules: [{ when: { attribute: tier, is: gold } }] } }]', /queues\[0\]\.flow\[0\]\.crm\.rules\[0\]: expected a priority, a queue, or both/],
    ['[{ crm: { rules: [{ when: { attribute: tier, is: gold }, queue: none }] } }]', /queues\[0\]\.flow\[0\]\.crm\.rules\[0\]\.queue: no queue "none"/],
  ])('FL3 is complained about: %s', (flow, expected) => {
    expect(complaint(flow)).toMatch(expected);
  });

  it('FL3 offers callbacks only where the queue makes them', () => {
    const offers = '[{ dissuasion: { tooFull: { over: 1, instead: { offer: [callback] } } } }]';
    expect(complaint(offers)).toContain('queues[0].flow[0].dissuasion.tooFull.instead.offer: this queue calls nobody back: set `callback.page` or `callback.phone`');
    expect(complaint(offers, 'callback: { page: true },')).toBe('');
    expect(complaint('[{ hours: { closed: { offer: [callback] } } }]', 'hours: office, callback: { phone: true },')).toBe('');
  });

  it('FL19 offers messages only where the queue takes them', () => {
    const offers = '[{ hours: { closed: { offer: [message] } } }, { dissuasion: { nobodyThere: { instead: { offer: [wait, callback, message] } } } }]';
    expect(complaint(offers, 'hours: office, callback: { page: true },')).toContain('queues[0].flow[0].hours.closed.offer: this queue takes no messages in the widget: set `messages.fromWidget`');
    expect(complaint(offers, 'hours: office, callback: { page: true }, messages: { fromWidget: true },')).toBe('');
  });

  it('FL3 refuses what cannot be while a queue is closed', () => {
    expect(complaint('[{ hours: { closed: { offer: [wait] } } }]', 'hours: office,')).toContain('queues[0].flow[0].hours.closed.offer: nobody comes while the queue is closed');
    expect(complaint('[{ hours: { closed: { priority: 10 } } }]', 'hours: office,')).toContain('queues[0].flow[0].hours.closed: expected end, queue or offer');
  });
});
