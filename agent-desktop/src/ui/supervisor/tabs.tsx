/** The tabs of the supervisor's page in their order. A tab renders inside the page's `main` and begins with its own `h1`; it loads when it is first opened. */
import { lazy, type ComponentType } from 'react';
import type { AgentView } from '#shared/agent-protocol.ts';
import type { TextKey } from '../../i18n/catalogue.ts';
import { QueuesTab } from './queues-tab.tsx';

export interface SupervisorTab {
  /** Its part of the address. */
  readonly name: string;
  readonly label: TextKey;
  readonly Content: ComponentType<{ readonly view: AgentView }>;
}

const queues: SupervisorTab = { name: 'queues', label: 'supervisor.tab.queues', Content: QueuesTab };

export const supervisorTabs: readonly SupervisorTab[] = [
  queues,
  { name: 'agents', label: 'supervisor.tab.agents', Content: lazy(async () => ({ default: (await import('./agents-tab.tsx')).AgentsTab })) },
  { name: 'figures', label: 'supervisor.tab.figures', Content: lazy(async () => ({ default: (await import('./figures-tab.tsx')).FiguresTab })) },
  { name: 'settings', label: 'supervisor.tab.settings', Content: lazy(async () => ({ default: (await import('./settings-tab.tsx')).SettingsTab })) },
  { name: 'in-charge', label: 'supervisor.tab.inCharge', Content: lazy(async () => ({ default: (await import('./in-charge-tab.tsx')).InChargeTab })) },
  { name: 'explain', label: 'supervisor.tab.explain', Content: lazy(async () => ({ default: (await import('./explain-tab.tsx')).ExplainTab })) },
];

/** The first one where the address names none. */
export function tabAt(path: string): SupervisorTab {
  return supervisorTabs.find(({ name }) => path === `/supervisor/${name}`) ?? queues;
}
