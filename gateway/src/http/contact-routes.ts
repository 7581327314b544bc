/** What an agent does with contacts: answer reservations, act on the call, wrap up; and read what was. */
import { z } from 'zod';
import { notesSchema, wrapUpSchema } from '#shared/agent-protocol.ts';
import type { Agents } from '../acd/agents.ts';
import { isConsulted, type Consultations } from '../acd/consultations.ts';
import type { Config } from '../config/schema.ts';
import { queueOf } from '../contact/limits.ts';
import type { ContactRunner } from '../contact/runner.ts';
import type { ContactEvent } from '../contact/state.ts';
import type { Db } from '../store/database.ts';
import { hopQueue, listTickets } from '../store/tickets.ts';
import { pastContactsOfAgent } from '../store/history.ts';
import { contactDetailSchema, pastContactSchema } from './agent-answers.ts';
import { ownContact } from './own-contact.ts';
import { mayReadContact } from './may-read.ts';
import { problems } from './problems.ts';
import { route, type Route } from './route.ts';

const idSchema = z.object({ id: z.uuid() });
const recentContacts = 50;
/** More than a contact goes through; the latest of one that was sent around for ever. */
const hopsShown = 50;

export interface ContactRouteOptions {
  readonly db: Db;
  readonly config: Config;
  readonly agents: Agents;
  readonly runner: ContactRunner;
  readonly consultations: Consultations;
}

