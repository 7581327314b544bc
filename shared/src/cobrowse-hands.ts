/**
 * What an agent may do on the customer's page over the relay, with the customer's grants: act in it, draw on it, offer to lead elsewhere.
 * Everything names an element by its node id in the picture of one moment, and a place within it by ratios, so that it means the same at
 * another size, another scroll position and another zoom; what was meant for an older picture is refused instead of guessed.
 */
import { z } from 'zod';
import { maxDrawings, maxPenPoints, maxTyped, typedKeys } from './cobrowse-hand-bounds.ts';

/** The picture that ids belong to: one load of a page, and the full snapshot that numbered its nodes. */
export const pictureSchema = z.strictObject({ pageEpoch: z.string().min(1).max(64), snapshotEpoch: z.int().nonnegative() });
export type PictureName = z.infer<typeof pictureSchema>;

const nodeId = z.int().positive().max(2 ** 31);
const ratio = z.number().min(0).max(1);
/** A place in an element: 0, 0 its upper left corner, 1, 1 the lower right one. */
const placeSchema = z.strictObject({ nodeId, x: ratio, y: ratio });
export type Place = z.infer<typeof placeSchema>;

export const controlActionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('move'), at: placeSchema }),
  z.strictObject({ kind: z.literal('click'), at: placeSchema }),
  /** CSS pixels, of the nearest element around `nodeId` that scrolls. */
  z.strictObject({ kind: z.literal('scroll'), nodeId, dx: z.number().min(-4000).max(4000), dy: z.number().min(-4000).max(4000) }),
  /** Into the field, where its caret is. */
  z.strictObject({ kind: z.literal('type'), nodeId, text: z.string().min(1).max(maxTyped) }),
  z.strictObject({ kind: z.literal('key'), nodeId, key: z.enum(typedKeys) }),
  /** Of a `<select>`, one of its options: by its value, or by its words. */
  z.strictObject({ kind: z.literal('choose'), nodeId, value: z.string().max(1000) }),
  /** Of a field that is set rather than typed into (date, time, month, week, range, color): all of its value, as HTML writes it; '' empties it. */
  z.strictObject({ kind: z.literal('set'), nodeId, value: z.string().max(32) }),
]);
export type ControlAction = z.infer<typeof controlActionSchema>;

export const actSchema = z.strictObject({ picture: pictureSchema, seq: z.int().nonnegative(), action: controlActionSchema });
export type Act = z.infer<typeof actSchema>;

/**
 * Why an action was not done:
 *  - notGranted: no grant, or not from the agent who has it      - stale: meant for an older picture
 *  - gone: the element is not in the page any more               - hidden: what the agent cannot read they cannot touch
 *  - secret: a password, card or code field                      - readOnly: read-only, or kept from agents by the integrator
 *  - disabled: the page itself has it switched off               - submit: it would send a form, and the integrator does not allow it
 *  - file: it would open a file dialog or start a download       - elsewhere: it leaves the web page (mail, telephone, other schemes)
 *  - covered: something else lies over that place                - customerActive: the customer is busy in the page themselves
 *  - unfit: the element cannot take this kind of action          - away: the page does not answer, or is paused
 *  - tooMuch: more than the relay passes on
 */
export const refusals = [
  'notGranted', 'stale', 'gone', 'hidden', 'secret', 'readOnly', 'disabled', 'submit', 'file', 'elsewhere', 'covered', 'customerActive', 'unfit', 'away', 'tooMuch',
] as const;
export type Refusal = (typeof refusals)[number];
export type Outcome = 'done' | Refusal;
export const outcomeSchema = z.enum(['done', ...refusals]);

/** Beyond the element, too: an arrow may begin beside what it points at. */
const farRatio = z.number().min(-50).max(50);
const farPlaceSchema = z.tuple([farRatio, farRatio]);
export type FarPlace = z.infer<typeof farPlaceSchema>;

/** Sticks to its element: all places are ratios of that element's box. */
export const drawingSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pen'), id: z.string().min(1).max(32), nodeId, points: z.array(farPlaceSchema).min(2).max(maxPenPoints) }),
  z.strictObject({ kind: z.literal('arrow'), id: z.string().min(1).max(32), nodeId, from: farPlaceSchema, to: farPlaceSchema }),
  z.strictObject({ kind: z.literal('highlight'), id: z.string().min(1).max(32), nodeId }),
]);
export type Drawing = z.infer<typeof drawingSchema>;

export const drawSchema = z.strictObject({
  picture: pictureSchema,
  mark: z.union([
    drawingSchema,
    /** Where the agent points, and nothing that stays; null: nowhere any more. */
    z.strictObject({ kind: z.literal('pointer'), at: placeSchema.nullable() }),
    z.strictObject({ kind: z.literal('clear') }),
  ]),
});
export type Draw = z.infer<typeof drawSchema>;

/** All drawings that are on the page, as it says itself: everybody who watches sees these and no others. */
export const drawingsSchema = z.strictObject({ picture: pictureSchema, drawings: z.array(drawingSchema).max(maxDrawings) });
export type Drawings = z.infer<typeof drawingsSchema>;

/** Where the agent would lead the customer, who decides. An address of the portal's own. */
export const offerSchema = z.strictObject({ url: z.url({ protocol: /^https?$/ }).max(2000) });
export const offerAnswers = ['accepted', 'declined', 'unanswered', 'notThere', 'away', 'tooMuch'] as const;
/** `notThere`: no address of this portal. `away`: no page that could be asked. */
export type OfferAnswer = (typeof offerAnswers)[number];

/** Somebody who watches the page, as the customer is told. `colleague`: in a conference. */
export interface Watcher {
  readonly name: string;
  readonly as: 'agent' | 'colleague' | 'supervisor';
}

/** What stands between a contact and those who watch it, as the gateway knows it now. */
export interface Standing {
  /** The agent who has the customer, and the only one who may act or draw; null: nobody. */
  readonly agentId: string | null;
  readonly annotate: boolean;
  readonly control: boolean;
  /** By agent id, of those asked about: whoever is missing may watch no more. */
  readonly watchers: Readonly<Record<string, Watcher>>;
  /** The portal's own origins, besides the page's: the customer may be led there. */
  readonly origins: readonly string[];
}
