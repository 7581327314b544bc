/** An agent's skills with their levels: changed, added and taken away at once, or put back to what the file says. */
import { useEffect, useId, useState, type ReactNode, type SyntheticEvent } from 'react';
import { Plus, RotateCcw, X } from 'lucide-react';
import type { FloorAgent } from '#shared/floor.ts';
import type { AgentSkillsView } from '#shared/settings-api.ts';
import { ProblemError } from '../../session/desk-api.ts';
import { ActionButton } from '../action-button.tsx';
import { useDesk, useText } from '../desk-context.tsx';
import { DialogFrame } from '../dialog-frame.tsx';
import { problemText } from '../problem-text.ts';
import { OriginNote } from './origin-note.tsx';

const levels = [1, 2, 3, 4, 5] as const;

/** @param props.known skills that others have: suggestions for a new one */
export function SkillsDialog({ agent, known, onClose }: { agent: FloorAgent; known: readonly string[]; onClose: () => void }): ReactNode {
  const text = useText();
  const { api } = useDesk();
  const id = useId();
  const [skills, setSkills] = useState<Readonly<Record<string, number>>>(agent.skills);
  const [standing, setStanding] = useState<AgentSkillsView | null>(null);
  const [added, setAdded] = useState('');
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    let isShown = true;
    api.supervision.skills(agent.agentId).then((view) => { if (isShown) setStanding(view); }, () => { /* shown without its origin */ });
    return () => { isShown = false; };
  }, [api, agent.agentId]);
  const failed = (error: unknown): void => { setFailure(problemText(error instanceof ProblemError ? error.problem : null, text)); };
  const add = (event: SyntheticEvent): void => {
    event.preventDefault();
    const name = added.trim().toLocaleLowerCase();
    if (name === '') return;
    setSkills((before) => ({ ...before, [name]: before[name] ?? 3 }));
    setAdded('');
  };
  return (
    <DialogFrame title={text('skills.title', { name: agent.name })} onClose={onClose}>
      <p className="page-note">{text('skills.lead')}</p>
      <ul className="skill-list">
        {Object.entries(skills).map(([skill, level]) => (
          <li key={skill}>
            <label htmlFor={`${id}-${skill}`}>{skill}</label>
            <select id={`${id}-${skill}`} className="input select" value={level} onChange={(event) => { const chosen = Number(event.target.value); setSkills((before) => ({ ...before, [skill]: chosen })); }}>
              {levels.map((one) => <option key={one} value={one}>{one}</option>)}
            </select>
            <ActionButton compact kind="quiet" label={text('skills.remove', { skill })} icon={<X aria-hidden size={15} />} onPress={() => { setSkills((before) => Object.fromEntries(Object.entries(before).filter(([name]) => name !== skill))); }} />
          </li>
        ))}
      </ul>
      <form className="skill-add" onSubmit={add}>
        <label className="visually-hidden" htmlFor={`${id}-new`}>{text('skills.new')}</label>
        <input id={`${id}-new`} className="input" list={`${id}-known`} value={added} placeholder={text('skills.new')} onChange={(event) => { setAdded(event.target.value); }} />
        <datalist id={`${id}-known`}>{known.filter((skill) => skills[skill] === undefined).map((skill) => <option key={skill} value={skill}>{skill}</option>)}</datalist>
        <button type="submit" className="button"><Plus aria-hidden size={15} /><span>{text('skills.add')}</span></button>
      </form>
      {failure === null ? null : <p className="field-error" role="alert">{failure}</p>}
      <footer className="dialog-foot">
        {standing === null ? null : <OriginNote origin={standing.origin} />}
        <span className="dialog-actions">
          {standing?.origin.from !== 'runtime' ? null : (
            <ActionButton kind="quiet" label={text('settingsNow.reset')} icon={<RotateCcw aria-hidden size={15} />} onPress={() => { api.supervision.resetSkills(agent.agentId).then(onClose, failed); }} />
          )}
          <ActionButton kind="primary" label={text('settingsNow.save')} onPress={() => { api.supervision.setSkills(agent.agentId, skills).then(onClose, failed); }} />
        </span>
      </footer>
    </DialogFrame>
  );
}
