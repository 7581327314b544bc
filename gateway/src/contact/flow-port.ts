/** Who follows a contact's flow: knows the configuration, reads the figures and asks other systems. */
import type { ContactEvent, ContactState } from './state.ts';

export interface FlowPort {
  /** Returns at once; what it comes to is fed as `flowWent`. It may fail to come: the contact has its own limit for that. */
  follow(contactId: string, state: ContactState, feed: (event: ContactEvent) => void): void;
}
