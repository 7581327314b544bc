/**
 * The socket.io namespace `/customer`. State travels as whole views with a sequence number: the latest view is the truth and a
 * missed one costs nothing, so a reconnect needs no replay.
 */
import { z } from 'zod';
import type { GrantAnswer, Grants } from './cobrowse-grants.ts';
import type { CobrowseRules } from './cobrowse-rules.ts';
import type { Choice, DissuadedWhy, Texts } from './flow-words.ts';
import type { MediaReplies, MediaRequest, Tracks } from './media-protocol.ts';
import type { Reply } from './problem.ts';
import { isReplyAddress } from './reply-address.ts';
import { longestText } from './thread-limits.ts';
import type { CallProposal, ThreadPage, ThreadState, Write, Written } from './thread-protocol.ts';
import type { Channel, ContactEnd, CustomerChannel, WaitRange } from './vocabulary.ts';

/** `auth` of the connection: the one-time token, with how the customer wants to begin, or the resume secret of somebody who comes back. */
export const customerAuthSchema = z.union([
  z.strictObject({ token: z.string().min(1).max(4000), channel: z.enum(['voice', 'chat']).optional() }),
  z.strictObject({ resume: z.string().min(1).max(200) }),
]);
export type CustomerAuth = z.infer<typeof customerAuthSchema>;

/** What the customer must be told besides the phase, once: why they are back in the queue. `transferred`: handed to this queue on purpose. */
export type RequeueReason = 'agentUnavailable' | 'agentLost' | 'noMedia' | 'transferred';

export type CustomerPhase =
  /** On the way to the queue: something is looked up, or, with a notice, the customer is asked to confirm it (`notice`, or `leave`). */
  | { readonly name: 'flow'; readonly notice: FlowNotice | null }
  /** Advised against waiting: what the customer may do instead, besides leaving. */
  | {
      readonly name: 'dissuaded'; readonly why: DissuadedWhy; readonly choices: readonly Choice[];
      /** What the queue says to it; null: nothing of its own. */
      readonly message: Texts | null;
      /** ISO 8601; null where it is not known or not the matter. */
      readonly opensAt: string | null;
      readonly ewt: WaitRange | null;
      /** ISO 8601: until when a choice is awaited. */
      readonly expiresAt: string;
    }
  | {
      readonly name: 'waiting'; readonly position: number; readonly ewt: WaitRange | null; readonly requeued: RequeueReason | null;
      /** The customer has left and will be called back at this place; null: they wait by themselves. */
      readonly callback: CallbackForCustomer | null;
    }
  /** They will be called back at a time that was agreed on, and stand in no queue until then. */
  | { readonly name: 'scheduled'; readonly callback: CallbackForCustomer }
  /** An agent is reserved: the page rings and opens its transports, and sends nothing yet. */
  | {
      readonly name: 'offered';
      /** Set while the customer is being handed over: who has them next (a name, never a number); null for an agent of the queue. */
      readonly transfer: { readonly to: string | null } | null;
    }
  /** An agent calls this customer (click-to-dial): the page rings and the customer answers or declines. */
  | {
      readonly name: 'rung'; readonly agent: { readonly name: string };
      /** ISO 8601: when the ringing is given up. */
      readonly expiresAt: string;
    }
  | {
      readonly name: 'connecting'; readonly agent: { readonly name: string };
      /** It was a chat before, and goes on as one after the call. */
      readonly fromChat: boolean;
      /** Both wanted the cameras on. */
      readonly withCamera?: true;
    }
  | {
      readonly name: 'engaged'; readonly agent: { readonly name: string };
      /** ISO 8601. */
      readonly since: string;
      readonly onHold: boolean;
      /** The agent's leg is gone and being rebuilt: say that they are coming back. */
      readonly agentAway: boolean;
      /** A third party is in the conversation: how they are to be named; null when there is none. */
      readonly third: { readonly name: string | null } | null;
      /** They talk on their telephone: the page has no media of this call. */
      readonly onTelephone: boolean;
      readonly fromChat: boolean;
    }
  /** An agent is there, and both write. */
  | {
      readonly name: 'chat'; readonly agent: { readonly name: string };
      /** ISO 8601. */
      readonly since: string;
      readonly proposal: CallProposal | null;
      /** A call may be asked for with the cameras on. */
      readonly video: boolean;
      /** ISO 8601: when the chat ends unless the customer writes; null while they need not be told. */
      readonly endsAt: string | null;
      /** The call that this chat was to become could not be made. */
      readonly callFailed: boolean;
    }
  /** They left a message, which will be answered; `replyTo`: where, null: the portal knows. The page may be closed. */
  | { readonly name: 'messageLeft'; readonly replyTo: string | null }
  | {
      readonly name: 'ended'; readonly end: ContactEnd;
      /** What the queue says to it, where it was the flow that ended the contact. */
      readonly message?: Texts;
    };

