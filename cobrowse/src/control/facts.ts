/** What the gate must know of an element, read from the live page at the moment of the action. */
import { boxOf, closestAcross, elementAt } from '../dom/geometry.ts';
import { fieldTags, readField } from '../policy/fields.ts';
import { allowSubmitAttribute, isEditable, unmaskAttribute } from '../policy/markers.ts';
import type { RulesInPage } from '../recorder/rules-in-page.ts';
import type { FieldFacts, TargetFacts } from './gate.ts';

/** What takes a press that falls on something inside it. */
const pressable = 'a[href],area[href],button,input,select,textarea,label,summary,[contenteditable]:not([contenteditable="false"])';

/** `place`: within the element, by ratios, where it is pressed; null where no place matters. */
export function factsOf(element: Element, place: { readonly x: number; readonly y: number } | null, rules: RulesInPage): TargetFacts {
  const taker = takerOf(element);
  const field = fieldFacts(taker, rules);
  const both = taker === element ? [element] : [element, taker];
  return {
    isThere: element.isConnected && taker.isConnected,
    isBlocked: both.some((one) => rules.isBlocked(one)),
    // A field's own words are its value; whether that may be read is asked of the field.
    isOpen: both.every((one) => fieldTags.has(one.localName) ? true : rules.isOpen(one)),
    isReadonly: both.some((one) => rules.isReadonly(one)),
    isDisabled: both.some((one) => one.matches(':disabled') || closestAcross(one, '[aria-disabled="true"],[inert]') !== null),
    isCovered: place !== null && isCovered(element, place),
    field,
    leadsTo: consequenceOf(taker),
    maySubmit: maySubmit(taker),
  };
}

/** The place of an element in the viewport, which is brought into sight first: whoever looks on freely may press what the customer has scrolled away. */
export function pointOf(element: Element, place: { readonly x: number; readonly y: number }): { readonly x: number; readonly y: number } {
  const point = (): { x: number; y: number } => {
    const { left, top, width, height } = boxOf(element);
    return { x: left + inner(place.x, width), y: top + inner(place.y, height) };
  };
  const { x, y } = point();
  if (x >= 0 && y >= 0 && x < innerWidth && y < innerHeight) return { x, y };
  element.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
  return point();
}

/** The very edge of a box is outside of it already. */
function inner(ratio: number, length: number): number {
  return Math.min(Math.max(ratio * length, Math.min(0.5, length / 2)), Math.max(length - 0.5, length / 2));
}

function isCovered(element: Element, place: { readonly x: number; readonly y: number }): boolean {
  const { x, y } = pointOf(element, place);
  const hit = elementAt(document, x, y);
  // What lies inside may be hit where it has nothing of its own that would take the press.
  return hit === null || (hit !== element && !(element.contains(hit) && takerOf(hit) === takerOf(element)));
}

/** What takes the press: the button around an icon, the field that a label stands for; else the element itself. */
export function takerOf(element: Element): Element {
  const nearest = closestAcross(element, pressable);
  if (nearest === null) return element;
  return nearest.localName === 'label' ? (nearest as HTMLLabelElement).control ?? element : nearest;
}

function fieldFacts(element: Element, rules: RulesInPage): FieldFacts | null {
  const tag = element.localName;
  if (isEditable(element.getAttribute('contenteditable') ?? undefined)) return { type: 'editable', isOpen: rules.isOpenField(element), isSecret: false, isReadOnly: false };
  const field = readField(tag, { ...attributesOf(element), [unmaskAttribute]: '' });
  if (field === null) return null;
  const isSecret = !field.open;
  return { type: field.type, isOpen: !isSecret && rules.isOpenField(element), isSecret, isReadOnly: element.hasAttribute('readonly') };
}

function attributesOf(element: Element): Record<string, string> {
  return Object.fromEntries(Array.from(element.attributes, ({ name, value }) => [name, value]));
}

function consequenceOf(element: Element): TargetFacts['leadsTo'] {
  switch (element.localName) {
    case 'button':
      return (element as HTMLButtonElement).form !== null && (element as HTMLButtonElement).type !== 'button' ? 'submit' : 'nothing';
    case 'input': {
      const { type, form } = element as HTMLInputElement;
      if (type === 'file') return 'file';
      return form !== null && (type === 'submit' || type === 'image' || type === 'reset') ? 'submit' : 'nothing';
    }
    case 'a':
    case 'area':
      if (element.hasAttribute('download')) return 'file';
      return /^https?:$/.test((element as HTMLAnchorElement).protocol) ? 'nothing' : 'elsewhere';
    default: return 'nothing';
  }
}

function maySubmit(element: Element): boolean {
  const { form } = element as { readonly form?: Element | null };
  return [element, form ?? null].some((one) => one !== null && closestAcross(one, `[${allowSubmitAttribute}]`) !== null);
}
