/**
 * `POST /api/sessions` and `GET /api/wait`: what a portal's server and the widget exchange with the gateway before anybody connects.
 * Documented for integrators by the OpenAPI page, which is generated from these schemas.
 */
import { z } from 'zod';
import { customerChannels, type CustomerChannel, type WaitRange } from './vocabulary.ts';

const attribute = z.union([z.string().max(1000), z.number(), z.boolean()]);

export const customerSchema = z.strictObject({
  id: z.string().min(1).max(200).describe('The portal\'s own identifier of the customer; ties history and last agent together.'),
  name: z.string().max(200).optional(),
  attributes: z.record(z.string().max(100), attribute).optional()
    .refine((attributes) => Object.keys(attributes ?? {}).length <= 50, 'at most 50 attributes'),
});

const httpUrl = z.url({ protocol: /^https?$/ }).max(2000);

export const inquirySchema = z.strictObject({
  pageUrl: httpUrl.describe('The page on which the customer pressed Get Help: the nature of the inquiry.'),
  title: z.string().max(300).optional(),
  topic: z.string().max(200).optional(),
});

export const createSessionSchema = z.strictObject({
  customer: customerSchema.nullable().describe('Who is logged in, or null for an anonymous customer.'),
  inquiry: inquirySchema,
  queue: z.string().max(100).optional().describe('Wins over the page rules of the configuration.'),
  channels: z.array(z.enum(customerChannels)).nonempty().optional().describe('What the customer may use; default: what the portal\'s configuration says, else voice and video. With `chat` they may also write beside a call.'),
  origins: z.array(z.url()).max(20).optional()
    .describe('When given, only these Origins may redeem the token, and a missing Origin is refused. Leave out for apps.'),
});
export type CreateSession = z.infer<typeof createSessionSchema>;

export interface QueueWait {
  readonly queue: string;
  /** The queue's name as a customer should read it. */
  readonly label: string;
  readonly open: boolean;
  /** Whether somebody who comes now is taken up: it is open, or closed with something else to offer. */
  readonly takes: boolean;
  /** It is closed, and all that can be done is to leave a message. */
  readonly onlyMessages?: true;
  /** When closed: the next opening as ISO 8601, if the calendar knows one. */
  readonly opensAt: string | null;
  /** Today's and the coming days' hours, ready to show: `Mon–Fri 08:00–18:00 (Europe/Berlin)`. */
  readonly hours: string;
  /** The position a contact would get (or has); 1 is next. */
  readonly position: number;
  /** Null while there is too little data to promise anything. */
  readonly ewt: WaitRange | null;
}

/** One of RTCPeerConnection's `iceServers`. */
export interface IceServer {
  readonly urls: string | readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

export interface CreatedSession {
  readonly sessionId: string;
  /** The unique SIP From URI that names the contact, its call, its screen pop and its co-browse session. It is no credential. */
  readonly from: string;
  /** One-time token for the `/customer` namespace. */
  readonly token: string;
  /** ISO 8601. */
  readonly expiresAt: string;
  readonly iceServers: readonly IceServer[];
  /** Base URL for socket.io, e.g. `https://help.example.com`; the namespace `/customer` is appended by the client. */
  readonly signalingUrl: string;
  /** Base URL for the co-browse relay; the namespace `/cobrowse` is appended by the client. */
  readonly cobrowseUrl: string;
  /** What this customer may use: the page lets them choose where there is a choice. */
  readonly channels: readonly CustomerChannel[];
  readonly wait: QueueWait;
}
