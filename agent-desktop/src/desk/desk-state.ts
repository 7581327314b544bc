/** Everything the screen shows, as one immutable snapshot. */
import type { AgentIdentity, AgentView } from '#shared/agent-protocol.ts';
import type { Floor } from '#shared/floor.ts';
import type { Problem } from '#shared/problem.ts';
import type { ThreadCopy } from '#shared/thread-keeper.ts';
import type { LegView } from '../softphone/leg.ts';
import type { MicrophoneState } from '../softphone/microphone.ts';
import type { RegistrationState } from '../softphone/registration.ts';
import type { Notice } from './notices.ts';
import type { Preferences } from './preferences.ts';

export type SessionState =
  | { readonly name: 'loggedOut'; readonly expired: boolean }
  | { readonly name: 'loggedIn'; readonly agent: AgentIdentity }
  /** Another desktop of the same agent took over. */
  | { readonly name: 'superseded'; readonly agent: AgentIdentity };

/** A refused action, shown until it is dismissed or the next one succeeds. */
export interface Failure {
  readonly id: number;
  readonly action: DeskAction;
  readonly problem: Problem;
}

export type DeskAction =
  | 'accept' | 'reject' | 'hangup' | 'hold' | 'resume' | 'wrapUp' | 'status' | 'askGrant' | 'giveBackGrant' | 'logout'
  | 'swap' | 'merge' | 'complete' | 'drop' | 'digits' | 'answerWith' | 'handOver' | 'callBack' | 'proposeCall' | 'declineCall'
  | 'agreeOnCallback' | 'putCallbackOff' | 'cancelCallback' | 'askSupervisor' | 'dismissSummary';

/** Null: done. */
export type Refusal = Problem | null;

export interface DeskState {
  readonly session: SessionState;
  readonly connection: 'connecting' | 'online' | 'offline';
  readonly view: AgentView | null;
  /** To supervisors alone. */
  readonly floor: Floor | null;
  readonly registration: RegistrationState;
  readonly legs: readonly LegView[];
  /** What is written, by contact. */
  readonly threads: ReadonlyMap<string, ThreadCopy>;
  readonly microphone: MicrophoneState;
  /** The browser wants a gesture before it plays the customer's voice. */
  readonly soundBlocked: boolean;
  /** Contacts whose accept is under way. */
  readonly accepting: ReadonlySet<string>;
  /** `action:contactId` of what is under way, so that a button is not pressed twice. */
  readonly underWay: ReadonlySet<string>;
  readonly notices: ReadonlyArray<Notice & { readonly id: number }>;
  readonly failures: readonly Failure[];
  readonly preferences: Preferences;
}
