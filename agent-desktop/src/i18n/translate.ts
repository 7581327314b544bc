/** Turns catalogue keys into texts. Parameters stand in braces: `{name}`. */
import { catalogues, type Language, type TextKey } from './catalogue.ts';

export type Translate = (key: TextKey, parameters?: Readonly<Record<string, string | number>>) => string;

export function translator(language: Language): Translate {
  const texts = catalogues[language];
  return (key, parameters = {}) => texts[key].replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole));
}

/** The agent's choice, else the first of the browser's languages that there is a catalogue for, else English. */
export function chooseLanguage(choice: Language | null, browserLanguages: readonly string[]): Language {
  if (choice !== null) return choice;
  for (const tag of browserLanguages) {
    const language = tag.slice(0, 2).toLowerCase();
    if (language === 'en' || language === 'de') return language;
  }
  return 'en';
}