export function contactRoutes(options: ContactRouteOptions): Route[] {
  const { db, config, agents, runner, consultations } = options;

  const onOwn = ownContact(runner);

  const answerReservation = (type: 'accepted' | 'rejected') => route({
    method: 'post', path: `/api/reservations/{id}/${type === 'accepted' ? 'accept' : 'reject'}`, tag: 'Reservations', auth: 'agent', status: 204, params: idSchema,
    summary: type === 'accepted' ? 'Accept: the call is set up at once' : 'Reject: the contact keeps its place and goes to somebody else',
    answer: { description: 'Done; the view follows in the stream.' },
    handle: async ({ caller, params }) => {
      const reservation = await db.selectFrom('reservation').select(['contact_id', 'state', 'part']).where('id', '=', params.id).where('agent_id', '=', caller.agentId).executeTakeFirst();
      if (reservation === undefined) return { ok: false, problem: problems.notFound('reservation') };
      const over = { ok: false, problem: problems.wrongState(`The reservation is over (${reservation.state}).`) } as const;
      if (reservation.state !== 'offered') return over;
      if (reservation.part === 'consulted') return consultations.answer(reservation.contact_id, params.id, type === 'accepted');
      const reply = await onOwn(reservation.contact_id, caller.agentId, { type, reservationId: params.id }, 'offered');
      return reply.ok ? reply : over;
    },
  });

  const callAction = (name: string, summary: string, event: ContactEvent) => route({
    method: 'post', path: `/api/contacts/{id}/${name}`, tag: 'Contacts', auth: 'agent', status: 204, params: idSchema, summary,
    answer: { description: 'Done; the view follows in the stream.' },
    handle: ({ caller, params }) => onOwn(params.id, caller.agentId, event, 'call'),
  });

  return [
    answerReservation('accepted'),
    answerReservation('rejected'),
    route({
      method: 'post', path: '/api/contacts/{id}/hangup', tag: 'Contacts', auth: 'agent', status: 204, params: idSchema,
      summary: 'End the call for everybody in it, the chat, or complete the message or task; a consulted colleague leaves it', answer: { description: 'Done; the view follows in the stream.' },
      handle: async ({ caller, params }) => {
        const contact = await db.selectFrom('contact').select('state').where('id', '=', params.id).executeTakeFirst();
        if (contact !== undefined && isConsulted(contact.state, caller.agentId)) return consultations.end(caller.agentId, params.id);
        const phase = contact?.state.phase.name;
        return onOwn(params.id, caller.agentId, { type: 'hangup' }, phase === 'rung' || phase === 'callingBack' || phase === 'chat' || phase === 'work' ? phase : 'call');
      },
    }),
    callAction('hold', 'Put the customer on hold', { type: 'hold', onHold: true }),
    callAction('resume', 'Take the customer off hold', { type: 'hold', onHold: false }),
    route({
      method: 'post', path: '/api/contacts/{id}/wrapup', tag: 'Contacts', auth: 'agent', status: 204, params: idSchema, body: wrapUpSchema,
      summary: 'Finish the wrap-up: disposition and notes; the agent is free', answer: { description: 'Stored.' },
      handle: async ({ caller, params, body }) => {
        const contact = await db.selectFrom('contact').select('queue_id').where('id', '=', params.id).executeTakeFirst();
        if (contact === undefined) return { ok: false, problem: problems.notFound('contact') };
        const { dispositions, mode } = queueOf(config, await hopQueue(db, params.id, caller.agentId) ?? contact.queue_id).wrapUp;
        if (body.disposition === null ? mode.startsWith('mandatory') && dispositions.length > 0 : !dispositions.includes(body.disposition)) {
          return { ok: false, problem: problems.wrongState(`A disposition is expected, one of: ${dispositions.join(', ')}.`) };
        }
        return await agents.finishWrapUp(params.id, caller.agentId, body)
          ? { ok: true, value: null } : { ok: false, problem: problems.wrongState('You are not in wrap-up of this contact.') };
      },
    }),
    route({
      method: 'put', path: '/api/contacts/{id}/notes', tag: 'Contacts', auth: 'agent', status: 204, params: idSchema, body: notesSchema,
      summary: 'Keep the notes as they stand, during the call or the wrap-up; the agent stays in it', answer: { description: 'Stored.' },
      handle: async ({ caller, params, body }) => await agents.keepNotes(params.id, caller.agentId, body.notes)
        ? { ok: true, value: null } : { ok: false, problem: problems.wrongState('You are neither in a call with this contact nor in its wrap-up.') },
    }),
    route({
      method: 'get', path: '/api/contacts', tag: 'Contacts', auth: 'agent', summary: 'One\'s own recent contacts, newest first', 
      answer: { description: 'The contacts.', schema: z.object({ contacts: z.array(pastContactSchema) }) },
      handle: async ({ caller }) => ({ ok: true, value: { contacts: await pastContactsOfAgent(db, caller.agentId, recentContacts) } }),
    }),
    route({
      method: 'get', path: '/api/contacts/{id}', tag: 'Contacts', auth: 'agent', summary: 'One contact with the notes of each hop and its journal; one\'s own, or any for supervisors', params: idSchema,
      answer: { description: 'The contact.', schema: contactDetailSchema },
      handle: async ({ caller, params }) => {
        const contact = await db.selectFrom('contact').innerJoin('session', 'session.id', 'contact.session_id')
          .select(['contact.id', 'contact.from_uri as from', 'contact.queue_id as queue', 'contact.phase', 'contact.channel', 'contact.messages', 'contact.agent_id', 'contact.created_at as createdAt', 'contact.connected_at as connectedAt',
            'contact.ended_at as endedAt', 'contact.end_party as endParty', 'contact.end_reason as endReason', 'contact.disposition', 'contact.notes', 'session.request'])
          .where('contact.id', '=', params.id).executeTakeFirst();
        if (contact === undefined || !await mayReadContact(db, params.id, caller)) return { ok: false, problem: problems.notFound('contact') };
        const journal = await db.selectFrom('journal').select(['at', 'event', 'phase', 'detail']).where('contact_id', '=', params.id).orderBy('id').execute();
        const tickets = await listTickets(db, { agentId: null, contactId: params.id, limit: hopsShown });
        const { agent_id: agentId, request, ...rest } = contact;
        return { ok: true, value: { ...rest, agentId, customer: request.customer, inquiry: request.inquiry, tickets, journal } };
      },
    }),
  ];
}
