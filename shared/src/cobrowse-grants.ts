/**
 * What a customer may grant on their page, each by itself: to look at it, to draw on it, to act in it, to keep it. The agent asks, one at a
 * time; the customer answers in their page and takes each back there, whenever they like. Without schemas, so that pages can have it at no cost.
 */
export const grantKinds = ['view', 'annotate', 'control', 'record'] as const;
export type GrantKind = (typeof grantKinds)[number];
/** All that is granted on top of the view, and ends with it. */
export type FurtherGrant = Exclude<GrantKind, 'view'>;

export type GrantState = 'off' | 'asked' | 'granted';
export type Grants = Readonly<Record<GrantKind, GrantState>>;

export const noGrants: Grants = { view: 'off', annotate: 'off', control: 'off', record: 'off' };

/** The customer's word on one of the further grants; see `grantAnswerSchema`. */
export interface GrantAnswer {
  readonly grant: FurtherGrant;
  readonly accept: boolean;
}

/** The grant that the agent asks for now, if any. */
export function askedGrant(grants: Grants): GrantKind | null {
  return grantKinds.find((kind) => grants[kind] === 'asked') ?? null;
}
