/** The keypad of a call: tones by press or by typing while it has the focus, for a menu or an extension behind the agent. */
import { useEffect, useRef, useState } from 'preact/hooks';
import * as texts from '../texts.ts';
import { useSay, useWorkings } from './context.ts';

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const;
/** As many as fit on the line. */
const shownDigits = 16;

export function Keypad({ onClose }: { readonly onClose: () => void }) {
  const say = useSay();
  const { client, sounds } = useWorkings();
  const [sent, setSent] = useState('');
  const [failed, setFailed] = useState(false);
  const pad = useRef<HTMLElement>(null);
  useEffect(() => pad.current?.focus({ preventScroll: true }), []);
  const press = (digit: string): void => {
    sounds.tone(digit);
    setSent((before) => (before + digit).slice(-shownDigits));
    // The order is the connection's: one after the other over one socket.
    client.dtmf(digit).then(() => setFailed(false), () => setFailed(true));
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- digits are typed anywhere in it; Escape closes it, not the panel
    <section
      ref={pad} class="keypad" aria-label={say(texts.keypadLabel)} tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          onClose();
        } else if (/^[\d*#]$/.test(event.key) && !event.repeat && !event.ctrlKey && !event.altKey && !event.metaKey) {
          event.preventDefault();
          press(event.key);
        }
      }}
    >
      <output class={`sent ${failed ? 'bad' : ''}`}>{failed ? say(texts.keypadFailed) : sent === '' ? <span>{say(texts.keypadHint)}</span> : sent}</output>
      <div class="keys">{keys.map((digit) => <button key={digit} type="button" class="key" onClick={() => press(digit)}>{digit}</button>)}</div>
    </section>
  );
}
