/**
 * The port through which a contact's life reaches media and SIP. One adapter exists (gateway/src/media/call-service.ts: mediasoup and
 * SIP.js); the contact's runner knows only this. Every method is idempotent per contact and safe to call for a contact unknown to
 * the adapter. Nothing here throws for what a peer did: results come back as `CallEvent`s.
 */
import type { MediaReplies, MediaRequest, Tracks } from '#shared/media-protocol.ts';
import type { Reply } from '#shared/problem.ts';
import type { Destination, EndpointKind, EndpointStatus } from '../sip/endpoint.ts';

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
  /** Which of the agent's endpoints to ring, all together; the first answer wins. */
  readonly ring: readonly EndpointKind[];
  /**
   * `accepted`: the person accepted at a desktop, so the endpoint is asked to answer by itself. `offer`: the INVITE is the offer, and its
   * answer the acceptance (a phone without a desktop).
   */
  readonly purpose: 'accepted' | 'offer';
}

/** The third party of a call: a colleague asked for advice, or a number. */
export interface SecondCall {
  readonly contactId: string;
  /** Names this consultation in every event about it, so that news of an earlier one is told apart. */
  readonly secondId: string;
  /** Who is shown as calling: the contact's caller URI with the agent's name. */
  readonly from: string;
  readonly displayName: string | null;
  readonly party:
    | { readonly kind: 'agent'; readonly agentId: string; readonly aor: string; readonly ring: readonly EndpointKind[]; readonly purpose: 'accepted' | 'offer' }
    /** A number as the allow-list gave it (`EndpointDirectory.destination`). */
    | { readonly kind: 'external'; readonly number: string };
}

/** A customer who is at a telephone: their number becomes the customer's leg of the call. */
export interface CustomerCall {
  readonly contactId: string;
  /** The caller URI, which names the contact to the agent's side; a trunk shows what its `fromPolicy` says. */
  readonly from: string;
  /** As the allow-list gave it (`EndpointDirectory.destination`). */
  readonly number: string;
}

/** Whom the agent talks to. Whoever is left out hears the hold sound; `all` is a conference of three. */
export type Talk = 'customer' | 'second' | 'all';

/** What an agent's phone asked for by REFER: the same commands that the desktop has. `report` is for the NOTIFY: a SIP status, the final one last. */
export interface PhoneTransfer {
  readonly contactId: string;
  /** Blind: whom the target names, judged by the allow-list. Attended: the second party that the phone talks to becomes the customer's. */
  readonly to: { readonly kind: 'agent'; readonly agentId: string } | { readonly kind: 'external'; readonly number: string } | { readonly kind: 'second' };
  readonly report: (status: number) => void;
}

/** An agent's phone calls a caller URI: they want that customer. Exactly one of the two is called. */
export interface AgentDials {
  readonly agentId: string;
  readonly endpointId: string;
  readonly callerUri: string;
  /** The customer will be rung: the phone's call becomes the agent's leg of this contact, and is answered when the customer is there. */
  readonly take: (contactId: string) => void;
  /** 480: not connected; 403: not theirs; 486: with somebody else. */
  readonly refuse: (status: number, reason: string) => void;
}

/**
 * An agent's phone calls a colleague or a number while it holds a contact: a consultation, as if asked for at the desktop. Exactly one of the
 * two is called. After `take` the gateway calls the party itself (`callSecond`, with this secondId), and the phone's second call is what
 * the agent talks to it through: answered when the party answers, refused with the party's status when it does not.
 */
export interface PhoneConsult {
  readonly contactId: string;
  readonly to: { readonly kind: 'agent'; readonly agentId: string } | { readonly kind: 'external'; readonly number: string };
  readonly take: (secondId: string) => void;
  readonly refuse: (status: number, reason: string) => void;
}

/** Which endpoint carries a leg, for people to see. */
export type AnsweredBy = Pick<EndpointStatus, 'kind' | 'label'>;

