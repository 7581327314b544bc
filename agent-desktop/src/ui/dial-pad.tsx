/** The dial pad of a call: tones by press or by typing, for as long as it has the focus; what was sent stays readable. */
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { X } from 'lucide-react';
import { Button } from 'react-aria-components';
import type { AgentContact } from '#shared/agent-protocol.ts';
import { playKeyTone } from '../alerts/key-tone.ts';
import { ActionButton } from './action-button.tsx';
import { customerName } from './customer-name.ts';
import { useDesk, useText } from './desk-context.tsx';

const rows: ReadonlyArray<ReadonlyArray<readonly [string, string]>> = [
  [['1', ''], ['2', 'ABC'], ['3', 'DEF']], [['4', 'GHI'], ['5', 'JKL'], ['6', 'MNO']], [['7', 'PQRS'], ['8', 'TUV'], ['9', 'WXYZ']], [['*', ''], ['0', '+'], ['#', '']],
];

export function DialPad({ contact, onClose }: { contact: AgentContact; onClose: () => void }): ReactNode {
  const desk = useDesk();
  const text = useText();
  const [sent, setSent] = useState('');
  const pad = useRef<HTMLElement>(null);
  const { second } = contact;
  const other = second !== null && second.talk !== 'customer' ? (second.party.kind === 'agent' ? second.party.name : second.party.label ?? second.party.number) : customerName(contact, text);
  useEffect(() => { pad.current?.focus({ preventScroll: true }); }, []);

  const press = (digit: string): void => {
    playKeyTone(digit);
    setSent((before) => (before + digit).slice(-24));
    desk.calls.pressDigit(contact.contactId, digit);
  };
  const handleKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      onClose();
    } else if (/^[\d*#]$/.test(event.key) && !event.altKey && !event.ctrlKey && !event.metaKey && !event.repeat) {
      event.preventDefault();
      press(event.key);
    }
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions -- digits are typed anywhere in it
    <section ref={pad} className="dial-pad" tabIndex={-1} aria-label={text('keypad.label')} onKeyDown={handleKey}>
      <header className="dial-pad-head">
        <p>{text('keypad.to', { name: other })}</p>
        <ActionButton compact kind="quiet" label={text('keypad.close')} icon={<X aria-hidden size={16} />} onPress={onClose} />
      </header>
      <output className="dial-pad-sent figure" aria-label={text('keypad.sent')}>{sent === '' ? <span className="dial-pad-hint">{text('keypad.hint')}</span> : sent}</output>
      <div className="dial-pad-keys">
        {rows.flat().map(([digit, letters]) => (
          <Button key={digit} className="dial-key" aria-label={digit} onPress={() => { press(digit); }}><span>{digit}</span><small aria-hidden>{letters}</small></Button>
        ))}
      </div>
    </section>
  );
}
