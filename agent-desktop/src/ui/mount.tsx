/** Puts the React part on the page; loaded by main.ts beside, not before, the softphone. */
import '../style/tokens.css';
import '../style/base.css';
import '../style/controls.css';
import '../style/layout.css';
import '../style/workspace.css';
import '../style/stages.css';
import '../style/supervision.css';
import { createRoot } from 'react-dom/client';
import type { Desk } from '../desk/desk.ts';
import { App } from './app.tsx';
import { DeskProvider } from './desk-context.tsx';

export function mount(desk: Desk, element: HTMLElement): void {
  createRoot(element).render(<DeskProvider desk={desk}><App /></DeskProvider>);
}
