/** Every text of the desk, in every language. */
import { english } from './english.ts';
import { german } from './german.ts';

export type TextKey = keyof typeof english;
export type Language = 'en' | 'de';

export const catalogues: Readonly<Record<Language, Readonly<Record<TextKey, string>>>> = { en: english, de: german };
