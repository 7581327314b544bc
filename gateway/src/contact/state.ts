/**
 * The life of a contact: what it can be, what can happen to it, and what follows. Pure; the runner (runner.ts) performs the effects.
 *
 *   ┌──────┐ ◀─ waits ─ ┌───────────┐       Before the queue, where it has a flow (flow/advance.ts): each step passes, sends the contact to
 *   │ flow │ ─ offers ▶ │ dissuaded │       another queue's flow, asks the customer, or ends it.
 *   └──────┘            └───────────┘
 *      │  ▲ waited too long: another queue
 *      ▼  │              reserved                 accepted                    both legs up
 *   ┌─────────┐ ───────────────▶ ┌─────────┐ ───────────▶ ┌──────────────────────────────────────┐
 *   │ waiting │                  │ offered │              │ call: connecting ──▶ engaged          │
 *   └─────────┘ ◀─────────────── └─────────┘ ◀─────────── │   legs may go and come back in either │
 *     │    ▲  rejected, timeout, rescinded │  transferred │   beside it: a second party           │
 *     │    │   to an agent                │              └──────────────────────────────────────┘
 *     │    └── no media once, agent failed or lost, transferred to a queue ──┘  │   │ transferred to a number
 *     │    ▲                               │                                    │   ▼
 *     │    └── the number failed ──────────┼────────────────── ┌────────────────┼───────────┐
 *     │                                    │                   │ external: ringing ──▶ up   │
 *     ▼ left, absent, maximum wait         ▼ left              └──▼─────────────┼───────────┘
 *   ┌────────────────────────────────────────────────────────────────────────── ▼ hung up, lost ───┐
 *   │ ended { party, reason }            ◀── declined, nobody ── rung ◀── an agent calls back        │
 *   └──────────────────────────────────────────────────────────── │ the customer answers: call ──────┘
 *
 * A callback is a contact whose customer has left and which waits in their stead (phases/callback.ts):
 *
 *   waiting ⇄ scheduled (a time was agreed on)      offered ──accepted──▶ callingBack ──page or number answers──▶ call
 *      ◀── nobody answers, a further try is left ──────────────────────────────┘
 *
 * A chat is accepted into `chat` instead of `call`, and becomes a call and a chat again on the way (phases/chat.ts); a message or a task is
 * accepted into `work` (phases/work.ts), also one that a customer left who had come for a call or a chat (phases/message-left.ts).
 *
 * Every phase but `ended` has a limit (`deadlineOf`), and `end()` is the only road to the end. All times are epoch milliseconds.
 */
import type { AnswerWith } from '#shared/agent-protocol.ts';
import { noGrants, type GrantKind, type Grants } from '#shared/cobrowse-grants.ts';
import type { RequeueReason } from '#shared/customer-protocol.ts';
import type { Channel, ContactEnd, ReservationState } from '#shared/vocabulary.ts';
import type { Choice, DissuadedWhy, Texts } from '#shared/flow-words.ts';
import type { Attributes, Progress } from '../flow/progress.ts';
import type { HuntProgress } from '../acd/hunt.ts';
import type { Skills } from '../acd/routing.ts';
import type { AnsweredBy, Talk } from './call-port.ts';
import type { Callback, Window } from './phases/callback.ts';
import type { FlowPause, FlowStop } from './phases/flow-pause.ts';
import type { EndedSecond, Second, SecondParty } from './phases/second-party.ts';

