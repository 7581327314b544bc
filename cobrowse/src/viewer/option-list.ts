/** The options of a select on the customer's page, as the agent may choose among them: a list of our own, since the rebuilt page opens none. */
import { openPopover, type PopoverPlace } from './popover.ts';

/** Answers the value that was chosen, or null where none was. */
export function chooseOption(select: HTMLSelectElement, place: PopoverPlace): Promise<string | null> {
  const list = document.createElement('select');
  list.className = 'popover options';
  for (const option of select.options) {
    const made = new Option(option.textContent ?? '', option.value, false, option.value === select.value);
    made.disabled = option.disabled;
    list.append(made);
  }
  list.size = Math.min(8, Math.max(2, list.options.length));
  return openPopover(list, place, (answer) => {
    list.addEventListener('click', (event) => { if ((event.target as Element).localName === 'option') answer(list.value); });
    list.addEventListener('keydown', (event) => { if (event.key === 'Enter') answer(list.value); });
    return list;
  });
}
