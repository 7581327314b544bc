/**
 * What can be done in a call right now, and why not: pure. The buttons, their keys and what they explain all come from here. The gateway
 * decides in the end; this spares an agent the refusals that can be foreseen.
 */
import type { AgentContact } from '#shared/agent-protocol.ts';

export const callActions = ['mute', 'camera', 'hold', 'keypad', 'handOver', 'swap', 'merge', 'complete', 'drop', 'hangUp'] as const;
export type CallAction = (typeof callActions)[number];

/** Why something cannot be done at the moment; each has its sentence in the catalogue (`why.…`). */
export const obstacles = [
  'connecting', 'customerAway', 'agentAway', 'held', 'muteOnPhone', 'secondOnLine', 'secondRinging', 'inConference', 'oneSecond',
] as const;
export type Obstacle = (typeof obstacles)[number];

/** `absent`: no part of this call at all, so not shown. */
export type Availability = 'possible' | 'absent' | { readonly obstacle: Obstacle };

export interface CallFacts {
  readonly contact: AgentContact;
  /** The call runs on a phone: its microphone and its camera are not ours. */
  readonly onPhone: boolean;
  /** The softphone's leg of this contact stands. */
  readonly hasLeg: boolean;
}

export function availability(action: CallAction, facts: CallFacts): Availability {
  const { contact, onPhone, hasLeg } = facts;
  const { second, part } = contact;
  const { state } = contact.call;
  // What is written has no line to hold or to mute.
  if (contact.channel !== 'voice') return action === 'handOver' || action === 'hangUp' ? 'possible' : 'absent';
  switch (action) {
    case 'mute':
      if (onPhone) return { obstacle: 'muteOnPhone' };
      return hasLeg ? 'possible' : { obstacle: state === 'connecting' ? 'connecting' : 'agentAway' };
    case 'camera':
      // Nobody at a telephone sees a picture.
      if (onPhone || contact.telephone !== null) return 'absent';
      return hasLeg ? 'possible' : { obstacle: state === 'connecting' ? 'connecting' : 'agentAway' };
    case 'hold':
      if (part === 'consulted') return 'absent';
      if (second !== null) return { obstacle: 'secondOnLine' };
      return state === 'held' ? 'possible' : obstacleOf(contact) ?? 'possible';
    case 'keypad':
      if (part === 'consulted') return 'absent';
      if (second?.state === 'ringing') return { obstacle: 'secondRinging' };
      if (second !== null && second.talk !== 'customer') return 'possible';
      if (state === 'held') return { obstacle: 'held' };
      return obstacleOf(contact) ?? 'possible';
    case 'handOver':
      if (part === 'consulted') return 'absent';
      if (second !== null) return { obstacle: 'oneSecond' };
      return state === 'held' ? 'possible' : obstacleOf(contact) ?? 'possible';
    case 'swap':
    case 'merge':
      if (second === null || part === 'consulted') return 'absent';
      if (second.state === 'ringing') return { obstacle: 'secondRinging' };
      return second.talk === 'all' ? { obstacle: 'inConference' } : 'possible';
    case 'complete':
      if (second === null || part === 'consulted') return 'absent';
      return second.state === 'ringing' ? { obstacle: 'secondRinging' } : 'possible';
    case 'drop':
      return second === null || part === 'consulted' ? 'absent' : 'possible';
    case 'hangUp':
      return 'possible';
  }
}

/** Whether the call runs, or will run, on a phone of the agent. */
export function isOnPhone(contact: AgentContact, answerWith: 'desktop' | 'phone' | 'extension', hasLeg: boolean): boolean {
  if (hasLeg) return false;
  return (contact.call.endpoint?.kind ?? answerWith) !== 'desktop';
}

function obstacleOf({ call }: AgentContact): { readonly obstacle: Obstacle } | null {
  switch (call.state) {
    case 'none':
    case 'connecting': return { obstacle: 'connecting' };
    case 'customerAway': return { obstacle: 'customerAway' };
    case 'agentAway': return { obstacle: 'agentAway' };
    case 'held':
    case 'active': return null;
  }
}
