import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { typedKeys } from '#shared/cobrowse-hand-bounds.ts';
import type { ControlAction } from '#shared/cobrowse-hands.ts';
import { refusalOf, type TargetFacts } from './gate.ts';

const at = { nodeId: 1, x: 0.5, y: 0.5 };
const actions: fc.Arbitrary<ControlAction> = fc.oneof(
  fc.constantFrom<ControlAction>({ kind: 'move', at }, { kind: 'click', at }, { kind: 'scroll', nodeId: 1, dx: 0, dy: 9 }, { kind: 'type', nodeId: 1, text: 'a' }, { kind: 'choose', nodeId: 1, value: 'a' }, { kind: 'set', nodeId: 1, value: '2026-02-28' }, { kind: 'set', nodeId: 1, value: '5' }),
  fc.constantFrom(...typedKeys).map((key) => ({ kind: 'key', nodeId: 1, key }) as const),
);
const types = ['text', 'email', 'password', 'number', 'checkbox', 'radio', 'date', 'range', 'file', 'hidden', 'submit', 'button', 'textarea', 'select', 'editable'];
const facts: fc.Arbitrary<TargetFacts> = fc.record({
  isThere: fc.boolean(), isBlocked: fc.boolean(), isOpen: fc.boolean(), isReadonly: fc.boolean(), isDisabled: fc.boolean(), isCovered: fc.boolean(), maySubmit: fc.boolean(),
  field: fc.option(fc.record({ type: fc.constantFrom(...types), isOpen: fc.boolean(), isSecret: fc.boolean(), isReadOnly: fc.boolean() })),
  leadsTo: fc.constantFrom('nothing', 'submit', 'file', 'elsewhere'),
});
const open: TargetFacts = { isThere: true, isBlocked: false, isOpen: true, isReadonly: false, isDisabled: false, isCovered: false, field: null, leadsTo: 'nothing', maySubmit: false };
const field = { type: 'text', isOpen: true, isSecret: false, isReadOnly: false };
const changes = (action: ControlAction): boolean => action.kind !== 'move' && action.kind !== 'scroll';

describe('what an agent may do to an element', () => {
  it('CB111 is never anything to what is masked, blocked, secret, read-only, disabled or gone, whatever else it is', () => {
    fc.assert(fc.property(actions, facts, (action, target) => {
      if (refusalOf(action, target) !== null) return;
      expect(target.isThere && !target.isBlocked).toBe(true);
      if (!changes(action)) return;
      expect(target).toMatchObject({ isOpen: true, isReadonly: false, isDisabled: false });
      expect(target.field?.isSecret ?? false).toBe(false);
      expect(target.field?.isOpen ?? true).toBe(true);
      if (action.kind !== 'click') expect(target.field).toMatchObject({ isReadOnly: false });
    }));
  });

  it('CB112 never sends a form that the integrator did not give free, opens a file dialog, leaves the web or presses through what lies above', () => {
    fc.assert(fc.property(actions, facts, (action, target) => {
      if (refusalOf(action, target) !== null) return;
      if (action.kind === 'click') {
        expect(target.isCovered).toBe(false);
        expect(['file', 'elsewhere']).not.toContain(target.leadsTo);
        if (target.leadsTo === 'submit') expect(target.maySubmit).toBe(true);
      }
      if (action.kind === 'key' && action.key === 'Enter' && !['textarea', 'editable'].includes(target.field?.type ?? '')) expect(target.maySubmit).toBe(true);
    }));
  });

  it.each([
    ['a button', { kind: 'click', at }, open, null],
    ['a submit', { kind: 'click', at }, { ...open, leadsTo: 'submit' }, 'submit'],
    ['a submit that is free', { kind: 'click', at }, { ...open, leadsTo: 'submit', maySubmit: true }, null],
    ['a masked button', { kind: 'click', at }, { ...open, isOpen: false }, 'hidden'],
    ['a check box that is masked beside a label that is not', { kind: 'click', at }, { ...open, field: { ...field, type: 'checkbox', isOpen: false } }, 'hidden'],
    ['a password', { kind: 'type', nodeId: 1, text: 'a' }, { ...open, field: { ...field, type: 'password', isSecret: true } }, 'secret'],
    ['a date', { kind: 'type', nodeId: 1, text: '1' }, { ...open, field: { ...field, type: 'date' } }, 'unfit'],
    ['a paragraph', { kind: 'type', nodeId: 1, text: 'a' }, open, 'unfit'],
    ['a text field', { kind: 'type', nodeId: 1, text: 'a' }, { ...open, field }, null],
    ['Enter in a text field', { kind: 'key', nodeId: 1, key: 'Enter' }, { ...open, field }, 'submit'],
    ['Enter in a text area', { kind: 'key', nodeId: 1, key: 'Enter' }, { ...open, field: { ...field, type: 'textarea' } }, null],
    ['a choice in a text field', { kind: 'choose', nodeId: 1, value: 'a' }, { ...open, field }, 'unfit'],
    ['a choice in a select', { kind: 'choose', nodeId: 1, value: 'a' }, { ...open, field: { ...field, type: 'select' } }, null],
    ['a day in a date field', { kind: 'set', nodeId: 1, value: '2026-02-28' }, { ...open, field: { ...field, type: 'date' } }, null],
    ['a colour in a date field', { kind: 'set', nodeId: 1, value: '#00ff00' }, { ...open, field: { ...field, type: 'date' } }, 'unfit'],
    ['nothing in a range', { kind: 'set', nodeId: 1, value: '' }, { ...open, field: { ...field, type: 'range' } }, 'unfit'],
    ['a day in a text field', { kind: 'set', nodeId: 1, value: '2026-02-28' }, { ...open, field }, 'unfit'],
    ['a date field that is masked', { kind: 'set', nodeId: 1, value: '2026-02-28' }, { ...open, field: { ...field, type: 'date', isOpen: false } }, 'hidden'],
    ['pointing at what is masked', { kind: 'move', at }, { ...open, isOpen: false, isReadonly: true }, null],
  ] as const)('CB111 CB112 %s', (_what, action, target, refusal) => {
    expect(refusalOf(action, target)).toBe(refusal);
  });
});
