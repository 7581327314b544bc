/** What is on the screen: login, the desk, or that another desktop took over. */
import { useEffect, type ReactNode } from 'react';
import { startAlerts } from '../alerts/alerts.ts';
import { DeskPage } from './desk-page.tsx';
import { useDesk, useDeskState, useLanguage, useText } from './desk-context.tsx';
import { LoginPage, SupersededPage } from './login-page.tsx';

export function App(): ReactNode {
  const desk = useDesk();
  const { session } = useDeskState();
  const text = useText();
  const language = useLanguage();
  useEffect(() => startAlerts(desk, { text, language }), [desk, text, language]);
  switch (session.name) {
    case 'loggedOut': return <LoginPage expired={session.expired} />;
    case 'superseded': return <SupersededPage />;
    case 'loggedIn': return <DeskPage />;
  }
}
