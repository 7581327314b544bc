/** What agents' phones ask for by SIP (REFER, a second call, a call to a customer), as the commands that the desktop has; results go back as SIP statuses. */
import type { Logger } from 'pino';
import type { PartyName } from '#shared/agent-protocol.ts';
import type { Problem } from '#shared/problem.ts';
import type { AgentDials, CallPort, PhoneConsult, PhoneTransfer } from '../contact/call-port.ts';
import { agentOf } from '../contact/runner.ts';
import type { Db } from '../store/database.ts';
import type { Consultations } from './consultations.ts';
import type { Dialing } from './dialing.ts';
import type { Transfers } from './transfers.ts';

interface Options {
  readonly db: Db;
  readonly calls: CallPort;
  readonly transfers: Transfers;
  readonly consultations: Consultations;
  readonly dialing: Dialing;
  readonly log: Logger;
}

export function servePhones({ db, calls, transfers, consultations, dialing, log }: Options): void {
  /** The agent whose phone it is: whoever has the contact. */
  const holder = async (contactId: string): Promise<string | null> => {
    const contact = await db.selectFrom('contact').select('state').where('id', '=', contactId).executeTakeFirst();
    return contact === undefined ? null : agentOf(contact.state);
  };

  /** 200 says that the contact center has taken the customer over: what becomes of them is its business from here on. */
  const transfer = async ({ contactId, to, report }: PhoneTransfer): Promise<void> => {
    const agentId = await holder(contactId);
    if (agentId === null) return report(481);
    report(100);
    const reply = to.kind === 'second' ? await consultations.complete(agentId, contactId) : await transfers.transfer(agentId, contactId, partyName(to));
    report(reply.ok ? 200 : sipStatus(reply.problem));
  };

  const consult = async ({ contactId, to, take, refuse }: PhoneConsult): Promise<void> => {
    const agentId = await holder(contactId);
    if (agentId === null) return refuse(481, 'No such contact');
    const reply = await consultations.begin(agentId, contactId, partyName(to), take);
    if (!reply.ok) refuse(sipStatus(reply.problem), reply.problem.title);
  };

  const dial = async ({ agentId, callerUri, take, refuse }: AgentDials): Promise<void> => {
    const reply = await dialing.dial(agentId, { uri: callerUri }, { take });
    if (!reply.ok) refuse(sipStatus(reply.problem), reply.problem.title);
  };

  calls.onPhoneTransfer((asked) => { transfer(asked).catch((error: unknown) => { log.error({ err: error }, 'transfer by phone failed'); asked.report(500); }); });
  calls.onPhoneConsult((asked) => { consult(asked).catch((error: unknown) => { log.error({ err: error }, 'consultation by phone failed'); asked.refuse(500, 'Failed'); }); });
  calls.onAgentDials((asked) => { dial(asked).catch((error: unknown) => { log.error({ err: error }, 'call by phone failed'); asked.refuse(500, 'Failed'); }); });
}

function partyName(to: { readonly kind: 'agent'; readonly agentId: string } | { readonly kind: 'external'; readonly number: string }): PartyName {
  return to.kind === 'agent' ? { agentId: to.agentId } : { number: to.number };
}

/** A refusal, as a phone is told it. */
export function sipStatus({ type, status }: Problem): number {
  switch (type) {
    case '/problems/party-busy': return 486;
    case '/problems/customer-away': return 480;
    case '/problems/not-on-call': return 403;
    case '/problems/internal': return 500;
    default: return status === 409 ? 486 : status;
  }
}
