/**
 * What an agent's desktop exchanges with the gateway: REST for everything it does, and one stream of whole views for everything it
 * sees (socket.io namespace `/agent`, event `view`, and `GET /api/agents/me/events` as SSE carry the same).
 */
import { z } from 'zod';
import type { Grants } from './cobrowse-grants.ts';
import type { Floor } from './floor.ts';
import type { InboundSource } from './inbound-api.ts';
import type { CallProposal, ThreadState } from './thread-protocol.ts';
import type { AgentRole, AgentState, AgentStatus, Channel, ContactEnd, CustomerChannel, SlotState, WaitRange } from './vocabulary.ts';

export const loginSchema = z.strictObject({ username: z.string().min(1).max(100), password: z.string().min(1).max(200) });
export type Login = z.infer<typeof loginSchema>;

export interface LoggedIn {
  /** JWT for `Authorization: Bearer` and for the `/agent` namespace's `auth.token`. */
  readonly token: string;
  readonly expiresAt: string;
  readonly agent: AgentIdentity;
  readonly sip: SipAccount;
}

export interface AgentIdentity {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly role: AgentRole;
}

/** Where the browser softphone registers. The socket is authenticated by the cookie set at login, or by `?ticket=`. */
export interface SipAccount {
  readonly aor: string;
  /** `wss://…/sip` or `ws://…/sip`. */
  readonly url: string;
}

export const setStatusSchema = z.strictObject({ status: z.enum(['offline', 'available', 'break']), reason: z.string().max(100).optional() });
export type SetStatus = z.infer<typeof setStatusSchema>;

export const wrapUpSchema = z.strictObject({ disposition: z.string().max(100).nullable(), notes: z.string().max(10_000).default('') });
export type WrapUp = z.infer<typeof wrapUpSchema>;

/** `PUT /api/contacts/:id/notes`: the notes as they stand, during the call and the wrap-up; stored at once, and nothing else follows. */
export const notesSchema = z.strictObject({ notes: z.string().max(10_000) });

/** Which of their endpoints an agent wants to be rung on when they accept at the desktop. `PUT /api/agents/me/endpoint`. */
export const answerWithSchema = z.strictObject({ answerWith: z.enum(['desktop', 'phone', 'extension']) });
export type AnswerWith = z.infer<typeof answerWithSchema>['answerWith'];

