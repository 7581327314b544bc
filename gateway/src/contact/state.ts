/**
 * The life of a contact: what it can be, what can happen to it, and what follows. Pure; the runner (runner.ts) performs the effects.
 *
 *                     reserved                 accepted                    both legs up
 *   ┌─────────┐ ───────────────▶ ┌─────────┐ ───────────▶ ┌──────────────────────────────────────┐
 *   │ waiting │                  │ offered │              │ call: connecting ──▶ engaged          │
 *   └─────────┘ ◀─────────────── └─────────┘              │   legs may go and come back in either │
 *     │    ▲  rejected, timeout, rescinded │              └──────────────────────────────────────┘
 *     │    └───────────────────────────────┼──── no media once, agent failed or lost ──┘   │
 *     ▼ left, absent, maximum wait         ▼ left                          hung up, lost   ▼
 *   ┌────────────────────────────────────────────────────────────────────────────────────────────┐
 *   │ ended { party, reason }                                                                      │
 *   └────────────────────────────────────────────────────────────────────────────────────────────┘
 *
 * Every phase but `ended` has a limit (`deadlineOf`), and `end()` is the only road to the end. All times are epoch milliseconds.
 */
import type { RequeueReason } from '#shared/customer-protocol.ts';
import type { ContactEnd, ReservationState } from '#shared/vocabulary.ts';

export interface ContactLimits {
  /** How long an absent customer keeps their place. */
  readonly holdPlace: number;
  /** How long an offer outlives the customer's connection: a reload is shorter. Then the agent is freed and the place is held. */
  readonly offerAbsence: number;
  readonly maximumWait: number;
  /** From accept (or from the loss of a leg's media by our own fault) to the customer's first RTP. */
  readonly customerMedia: number;
  /** From INVITE to the agent's answer. */
  readonly agentAnswer: number;
  /** From a call to the agent that failed to the next try: their page may be in the midst of a reload. */
  readonly agentRetry: number;
  /** How long a call is held for a customer, or an agent, who vanished in mid-call. */
  readonly customerReturn: number;
  readonly agentReturn: number;
  readonly maximumDuration: number;
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

export type Phase =
  | { readonly name: 'waiting'; readonly requeued: RequeueReason | null }
  | { readonly name: 'offered'; readonly reservationId: string; readonly agentId: string; readonly expiresAt: number }
  | {
      readonly name: 'call';
      readonly reservationId: string;
      readonly agentId: string;
      readonly acceptedAt: number;
      /** When both legs were up first; null while connecting. */
      readonly connectedAt: number | null;
      readonly onHold: boolean;
      readonly agent: AgentLeg;
      readonly customer: CustomerLeg;
    }
  | { readonly name: 'ended'; readonly end: ContactEnd; readonly at: number };

export interface ContactState {
  readonly phase: Phase;
  /** The routing age counts from here; a requeued contact keeps it, and with it its place. */
  readonly queuedAt: number;
  /** When they came back to the queue from a call that had stood; the maximum wait counts from here then. Null: never. */
  readonly returnedAt: number | null;
  /** Whether the customer's client is connected; null while it is, else until when their place (or call) is held. */
  readonly absentUntil: number | null;
  /** Agents who rejected or missed this contact, and until when it is not offered to them again. */
  readonly notTo: ReadonlyArray<{ readonly agentId: string; readonly until: number }>;
  /** "The contact keeps its place once" when no media came: whether that once is used up. */
  readonly noMediaUsed: boolean;
  /** The media the client ought to hold; null where none is prepared. */
  readonly mediaEpoch: string | null;
  readonly cobrowse: 'off' | 'asked' | 'granted';
}

export type ContactEvent =
  | { readonly type: 'customerConnected' }
  | { readonly type: 'customerDisconnected' }
  | { readonly type: 'customerLeft' }
  | { readonly type: 'reserved'; readonly reservationId: string; readonly agentId: string; readonly expiresAt: number }
  | { readonly type: 'accepted'; readonly reservationId: string }
  | { readonly type: 'rejected'; readonly reservationId: string }
  /** The agent went offline or vanished (lease). */
  | { readonly type: 'agentGone'; readonly agentId: string }
  | { readonly type: 'agentEndpointReady'; readonly agentId: string }
  | { readonly type: 'mediaPrepared'; readonly epoch: string }
  | { readonly type: 'mediaFailed' }
  | { readonly type: 'agentAnswered' }
  | { readonly type: 'agentFailed'; readonly status: number }
  | { readonly type: 'agentHungUp' }
  | { readonly type: 'agentLegLost' }
  | { readonly type: 'customerMediaFlowing' }
  | { readonly type: 'customerMediaLost' }
  | { readonly type: 'mediaLost' }
  | { readonly type: 'hold'; readonly onHold: boolean }
  | { readonly type: 'cobrowseAsked' }
  | { readonly type: 'cobrowseGranted' }
  | { readonly type: 'cobrowseRevoked' }
  | { readonly type: 'gatewayRestarted' }
  | { readonly type: 'gatewayStopping' }
  /** A deadline may have been reached. */
  | { readonly type: 'tick' };

/** `record*` effects are written in the transaction that stores the new state; the others are performed after its commit, in order. */
export type Effect =
  | { readonly type: 'recordReservation'; readonly reservationId: string; readonly state: ReservationState }
  | { readonly type: 'recordSlot'; readonly reservationId: string; readonly slot: 'engaged' | 'wrapUp' | 'free' }
  /** The agent missed an offer (RONA) or their endpoint failed: offered nothing more until they say that they are back. */
  | { readonly type: 'recordAgentAside'; readonly agentId: string; readonly reason: 'missed' | 'endpointFailed' }
  | { readonly type: 'prepareMedia' }
  | { readonly type: 'callAgent' }
  /** Feed `agentEndpointReady` at once if the agent's endpoint is registered already. */
  | { readonly type: 'awaitAgentEndpoint' }
  | { readonly type: 'setHold'; readonly onHold: boolean }
  | { readonly type: 'endAgentLeg'; readonly reason: string }
  | { readonly type: 'closeMedia'; readonly reason: string }
  | { readonly type: 'endCobrowse' };

export interface Transition {
  readonly state: ContactState;
  readonly effects: readonly Effect[];
}

/** A contact that has just arrived: its customer is connected, and it waits. */
export function newContact(now: number): ContactState {
  return {
    phase: { name: 'waiting', requeued: null }, queuedAt: now, returnedAt: null, absentUntil: null, notTo: [], noMediaUsed: false, mediaEpoch: null, cobrowse: 'off',
  };
}
