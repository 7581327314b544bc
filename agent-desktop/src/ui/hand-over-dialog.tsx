/**
 * Handing a customer over, or asking somebody first: one field to type in, one list to walk with the arrows. Enter asks first, Alt+Enter
 * hands over at once. What the gateway refuses is said here, and the choice stays.
 */
// oxlint-disable jsx-a11y/prefer-tag-over-role -- HTML has no list that a text field walks while it keeps the focus (WAI-ARIA combobox)
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Headset, Phone, Search, Sparkles, Users } from 'lucide-react';
import type { AgentContact, Directory } from '#shared/agent-protocol.ts';
import type { Problem } from '#shared/problem.ts';
import { findInDirectory, type DirectoryEntry } from '../desk/directory-search.ts';
import { ActionButton } from './action-button.tsx';
import { customerName } from './customer-name.ts';
import { useDesk, useDeskState, useText } from './desk-context.tsx';
import { DialogFrame } from './dialog-frame.tsx';
import { problemText } from './problem-text.ts';
import { useDirectory } from './use-directory.ts';

/** As far in front as the gateway's priorities go. */
const urgent = 100;

export function HandOverDialog({ contact, onClose }: { contact: AgentContact; onClose: () => void }): ReactNode {
  const text = useText();
  const loaded = useDirectory();
  return (
    <DialogFrame title={text('handOver.title', { name: customerName(contact, text) })} onClose={onClose}>
      {loaded.name === 'loading' ? <output className="hand-over-waiting"><span className="spinner" aria-hidden />{text('handOver.loading')}</output> : null}
      {loaded.name === 'failed' ? <p className="field-error" role="alert">{text('handOver.failed')} {problemText(loaded.problem, text)}</p> : null}
      {loaded.name === 'loaded' ? <Chooser contact={contact} directory={loaded.directory} onClose={onClose} /> : null}
    </DialogFrame>
  );
}

