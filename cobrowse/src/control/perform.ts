/**
 * Does in the page what the gate has let through, so that the page takes it for a person's: the native setters, under which frameworks notice,
 * and the events that go with them. They are synthetic, and every browser treats them so: they open no file dialog and no window.
 */
import type { TypedKey } from '#shared/cobrowse-hand-bounds.ts';
import type { ControlAction } from '#shared/cobrowse-hands.ts';
import { hostOf } from '../dom/geometry.ts';
import { pointOf } from './facts.ts';

type Field = HTMLInputElement | HTMLTextAreaElement;

/** Fields in which an agent has written, and which have not yet been left: they are owed a `change`. */
const unfinished = new WeakSet<Element>();

/** Answers false where the element could not take it after all. */
export function perform(action: Exclude<ControlAction, { kind: 'move' }>, element: Element): boolean {
  switch (action.kind) {
    case 'click': return press(element, action.at);
    case 'scroll': return scroll(element, action.dx, action.dy);
    case 'type': return write(element, (field) => insert(field, action.text), (target) => target.ownerDocument.execCommand('insertText', false, action.text));
    case 'key': return strike(element, action.key);
    case 'choose': return choose(element as HTMLSelectElement, action.value);
    case 'set': return set(element as HTMLInputElement, action.value);
  }
}

function press(element: Element, at: { readonly x: number; readonly y: number }): boolean {
  const { x: clientX, y: clientY } = pointOf(element, at);
  const common = { bubbles: true, cancelable: true, composed: true, view: element.ownerDocument.defaultView, clientX, clientY, button: 0 };
  const pointer = { ...common, pointerId: 1, pointerType: 'mouse', isPrimary: true };
  element.dispatchEvent(new PointerEvent('pointerdown', { ...pointer, buttons: 1 }));
  const isFree = element.dispatchEvent(new MouseEvent('mousedown', { ...common, buttons: 1, detail: 1 }));
  if (isFree) focusNear(element);
  element.dispatchEvent(new PointerEvent('pointerup', pointer));
  element.dispatchEvent(new MouseEvent('mouseup', { ...common, detail: 1 }));
  element.dispatchEvent(new MouseEvent('click', { ...common, detail: 1 }));
  return true;
}

/** As a press does: the nearest that takes the focus gets it. A label hands it on by itself. */
function focusNear(element: Element): void {
  for (let next: Element | null = element; next !== null; next = next.parentElement ?? hostOf(next)) {
    const candidate = next as HTMLElement;
    if (typeof candidate.focus !== 'function') continue;
    candidate.focus({ preventScroll: true });
    if ((candidate.getRootNode() as Document | ShadowRoot).activeElement === candidate) return;
  }
}

function scroll(element: Element, dx: number, dy: number): boolean {
  for (let next: Element | null = element; next !== null; next = next.parentElement ?? hostOf(next)) {
    if (!scrolls(next)) continue;
    const before = [next.scrollLeft, next.scrollTop];
    next.scrollBy({ left: dx, top: dy, behavior: 'instant' });
    // At its end, it hands the rest on to what is around it, as wheels do.
    if (next.scrollLeft !== before[0] || next.scrollTop !== before[1]) return true;
  }
  return true;
}

function scrolls(element: Element): boolean {
  if (element === element.ownerDocument.scrollingElement) return true;
  const { overflowX, overflowY } = getComputedStyle(element);
  return (element.scrollHeight > element.clientHeight && /auto|scroll/.test(overflowY)) || (element.scrollWidth > element.clientWidth && /auto|scroll/.test(overflowX));
}

/** Into a field through its native setter; into editable text by the browser's own editing, which keeps the page's undo. */
function write(element: Element, change: (field: Field) => { readonly value: string; readonly caret: number; readonly inputType: string; readonly data: string | null } | null, edit: (target: Element) => boolean): boolean {
  const target = element as HTMLElement;
  if (!isFocused(target)) {
    target.focus({ preventScroll: true });
    // A press of ours sets no caret: what is written goes on at the end.
    if (isText(target)) moveCaret(target, target.value.length);
    else caretToEnd(target);
  }
  if (!isText(target)) return edit(target);
  const changed = change(target);
  if (changed === null) return true;
  const { value, caret, inputType, data } = changed;
  const isWanted = target.dispatchEvent(new InputEvent('beforeinput', { bubbles: true, cancelable: true, composed: true, inputType, data }));
  if (!isWanted) return true;
  setValue(target, value);
  moveCaret(target, caret);
  target.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true, inputType, data }));
  owesChange(target);
  return true;
}

function insert(field: Field, text: string): { value: string; caret: number; inputType: string; data: string } | null {
  const [start, end] = selectionOf(field);
  const room = field.maxLength < 0 ? text.length : Math.max(0, field.maxLength - field.value.length + (end - start));
  const line = field.localName === 'textarea' ? text : text.replace(/[\r\n]+/g, ' ');
  const data = line.slice(0, room);
  if (data === '') return null;
  return { value: field.value.slice(0, start) + data + field.value.slice(end), caret: start + data.length, inputType: 'insertText', data };
}

