/**
 * What a customer may grant, each by itself: to look at their page, to draw on it, to act in it, to keep it; and to see their screen where a
 * page is not enough. The agent asks, one at a time; the customer answers in their page and takes each back there, whenever they like. Without
 * schemas, so that pages can have it at no cost.
 */
export const pageGrantKinds = ['view', 'annotate', 'control', 'record'] as const;
export const grantKinds = [...pageGrantKinds, 'screen'] as const;
export type PageGrant = (typeof pageGrantKinds)[number];
export type GrantKind = (typeof grantKinds)[number];
/** All that is granted on top of the view, and ends with it. */
export type FurtherGrant = Exclude<PageGrant, 'view'>;

export type GrantState = 'off' | 'asked' | 'granted';
/** The screen is a matter of its own, beside the page: absent means off, also in what was stored before there was such a grant. */
export type Grants = Readonly<Record<PageGrant, GrantState>> & { readonly screen?: 'asked' | 'granted' };

export const noGrants: Grants = { view: 'off', annotate: 'off', control: 'off', record: 'off' };

/** The customer's word on any grant but the view; see `grantAnswerSchema`. */
export interface GrantAnswer {
  readonly grant: FurtherGrant | 'screen';
  readonly accept: boolean;
}

export function grantState(grants: Grants, kind: GrantKind): GrantState {
  return grants[kind] ?? 'off';
}

/** The grant that the agent asks for now, if any. */
export function askedGrant(grants: Grants): GrantKind | null {
  return grantKinds.find((kind) => grants[kind] === 'asked') ?? null;
}