function Chooser({ contact, directory, onClose }: { contact: AgentContact; directory: Directory; onClose: () => void }): ReactNode {
  const desk = useDesk();
  const { view, underWay } = useDeskState();
  const text = useText();
  const id = useId();
  const [query, setQuery] = useState('');
  const [activeKey, setActiveKey] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isUrgent, setUrgent] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const isCall = contact.channel === 'voice';
  // What is written can be read by colleagues alone, and nobody is consulted beside it.
  const entries = findInDirectory(directory, query, view?.agent.id ?? '').filter(({ kind }) => isCall || kind === 'agent' || kind === 'queue')
    .map((entry) => isCall ? entry : { ...entry, canConsult: false });
  const active = entries.find(({ key }) => key === activeKey) ?? entries[0] ?? null;
  const isSending = underWay.has(`handOver:${contact.contactId}`);
  const optionId = (entry: DirectoryEntry): string => `${id}-${entries.indexOf(entry)}`;
  useEffect(() => { field.current?.focus(); }, []);
  const activeId = active === null ? null : optionId(active);
  useEffect(() => { if (activeId !== null) document.getElementById(activeId)?.scrollIntoView({ block: 'nearest' }); }, [activeId]);

  const send = async (entry: DirectoryEntry, how: 'consult' | 'transfer'): Promise<void> => {
    if (isSending || entry.reachability !== 'free') return;
    setProblem(null);
    const refused = await desk.calls.handOver(contact.contactId, entry.canConsult ? how : 'transfer', isUrgent && !entry.canConsult ? { ...entry.to, priority: urgent } : entry.to);
    if (refused === null) onClose();
    else setProblem(refused);
  };
  const move = (by: number): void => {
    const next = entries[Math.min(entries.length - 1, Math.max(0, (active === null ? 0 : entries.indexOf(active)) + by))];
    if (next !== undefined) { setActiveKey(next.key); setProblem(null); }
  };
  const handleKey = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 6, PageUp: -6 };
    const step = steps[event.key];
    if (step !== undefined) move(step);
    else if (event.key !== 'Enter' || active === null) return;
    else void send(active, event.altKey ? 'transfer' : 'consult');
    event.preventDefault();
  };
  return (
    <div className="hand-over">
      <div className="hand-over-field">
        <Search aria-hidden size={17} />
        <input ref={field} className="input" role="combobox" aria-expanded aria-autocomplete="list" aria-controls={`${id}-list`} autoComplete="off" spellCheck={false}
          aria-label={text('handOver.search')} placeholder={text(directory.dialPad ? 'handOver.placeholderDial' : 'handOver.placeholder')}
          {...(activeId === null ? {} : { 'aria-activedescendant': activeId })} value={query} maxLength={64}
          onChange={(event) => { setQuery(event.target.value); setActiveKey(null); setProblem(null); }} onKeyDown={handleKey} />
      </div>
      <div className="hand-over-list" role="listbox" id={`${id}-list`} aria-label={text('handOver.list')}>
        {(['agent', 'queue', 'skill', 'number', 'typed'] as const).map((kind) => {
          const group = entries.filter((entry) => entry.kind === kind);
          return group.length === 0 ? null : (
            <div key={kind} role="group" aria-label={text(`handOver.${kind}`)}>
              <p className="menu-header" aria-hidden>{text(`handOver.${kind}`)}</p>
              {group.map((entry) => (
                <Option key={entry.key} id={optionId(entry)} entry={entry} isActive={entry === active} onChoose={() => { setActiveKey(entry.key); setProblem(null); field.current?.focus(); }} />
              ))}
            </div>
          );
        })}
        {entries.length === 0 ? <p className="hand-over-none">{text(directory.dialPad ? 'handOver.noneDial' : 'handOver.none')}</p> : null}
      </div>
      <output className="visually-hidden">{query === '' ? '' : text('handOver.found', { count: entries.length })}</output>
      {problem === null ? null : <p className="hand-over-problem" role="alert">{problemText(problem, text)}</p>}
      <footer className="hand-over-foot">
        {active === null ? <span /> : <p className="panel-note">{active.reachability === 'free' ? text(active.canConsult ? 'handOver.hint' : active.kind === 'skill' ? 'handOver.hintSkill' : 'handOver.hintQueue', { name: active.name }) : text(`handOver.why.${active.reachability}`, { name: active.name })}</p>}
        {active === null || active.canConsult ? null : (
          <label className="hand-over-urgent"><input type="checkbox" checked={isUrgent} onChange={(event) => { setUrgent(event.target.checked); }} />{text('handOver.urgent')}</label>
        )}
        <div className="hand-over-actions">
          <ActionButton label={text('handOver.transfer')} kind={active?.canConsult === false ? 'primary' : 'plain'} isDisabled={active === null || isSending || active.reachability !== 'free'}
            onPress={() => { if (active !== null) void send(active, 'transfer'); }} />
          {active?.canConsult === false ? null : <ActionButton label={text('handOver.consult')} kind="primary" isDisabled={active === null || isSending || active.reachability !== 'free'}
            onPress={() => { if (active !== null) void send(active, 'consult'); }} />}
        </div>
      </footer>
    </div>
  );
}

const icons = { agent: Headset, queue: Users, skill: Sparkles, number: Phone, typed: Phone } as const;

function Option({ id, entry, isActive, onChoose }: { id: string; entry: DirectoryEntry; isActive: boolean; onChoose: () => void }): ReactNode {
  const text = useText();
  const Icon = icons[entry.kind];
  const state = entry.kind === 'agent' ? text(`reach.${entry.reachability}`)
    : entry.kind === 'queue' ? (entry.reachability === 'closed' ? text('queue.closed') : text('handOver.waiting', { count: entry.waiting ?? 0 }))
      : entry.kind === 'skill' ? text('handOver.free', { count: entry.free ?? 0 }) : entry.detail;
  return (
    // The field keeps the focus and its keys; a pointer may choose too.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- see above
    <div id={id} role="option" aria-selected={isActive} aria-disabled={entry.reachability !== 'free' || undefined} tabIndex={-1} className={`hand-over-option reach-${entry.reachability}`} onClick={onChoose}>
      <Icon aria-hidden size={16} />
      <span className="hand-over-name">{entry.kind === 'typed' ? text('handOver.dial', { number: entry.name }) : entry.name}</span>
      <span className="hand-over-state">{entry.kind === 'agent' ? <i className="dot" aria-hidden /> : null}{state}</span>
    </div>
  );
}
