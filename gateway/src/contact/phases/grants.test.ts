import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askedGrant, grantKinds, noGrants, type GrantKind, type Grants } from '#shared/cobrowse-grants.ts';
import { asked, forTheNextAgent, granted, isNothing, mayAsk, revoked } from './grants.ts';

const kinds = fc.constantFrom(...grantKinds);
const steps = fc.array(fc.record({ kind: kinds, step: fc.constantFrom('asked', 'granted', 'revoked', 'next') }), { maxLength: 40 });

function after(grants: Grants, { kind, step }: { readonly kind: GrantKind; readonly step: string }): Grants {
  if (step === 'asked') return asked(grants, kind);
  if (step === 'granted') return granted(grants, kind);
  return step === 'revoked' ? revoked(grants, kind) : forTheNextAgent(grants);
}

describe('grants', () => {
  it('CB100 are asked for one at a time, the view first, and only what was asked for can be granted', () => {
    expect(asked(noGrants, 'control')).toBe(noGrants);
    const seen = granted(asked(noGrants, 'view'), 'view');
    expect(granted(seen, 'control')).toBe(seen);
    const drawing = asked(seen, 'annotate');
    expect(asked(drawing, 'control')).toBe(drawing);
    expect(granted(drawing, 'control')).toBe(drawing);
    expect(asked(granted(drawing, 'annotate'), 'control')).toEqual({ view: 'granted', annotate: 'granted', control: 'asked', record: 'off' });
    // The customer may show their page unasked.
    expect(granted(noGrants, 'view').view).toBe('granted');
  });

  it('CB100 hold in any order of questions and answers: one question, nothing without the view, nothing granted that was not asked', () => {
    fc.assert(fc.property(steps, (all) => {
      let grants = noGrants;
      for (const step of all) {
        const before = grants;
        grants = after(grants, step);
        expect(grantKinds.filter((kind) => grants[kind] === 'asked').length).toBeLessThanOrEqual(1);
        if (grants.view !== 'granted') expect({ ...grants, view: 'off', screen: undefined }).toEqual(noGrants);
        for (const kind of ['annotate', 'control', 'record'] as const) if (grants[kind] === 'granted') expect(before[kind]).not.toBe('off');
        expect(mayAsk(grants, step.kind)).toBe(asked(grants, step.kind) !== grants);
      }
    }));
  });

  it('CB101 end with the view, and each by itself without it', () => {
    const all: Grants = { view: 'granted', annotate: 'granted', control: 'granted', record: 'granted' };
    expect(isNothing(revoked(all, 'view'))).toBe(true);
    expect(revoked(all, 'control')).toEqual({ ...all, control: 'off' });
    expect(revoked(revoked(all, 'control'), 'control')).toEqual({ ...all, control: 'off' });
  });

  it('CB102 pass on with the customer what is seen and kept, and no hand in the page', () => {
    expect(forTheNextAgent({ view: 'granted', annotate: 'granted', control: 'granted', record: 'granted' })).toEqual({ view: 'granted', annotate: 'off', control: 'off', record: 'granted' });
    const question = forTheNextAgent({ view: 'granted', annotate: 'off', control: 'asked', record: 'off' });
    expect(askedGrant(question)).toBeNull();
    expect(forTheNextAgent({ ...noGrants, view: 'asked' })).toEqual(noGrants);
  });

  it('CB130 know the screen as a matter of its own: asked for or offered without the page, ended without it, and not passed on', () => {
    const question = asked(noGrants, 'screen');
    expect(question).toEqual({ ...noGrants, screen: 'asked' });
    expect(mayAsk(question, 'view')).toBe(false);
    expect(revoked(question, 'screen')).toEqual(noGrants);
    const shown = granted(noGrants, 'screen');
    expect(shown).toEqual({ ...noGrants, screen: 'granted' });
    expect(granted(question, 'screen')).toEqual(shown);
    expect(isNothing(shown)).toBe(false);
    const both = granted(shown, 'view');
    expect(revoked(both, 'view')).toEqual(shown);
    expect(revoked(both, 'screen')).toEqual({ ...noGrants, view: 'granted' });
    expect(forTheNextAgent(both)).toEqual({ ...noGrants, view: 'granted' });
    expect(forTheNextAgent(shown)).toEqual(noGrants);
  });
});
