import { describe, expect, it } from 'vitest';
import { explainSchema } from '#shared/flow-api.ts';
import { attributesIn, emptyForm, questionOf } from './explain-question.ts';

describe('the question about a flow', () => {
  it('FL17 leaves out what is not said, so that the gateway looks at what is', () => {
    expect(questionOf({ ...emptyForm, queue: 'help' })).toEqual({ queue: 'help', customer: null, ask: false, assume: {} });
  });

  it('FL17 is one that the gateway takes', () => {
    const question = questionOf({
      queue: 'help', customerId: ' c-1 ', attributes: 'contract: 007\nvip\nsince: 2019\n', at: '2026-11-24T10:00', ask: true, entitled: 'no', crm: 'tier: gold', waiting: '3', waitMinutes: '2', loggedIn: '0',
    });
    expect(explainSchema.parse(question)).toMatchObject({
      customer: { id: 'c-1', attributes: { contract: '007', vip: true, since: 2019 } }, ask: true, assume: { entitled: false, crm: { tier: 'gold' }, waiting: 3, ewt: { low: 120, high: 120 }, loggedIn: 0 },
    });
  });

  it('FL17 reads attributes as a portal would send them', () => {
    expect(attributesIn('  \n')).toBeNull();
    expect(attributesIn('a: true\nb: -1.5\nc: 12:30\nd: 01\n: no name')).toEqual({ a: true, b: -1.5, c: '12:30', d: '01' });
  });
});
