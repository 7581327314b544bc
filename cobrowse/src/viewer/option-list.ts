/** The options of a select on the customer's page, as the agent may choose among them: a list of our own, since the rebuilt page opens none. */

/** Answers the value that was chosen, or null where none was. */
export function chooseOption(select: HTMLSelectElement, { parent, label, at }: {
  readonly parent: HTMLElement; readonly label: string; readonly at: { readonly x: number; readonly y: number };
}): Promise<string | null> {
  return new Promise((resolve) => {
    const list = document.createElement('select');
    list.className = 'options';
    list.setAttribute('aria-label', label);
    for (const option of select.options) {
      const made = new Option(option.textContent ?? '', option.value, false, option.value === select.value);
      made.disabled = option.disabled;
      list.append(made);
    }
    list.size = Math.min(8, Math.max(2, list.options.length));
    list.style.left = `${Math.min(at.x, Math.max(0, parent.clientWidth - 240))}px`;
    list.style.top = `${Math.min(at.y, Math.max(0, parent.clientHeight - 200))}px`;
    let isOver = false;
    const end = (value: string | null): void => {
      if (isOver) return;
      isOver = true;
      list.remove();
      resolve(value);
    };
    list.addEventListener('click', (event) => { if ((event.target as Element).localName === 'option') end(list.value); });
    list.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') end(list.value);
      if (event.key === 'Escape') end(null);
    });
    list.addEventListener('blur', () => end(null));
    parent.append(list);
    list.focus();
  });
}
