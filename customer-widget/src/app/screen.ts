/** From what the client is doing to what a person sees, and to what a screen reader says about the change. Pure. */
import type { CaptureFailure } from '../client/capture.ts';
import type { ClientSnapshot } from '../client/snapshot.ts';
import type { ClientProblem } from '../client/problems.ts';
import type { QueueWait } from '#shared/session-api.ts';
import type { CallbackChoices, FlowNotice, MessageChoice, RequeueReason } from '#shared/customer-protocol.ts';
import type { Choice, DissuadedWhy, Texts } from '#shared/flow-words.ts';
import type { CallProposal } from '#shared/thread-protocol.ts';
import type { ContactEnd, WaitRange } from '#shared/vocabulary.ts';

export type Screen =
  | { readonly name: 'opening'; readonly resuming: boolean }
  | { readonly name: 'closed'; readonly wait: QueueWait }
  /** On the way to the queue, with nothing to do for the customer. */
  | { readonly name: 'preparing'; readonly offline: boolean }
  | { readonly name: 'confirm'; readonly notice: FlowNotice; readonly offline: boolean }
  | {
      readonly name: 'dissuaded'; readonly why: DissuadedWhy; readonly choices: readonly Choice[]; readonly message: Texts | null; readonly opensAt: string | null;
      readonly ewt: WaitRange | null; readonly callbacks: CallbackChoices | null; readonly messages: MessageChoice | null; readonly offline: boolean;
    }
  | {
      readonly name: 'waiting'; readonly chat: boolean; readonly position: number; readonly ewt: WaitRange | null; readonly requeued: RequeueReason | null; readonly callbacks: CallbackChoices | null;
      readonly messages: MessageChoice | null; readonly offline: boolean;
    }
  /** The customer will be called back: `at` a time, or at their place, which they can take up again by waiting. */
  | {
      readonly name: 'callback'; readonly number: string | null; readonly at: string | null; readonly notBefore: string | null; readonly calling: boolean;
      /** Null: not in the queue before its time. */
      readonly place: { readonly position: number; readonly ewt: WaitRange | null } | null; readonly offline: boolean;
    }
  /** They left a message, and may go. `replyTo` null: the portal knows where to answer. */
  | { readonly name: 'messageLeft'; readonly replyTo: string | null }
  /** A call or a chat: the customer says which. */
  | { readonly name: 'choosing'; readonly wait: QueueWait }
  | { readonly name: 'yourTurn'; readonly offline: boolean; readonly microphone: CaptureFailure | null }
  | { readonly name: 'connecting'; readonly agent: string; readonly offline: boolean; readonly microphone: CaptureFailure | null }
  /** Out of a call, into the next one; `to` is null where nobody is named yet. */
  | { readonly name: 'transferring'; readonly to: string | null; readonly offline: boolean; readonly microphone: CaptureFailure | null }
  /** An agent calls the customer. */
  | { readonly name: 'rung'; readonly agent: string; readonly expiresAt: number; readonly offline: boolean; readonly microphone: CaptureFailure | null }
  | {
      /** `agent` is '' where a number without a name is at the other end. */
      readonly name: 'call'; readonly agent: string; readonly third: { readonly name: string | null } | null;
      /** It was a chat before, and is one again after the hang-up. */
      readonly fromChat: boolean; readonly since: number; readonly line: Line;
      /** They talk on their telephone, and here is what else the call has. */
      readonly onTelephone: boolean;
      readonly offline: boolean; readonly microphone: CaptureFailure | null;
    }
  | {
      readonly name: 'chat'; readonly agent: string; readonly proposal: CallProposal | null; readonly mayCall: boolean;
      /** With the cameras on. */
      readonly mayVideo: boolean;
      /** When the chat ends unless the customer writes; null while they need not be told. */
      readonly endsAt: number | null;
      readonly callFailed: boolean; readonly offline: boolean;
    }
  | { readonly name: 'ended'; readonly end: ContactEnd; readonly message: Texts | null; readonly chat: boolean }
  | { readonly name: 'superseded' }
  | { readonly name: 'failed'; readonly problem: ClientProblem };

/** How the line is: the worst that applies, because a person can act on one thing at a time. */
export type Line = 'talking' | 'hold' | 'agentAway' | 'recovering' | 'failed';

/** Null: nothing but the button. */
export function screenOf(snapshot: ClientSnapshot): Screen | null {
  const { state } = snapshot;
  switch (state.name) {
    case 'idle':
      return null;
    case 'creating':
      return { name: 'opening', resuming: false };
    case 'choosing':
      return { name: 'choosing', wait: state.session.wait };
    case 'connecting':
      return { name: 'opening', resuming: state.wait === null };
    case 'closed':
      return { name: 'closed', wait: state.wait };
    case 'superseded':
      return { name: 'superseded' };
    case 'failed':
      return { name: 'failed', problem: state.problem };
    case 'contact':
    case 'reconnecting':
      return contactScreen(snapshot, state);
  }
}