export interface ContactLimits {
  /** How long an absent customer keeps their place. */
  readonly holdPlace: number;
  /** How long an offer outlives the customer's connection: a reload is shorter. Then the agent is freed and the place is held. */
  readonly offerAbsence: number;
  readonly maximumWait: number;
  /** From accept (or from the loss of a leg's media by our own fault) to the customer's first RTP. */
  readonly customerMedia: number;
  /** From INVITE to the agent's answer: a desktop, and a phone that may have to be picked up by hand. */
  readonly agentAnswer: number;
  readonly phoneAnswer: number;
  /** From INVITE to the answer of a number outside. */
  readonly externalAnswer: number;
  /** How long a customer whom an agent calls back is rung. */
  readonly ringCustomer: number;
  /** From a callback that nobody answered to the next try, and how many tries one that we make of our own accord has. */
  readonly callbackPause: number;
  readonly callbackTries: number;
  /** Whether the queue calls back on a telephone: who cannot be heard on their page twice is asked for a number. */
  readonly callbackByPhone: boolean;
  /** From a call to the agent that failed to the next try: their page may be in the midst of a reload. */
  readonly agentRetry: number;
  /** How long a call is held for a customer, or an agent, who vanished in mid-call. */
  readonly customerReturn: number;
  readonly agentReturn: number;
  readonly maximumDuration: number;
  readonly chat: {
    /** How long a customer may owe an answer, and how long before the end they are warned. */
    readonly quiet: number;
    readonly warning: number;
    /** Whether the chat goes on when a call that it became is over. */
    readonly afterCall: boolean;
  };
  /** How long a message or a task may wait, and how long one agent may have it. */
  readonly workWait: number;
  readonly workHold: number;
  /** For how long a contact is not offered again to an agent who rejected or missed it. */
  readonly notAgain: number;
}

export type AgentLeg =
  /** `until`: the answer's limit. `returnBy`: when calling back after a loss, the limit of that loss, which a new try does not extend. */
  | { readonly state: 'calling'; readonly until: number; readonly returnBy: number | null }
  | { readonly state: 'up'; readonly until: null }
  /** `until`: for how long the call is held for their return. `retryAt`: when a try that failed is repeated, should they be registered. */
  | { readonly state: 'away'; readonly until: number; readonly retryAt: number | null };

export interface CustomerLeg {
  readonly state: 'awaited' | 'up' | 'lost';
  readonly until: number | null;
}

/** How a contact had ended before an agent called the customer back. */
export interface EarlierEnd {
  readonly end: ContactEnd;
  readonly at: number;
}

