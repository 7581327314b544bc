/** The customer's screen, the way where their page is not enough: asking for it, waiting, ending it. The picture itself is the call's. */
import type { ReactNode } from 'react';
import { ScreenShare } from 'lucide-react';
import type { AgentContact } from '#shared/agent-protocol.ts';
import { grantState } from '#shared/cobrowse-grants.ts';
import { ActionButton } from './action-button.tsx';
import { useDesk, useDeskState, useText } from './desk-context.tsx';
import { useOutcome } from './use-outcome.ts';

/** `onPhone`: the call runs on a phone, which shows no screen at the desk. */
export function ScreenPanel({ contact, onPhone }: { readonly contact: AgentContact; readonly onPhone: boolean }): ReactNode {
  const desk = useDesk();
  const { underWay } = useDeskState();
  const text = useText();
  const { contactId, cobrowse: { grants } } = contact;
  const state = grantState(grants, 'screen');
  const outcome = useOutcome(state, underWay.has(`giveBackGrant:${contactId}:screen`));
  const giveBack = (): void => { void desk.giveBackGrant(contactId, 'screen'); };
  switch (state) {
    case 'off':
      // Who sees the page, or waits for it, has no use for another question.
      if (grants.view !== 'off') return null;
      return (
        <div className="cobrowse cobrowse-off">
          <ScreenShare aria-hidden size={18} />
          <p>{onPhone ? text('screen.onPhone') : outcome === null ? text('screen.askHint') : text(`screen.${outcome}`)}</p>
          <ActionButton kind="quiet" label={text(outcome === null ? 'screen.ask' : 'screen.askAgain')} obstacle={onPhone ? text('screen.onPhone') : null} isDisabled={underWay.has(`askGrant:${contactId}:screen`)}
            onPress={() => { void desk.askGrant(contactId, 'screen'); }} />
        </div>
      );
    case 'asked':
      return (
        <div className="cobrowse cobrowse-asked">
          <span className="spinner" aria-hidden />
          <output>{text('screen.asked')}</output>
          <ActionButton label={text('screen.cancel')} onPress={giveBack} />
        </div>
      );
    case 'granted':
      return (
        <div className="cobrowse cobrowse-off">
          <ScreenShare aria-hidden size={18} />
          <output>{text('screen.shown')}</output>
          <ActionButton label={text('screen.stop')} onPress={giveBack} />
        </div>
      );
  }
}