function strike(element: Element, key: TypedKey): boolean {
  const keyboard = { bubbles: true, cancelable: true, composed: true, key, code: key };
  if (element.dispatchEvent(new KeyboardEvent('keydown', keyboard))) applyKey(element, key);
  element.dispatchEvent(new KeyboardEvent('keyup', keyboard));
  return true;
}

function applyKey(element: Element, key: TypedKey): void {
  switch (key) {
    case 'Backspace':
    case 'Delete': {
      write(element, (field) => remove(field, key), (target) => target.ownerDocument.execCommand(key === 'Delete' ? 'forwardDelete' : 'delete'));
      return;
    }
    case 'ArrowLeft':
    case 'ArrowRight': {
      if (!isText(element)) return;
      const [start, end] = selectionOf(element);
      moveCaret(element, start === end ? start + (key === 'ArrowLeft' ? -1 : 1) : key === 'ArrowLeft' ? start : end);
      return;
    }
    case 'Enter': {
      if (element.localName === 'textarea' || !isText(element)) write(element, (field) => insert(field, '\n'), (target) => target.ownerDocument.execCommand('insertParagraph'));
      else element.form?.requestSubmit();
    }
  }
}

function remove(field: Field, key: 'Backspace' | 'Delete'): { value: string; caret: number; inputType: string; data: null } | null {
  const [start, end] = selectionOf(field);
  // A sign may be two code units; half of one is none.
  const before = Array.from(field.value.slice(0, start)).at(-1)?.length ?? 0;
  const after = Array.from(field.value.slice(end)).at(0)?.length ?? 0;
  const from = start === end && key === 'Backspace' ? start - before : start;
  const to = start === end && key === 'Delete' ? end + after : end;
  if (from === to) return null;
  return { value: field.value.slice(0, from) + field.value.slice(to), caret: from, inputType: key === 'Delete' ? 'deleteContentForward' : 'deleteContentBackward', data: null };
}

function choose(select: HTMLSelectElement, value: string): boolean {
  // What the agent reads of an option is its words; its value need not travel.
  const options = Array.from(select.options).filter((one) => !one.disabled);
  const option = options.find((one) => one.value === value) ?? options.find((one) => one.text === value.trim());
  if (option === undefined) return false;
  if (select.value !== option.value) settle(select, option.value);
  return true;
}

/** Only what the field's own picker would give: a day that there is, within its bounds, on its steps. */
function set(field: HTMLInputElement, value: string): boolean {
  const probe = document.createElement('input');
  for (const name of ['type', 'min', 'max', 'step', 'value']) {
    const own = field.getAttribute(name);
    if (own !== null) probe.setAttribute(name, own);
  }
  probe.value = value;
  if (probe.value !== value.toLowerCase() && probe.value !== value) return false;
  if (!probe.validity.valid) return false;
  field.focus({ preventScroll: true });
  if (field.value !== probe.value) settle(field, probe.value);
  return true;
}

/** What is chosen is told at once; only typing waits for the field to be left. */
function settle(field: HTMLInputElement | HTMLSelectElement, value: string): void {
  setValue(field, value);
  field.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
  field.dispatchEvent(new Event('change', { bubbles: true }));
}

/** By the setter of the element's own class: frameworks put one of theirs before it, to notice what comes from elsewhere. */
function setValue(element: Field | HTMLSelectElement, value: string): void {
  Reflect.set(Object.getPrototypeOf(element) as object, 'value', value, element);
}

/** A browser gives `change` for what was typed when the field is left; for what a script set, never. */
function owesChange(field: Field): void {
  if (unfinished.has(field)) return;
  unfinished.add(field);
  field.addEventListener('blur', () => {
    unfinished.delete(field);
    field.dispatchEvent(new Event('change', { bubbles: true }));
  }, { once: true });
}

function isText(element: Element): element is Field {
  return element.localName === 'input' || element.localName === 'textarea';
}

function isFocused(element: Element): boolean {
  return (element.getRootNode() as Document | ShadowRoot).activeElement === element;
}

/** Some types of input tell no caret: there, writing goes on at the end. */
function selectionOf(field: Field): readonly [number, number] {
  const { length } = field.value;
  return [field.selectionStart ?? length, field.selectionEnd ?? length];
}

function moveCaret(field: Field, to: number): void {
  if (field.selectionStart === null) return;
  const caret = Math.min(Math.max(to, 0), field.value.length);
  field.setSelectionRange(caret, caret);
}

function caretToEnd(element: Element): void {
  element.ownerDocument.getSelection()?.selectAllChildren(element);
  element.ownerDocument.getSelection()?.collapseToEnd();
}