export type Phase =
  /** Before the queue. */
  | { readonly name: 'flow'; readonly progress: Progress; readonly awaits: FlowPause }
  /** Advised against waiting, and asked what to do instead. */
  | {
      readonly name: 'dissuaded';
      readonly why: DissuadedWhy;
      readonly choices: readonly Choice[];
      readonly message: Texts | null;
      /** ISO 8601: where it is closed, and when it is not. */
      readonly opensAt: string | null;
      readonly until: number;
      /** What follows where nothing is chosen in time; null: the customer waits. */
      readonly otherwise: ContactEnd | null;
      /** Where the flow goes on if they wait, and which pause comes next; null where there was none, and waiting is no choice. */
      readonly progress: Progress | null;
      readonly turn: number;
    }
  | {
      readonly name: 'waiting'; readonly requeued: RequeueReason | null;
      /** The agent whose transfer to a number failed: the contact is theirs again, should they be free, before anybody else's. */
      readonly returnTo: string | null;
      /** Who dealt with this customer before, and is rung alone first; nobody else waits for them longer than until then. */
      readonly first: { readonly agentId: string; readonly until: number } | null;
    }
  | {
      readonly name: 'offered';
      readonly reservationId: string;
      readonly agentId: string;
      readonly expiresAt: number;
      /** Where the offer is shown. `phone`: the INVITE is the offer, its answer the acceptance. */
      readonly by: 'desktop' | 'phone';
      readonly answerWith: AnswerWith;
      /** Who handed the customer over; null for an offer of the queue. */
      readonly transferredBy: string | null;
    }
  /** An agent called back the customer of a contact that had ended: their endpoint first, then the customer's page rings. */
  | {
      readonly name: 'rung';
      readonly reservationId: string;
      readonly agentId: string;
      readonly answerWith: AnswerWith;
      readonly endpoint: AnsweredBy | null;
      /** `calling`: the agent's endpoint. `own`: the agent's phone made the call, and hears ringing. `up`: it answered. */
      readonly leg: 'calling' | 'own' | 'up';
      readonly until: number;
      readonly before: EarlierEnd;
    }
  /** The contact's turn has come and its customer is not there: the agent's endpoint first, then their page or number rings. */
  | {
      readonly name: 'callingBack';
      readonly reservationId: string;
      readonly agentId: string;
      readonly answerWith: AnswerWith;
      readonly endpoint: AnsweredBy | null;
      /** As in `rung`. */
      readonly leg: 'calling' | 'own' | 'up';
      /** Null before the agent is there, or could be. */
      readonly rings: 'page' | 'telephone' | null;
      readonly acceptedAt: number;
      readonly until: number;
    }
  | {
      readonly name: 'call';
      readonly reservationId: string;
      readonly agentId: string;
      readonly answerWith: AnswerWith;
      /** What carries the agent's leg; null before it answered. */
      readonly endpoint: AnsweredBy | null;
      readonly acceptedAt: number;
      /** When both legs were up first; null while connecting. */
      readonly connectedAt: number | null;
      readonly onHold: boolean;
      readonly agent: AgentLeg;
      readonly customer: CustomerLeg;
      readonly second: Second | null;
      /** The agent called the customer (click-to-dial), and how the contact had ended before, if it had; null for an offer that was accepted. */
      readonly dialed: { readonly before: EarlierEnd | null } | null;
      /** It was a chat before, and is one again when the call comes to nothing. */
      readonly escalated: boolean;
      /** Out of the chat both wanted to begin with the cameras on. */
      readonly withCamera?: true;
    }
  | ChatPhase
  /** A message or a task at an agent: there is no customer at the other end. */
  | { readonly name: 'work'; readonly reservationId: string; readonly agentId: string; readonly acceptedAt: number }
  /** The customer with a number outside, and no agent: handed over to it, or it was next in the queue's hunt. */
  | {
      readonly name: 'external';
      /** Names the hop: its ticket, and the call's `secondId`. */
      readonly hopId: string;
      readonly number: string;
      readonly label: string | null;
      /** Who transferred the customer there, and gets them back when the number fails; null for a hunt, which goes on then. */
      readonly transferredBy: string | null;
      readonly acceptedAt: number;
      readonly connectedAt: number | null;
      /** The answer's limit; null once it answered. */
      readonly until: number | null;
      readonly customer: CustomerLeg;
    }
  /** A callback for which a time was agreed on. It stands in nobody's queue until then. */
  | { readonly name: 'scheduled'; readonly at: number }
  | {
      readonly name: 'ended'; readonly end: ContactEnd; readonly at: number;
      /** What the flow says to the customer whom it ended. */
      readonly message?: Texts | null;
    };

/** An agent and a customer who write to each other. */
export interface ChatPhase {
  readonly name: 'chat';
  readonly reservationId: string;
  readonly agentId: string;
  readonly acceptedAt: number;
  /** Since when the customer owes an answer; null: the agent does, or nobody. */
  readonly quietSince: number | null;
  /** The customer was told that the chat will end. */
  readonly warned: boolean;
  /** Somebody would rather talk; the other has not answered. */
  readonly proposal: CallProposal | null;
  /** A call that this chat had become could not be made. */
  readonly callFailed: boolean;
}

export interface CallProposal {
  readonly by: 'customer' | 'agent';
  readonly video: boolean;
}

export type PhaseOf<Name extends Phase['name']> = Extract<Phase, { name: Name }>;

