/** One sentence at the foot of the screen for a moment: why the key that was just pressed does nothing now. */
import { useEffect, useState, type ReactNode } from 'react';

/** Long enough for one sentence. */
const shownMilliseconds = 4000;

export function useKeyHint(): { readonly text: string | null; show: (text: string) => void } {
  const [hint, setHint] = useState<{ readonly text: string } | null>(null);
  useEffect(() => {
    if (hint === null) return undefined;
    const timer = setTimeout(() => { setHint(null); }, shownMilliseconds);
    return () => { clearTimeout(timer); };
  }, [hint]);
  return { text: hint?.text ?? null, show: (text) => { setHint({ text }); } };
}

export function KeyHint({ text }: { text: string | null }): ReactNode {
  return <output className="key-hint" hidden={text === null}>{text ?? ''}</output>;
}
