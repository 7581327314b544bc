import { describe, expect, it } from 'vitest';
import type { AgentContact } from '#shared/agent-protocol.ts';
import { catalogues } from '../i18n/catalogue.ts';
import { chooseLanguage, translator } from '../i18n/translate.ts';
import { initials } from './customer-name.ts';
import { clockTime, waitText } from './duration.ts';
import { attributeLabel } from './labels.ts';
import { safeHref, shortAddress } from './safe-link.ts';
import { selectContact } from './selection.ts';
import { canSendNow, isDispositionRequired } from './wrap-up-rules.ts';

const contact = (contactId: string, slot: AgentContact['slot']): AgentContact => ({ contactId, slot }) as AgentContact;

describe('what the screen says', () => {
  it('AD22 has every text in both languages with the same parameters, and takes the browser\'s language unless told', () => {
    const parameters = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();
    for (const key of Object.keys(catalogues.en) as Array<keyof typeof catalogues.en>) {
      expect(parameters(catalogues.de[key]), key).toEqual(parameters(catalogues.en[key]));
      expect(catalogues.de[key], key).not.toBe('');
    }
    expect(chooseLanguage(null, ['fr-FR', 'de-AT', 'en'])).toBe('de');
    expect(chooseLanguage('en', ['de'])).toBe('en');
    expect(chooseLanguage(null, ['fr'])).toBe('en');
    expect(translator('en')('notice.missed', { name: '{name}' })).toBe('You missed {name}.');
  });

  it('AD5 makes links of http addresses only', () => {
    expect(safeHref('https://bank.example/cards')).toBe('https://bank.example/cards');
    for (const url of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'no address']) expect(safeHref(url), url).toBeNull();
    expect(shortAddress('https://bank.example/cards?session=1#x')).toBe('bank.example/cards');
  });

  it('AD5 shows the chosen contact while it is there, else the running call before an offer before a wrap-up', () => {
    const contacts = [contact('w', 'wrapUp'), contact('r', 'reserved'), contact('e', 'engaged')];
    expect(selectContact(contacts, null)?.contactId).toBe('e');
    expect(selectContact(contacts, 'w')?.contactId).toBe('w');
    expect(selectContact(contacts.slice(0, 2), 'gone')?.contactId).toBe('r');
    expect(selectContact([], 'w')).toBeNull();
  });

  it('AD5 tells durations, ranges, names and attributes as people do', () => {
    expect([0, 65, 3605, -3].map(clockTime)).toEqual(['0:00', '1:05', '1:00:05', '0:00']);
    const text = translator('en');
    expect([waitText({ low: 60, high: 170 }, text), waitText({ low: 0, high: 20 }, text), waitText(null, text)]).toEqual(['1–3 min', 'up to 1 min', 'not enough data']);
    expect([initials('Maria von Weber'), initials('李'), initials('')]).toEqual(['MW', '李', '']);
    expect(['customerSince', 'open_complaint', 'IBAN', 'two-factor'].map(attributeLabel)).toEqual(['Customer since', 'Open complaint', 'IBAN', 'Two-factor']);
  });

  it('AD9 wants an outcome where the queue says so and has any', () => {
    const wrapUp = { dispositions: ['Solved'], endsAt: null };
    expect(isDispositionRequired({ mode: 'mandatory', ...wrapUp })).toBe(true);
    expect(isDispositionRequired({ mode: 'mandatoryTimeboxed', ...wrapUp })).toBe(true);
    expect(isDispositionRequired({ mode: 'optional', ...wrapUp })).toBe(false);
    expect(isDispositionRequired({ mode: 'mandatory', dispositions: [], endsAt: null })).toBe(false);
  });

  it('AD23 sends what the gateway takes before the system ends a wrap-up', () => {
    const [timeboxed, optional] = [{ mode: 'mandatoryTimeboxed', dispositions: ['Solved'], endsAt: null }, { mode: 'optional', dispositions: ['Solved'], endsAt: null }] as const;
    expect([canSendNow({ disposition: null, notes: 'typed' }, timeboxed), canSendNow({ disposition: 'Solved', notes: '' }, timeboxed)]).toEqual([false, true]);
    expect([canSendNow({ disposition: null, notes: 'typed' }, optional), canSendNow({ disposition: null, notes: ' ' }, optional)]).toEqual([true, false]);
  });
});
