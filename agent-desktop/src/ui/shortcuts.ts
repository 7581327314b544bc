/**
 * The keyboard: every action of a call has one key with Alt, so that it works while notes are being typed, and none is a bare
 * character that dictation or a slip could trigger (WCAG 2.1.4; the preferences switch all of them off).
 */

export const shortcuts = {
  accept: 'A', reject: 'R', mute: 'M', camera: 'V', hold: 'H', keypad: 'K', handOver: 'T', swap: 'W', merge: 'J', complete: 'C', drop: 'D', hangUp: 'X',
  cobrowse: 'S', notes: 'N', write: 'E', proposeCall: 'P', nextContact: 'Q', callBack: 'B', history: 'Y', tickets: 'I', myDay: 'G', available: '1', break: '2', offline: '3',
} as const;
export type ShortcutAction = keyof typeof shortcuts;

export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly repeat: boolean;
}

/** Which action a key press means, or null. The physical key counts where Alt makes another character (macOS). */
export function shortcutOf(press: KeyPress): ShortcutAction | null {
  if (!press.altKey || press.ctrlKey || press.metaKey || press.shiftKey || press.repeat) return null;
  const typed = /^[a-z0-9]$/i.test(press.key) ? press.key.toUpperCase() : press.code.replace(/^(Key|Digit)/, '');
  for (const [action, key] of Object.entries(shortcuts)) if (key === typed) return action as ShortcutAction;
  return null;
}

/** How the key is written on this machine. */
export function shortcutLabel(action: ShortcutAction, platform: string): string {
  return /mac|iphone|ipad/i.test(platform) ? `⌥${shortcuts[action]}` : `Alt+${shortcuts[action]}`;
}