export interface ContactState {
  readonly phase: Phase;
  /** As what it is worked at now: a chat that became a call is a call. */
  readonly channel: Channel;
  /** The routing age counts from here; a requeued contact keeps it, and with it its place. */
  readonly queuedAt: number;
  /** When they came back to the queue from a call that had stood; the maximum wait counts from here then. Null: never. */
  readonly returnedAt: number | null;
  /** Whom to try next when this queue takes too long; gone once a call has stood. */
  readonly overflow: { readonly at: number; readonly queueId: string; readonly priority: number | null; readonly visited: readonly string[] } | null;
  /** Whether the customer's client is connected; null while it is, else until when their place (or call) is held. */
  readonly absentUntil: number | null;
  /** Agents (and numbers of a hunt) who rejected or missed this contact, and until when it is not offered to them again. */
  readonly notTo: ReadonlyArray<{ readonly agentId: string; readonly since: number; readonly until: number }>;
  /** How far the queue's hunt has come; null where none began. */
  readonly hunt: HuntProgress | null;
  /** Handed over to whoever has these skills, at these levels: that counts instead of what the queue asks for. */
  readonly wanted: Skills | null;
  /** "The contact keeps its place once" when no media came: whether that once is used up. */
  readonly noMediaUsed: boolean;
  /** The media the client ought to hold; null where none is prepared. */
  readonly mediaEpoch: string | null;
  readonly cobrowse: Grants;
  /** What the customer pressed in this call, the last 32. Beside the phase, because the journal keeps phases and a digit may be a PIN's. */
  readonly digits: string;
  /** Why the last consultation of this call came to nothing. */
  readonly secondEnded: EndedSecond | null;
  /** The customer is to be called back; null once a call stands. */
  readonly callback: Callback | null;
  /** What the customer's leg is: a telephone, whose line stands from then on; null: their page. */
  readonly telephone: { readonly number: string } | null;
}

