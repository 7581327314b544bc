/**
 * Who hears that something changed, after it was stored: the borders, which send new views, and the matcher. Only names travel; whoever
 * hears reads the store, so that a missed or doubled notice does no harm.
 */
import { EventEmitter } from 'node:events';

interface ChangeEvents {
  contact: [contactId: string];
  /** The contact waits, and may be one that an agent can be given now. */
  waiting: [contactId: string];
  /** Something was written or read in it, or somebody is writing. */
  thread: [contactId: string];
  /** The contact is over, and stored as such. */
  ended: [contactId: string];
  queue: [queueId: string];
  /** `byOffer`: a contact was just reserved for them, which makes nobody free. */
  agent: [agentId: string, byOffer?: boolean];
  /** A login is over: what was opened with it closes. */
  loggedOut: [loginId: string];
  /** Something of a contact whose page is shared, or was until now, is other than before. */
  cobrowse: [contactId: string];
  /** The contact ended, was requeued or the customer revoked: co-browsing of this contact is over. */
  cobrowseEnded: [contactId: string];
  /** This agent handed the contact over, whose co-browsing goes on with the next one. */
  viewerEnded: [contactId: string, agentId: string];
}

export class Changes extends EventEmitter<ChangeEvents> {
  constructor() {
    super();
    this.setMaxListeners(50);
  }
}
