/** Who can be logged in at the demo bank. */
import type { CreateSession } from '#shared/session-api.ts';

export interface DemoCustomer {
  readonly firstName: string;
  readonly initials: string;
  /** What the portal's server tells the gateway about them. */
  readonly session: NonNullable<CreateSession['customer']>;
}

export const customers: ReadonlyMap<string, DemoCustomer> = new Map([
  ['mara', {
    firstName: 'Mara',
    initials: 'ML',
    session: {
      id: 'C-204117',
      name: 'Mara Lindholm',
      attributes: { segment: 'Premier', contract: '7740 2190 31', customerSince: 2016, language: 'en', openComplaint: false, phone: '+49 30 901820' },
    },
  }],
]);

/** Null: an anonymous visitor. */
export function customerOf(key: string): DemoCustomer | null {
  return customers.get(key) ?? null;
}