export type ContactEvent =
  | { readonly type: 'customerConnected' }
  | { readonly type: 'customerDisconnected' }
  /** `portal`: by the portal's server, which may also take a message back; a page that goes does not. */
  | { readonly type: 'customerLeft'; readonly by?: 'portal' }
  /** The flow was followed up to where it stops. `turn`: of the pause in which that began; what comes for another one is late. */
  | { readonly type: 'flowWent'; readonly turn: number; readonly progress: Progress; readonly learned: Attributes; readonly stop: FlowStop }
  /** The customer's word on a notice. */
  | { readonly type: 'noticeAnswered'; readonly step: string; readonly accept: boolean }
  /** The customer waits although they were advised against it. */
  | { readonly type: 'waitChosen' }
  | {
      readonly type: 'reserved'; readonly reservationId: string; readonly agentId: string; readonly expiresAt: number;
      readonly by: 'desktop' | 'phone'; readonly answerWith: AnswerWith;
      /** Whose turn it was in the queue's hunt. */
      readonly hunt?: HuntProgress;
    }
  /** A number was next in the hunt; its hop was just made. */
  | { readonly type: 'huntedOut'; readonly hopId: string; readonly number: string; readonly label: string | null; readonly hunt: HuntProgress; readonly until: number }
  /** The hunt's list is through. `to`: the queue that follows; else it rests, and begins again for whoever becomes free, at `restUntil` at the latest. */
  /** Another ACD, whose contact this is, is away: on to this queue. */
  | { readonly type: 'acdAway'; readonly to: { readonly queueId: string; readonly priority: number } }
  | { readonly type: 'huntExhausted'; readonly to: { readonly queueId: string; readonly priority: number } | null; readonly restUntil: number }
  | { readonly type: 'accepted'; readonly reservationId: string }
  | { readonly type: 'rejected'; readonly reservationId: string }
  /** The agent went offline or vanished (lease). */
  | { readonly type: 'agentGone'; readonly agentId: string }
  /** The agent's desktop vanished, but their phone can be rung. */
  | { readonly type: 'deskGone'; readonly agentId: string }
  | { readonly type: 'agentEndpointReady'; readonly agentId: string }
  | { readonly type: 'mediaPrepared'; readonly epoch: string }
  | { readonly type: 'mediaFailed' }
  | { readonly type: 'agentRinging' }
  | { readonly type: 'agentAnswered'; readonly endpoint?: AnsweredBy }
  | { readonly type: 'agentFailed'; readonly status: number }
  /** The agent ends the call for everybody. */
  | { readonly type: 'hangup' }
  /** BYE of the agent's endpoint. */
  | { readonly type: 'agentHungUp' }
  | { readonly type: 'agentLegLost' }
  | { readonly type: 'agentHeld'; readonly onHold: boolean }
  | { readonly type: 'customerMediaFlowing' }
  | { readonly type: 'customerMediaLost' }
  | { readonly type: 'mediaLost' }
  | { readonly type: 'hold'; readonly onHold: boolean }
  | { readonly type: 'dtmf'; readonly from: 'customer' | 'agent' | 'second'; readonly digit: string }
  /** The agent asks for a second party, whose reservation or hop was just made. `expiresAt`: of an offer to a colleague. */
  | { readonly type: 'consulted'; readonly secondId: string; readonly party: SecondParty; readonly expiresAt: number }
  | { readonly type: 'secondAccepted'; readonly secondId: string }
  | { readonly type: 'secondRejected'; readonly secondId: string }
  | { readonly type: 'secondRinging'; readonly secondId: string }
  | { readonly type: 'secondAnswered'; readonly secondId: string; readonly endpoint?: AnsweredBy }
  | { readonly type: 'secondFailed'; readonly secondId: string; readonly status: number }
  | { readonly type: 'secondHungUp'; readonly secondId: string }
  | { readonly type: 'secondLost'; readonly secondId: string }
  /** The agent ends the consultation. */
  | { readonly type: 'secondDropped' }
  | { readonly type: 'talk'; readonly talk: Talk }
  /** The media could not be switched: who talked to whom before still does. */
  | { readonly type: 'talkRefused'; readonly talk: Talk }
  /** The consultation becomes a transfer. */
  | { readonly type: 'transferCompleted' }
  | { readonly type: 'transferred'; readonly to: TransferTarget }
  /** An agent takes this customer by calling them. `own`: their phone's own call becomes the leg. */
  | { readonly type: 'dialed'; readonly reservationId: string; readonly agentId: string; readonly answerWith: AnswerWith; readonly own: boolean }
  /** The customer's word on being called back. */
  | { readonly type: 'answered'; readonly accept: boolean }
  /** The customer leaves and is to be called back: at their turn, or at the time that the callback names. */
  | { readonly type: 'callbackAsked'; readonly callback: Callback }
  /** The customer leaves a message instead, which waits in this queue. `dueAt`: from then on it counts as if just arrived. `priority` null: the queue's own. */
  | { readonly type: 'messageLeft'; readonly queueId: string; readonly priority: number | null; readonly dueAt: number }
  /** The customer waits by themselves again. */
  | { readonly type: 'callbackWithdrawn' }
  /** By somebody of the house. */
  | { readonly type: 'callbackCanceled' }
  | { readonly type: 'rescheduled'; readonly at: number; readonly windows: readonly Window[] }
  /** What becomes of the customer's leg where it is a telephone. */
  | { readonly type: 'customerAnswered' }
  | { readonly type: 'customerFailed'; readonly status: number }
  | { readonly type: 'customerHungUp' }
  | { readonly type: 'customerLegLost' }
  /** Something was written in the contact's thread. */
  | { readonly type: 'wrote'; readonly by: 'customer' | 'agent' }
  | { readonly type: 'callProposed'; readonly proposal: CallProposal }
  /** The proposal is declined, or taken back. */
  | { readonly type: 'callDeclined' }
  /** Both want it: the chat becomes a call. */
  | { readonly type: 'escalated'; readonly answerWith: AnswerWith; readonly video: boolean }
  /** The customer ends the call, and with it the contact unless it was a chat before. */
  | { readonly type: 'callEnded' }
  | { readonly type: 'cobrowseAsked'; readonly grant: GrantKind }
  | { readonly type: 'cobrowseGranted'; readonly grant: GrantKind }
  /** The customer declines or takes back, or the agent withdraws the question or wants it no more. */
  | { readonly type: 'cobrowseRevoked'; readonly grant: GrantKind; /** Absent: the customer. */ readonly by?: 'agent' }
  | { readonly type: 'gatewayRestarted' }
  | { readonly type: 'gatewayStopping' }
  /** A deadline may have been reached. */
  | { readonly type: 'tick' };

