/** A small application as portals have them: controlled fields, a list with keys, a portal, state that changes at once in several places. */
import { useEffect, useState, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { createPortal, flushSync } from 'react-dom';

interface Entry {
  readonly id: number;
  readonly name: string;
  readonly done: boolean;
}

declare global {
  interface Window {
    app: { add(name: string): void; finish(id: number): void; ask(open: boolean): void; move(): void };
  }
}

/** The field opens itself, unless the portal of the test opens nothing. */
const opened = location.search.includes('masked') ? {} : { 'data-gethelp-unmask': '' };

function App(): ReactNode {
  const [entries, setEntries] = useState<readonly Entry[]>([{ id: 1, name: 'Meridian passport', done: true }, { id: 2, name: 'Meridian address', done: false }, { id: 3, name: 'Meridian signature', done: false }]);
  const [name, setName] = useState('Meridian');
  const [isAsking, ask] = useState(false);
  useEffect(() => {
    window.app = {
      add: (text) => flushSync(() => setEntries((all) => [...all, { id: all.length + 1, name: text, done: false }])),
      finish: (id) => flushSync(() => setEntries((all) => all.map((entry) => (entry.id === id ? { ...entry, done: true } : entry)))),
      ask: (open) => flushSync(() => ask(open)),
      move: () => flushSync(() => setEntries((all) => all.toReversed())),
    };
  }, []);
  const done = entries.filter((entry) => entry.done).length;
  return <>
    <h1 data-box="">Opening an account</h1>
    <div className="bar" data-box=""><i style={{ width: `${done / entries.length * 100}%` }} /></div>
    {entries.map((entry) => <div className="row" key={entry.id}><span className={entry.done ? 'pill done' : 'pill'}>{entry.done ? 'Done' : 'Open'}</span><span>{entry.name}</span></div>)}
    <div className="row" data-box=""><input {...opened} aria-label="Name" value={name} onChange={(event) => setName(event.target.value)} /><button type="button">Add {name.length}</button></div>
    {isAsking && createPortal(<div className="modal"><div data-box=""><h2>Sure?</h2><p>Nothing of Meridian is lost.</p><button type="button">Yes</button></div></div>, document.body)}
  </>;
}

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<App />);