export type CallEvent =
  /** The agent's endpoint answered; the codec is decided and the customer's client has been told to produce. */
  | { readonly type: 'agentAnswered'; readonly contactId: string; readonly endpoint?: AnsweredBy }
  /** At least one of the agent's endpoints rings. */
  | { readonly type: 'agentRinging'; readonly contactId: string }
  /** Every endpoint that was rung failed before an answer (the best final SIP status, or 408 for none within the limit). */
  | { readonly type: 'agentFailed'; readonly contactId: string; readonly status: number }
  /** BYE from the agent's endpoint. */
  | { readonly type: 'agentHungUp'; readonly contactId: string }
  /** The agent's endpoint is gone without a BYE: its page was reloaded or closed, or its media fell silent. The leg is closed here. */
  | { readonly type: 'agentLegLost'; readonly contactId: string }
  /** The agent's phone put the customer on hold, or took them off it, by its own button. */
  | { readonly type: 'agentHeld'; readonly contactId: string; readonly onHold: boolean }
  /** The customer's telephone answered, and agent and customer hear each other. */
  | { readonly type: 'customerAnswered'; readonly contactId: string }
  /** No call with the customer's telephone came about. 415: it shares no codec with the agent's side. */
  | { readonly type: 'customerFailed'; readonly contactId: string; readonly status: number }
  /** BYE of the customer's telephone. */
  | { readonly type: 'customerHungUp'; readonly contactId: string }
  /** Its line is gone without one: the media fell silent, or the trunk with it. */
  | { readonly type: 'customerLegLost'; readonly contactId: string }
  | { readonly type: 'secondRinging'; readonly contactId: string; readonly secondId: string }
  | { readonly type: 'secondAnswered'; readonly contactId: string; readonly secondId: string; readonly endpoint?: AnsweredBy }
  /** No call with the second party came about. 415: it shares no codec with what the call can be switched to. */
  | { readonly type: 'secondFailed'; readonly contactId: string; readonly secondId: string; readonly status: number }
  | { readonly type: 'secondHungUp'; readonly contactId: string; readonly secondId: string }
  | { readonly type: 'secondLost'; readonly contactId: string; readonly secondId: string }
  /** A digit of either side, already carried to the other one. */
  | { readonly type: 'dtmf'; readonly contactId: string; readonly from: 'customer' | 'agent' | 'second'; readonly digit: string }
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
  /**
   * Dials the customer's number: its line is the customer's leg from the answer on, and stays until `close` (agents come and go). Resolves at once; the
   * outcome comes as an event.
   */
  callCustomer(call: CustomerCall): Promise<void>;
  /** Both directions are paused at the gateway and the customer's side hears the hold sound; nothing is renegotiated. */
  setHold(contactId: string, onHold: boolean): Promise<void>;
  /** Calls a third party on the same media; the agent's dialog stays as it is. Resolves at once; the outcome comes as an event. */
  callSecond(call: SecondCall): Promise<void>;
  /** Switches the agent's media. `all` may have to change codecs on the way; false: a party cannot (`reason` is for people). */
  setTalk(contactId: string, talk: Talk): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: string }>;
  /** The second party becomes the customer's; the agent's leg is ended with this reason. */
  promoteSecond(contactId: string, reason: string): Promise<void>;
  /** Ends the second party's leg only. */
  endSecond(contactId: string, reason: string): Promise<void>;
  /** Digits of the agent, from the desktop or API, to the customer and to the second party, whoever they talk to. */
  sendDtmf(contactId: string, digits: string): Promise<void>;
  /** Digits of the customer's dial pad, to whoever they talk to; told back as `dtmf` events. */
  customerDtmf(contactId: string, digits: string): Promise<void>;
  /** REFERs of agents' phones; set once. */
  onPhoneTransfer(listener: (transfer: PhoneTransfer) => void): void;
  /** Consultations that agents' phones begin; set once. */
  onPhoneConsult(listener: (consult: PhoneConsult) => void): void;
  /**
   * An agent's phone or desktop called a caller URI; set once. After `take` the phone hears ringing until the customer's media stands, and is
   * answered then (`agentAnswered`); `endAgentLeg` or `close` before that refuses it (480).
   */
  onAgentDials(listener: (dials: AgentDials) => void): void;
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
  /** Whether the agent has an endpoint that can be rung and is not busy with a call of its own. */
  isRegistered(agentId: string): boolean;
  endpoints(agentId: string): readonly EndpointStatus[];
  /** The allow-list: what an agent or a client names, as a party that can be called. */
  destination(named: string): Promise<Destination>;
}
