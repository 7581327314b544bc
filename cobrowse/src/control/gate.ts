/**
 * Whether an agent's action may be done to an element, by what the element is. Pure, and the last word: it is asked in the customer's page,
 * immediately before, by facts that were read from the live page.
 *
 * The rule behind it all: what the agent cannot read, they cannot touch; and what binds the customer (a secret, a payment, a form that is
 * sent) stays the customer's to do, unless the integrator says otherwise.
 */
import type { ControlAction, Refusal } from '#shared/cobrowse-hands.ts';
import { isSetType, isValueOf } from '../policy/fields.ts';

/** The field that an action would reach: the element itself, or what its label stands for. */
export interface FieldFacts {
  /** The type of an input, or `textarea`, `select`, `editable`. */
  readonly type: string;
  /** Its value may be read. */
  readonly isOpen: boolean;
  /** A password, a card, a code: whatever the integrator says. */
  readonly isSecret: boolean;
  readonly isReadOnly: boolean;
}

export interface TargetFacts {
  /** In the page, and rendered. */
  readonly isThere: boolean;
  readonly isBlocked: boolean;
  /** Its text may be read. */
  readonly isOpen: boolean;
  /** The integrator keeps agents from touching it. */
  readonly isReadonly: boolean;
  readonly isDisabled: boolean;
  /** At the place that was meant something else would take the press. */
  readonly isCovered: boolean;
  readonly field: FieldFacts | null;
  /** What pressing it would bring about beyond the page's own scripts. */
  readonly leadsTo: 'nothing' | 'submit' | 'file' | 'elsewhere';
  /** The integrator lets agents send this form. */
  readonly maySubmit: boolean;
}

const typable: ReadonlySet<string> = new Set(['text', 'search', 'url', 'tel', 'email', 'number', 'textarea', 'editable']);
const isTypable = (type: string): boolean => typable.has(type);
const manyLines: ReadonlySet<string> = new Set(['textarea', 'editable']);

/** Null: it may be done. */
export function refusalOf(action: ControlAction, target: TargetFacts): Refusal | null {
  if (!target.isThere) return 'gone';
  if (target.isBlocked) return 'hidden';
  switch (action.kind) {
    case 'move':
    case 'scroll': return null;
    case 'click': return touched(target) ?? pressed(target);
    case 'type': return changed(target, isTypable);
    case 'key': return changed(target, isTypable) ?? (action.key === 'Enter' && !manyLines.has(target.field?.type ?? '') && !target.maySubmit ? 'submit' : null);
    case 'choose': return changed(target, (type) => type === 'select');
    case 'set': return changed(target, isSetType) ?? (isValueOf(target.field?.type ?? '', action.value) ? null : 'unfit');
  }
}

/** What holds for everything that changes something. */
function touched({ field, isOpen, isReadonly, isDisabled }: TargetFacts): Refusal | null {
  if (field?.isSecret === true) return 'secret';
  if (!isOpen || field?.isOpen === false) return 'hidden';
  if (isReadonly) return 'readOnly';
  return isDisabled ? 'disabled' : null;
}

function pressed({ leadsTo, maySubmit, isCovered }: TargetFacts): Refusal | null {
  if (leadsTo === 'file' || leadsTo === 'elsewhere') return leadsTo;
  if (leadsTo === 'submit' && !maySubmit) return 'submit';
  return isCovered ? 'covered' : null;
}

/** `fits`: the types of field that take this kind of change. */
function changed(target: TargetFacts, fits: (type: string) => boolean): Refusal | null {
  const { field } = target;
  if (field === null) return 'unfit';
  const refusal = touched(target);
  if (refusal !== null) return refusal;
  if (!fits(field.type)) return 'unfit';
  return field.isReadOnly ? 'readOnly' : null;
}