export type TransferTarget =
  | { readonly kind: 'agent'; readonly reservationId: string; readonly agentId: string; readonly expiresAt: number; readonly by: 'desktop' | 'phone'; readonly answerWith: AnswerWith }
  /** `wanted`: to whoever has these skills, whatever the queue asks for. */
  | { readonly kind: 'queue'; readonly queueId: string; readonly priority: number; readonly wanted?: Skills }
  | { readonly kind: 'external'; readonly hopId: string; readonly number: string; readonly label: string | null };

/** What became of a hop, for its ticket. `over`: it ended, and nothing more is to be said. */
export type HopNews = 'answered' | 'consulted' | 'missed' | 'rejected' | 'over';

/** `record*` effects are written in the transaction that stores the new state; the others are performed after its commit, in order. */
export type Effect =
  | { readonly type: 'recordReservation'; readonly reservationId: string; readonly state: ReservationState }
  /** `own`: a consulted agent's slot becomes that of the agent who has the customer. */
  | { readonly type: 'recordSlot'; readonly reservationId: string; readonly slot: 'engaged' | 'own' | 'wrapUp' | 'free' }
  /** A chat becomes a call at the same agent, or a chat again. */
  | { readonly type: 'recordSlotChannel'; readonly reservationId: string; readonly channel: Channel }
  /** The agent missed an offer (RONA) or their endpoint failed: offered nothing more until they say that they are back. */
  | { readonly type: 'recordAgentAside'; readonly agentId: string; readonly reason: 'missed' | 'endpointFailed' }
  | { readonly type: 'recordHop'; readonly hopId: string; readonly news: HopNews }
  /** The contact ended: with this hop, or, null, with whichever came before the customer left the queue. */
  | { readonly type: 'recordEnd'; readonly hopId: string | null }
  /** The time of a scheduled callback has come: it goes before the others of its queue. */
  | { readonly type: 'recordDue' }
  /** `priority` null: the queue's own. */
  | { readonly type: 'recordQueue'; readonly queueId: string; readonly priority: number | null }
  /** What was learned of the customer on the way: for the screen pop. */
  | { readonly type: 'recordAttributes'; readonly attributes: Attributes }
  /** Follows the flow from where the phase says; `flowWent` comes back. */
  | { readonly type: 'followFlow' }
  | { readonly type: 'prepareMedia' }
  /** Rings the endpoints that the phase names; in `offered` the INVITE is the offer. */
  | { readonly type: 'callAgent' }
  /** Feed `agentEndpointReady` at once if the agent's endpoint is registered already. */
  | { readonly type: 'awaitAgentEndpoint' }
  | { readonly type: 'setHold'; readonly onHold: boolean }
  | { readonly type: 'endAgentLeg'; readonly reason: string }
  /** Dials the customer's number. */
  | { readonly type: 'callCustomer' }
  /** Calls the second party, or the number that the customer was transferred to. */
  | { readonly type: 'callSecond' }
  /** `before`: what to go back to if it cannot be done. */
  | { readonly type: 'setTalk'; readonly talk: Talk; readonly before: Talk }
  | { readonly type: 'promoteSecond'; readonly reason: string }
  | { readonly type: 'endSecond'; readonly reason: string }
  | { readonly type: 'closeMedia'; readonly reason: string }
  /** This agent is no longer on the contact; the sharing goes on. */
  | { readonly type: 'endViewer'; readonly agentId: string }
  | { readonly type: 'endCobrowse' };

export interface Transition {
  readonly state: ContactState;
  readonly effects: readonly Effect[];
}

/** What a transition may look at besides the state. */
export interface At {
  readonly now: number;
  readonly limits: ContactLimits;
}

export function unchanged(state: ContactState): Transition {
  return { state, effects: [] };
}

/** A contact that has just arrived in a queue without a flow: its customer is connected, and it waits. */
export function newContact(now: number, channel: Channel = 'voice'): ContactState {
  return {
    phase: { name: 'waiting', requeued: null, returnTo: null, first: null }, channel, queuedAt: now, returnedAt: null, overflow: null, absentUntil: null, notTo: [], hunt: null, wanted: null, noMediaUsed: false, mediaEpoch: null,
    cobrowse: noGrants, digits: '', secondEnded: null, callback: null, telephone: null,
  };
}
