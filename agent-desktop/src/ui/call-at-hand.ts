/** One call as its controls need it: the leg, whether it runs on a phone, and what can be done with it, in words. */
import type { AgentContact } from '#shared/agent-protocol.ts';
import { availability, isOnPhone, type CallAction } from '../desk/call-rules.ts';
import type { DeskState } from '../desk/desk-state.ts';
import type { Translate } from '../i18n/translate.ts';
import type { LegView } from '../softphone/leg.ts';

export interface CallAtHand {
  readonly leg: LegView | null;
  readonly onPhone: boolean;
  readonly isShown: (action: CallAction) => boolean;
  /** Why it cannot be done now; null when it can. */
  readonly obstacle: (action: CallAction) => string | null;
}

export function callAtHand(contact: AgentContact, { legs, view }: Pick<DeskState, 'legs' | 'view'>, text: Translate): CallAtHand {
  const leg = legs.find(({ contactId }) => contactId === contact.contactId) ?? null;
  const onPhone = isOnPhone(contact, view?.agent.answerWith ?? 'desktop', leg !== null);
  const facts = { contact, onPhone, hasLeg: leg !== null };
  return {
    leg,
    onPhone,
    isShown: (action) => availability(action, facts) !== 'absent',
    obstacle: (action) => {
      const found = availability(action, facts);
      return typeof found === 'object' ? text(`why.${found.obstacle}`) : null;
    },
  };
}
