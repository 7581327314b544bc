/** Blind transfer: the customer goes to a colleague, a queue or a number, and the agent is done with them. */
import { randomUUID } from 'node:crypto';
import type { PartyName } from '#shared/agent-protocol.ts';
import type { Reply } from '#shared/problem.ts';
import { queueOf } from '../contact/limits.ts';
import type { ContactRunner, Decision } from '../contact/runner.ts';
import type { StoredContact } from '../store/contacts.ts';
import type { Queries } from '../store/database.ts';
import { openTickets } from '../store/tickets.ts';
import { afterMatching } from './matcher.ts';
import { refusalToHandOver } from './own-call.ts';
import { freeSupervisor, judged, refusalOfSkills, reserveColleague, type Party, type PartyOptions } from './parties.ts';

export class Transfers {
  readonly #options: PartyOptions & { readonly runner: ContactRunner };

  constructor(options: PartyOptions & { readonly runner: ContactRunner }) {
    this.#options = options;
  }

  async transfer(agentId: string, contactId: string, to: PartyName): Promise<Reply<null>> {
    const { runner } = this.#options;
    const party = await judged(this.#options, agentId, to);
    if (!party.ok) return party;
    const reply = await runner.command(contactId, async (tx, contact) => {
      const problem = refusalToHandOver(contact.state, agentId, party.value.kind === 'external');
      return problem === null ? this.#to(tx, contact, agentId, party.value) : { problem };
    }, afterMatching);
    return reply.ok ? { ok: true, value: null } : reply;
  }

  async #to(tx: Queries, contact: StoredContact, agentId: string, party: Party): Promise<Decision> {
    const { config, now } = this.#options;
    switch (party.kind) {
      case 'queue': return { event: { type: 'transferred', to: { ...party, priority: party.priority ?? queueOf(config, party.queueId).priority } } };
      case 'skills': {
        const problem = await refusalOfSkills(tx, party.skills);
        if (problem !== null) return { problem };
        const { priority } = await tx.selectFrom('contact').select('priority').where('id', '=', contact.id).executeTakeFirstOrThrow();
        return { event: { type: 'transferred', to: { kind: 'queue', queueId: contact.queueId, priority: party.priority ?? priority, wanted: party.skills } } };
      }
      case 'supervisor': {
        const free = await freeSupervisor(tx, this.#options, agentId);
        return 'problem' in free ? free : this.#to(tx, contact, agentId, { kind: 'agent', agentId: free.agentId });
      }
      case 'external': {
        const hopId = randomUUID();
        await openTickets(tx, [{ hopId, contact, agentId: null, called: party.number }], now());
        return { event: { type: 'transferred', to: { ...party, hopId } } };
      }
      case 'agent': {
        // Made first, and undone with the transaction if the contact does not take it: the agent's own slot becomes a wrap-up with it.
        await tx.updateTable('slot').set({ state: 'wrapUp' }).where('contact_id', '=', contact.id).where('agent_id', '=', agentId).execute();
        const reserved = await reserveColleague(tx, this.#options, { contact, agentId: party.agentId, byAgentId: agentId, part: 'own' });
        if ('problem' in reserved) return reserved;
        const { reservationId, expiresAt, by, answerWith } = reserved;
        return { event: { type: 'transferred', to: { kind: 'agent', reservationId, agentId: party.agentId, expiresAt, by, answerWith } } };
      }
    }
  }
}
