/** The REST side of the supervisor's page: figures, settings at run time, colleagues' statuses and skills. */
import type { SetStatus, ViewerToken } from '#shared/agent-protocol.ts';
import type { AuditReport } from '#shared/cobrowse-audit.ts';
import type { AgentFigures, FigureReport, QueueFigures } from '#shared/figures.ts';
import type { AgentSkillsView, ConfigChangeView, QueueSettingsView, ReloadedFile } from '#shared/settings-api.ts';

/** Dates of the figures' time zone; `to` is exclusive. */
export interface FigureSpan {
  readonly from: string;
  readonly to: string;
  readonly interval: '15m' | '1h' | '1d' | null;
}

type Send = <Reply>(method: string, path: string, body?: unknown) => Promise<Reply>;

export class SupervisionApi {
  readonly #send: Send;
  readonly #text: (path: string) => Promise<string>;

  constructor(options: { readonly send: Send; readonly text: (path: string) => Promise<string> }) {
    this.#send = options.send;
    this.#text = options.text;
  }

  /** The viewer's credential for a page that a customer shares with somebody else. */
  lookOn(contactId: string): Promise<ViewerToken> { return this.#send('POST', `contacts/${encodeURIComponent(contactId)}/cobrowse/monitor`); }
  /** What happened while a customer shared their page. */
  audit(contactId: string): Promise<AuditReport> { return this.#send('GET', `contacts/${encodeURIComponent(contactId)}/cobrowse/audit`); }
  setStatus(agentId: string, status: SetStatus): Promise<void> { return this.#send('PUT', `agents/${encodeURIComponent(agentId)}/status`, status); }
  skills(agentId: string): Promise<AgentSkillsView> { return this.#send('GET', `agents/${encodeURIComponent(agentId)}/skills`); }
  setSkills(agentId: string, skills: Readonly<Record<string, number>>): Promise<AgentSkillsView> { return this.#send('PUT', `agents/${encodeURIComponent(agentId)}/skills`, { skills }); }
  resetSkills(agentId: string): Promise<void> { return this.#send('DELETE', `agents/${encodeURIComponent(agentId)}/skills`); }
  queueFigures(span: FigureSpan): Promise<FigureReport<QueueFigures>> { return this.#send('GET', `figures?${query('queue', span)}`); }
  agentFigures(span: FigureSpan): Promise<FigureReport<AgentFigures>> { return this.#send('GET', `figures?${query('agent', span)}`); }
  /** As a spreadsheet reads it. */
  figuresAsCsv(by: 'queue' | 'agent', span: FigureSpan): Promise<string> { return this.#text(`figures?${query(by, span)}&format=csv`); }
  queueSettings(queueId: string): Promise<QueueSettingsView> { return this.#send('GET', `queues/${encodeURIComponent(queueId)}/settings`); }
  setQueue(queueId: string, name: string, value: unknown): Promise<QueueSettingsView> { return this.#send('PATCH', `queues/${encodeURIComponent(queueId)}`, { [name]: value }); }
  resetQueue(queueId: string, name: string): Promise<void> { return this.#send('DELETE', `queues/${encodeURIComponent(queueId)}/settings/${encodeURIComponent(name)}`); }
  reload(): Promise<ReloadedFile> { return this.#send('POST', 'config/reload'); }
  async changes(): Promise<readonly ConfigChangeView[]> { return (await this.#send<{ changes: readonly ConfigChangeView[] }>('GET', 'config/changes?limit=20')).changes; }
}

function query(by: 'queue' | 'agent', { from, to, interval }: FigureSpan): string {
  return new URLSearchParams({ by, from, to, ...(interval === null ? {} : { interval }) }).toString();
}
