/** How components reach the desk, its state, the texts and the time. */
import { createContext, use, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import type { Desk } from '../desk/desk.ts';
import type { DeskState } from '../desk/desk-state.ts';
import type { Language } from '../i18n/catalogue.ts';
import { chooseLanguage, translator, type Translate } from '../i18n/translate.ts';

const DeskContext = createContext<Desk | null>(null);
const TextContext = createContext<{ readonly text: Translate; readonly language: Language }>({ text: translator('en'), language: 'en' });

export function DeskProvider({ desk, children }: { desk: Desk; children: ReactNode }): ReactNode {
  const { preferences } = useSyncExternalStore(desk.subscribe, desk.snapshot);
  const language = chooseLanguage(preferences.language, navigator.languages);
  const [texts, setTexts] = useState({ text: translator(language), language });
  if (texts.language !== language) setTexts({ text: translator(language), language });
  useEffect(() => { document.documentElement.lang = language; }, [language]);
  useEffect(() => {
    if (preferences.theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = preferences.theme;
  }, [preferences.theme]);
  return <DeskContext value={desk}><TextContext value={texts}>{children}</TextContext></DeskContext>;
}

export function useDesk(): Desk {
  const desk = use(DeskContext);
  if (desk === null) throw new Error('No desk above this component.');
  return desk;
}

export function useDeskState(): DeskState {
  const desk = useDesk();
  return useSyncExternalStore(desk.subscribe, desk.snapshot);
}

export function useText(): Translate {
  return use(TextContext).text;
}

export function useLanguage(): Language {
  return use(TextContext).language;
}

/** The gateway's time, milliseconds, renewed at this interval. */
export function useNow(intervalMilliseconds = 1000): number {
  const { clock } = useDesk();
  const [now, setNow] = useState(() => clock.now());
  useEffect(() => {
    const timer = setInterval(() => { setNow(clock.now()); }, intervalMilliseconds);
    return () => { clearInterval(timer); };
  }, [clock, intervalMilliseconds]);
  return now;
}