export interface FlowNotice {
  /** Named in the answer. */
  readonly step: string;
  readonly text: Texts;
  /** 0-9, * or #: confirms as well as a tap. */
  readonly key: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

export interface CallbackForCustomer {
  /** Theirs, as it will be dialled; null: this page rings. */
  readonly number: string | null;
  /** ISO 8601: the time that was agreed on; null: at their turn. */
  readonly at: string | null;
  /** ISO 8601: not sooner, because a try was not answered or the queue is closed; null: at any moment. */
  readonly notBefore: string | null;
  /** Their number is being dialled. */
  readonly calling: boolean;
}

/** Which ways of being called back the customer may choose now. */
export interface CallbackChoices {
  readonly page: boolean;
  readonly phone: boolean;
  /** At a time of their choice (event `callbackTimes`), at a number. */
  readonly scheduled: boolean;
}

/** A message may be left now. `needsReplyTo`: nobody knows yet where this customer can be answered. */
export interface MessageChoice {
  readonly needsReplyTo: boolean;
}

export interface CustomerView {
  /** Rises with every change, across reconnects and restarts. */
  readonly seq: number;
  readonly contactId: string;
  readonly from: string;
  readonly queue: { readonly id: string; readonly label: string };
  readonly channels: readonly CustomerChannel[];
  /** As what the contact is worked at now. */
  readonly channel: Channel;
  /** Null where this customer may not write. */
  readonly thread: ThreadState | null;
  readonly phase: CustomerPhase;
  /** Non-null from `offered` on: the media the client ought to hold (see media-protocol.ts). */
  readonly media: { readonly epoch: string } | null;
  readonly cobrowse: CobrowseForCustomer;
  /** Null: none in this phase, or none in this queue. */
  readonly callbacks: CallbackChoices | null;
  /** Null: none can be left in this phase, or none in this queue. */
  readonly messages: MessageChoice | null;
}

/** `asked`: the agent asked for it and the customer has not answered. `granted`: the customer said yes on this contact. */
export interface CobrowseForCustomer {
  readonly grants: Grants;
  readonly agent: { readonly name: string } | null;
}

/** What a consent brings: the short-lived token, where the relay is, and what the portal says about its pages. */
export interface SharerToken {
  readonly token: string;
  readonly cobrowseUrl: string;
  readonly rules: CobrowseRules;
}

/** The page the customer is on now, told at connecting and at every navigation. */
export const pageSchema = z.strictObject({ url: z.url({ protocol: /^https?$/ }).max(2000), title: z.string().max(300) });
export type CustomerPage = z.infer<typeof pageSchema>;

export const dtmfTonesSchema = z.strictObject({ digits: z.string().regex(/^[0-9*#]{1,16}$/) });
/** To be called back: on this page, or at a number, which a trunk must be allowed to dial; at their turn, or at a time (ISO 8601) that is one of the queue's. */
export const askCallbackSchema = z.strictObject({ number: z.string().trim().min(1).max(40).optional(), at: z.iso.datetime({ offset: true }).optional() });
export type AskCallback = z.infer<typeof askCallbackSchema>;

const longestSubject = 200;
/** A message instead of a wait. `id`: the customer's own; sent again with it, it is one. `replyTo`: an address or a number, needed where the view says so. */
export const leaveMessageSchema = z.strictObject({
  id: z.uuid(), subject: z.string().trim().max(longestSubject).optional(), text: z.string().trim().min(1).max(longestText),
  replyTo: z.string().trim().refine(isReplyAddress, 'expected a mail address or a telephone number').optional(),
});
export type LeaveMessage = z.infer<typeof leaveMessageSchema>;

export const answerSchema = z.strictObject({ accept: z.boolean() });
export const noticeAnswerSchema = z.strictObject({ step: z.string().max(100), accept: z.boolean() });

export interface CustomerServerEvents {
  /**
   * First event after every successful connection. `resume` replaces the secret held so far; the old one stays valid until this one is used.
   */
  welcome: (welcome: { readonly resume: string; readonly view: CustomerView }) => void;
  view: (view: CustomerView) => void;
  tracks: (tracks: Tracks) => void;
  /** Another tab took the contact over; this one must show so and not reconnect by itself. */
  superseded: () => void;
}

export interface CustomerClientEvents {
  /** The customer leaves the queue, or hangs up. */
  leave: (acknowledge: (reply: Reply<null>) => void) => void;
  page: (page: CustomerPage) => void;
  /** Answer to `rung`: the customer takes the agent's call, or not now. */
  answer: (answer: { readonly accept: boolean }, acknowledge: (reply: Reply<null>) => void) => void;
  /** The customer goes, and is to be called back: at their place in the queue, or at a time. */
  callback: (asked: AskCallback, acknowledge: (reply: Reply<null>) => void) => void;
  /** They will wait here by themselves after all. To be called back no more at all is `leave`. */
  callbackWithdraw: (acknowledge: (reply: Reply<null>) => void) => void;
  /** The times that can be chosen: where slots with room for one more begin, ISO 8601. */
  callbackTimes: (acknowledge: (reply: Reply<{ readonly times: readonly string[] }>) => void) => void;
  /** The customer goes, and leaves a message; acknowledged when it is stored, and again for the same `id`. */
  leaveMessage: (message: LeaveMessage, acknowledge: (reply: Reply<null>) => void) => void;
  /** Answer to the notice of this step: confirmed, or not. */
  notice: (answer: { readonly step: string; readonly accept: boolean }, acknowledge: (reply: Reply<null>) => void) => void;
  /** The customer, dissuaded, waits all the same. */
  wait: (acknowledge: (reply: Reply<null>) => void) => void;
  /** Tones of the customer's dial pad: 1 to 16 of 0-9, *, #, carried to the agent's side. */
  dtmf: (tones: { readonly digits: string }, acknowledge: (reply: Reply<null>) => void) => void;
  /** Writes to the thread; acknowledged when it is stored. */
  write: (message: Write, acknowledge: (reply: Reply<Written>) => void) => void;
  /** The messages after a number, oldest first. */
  thread: (from: { readonly after: number }, acknowledge: (reply: Reply<ThreadPage>) => void) => void;
  /** The customer has seen the thread up to this message. */
  read: (seen: { readonly upTo: number }) => void;
  /** The customer is writing; told again every few seconds while they do. */
  typing: () => void;
  /** Out of a chat: the customer would rather talk, or says yes to an agent who would. */
  proposeCall: (wanted: { readonly video: boolean }, acknowledge: (reply: Reply<null>) => void) => void;
  /** No to an agent's proposal, or the customer takes their own back. */
  declineCall: (acknowledge: (reply: Reply<null>) => void) => void;
  /** Ends the call; what was a chat before goes on as one, anything else is over. */
  endCall: (acknowledge: (reply: Reply<null>) => void) => void;
  media: <Type extends MediaRequest['type']>(
    request: Extract<MediaRequest, { type: Type }>, acknowledge: (reply: Reply<MediaReplies[Type]>) => void,
  ) => void;
  /** The customer consents to being viewed: answers with the sharer's short-lived token for the relay. */
  cobrowseGrant: (acknowledge: (reply: Reply<SharerToken>) => void) => void;
  /** Another such token while the grant stands: after a navigation, or for a new connection to the relay. Consents to nothing. */
  cobrowseToken: (acknowledge: (reply: Reply<SharerToken>) => void) => void;
  /** The customer stops sharing, or declines; all that was granted on top goes with it. Already effective in the page when this is sent. */
  cobrowseRevoke: (acknowledge: (reply: Reply<null>) => void) => void;
  /** The customer's word on a further grant. A no is already effective in the page when this is sent. */
  cobrowseAnswer: (answer: GrantAnswer, acknowledge: (reply: Reply<null>) => void) => void;
}
