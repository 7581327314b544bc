/** A field for a date, a time, a range or a colour, as the agent may set it for the customer: one of the same kind, since nothing can be changed in the rebuilt page itself. */
import { openPopover, type PopoverPlace } from './popover.ts';

/** Answers the value, as HTML writes it, or null where none was given. */
export function askValue(field: HTMLInputElement, { send, ...place }: PopoverPlace & { readonly send: string }): Promise<string | null> {
  const box = document.createElement('div');
  box.className = 'popover value';
  box.setAttribute('role', 'group');
  const own = document.createElement('input');
  for (const name of ['type', 'min', 'max', 'step']) {
    const value = field.getAttribute(name);
    if (value !== null) own.setAttribute(name, value);
  }
  own.value = field.value;
  own.setAttribute('aria-label', place.label);
  const shown = document.createElement('output');
  const show = (): void => { shown.textContent = own.type === 'range' || own.type === 'color' ? own.value : ''; };
  show();
  own.addEventListener('input', show);
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = send;
  box.append(own, shown, button);
  return openPopover(box, place, (answer) => {
    // What is half written has no value yet; the browser says so at the field.
    const give = (): void => { if (own.reportValidity()) answer(own.value); };
    button.addEventListener('click', give);
    own.addEventListener('keydown', (event) => { if (event.key === 'Enter') give(); });
    return own;
  });
}
