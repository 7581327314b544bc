/**
 * What the customer shares in a call, as pure transitions. All that is done on the page hangs on the view: nothing more can be asked for before it
 * stands, and nothing stays when it goes. The screen hangs on nothing: it is the way where a page cannot be shown.
 *
 *   off ──asked──▶ asked ──granted──▶ granted        off ◀── declined, withdrawn, revoked; for what hangs on it with the view, for all with the call or its end
 *
 * The customer may offer the view and the screen unasked. The others are only ever answers, so that a forged or late yes opens nothing.
 */
import { askedGrant, grantKinds, grantState, noGrants, type GrantKind, type Grants } from '#shared/cobrowse-grants.ts';

/** One question at a time: whoever is asked two things at once answers neither with care. */
export function mayAsk(grants: Grants, kind: GrantKind): boolean {
  return grantState(grants, kind) === 'off' && askedGrant(grants) === null && (standsAlone(kind) || grants.view === 'granted');
}

export function asked(grants: Grants, kind: GrantKind): Grants {
  return mayAsk(grants, kind) ? { ...grants, [kind]: 'asked' } : grants;
}

export function granted(grants: Grants, kind: GrantKind): Grants {
  if (grants[kind] === 'granted') return grants;
  return standsAlone(kind) || (grants.view === 'granted' && grants[kind] === 'asked') ? { ...grants, [kind]: 'granted' } : grants;
}

/** Declined, withdrawn or taken back. */
export function revoked(grants: Grants, kind: GrantKind): Grants {
  const { screen, ...page } = grants;
  if (kind === 'screen') return screen === undefined ? grants : page;
  if (kind === 'view') return isNothing(page) ? grants : { ...noGrants, ...screen === undefined ? {} : { screen } };
  return grants[kind] === 'off' ? grants : { ...grants, [kind]: 'off' };
}

/** For whoever has the customer next: what is seen and kept stays, as the customer's word on the contact; nobody inherits a hand in the page, a screen, or a question. */
export function forTheNextAgent(grants: Grants): Grants {
  if (grants.view !== 'granted') return noGrants;
  return { ...noGrants, view: 'granted', record: grants.record === 'granted' ? 'granted' : 'off' };
}

export function isNothing(grants: Grants): boolean {
  return grantKinds.every((kind) => grantState(grants, kind) === 'off');
}

/** May be asked for, and offered, without anything else. */
function standsAlone(kind: GrantKind): boolean {
  return kind === 'view' || kind === 'screen';
}
