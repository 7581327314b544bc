/** Binds the keyboard to the desk's actions while the component that calls this is shown. */
import { useEffect, useRef } from 'react';
import { shortcutOf, type ShortcutAction } from './shortcuts.ts';

export type ShortcutHandlers = Partial<Record<ShortcutAction, () => void>>;

export function useShortcuts(handlers: ShortcutHandlers, options: { enabled: boolean; help: () => void }): void {
  const current = useRef({ handlers, options });
  useEffect(() => { current.current = { handlers, options }; });
  useEffect(() => {
    const handleKey = (event: KeyboardEvent): void => {
      const { handlers, options } = current.current;
      if (!options.enabled) return;
      if (event.key === '?' && !isTyping(event.target)) {
        event.preventDefault();
        options.help();
        return;
      }
      const action = shortcutOf(event);
      const handler = action === null ? undefined : handlers[action];
      if (handler === undefined) return;
      event.preventDefault();
      handler();
    };
    // Capturing: React Aria's menus and fields stop key events from bubbling.
    window.addEventListener('keydown', handleKey, { capture: true });
    return () => { window.removeEventListener('keydown', handleKey, { capture: true }); };
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
}
