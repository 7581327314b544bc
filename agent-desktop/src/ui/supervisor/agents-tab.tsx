/** Who is where, since when and with what; a colleague's status and skills are changed in place. */
import { useId, useState, type ReactNode } from 'react';
import { MonitorUp, Pencil } from 'lucide-react';
import type { AgentView, SetStatus } from '#shared/agent-protocol.ts';
import type { FloorAgent } from '#shared/floor.ts';
import { ProblemError } from '../../session/desk-api.ts';
import { ActionButton } from '../action-button.tsx';
import { useDesk, useDeskState, useNow, useText } from '../desk-context.tsx';
import { clockTime, secondsSince } from '../duration.ts';
import { queueLabel, reasonLabel } from '../labels.ts';
import { problemText } from '../problem-text.ts';
import { ScrollFrame } from '../scroll-frame.tsx';
import { LookOnDialog } from './look-on-dialog.tsx';
import { SkillsDialog } from './skills-dialog.tsx';

export function AgentsTab({ view }: { view: AgentView }): ReactNode {
  const text = useText();
  const id = useId();
  const now = useNow();
  const { floor } = useDeskState();
  const [query, setQuery] = useState('');
  const [editing, setEditing] = useState<FloorAgent | null>(null);
  const [lookedOn, setLookedOn] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const wanted = query.trim().toLocaleLowerCase();
  const agents = (floor?.agents ?? []).filter(({ name, skills }) => wanted === '' || [name, ...Object.keys(skills)].some((word) => word.toLocaleLowerCase().includes(wanted)));
  const known = [...new Set(floor?.agents.flatMap(({ skills }) => Object.keys(skills)) ?? [])].toSorted();
  return (
    <>
      <header className="page-head"><h1>{text('agents.title')}</h1></header>
      <search className="filters">
        <label className="filter filter-text" htmlFor={`${id}-query`}>
          <span>{text('agents.search')}</span>
          <input id={`${id}-query`} className="input" type="search" value={query} placeholder={text('agents.searchHint')} onChange={(event) => { setQuery(event.target.value); }} />
        </label>
      </search>
      {failure === null ? null : <p className="field-error page-error" role="alert">{failure}</p>}
      {floor === null ? <output className="page-note">{text('history.loading')}</output> : agents.length === 0 ? <p className="page-note">{text(floor.agents.length === 0 ? 'agents.nobody' : 'agents.noneFit')}</p> : (
        <ScrollFrame label={text('agents.title')}>
          <table className="table table-agents">
            <thead><tr>
              <th scope="col">{text('agents.name')}</th><th scope="col">{text('agents.status')}</th><th scope="col">{text('agents.doing')}</th><th scope="col" className="numeric">{text('agents.since')}</th>
              <th scope="col">{text('agents.with')}</th><th scope="col">{text('agents.skills')}</th>
            </tr></thead>
            <tbody>{agents.map((agent) => (
              <tr key={agent.agentId}>
                <th scope="row">{agent.name}{agent.role === 'agent' ? null : <span className="cell-note">{text(`agents.role.${agent.role}`)}</span>}</th>
                <td><StatusChoice agent={agent} view={view} onFailure={setFailure} /></td>
                <td><span className={`state-pill state-${agent.state}`}>{doing(agent, text)}</span></td>
                <td className="numeric figure">{clockTime(secondsSince(agent.since, now))}</td>
                <td>{agent.contacts.length === 0 ? '–' : <ul className="plain-list">{agent.contacts.map((contact) => (
                  <li key={contact.contactId} className="held-contact">{contact.customer ?? text('customer.anonymous')} <span className="cell-soft">{queueLabel(view, contact.queue)}</span>
                    {contact.sharesPage && !view.contacts.some(({ contactId }) => contactId === contact.contactId) ? (
                      <ActionButton compact kind="quiet" label={text('agents.lookOn', { name: contact.customer ?? text('customer.anonymous') })} icon={<MonitorUp aria-hidden size={14} />} onPress={() => { setLookedOn(contact.contactId); }} />
                    ) : null}
                  </li>
                ))}</ul>}</td>
                <td>
                  <span className="skills">
                    {Object.entries(agent.skills).toSorted(([one], [other]) => one.localeCompare(other)).map(([skill, level]) => <span key={skill} className="skill">{skill} <strong>{level}</strong></span>)}
                    <ActionButton compact kind="quiet" label={text('agents.editSkills', { name: agent.name })} icon={<Pencil aria-hidden size={14} />} onPress={() => { setEditing(agent); }} />
                  </span>
                </td>
              </tr>
            ))}</tbody>
          </table>
        </ScrollFrame>
      )}
      {lookedOn === null ? null : <LookOnDialog key={lookedOn} contactId={lookedOn} onClose={() => { setLookedOn(null); }} />}
      {editing === null ? null : <SkillsDialog key={editing.agentId} agent={editing} known={known} onClose={() => { setEditing(null); }} />}
    </>
  );
}

function doing({ state, status, reachable }: FloorAgent, text: ReturnType<typeof useText>): string {
  if (state !== 'idle') return text(`state.${state}`);
  if (status !== 'available') return text('agents.away');
  return text(reachable ? 'state.idle' : 'agents.unreachable');
}

/** The browser's own select: right on a phone, and by keyboard. */
function StatusChoice({ agent, view, onFailure }: { agent: FloorAgent; view: AgentView; onFailure: (why: string | null) => void }): ReactNode {
  const text = useText();
  const { api } = useDesk();
  const [underWay, setUnderWay] = useState(false);
  const { status, reason } = agent;
  const value = status === 'break' ? `break:${reason ?? ''}` : status;
  // A reason of the system's, or one that the file does not know any more, is shown and cannot be chosen again.
  const isOther = status === 'break' && !view.breakReasons.includes(reason ?? '');
  const choose = (chosen: string): void => {
    const wanted: SetStatus = chosen.startsWith('break:') ? { status: 'break', reason: chosen.slice('break:'.length) } : { status: chosen === 'available' ? 'available' : 'offline' };
    setUnderWay(true);
    api.supervision.setStatus(agent.agentId, wanted).then(() => { onFailure(null); }, (error: unknown) => { onFailure(problemText(error instanceof ProblemError ? error.problem : null, text)); })
      .finally(() => { setUnderWay(false); });
  };
  return (
    <select className={`input select status-choice status-${status}`} aria-label={text('agents.setStatus', { name: agent.name })} value={value} disabled={underWay} onChange={(event) => { choose(event.target.value); }}>
      <option value="available">{text('status.available')}</option>
      {isOther ? <option value={value}>{reason === null ? text('status.break') : reasonLabel(reason, text)}</option> : null}
      {view.breakReasons.map((one) => <option key={one} value={`break:${one}`}>{one}</option>)}
      <option value="offline">{text('status.offline')}</option>
    </select>
  );
}
