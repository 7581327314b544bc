/**
 * The port through which a contact's life reaches media and SIP. One adapter exists (gateway/src/media/call-service.ts: mediasoup and
 * SIP.js); the contact's runner knows only this. Every method is idempotent per contact and safe to call for a contact unknown to
 * the adapter. Nothing here throws for what a peer did: results come back as `CallEvent`s.
 */
import type { MediaReplies, MediaRequest, Tracks } from '#shared/media-protocol.ts';
import type { Reply } from '#shared/problem.ts';

export interface AgentCall {
  readonly contactId: string;
  readonly reservationId: string;
  /** The caller URI: the From of the INVITE. */
  readonly from: string;
  /** The customer's name for From's display name, if known. */
  readonly displayName: string | null;
  readonly agentId: string;
  /** The agent's AOR, `sip:<username>@<domain>`, from our own records. */
  readonly aor: string;
}

export type CallEvent =
  /** The agent's endpoint answered; the codec is decided and the customer's client has been told to produce. */
  | { readonly type: 'agentAnswered'; readonly contactId: string }
  /** The INVITE failed before an answer (final SIP status, or 408 for none within the limit). */
  | { readonly type: 'agentFailed'; readonly contactId: string; readonly status: number }
  /** BYE from the agent's endpoint. */
  | { readonly type: 'agentHungUp'; readonly contactId: string }
  /** The agent's endpoint is gone without a BYE: its page was reloaded or closed, or its media fell silent. The leg is closed here. */
  | { readonly type: 'agentLegLost'; readonly contactId: string }
  /** First RTP of the customer arrived in `send` mode. */
  | { readonly type: 'customerMediaFlowing'; readonly contactId: string }
  /** The customer's RTP has been silent past its limit, or DTLS/ICE failed, though their socket may live. */
  | { readonly type: 'customerMediaLost'; readonly contactId: string }
  /** The media worker died: both legs are gone, everything is to be built anew with a new epoch. */
  | { readonly type: 'mediaLost'; readonly contactId: string };

export interface CallPort {
  /** Who hears events; set once, by the wiring. */
  onEvent(listener: (event: CallEvent) => void): void;
  /** Whom the gateway pushes a contact's `tracks` to; set once, by the wiring. */
  onTracks(listener: (contactId: string, tracks: Tracks) => void): void;
  /** At offered: chooses the media worker, builds the agent-side transport ahead of time. Answers the media epoch the client must open. */
  prepare(contactId: string): Promise<{ readonly epoch: string }>;
  /** One request of the customer's client; a new `open` closes the transports of the page before it, within the same epoch. */
  customerRequest<Type extends MediaRequest['type']>(
    contactId: string, request: Extract<MediaRequest, { type: Type }>,
  ): Promise<Reply<MediaReplies[Type]>>;
  /**
   * Sends the INVITE (an earlier leg of the contact, if any, is ended first), at the latest when a page that is just reloading is back.
   * Resolves at once; the outcome comes as an event.
   */
  callAgent(call: AgentCall): Promise<void>;
  /** Both directions are paused at the gateway; nothing is renegotiated. */
  setHold(contactId: string, onHold: boolean): Promise<void>;
  /** Ends the agent's leg (CANCEL or BYE with a Reason header), and a hold with it, and keeps the customer's leg, which goes silent. */
  endAgentLeg(contactId: string, reason: string): Promise<void>;
  /** Ends everything of the contact. */
  close(contactId: string, reason: string): Promise<void>;
  /** Whether an agent leg is up right now; a lease never frees an agent for whom this is true. */
  agentLegAlive(contactId: string): boolean;
}

/** What the ACD must know of the registrar: whom it can ring. */
export interface EndpointPort {
  /** Who hears, set once, by the wiring. Called at every change of whether any endpoint of the agent is registered, and anew when the page behind it is a new one. */
  onEndpoint(listener: (endpoint: { readonly agentId: string; readonly registered: boolean }) => void): void;
  isRegistered(agentId: string): boolean;
}