function contactScreen(snapshot: ClientSnapshot, state: Extract<ClientSnapshot['state'], { name: 'contact' | 'reconnecting' }>): Screen {
  const { phase } = state.view;
  const offline = state.name === 'reconnecting';
  const chat = state.view.channel === 'chat';
  const microphone = snapshot.microphone.name === 'failed' ? snapshot.microphone.reason : null;
  switch (phase.name) {
    case 'flow':
      return phase.notice === null ? { name: 'preparing', offline } : { name: 'confirm', notice: phase.notice, offline };
    case 'dissuaded': {
      const { why, choices, message, opensAt, ewt } = phase;
      return { name: 'dissuaded', why, choices, message, opensAt, ewt, callbacks: state.view.callbacks, messages: state.view.messages, offline };
    }
    case 'waiting':
      return phase.callback === null ? { name: 'waiting', chat, position: phase.position, ewt: phase.ewt, requeued: phase.requeued, callbacks: state.view.callbacks, messages: state.view.messages, offline }
        : { name: 'callback', ...phase.callback, place: { position: phase.position, ewt: phase.ewt }, offline };
    case 'messageLeft':
      return { name: 'messageLeft', replyTo: phase.replyTo };
    case 'scheduled':
      return { name: 'callback', ...phase.callback, place: null, offline };
    case 'offered':
      // Who writes goes on writing: there is no line to open, and nobody to be kept waiting for.
      if (chat) return { name: 'waiting', chat, position: 1, ewt: null, requeued: phase.transfer === null ? null : 'transferred', callbacks: null, messages: null, offline };
      return phase.transfer === null ? { name: 'yourTurn', offline, microphone } : { name: 'transferring', to: phase.transfer.to, offline, microphone };
    case 'rung':
      return { name: 'rung', agent: phase.agent.name, expiresAt: Date.parse(phase.expiresAt), offline, microphone };
    case 'chat':
      return {
        name: 'chat', agent: phase.agent.name, proposal: phase.proposal, mayCall: state.view.channels.some((channel) => channel !== 'chat'), mayVideo: phase.video,
        endsAt: phase.endsAt === null ? null : Date.parse(phase.endsAt), callFailed: phase.callFailed, offline,
      };
    case 'connecting':
      return { name: 'connecting', agent: phase.agent.name, offline, microphone };
    case 'engaged':
      return { name: 'call', agent: phase.agent.name, third: phase.third, fromChat: phase.fromChat, since: Date.parse(phase.since), line: lineOf(snapshot, phase), onTelephone: phase.onTelephone, offline, microphone };
    case 'ended':
      return { name: 'ended', end: phase.end, message: phase.message ?? null, chat };
  }
}

function lineOf({ connection }: ClientSnapshot, phase: { readonly onHold: boolean; readonly agentAway: boolean; readonly onTelephone: boolean }): Line {
  if (connection === 'failed' && !phase.onTelephone) return 'failed';
  if (phase.agentAway) return 'agentAway';
  if (connection === 'recovering' && !phase.onTelephone) return 'recovering';
  return phase.onHold ? 'hold' : 'talking';
}

/** Something the customer is in and would not want to close by accident. */
export function isUnfinished(screen: Screen): boolean {
  switch (screen.name) {
    case 'choosing': case 'chat': case 'preparing': case 'confirm': case 'dissuaded': case 'waiting': case 'callback': case 'yourTurn': case 'connecting': case 'transferring': case 'rung': case 'call':
      return true;
    case 'opening': case 'closed': case 'messageLeft': case 'ended': case 'superseded': case 'failed':
      return false;
  }
}

/** Names what a screen reader should be told of, so that it speaks when this changes and is quiet when only figures do. */
export function announcementKey(screen: Screen | null): string {
  if (screen === null) return '';
  switch (screen.name) {
    case 'preparing':
    case 'confirm':
    case 'dissuaded':
      return `${screen.name} ${screen.offline ? 'offline' : ''}`;
    case 'waiting':
      return `waiting ${screen.offline ? 'offline' : screen.position}`;
    case 'callback':
      return `callback ${screen.offline ? 'offline' : ''} ${screen.calling ? 'calling' : ''} ${screen.at}`;
    case 'call':
      return `call ${screen.offline ? 'offline' : screen.line} ${screen.microphone ?? ''} ${screen.agent} ${screen.third === null ? '' : `and ${screen.third.name}`}`;
    case 'chat':
      return `chat ${screen.offline ? 'offline' : ''} ${screen.agent} ${screen.proposal?.by ?? ''} ${screen.proposal?.video ?? ''} ${screen.endsAt ?? ''} ${screen.callFailed}`;
    case 'transferring':
      return `transferring ${screen.to} ${screen.offline ? 'offline' : ''} ${screen.microphone ?? ''}`;
    case 'yourTurn':
    case 'connecting':
    case 'rung':
      return `${screen.name} ${screen.offline ? 'offline' : ''} ${screen.microphone ?? ''}`;
    case 'opening':
    case 'choosing':
    case 'closed':
    case 'messageLeft':
    case 'ended':
    case 'superseded':
    case 'failed':
      return screen.name;
  }
}