/** Whom a transfer, a consultation or a call goes to. A number is judged by the allow-list of the trunks. */
const priority = z.int().min(0).max(100).optional();
export const partySchema = z.union([
  z.strictObject({ agentId: z.uuid() }),
  z.strictObject({ number: z.string().trim().min(1).max(64) }),
  z.strictObject({ queue: z.string().min(1).max(50), priority: priority.describe('Default: the queue\'s own.') }),
  z.strictObject({
    skills: z.union([z.array(z.string().min(1).max(50)).nonempty().max(20), z.record(z.string().min(1).max(50), z.int().min(1).max(5))])
      .describe('Whoever has all of them, at any level or at these; the contact stays in its queue, at its age.'),
    priority: priority.describe('Default: as it is.'),
  }),
  /** Whichever supervisor is free, the longest idle first. */
  z.strictObject({ supervisor: z.literal(true) }),
]);
export type PartyName = z.infer<typeof partySchema>;
/** `POST /api/contacts/:id/transfer` (blind; a queue only here) and `POST /api/contacts/:id/consult`. */
export const toPartySchema = z.strictObject({ to: partySchema });
/** `POST /api/contacts/:id/dtmf`. */
export const dtmfSchema = z.strictObject({ digits: z.string().regex(/^[0-9*#A-D]{1,32}$/, 'expected 1 to 32 of 0-9, *, #, A-D') });
/** `POST /api/calls`: click-to-dial, by the contact's id or its caller URI. */
export const dialSchema = z.union([z.strictObject({ contactId: z.uuid() }), z.strictObject({ uri: z.string().startsWith('sip:').max(300) })]);

/** One of an agent's endpoints, as its owner sees it. */
export interface AgentEndpoint {
  readonly id: string;
  readonly kind: 'desktop' | 'phone' | 'extension';
  readonly label: string;
  readonly reachable: boolean;
  /** In a call of its own that is none of our contacts: nothing is offered to it meanwhile. */
  readonly busy: boolean;
}

/** The third party beside agent and customer. */
export interface SecondParty {
  readonly party:
    | { readonly kind: 'agent'; readonly agentId: string; readonly name: string }
    | { readonly kind: 'external'; readonly number: string; readonly label: string | null };
  readonly state: 'ringing' | 'up';
  /** ISO 8601. */
  readonly since: string;
  /** Whom the agent talks to; `all` is a conference. */
  readonly talk: 'customer' | 'second' | 'all';
}

/** How the last consultation came to its end without becoming a transfer; null where there was none. */
export interface SecondEnded {
  /** The colleague's name, or the number (its label where it has one). */
  readonly name: string;
  readonly outcome: 'declined' | 'busy' | 'noAnswer' | 'unreachable' | 'unsupported' | 'hungUp' | 'lost';
  /** ISO 8601. */
  readonly at: string;
}

/** `GET /api/directory`: whom one can transfer to. */
export interface Directory {
  readonly agents: ReadonlyArray<{ readonly agentId: string; readonly name: string; readonly status: AgentStatus; readonly state: AgentState; readonly reachable: boolean }>;
  readonly queues: ReadonlyArray<{ readonly id: string; readonly label: string; readonly open: boolean; readonly waiting: number }>;
  /** What agents can who are at work, and how many of those are free. */
  readonly skills: ReadonlyArray<{ readonly skill: string; readonly free: number }>;
  /** Whether a supervisor could be asked now. */
  readonly supervisorFree: boolean;
  /** From CONFIG. */
  readonly numbers: ReadonlyArray<{ readonly number: string; readonly label: string }>;
  /** Whether any number beyond those may be dialled. */
  readonly dialPad: boolean;
}

/** Where a message or a task came from. */
export interface InboundFacts {
  readonly source: InboundSource;
  readonly subject: string | null;
  /** The address or handle of whoever wrote it. */
  readonly sender: string;
  readonly replyTo: string | null;
  /** Where it can be looked at in the system that handed it in. */
  readonly link: string | null;
}

export interface PastContact {
  readonly contactId: string;
  /** ISO 8601, when it began. */
  readonly at: string;
  readonly queue: string;
  readonly agent: string | null;
  readonly pageUrl: string;
  readonly disposition: string | null;
  readonly notes: string;
  readonly end: ContactEnd | null;
  readonly channel: Channel;
  /** How many messages its thread has. */
  readonly messages: number;
  /** Something is kept of the page that was shared: `GET /api/contacts/:id/cobrowse/recordings`. */
  readonly pageRecorded: boolean;
}

/** The screen pop: everything the agent is shown about one contact, from the moment they are reserved. */
export interface AgentContact {
  readonly contactId: string;
  readonly reservationId: string;
  /** The caller URI: the From of the INVITE, and the key of the co-browse session. */
  readonly from: string;
  readonly slot: SlotState;
  /** As what this agent works at it. */
  readonly channel: Channel;
  /** What the customer may use. */
  readonly channels: readonly CustomerChannel[];
  /** Null where nothing can be written: the customer may not chat. */
  readonly thread: ThreadState | null;
  /** While it is a chat. */
  readonly chat: {
    readonly proposal: CallProposal | null;
    /** A call may be asked for with the cameras on. */
    readonly video: boolean;
    readonly callFailed: boolean;
    /** ISO 8601: when a customer who owes an answer is let go; null: they owe none. */
    readonly quietUntil: string | null;
  } | null;
  /** What came in by mail and the like, or was left in the widget; null for everybody who is, or was, connected. */
  readonly inbound: InboundFacts | null;
  /** ISO 8601: since when the slot is in this state. */
  readonly since: string;
  /** ISO 8601; while reserved: when the offer runs out. */
  readonly offerExpiresAt: string | null;
  readonly queue: { readonly id: string; readonly label: string };
  readonly customer: { readonly id: string; readonly name: string | null; readonly attributes: Readonly<Record<string, string | number | boolean>> } | null;
  readonly inquiry: { readonly pageUrl: string; readonly title: string | null; readonly topic: string | null };
  /** The page the customer is on now; starts as the inquiry's. */
  readonly page: { readonly url: string; readonly title: string };
  readonly waitedSeconds: number;
  readonly history: readonly PastContact[];
  /**
   * `own`: the customer is this agent's. `consulted`: a colleague (`by`) asks for advice and still has the customer; the offer, the page and the
   * history are shown, the customer's call is not this agent's to hold or end.
   */
  readonly part: 'own' | 'consulted';
  /** Who handed it over, or who asks. */
  readonly by: { readonly agentId: string; readonly name: string } | null;
  /** This agent's ticket for the contact: one number per hop. */
  readonly ticket: number | null;
  readonly second: SecondParty | null;
  readonly secondEnded: SecondEnded | null;
  /** Digits the customer pressed in this call, newest last; at most 32. */
  readonly digits: string;
  /** The customer is to be called back, or is just being: once this agent accepts, their endpoint is called first, then the customer. Null: they wait, or are in the call. */
  readonly callback: {
    /** What is dialled where their page is closed or is not answered; null: their page alone. */
    readonly number: string | null;
    /** ISO 8601: the time that was agreed on; null: at their turn. */
    readonly at: string | null;
    /** How often it is tried, this time included. */
    readonly triesLeft: number;
    /** What rings now. */
    readonly rings: 'page' | 'telephone' | null;
  } | null;
  /** The customer talks on a telephone; null: on their page. */
  readonly telephone: { readonly number: string } | null;
  readonly call: {
    /** Which of the agent's endpoints carries the call; null before it answered. */
    readonly endpoint: { readonly kind: 'desktop' | 'phone' | 'extension'; readonly label: string } | null;
    /** connecting: accepted, legs being built. customerAway: their connection is gone, the call is held for their return. */
    readonly state: 'none' | 'connecting' | 'active' | 'held' | 'customerAway' | 'agentAway';
    /** ISO 8601: when both sides were connected first. */
    readonly connectedAt: string | null;
    /** It was a chat, and both wanted to begin with the cameras on. */
    readonly withCamera?: true;
  };
  /** What the customer grants on their page. */
  readonly cobrowse: { readonly grants: Grants };
  /** Null also in the wrap-up of an agent who handed the customer over. */
  readonly end: ContactEnd | null;
  readonly wrapUp: {
    readonly mode: 'none' | 'optional' | 'mandatory' | 'mandatoryTimeboxed';
    readonly dispositions: readonly string[];
    /** ISO 8601; when the system ends the wrap-up by itself. */
    readonly endsAt: string | null;
  };
}

export interface QueueView {
  readonly id: string;
  readonly label: string;
  readonly open: boolean;
  readonly waiting: number;
  /** How many of those who wait will be called back, and how many more at a time that was agreed on. */
  readonly callbacks: { readonly waiting: number; readonly scheduled: number };
  /** ISO 8601: since when the oldest of them waits by themselves; null when nobody does. A moment, not an age: ages grow while nothing is sent. */
  readonly oldestQueuedAt: string | null;
  readonly agentsIdle: number;
  readonly ewt: WaitRange | null;
  /** Of a queue that hunts: whom it rings first, by user name or number. Null: it does not hunt. */
  readonly inCharge: { readonly entry: string; readonly label: string } | null;
}

/** `GET /api/callbacks`: one customer who is to be called back. */
export interface OpenCallback {
  readonly contactId: string;
  readonly queue: { readonly id: string; readonly label: string };
  readonly customer: string | null;
  readonly number: string | null;
  /** scheduled: for `at`. waiting: for its turn. paused: until `notBefore`, after a try or out of hours. calling: an agent has it now. */
  readonly state: 'scheduled' | 'waiting' | 'paused' | 'calling';
  /** ISO 8601: the time that was agreed on; null: at its turn. */
  readonly at: string | null;
  /** ISO 8601: since when it is in the queue, or will be. */
  readonly dueAt: string;
  /** ISO 8601. */
  readonly notBefore: string | null;
  readonly triesLeft: number;
  /** Whose it is first. */
  readonly agent: { readonly id: string; readonly name: string } | null;
}

/** `POST /api/contacts/:id/callback`: an agent calls a customer of theirs back, later or as soon as somebody is free. */
export const agentCallbackSchema = z.strictObject({
  number: z.string().trim().min(1).max(40), at: z.iso.datetime({ offset: true }).optional().describe('Within the hours of the contact\'s queue; none: at its turn.'),
  mine: z.boolean().default(true).describe('Whether it comes to this agent first, should they be free.'),
});
export type AgentCallback = z.input<typeof agentCallbackSchema>;
export const rescheduleSchema = z.strictObject({ at: z.iso.datetime({ offset: true }) });

/** `GET /api/tickets`: one hop of a contact at one agent or number. */
export interface Ticket {
  readonly ticket: number;
  readonly contactId: string;
  /** ISO 8601. */
  readonly from: string;
  readonly to: string | null;
  readonly caller: string;
  readonly called: string;
  readonly agentId: string | null;
  readonly agent: string | null;
  readonly outcome: 'answered' | 'consulted' | 'missed' | 'rejected' | null;
  /** The contact ended with this hop. */
  readonly end: boolean;
  /** What the agent of this hop said of it. */
  readonly disposition: string | null;
  readonly notes: string;
  /** Something is kept of the page that was shared in this contact. */
  readonly pageRecorded: boolean;
  /** Something of its page's sharing is in the co-browse audit, which supervisors read. */
  readonly pageShared: boolean;
}

/** What an agent is told of a contact that they answered, or were rung for last, after its end. */
export interface ContactSummary {
  readonly id: string;
  /** ISO 8601: when the contact ended. */
  readonly at: string;
  readonly contactId: string;
  readonly ticket: number;
  readonly queue: { readonly id: string; readonly label: string };
  /** The customer's name. */
  readonly customer: string | null;
  /** Their telephone number, else the user part of the contact's URI. */
  readonly caller: string;
  /** False: they were rung last, and nobody answered. */
  readonly answered: boolean;
}

export interface AgentView {
  /** Rises with every change within `epoch`; a new epoch means the gateway restarted. */
  readonly epoch: string;
  readonly seq: number;
  readonly agent: AgentIdentity & {
    readonly status: AgentStatus;
    readonly reason: string | null;
    /** ISO 8601. */
    readonly statusSince: string;
    readonly state: AgentState;
    /** Whether a softphone or phone is registered: without one, nothing is offered. */
    readonly endpointRegistered: boolean;
    readonly endpoints: readonly AgentEndpoint[];
    readonly answerWith: AnswerWith;
    readonly skills: readonly string[];
  };
  readonly breakReasons: readonly string[];
  /** Whether a shared page can be kept here: without it nobody is asked to. */
  readonly recordsPages: boolean;
  readonly contacts: readonly AgentContact[];
  readonly queues: readonly QueueView[];
  /** Newest first, until they are dismissed (`DELETE /api/agents/me/summaries/:id`). */
  readonly summaries: readonly ContactSummary[];
}

export interface AgentServerEvents {
  view: (view: AgentView) => void;
  /** For supervisors: whole, at connecting and as it changes, at most once a second. */
  floor: (floor: Floor) => void;
  /** The same agent logged in at another desktop: this one must stop registering. */
  superseded: () => void;
}

/** Answer to `POST /api/contacts/:id/cobrowse/token`: the viewer's short-lived credential. */
export interface ViewerToken {
  readonly token: string;
  readonly cobrowseUrl: string;
  /** URL of the viewer document for the iframe; on its own origin where VIEWER_ORIGIN is set. */
  readonly viewerUrl: string;
}

/** Kept apart so that the softphone can have the names without the schemas. */
export { contactHeader, reservationHeader } from './sip-headers.ts';
