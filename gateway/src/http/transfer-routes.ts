/** What an agent does with a call beyond the two in it: transfer, consult, confer; and the digits they send. */
import { z } from 'zod';
import { dtmfSchema, toPartySchema } from '#shared/agent-protocol.ts';
import type { Reply } from '#shared/problem.ts';
import type { Consultations } from '../acd/consultations.ts';
import { inOwnCall } from '../acd/own-call.ts';
import type { Transfers } from '../acd/transfers.ts';
import type { CallPort } from '../contact/call-port.ts';
import type { Db } from '../store/database.ts';
import { problems } from './problems.ts';
import { route, type Route } from './route.ts';

const idSchema = z.object({ id: z.uuid() });
const followed = { description: 'Done; the view follows in the stream.' };

export interface TransferRouteOptions {
  readonly db: Db;
  readonly calls: CallPort;
  readonly transfers: Transfers;
  readonly consultations: Consultations;
}

export function transferRoutes({ db, calls, transfers, consultations }: TransferRouteOptions): Route[] {
  const consult = (name: 'swap' | 'merge' | 'transfer', summary: string, act: (agentId: string, contactId: string) => Promise<Reply<null>>) => route({
    method: 'post', path: `/api/contacts/{id}/consult/${name}`, tag: 'Transfers', auth: 'agent', status: 204, params: idSchema, summary, answer: followed,
    handle: ({ caller, params }) => act(caller.agentId, params.id),
  });

  return [
    route({
      method: 'post', path: '/api/contacts/{id}/transfer', tag: 'Transfers', auth: 'agent', status: 204, params: idSchema, body: toPartySchema,
      summary: 'Transfer blind: to a colleague, a queue or a number; the agent\'s wrap-up begins', answer: followed,
      handle: ({ caller, params, body }) => transfers.transfer(caller.agentId, params.id, body.to),
    }),
    route({
      method: 'post', path: '/api/contacts/{id}/consult', tag: 'Transfers', auth: 'agent', status: 204, params: idSchema, body: toPartySchema,
      summary: 'Consult a colleague or a number; the customer stays with the agent until they answer, and is on hold then', answer: followed,
      handle: ({ caller, params, body }) => consultations.begin(caller.agentId, params.id, body.to),
    }),
    route({
      method: 'delete', path: '/api/contacts/{id}/consult', tag: 'Transfers', auth: 'agent', status: 204, params: idSchema,
      summary: 'End the consultation, or leave it as the consulted colleague; the agent is with the customer again', answer: followed,
      handle: ({ caller, params }) => consultations.end(caller.agentId, params.id),
    }),
    consult('swap', 'Turn from the customer to the third party, or back', (agentId, contactId) => consultations.swap(agentId, contactId)),
    consult('merge', 'Confer: all three hear each other', (agentId, contactId) => consultations.merge(agentId, contactId)),
    consult('transfer', 'Hand the customer over to the third party', (agentId, contactId) => consultations.complete(agentId, contactId)),
    route({
      method: 'post', path: '/api/contacts/{id}/dtmf', tag: 'Contacts', auth: 'agent', status: 204, params: idSchema, body: dtmfSchema,
      summary: 'Send digits to whom the agent talks to', answer: { description: 'Sent.' },
      handle: async ({ caller, params, body }): Promise<Reply<null>> => {
        const contact = await db.selectFrom('contact').select('state').where('id', '=', params.id).executeTakeFirst();
        if (contact === undefined) return { ok: false, problem: problems.notFound('contact') };
        const may = inOwnCall(contact.state, caller.agentId, () => ({ event: { type: 'tick' } }));
        if ('problem' in may) return { ok: false, problem: may.problem };
        await calls.sendDtmf(params.id, body.digits);
        return { ok: true, value: null };
      },
    }),
  ];
}
