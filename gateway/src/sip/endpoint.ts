/**
 * Whom the gateway can call and who can call it: the port between SIP (registrar, desktops, trunks) and calls. Every destination comes out
 * of here, from our own records: an address that a peer or a client names is looked up, never dialled as it stands.
 */
import type { Dialog, DialogListener, IncomingCall, OutgoingCall } from './dialog/dialog.ts';

export type EndpointKind =
  /** A browser desktop: SIP over WebSocket, ICE and DTLS. */
  | 'desktop'
  /** A phone that registered here. */
  | 'phone'
  /** The agent's extension behind a PBX, or their number behind a trunk. */
  | 'extension'
  /** No agent's: a number behind a trunk. */
  | 'external';

/** How media is secured, by the endpoint's or trunk's policy. `ice`: ICE and DTLS-SRTP. `sdes`: keys in SDP, or 488; there is no downgrade. */
export type MediaProfile = 'ice' | 'rtp' | 'sdes';

/** By the setting `srtp` of a phone or trunk. */
export const mediaProfiles = { off: 'rtp', required: 'sdes', dtls: 'ice' } as const satisfies Readonly<Record<string, MediaProfile>>;

/** One thing that can be called now. */
export interface Endpoint {
  /** Stable while it is registered or configured. */
  readonly id: string;
  readonly kind: EndpointKind;
  /** For people: "Browser", "Yealink T46", "Extension 732". */
  readonly label: string;
  readonly agentId: string | null;
  readonly media: MediaProfile;
  readonly dtmf: 'rfc4733' | 'info';
  /** Host that its signalling comes from; null where that is not known before the call (trunks) or media does not need it (ICE). */
  readonly source: string | null;
  /** Milliseconds that its answer may take when the person accepted already; a phone that ignores auto-answer must be picked up. */
  readonly answerLimit: number;
  /** Null: it was reachable a moment ago and is not any more. Trunk targets are tried in order beneath one dialog. */
  call(call: OutgoingCall, listener: DialogListener): Dialog | null;
}

/** What people see of an agent's endpoints. */
export interface EndpointStatus {
  readonly id: string;
  readonly kind: EndpointKind;
  readonly label: string;
  readonly reachable: boolean;
  /** In a call of its own that is none of our contacts. */
  readonly busy: boolean;
}

export type Destination =
  | { readonly type: 'agent'; readonly agentId: string }
  /** A contact, by its caller URI. */
  | { readonly type: 'caller'; readonly uri: string }
  /** `number` as it is shown and dialled, normalized. */
  | { readonly type: 'external'; readonly number: string; readonly label: string | null; readonly endpoint: Endpoint }
  /** Not allowed, or nobody's. */
  | { readonly type: 'refused'; readonly status: 403 | 404 | 480; readonly detail: string };

export interface IncomingFromAgent {
  /** Whose phone or desktop it is: proven by registration, digest or trunk configuration. */
  readonly agentId: string;
  readonly endpointId: string;
  readonly call: IncomingCall;
  readonly media: MediaProfile;
  readonly source: string | null;
}

/** A text for an agent's phones, from whoever can be called back by answering it. */
export interface TextMessage {
  readonly from: string;
  readonly displayName: string | null;
  readonly text: string;
}

export interface EndpointDirectory {
  /** Called at every change of what an agent can be rung on. */
  onChange(listener: (agentId: string) => void): void;
  status(agentId: string): readonly EndpointStatus[];
  /** What to ring for this agent, best first, `kinds` narrowing it; a desktop that is just reloading is waited for. Busy ones are left out. */
  reachable(agentId: string, kinds: readonly EndpointKind[]): Promise<readonly Endpoint[]>;
  /** The allow-list: what a user, a REFER or a 3xx names, as one of ours or as a number that a trunk may dial. */
  destination(named: string): Promise<Destination>;
  /** An agent's phone calls somebody. Set once. */
  onIncoming(listener: (incoming: IncomingFromAgent) => void): void;
  /** Sends a text to each of the agent's registered phones. Answers their final statuses; none: there is none within reach. */
  message(agentId: string, message: TextMessage): Promise<readonly number[]>;
  /** Told by calls: an endpoint is in a call of its own, that is none of a contact's. */
  setBusy(endpointId: string, busy: boolean): void;
}
