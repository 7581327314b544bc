import { expect, it } from 'vitest';
import { shortcutLabel, shortcutOf, shortcuts, type KeyPress } from './shortcuts.ts';

const press = (patch: Partial<KeyPress>): KeyPress => ({ key: 'a', code: 'KeyA', altKey: true, ctrlKey: false, metaKey: false, shiftKey: false, repeat: false, ...patch });

it('AD4 knows a key by its letter, and by its place where Alt makes another character', () => {
  expect(shortcutOf(press({}))).toBe('accept');
  expect(shortcutOf(press({ key: 'å', code: 'KeyA' }))).toBe('accept');
  expect(shortcutOf(press({ key: 'm', code: 'Semicolon' }))).toBe('mute');
  expect(shortcutOf(press({ key: '1', code: 'Digit1' }))).toBe('available');
});

it('AD4 takes no bare characters, no AltGr, no repetition', () => {
  for (const patch of [{ altKey: false }, { ctrlKey: true }, { metaKey: true }, { shiftKey: true }, { repeat: true }, { key: 'z', code: 'KeyZ' }]) {
    expect(shortcutOf(press(patch))).toBeNull();
  }
});

it('AD4 gives every action a key of its own', () => {
  expect(new Set(Object.values(shortcuts)).size).toBe(Object.keys(shortcuts).length);
  expect(shortcutLabel('mute', 'MacIntel')).toBe('⌥M');
  expect(shortcutLabel('mute', 'Win32')).toBe('Alt+M');
});
