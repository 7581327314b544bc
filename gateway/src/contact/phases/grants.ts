/**
 * What the customer shares in a call, as pure transitions. Everything hangs on the view: nothing more can be asked for before it stands, and
 * nothing stays when it goes.
 *
 *   off ──asked──▶ asked ──granted──▶ granted        off ◀── declined, withdrawn, revoked; for all four with the view, the call or its end
 *
 * The customer may offer the view unasked. The others are only ever answers, so that a forged or late yes opens nothing.
 */
import { askedGrant, grantKinds, noGrants, type GrantKind, type Grants } from '#shared/cobrowse-grants.ts';

/** One question at a time: whoever is asked two things at once answers neither with care. */
export function mayAsk(grants: Grants, kind: GrantKind): boolean {
  return grants[kind] === 'off' && askedGrant(grants) === null && (kind === 'view' || grants.view === 'granted');
}

export function asked(grants: Grants, kind: GrantKind): Grants {
  return mayAsk(grants, kind) ? { ...grants, [kind]: 'asked' } : grants;
}

export function granted(grants: Grants, kind: GrantKind): Grants {
  if (grants[kind] === 'granted') return grants;
  return kind === 'view' || (grants.view === 'granted' && grants[kind] === 'asked') ? { ...grants, [kind]: 'granted' } : grants;
}

/** Declined, withdrawn or taken back. */
export function revoked(grants: Grants, kind: GrantKind): Grants {
  if (kind === 'view') return isNothing(grants) ? grants : noGrants;
  return grants[kind] === 'off' ? grants : { ...grants, [kind]: 'off' };
}

/** For whoever has the customer next: what is seen and kept stays, as the customer's word on the contact; nobody inherits a hand in the page, or a question. */
export function forTheNextAgent(grants: Grants): Grants {
  if (grants.view !== 'granted') return noGrants;
  return { ...noGrants, view: 'granted', record: grants.record === 'granted' ? 'granted' : 'off' };
}

export function isNothing(grants: Grants): boolean {
  return grantKinds.every((kind) => grants[kind] === 'off');
}
