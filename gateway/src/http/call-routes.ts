/** Whom an agent can call or hand a customer to, calling a customer, and the tickets of what was. */
import { z } from 'zod';
import { dialSchema, type Directory } from '#shared/agent-protocol.ts';
import type { Dialing } from '../acd/dialing.ts';
import type { Waits } from '../acd/waits.ts';
import type { Config } from '../config/schema.ts';
import { queueViews } from '../signaling/agent-view.ts';
import { agentState, colleagues, idleSupervisors, skillsOfPresent } from '../store/agents.ts';
import type { Db } from '../store/database.ts';
import { idleSkills } from '../store/outlook.ts';
import { listTickets } from '../store/tickets.ts';
import { directorySchema, ticketSchema } from './agent-answers.ts';
import { route, type Route } from './route.ts';

const ticketsPerPage = 50;

const ticketQuerySchema = z.object({
  contact: z.uuid().optional(),
  from: z.iso.datetime({ offset: true }).optional().describe('Hops that began at or after this.'),
  to: z.iso.datetime({ offset: true }).optional().describe('Hops that began before this.'),
  before: z.coerce.number().int().positive().optional().describe('The last ticket of the page before: continues with those below it.'),
  limit: z.coerce.number().int().min(1).max(200).default(ticketsPerPage),
});

export interface CallRouteOptions {
  readonly db: Db;
  readonly config: Config;
  readonly waits: Waits;
  readonly dialing: Dialing;
  readonly now: () => number;
}

export function callRoutes({ db, config, waits, dialing, now }: CallRouteOptions): Route[] {
  return [
    route({
      method: 'post', path: '/api/calls', tag: 'Contacts', auth: 'agent', status: 201, body: dialSchema,
      summary: 'Call a customer: the agent\'s endpoint first, then the customer\'s page',
      answer: { description: 'Being called; the view follows in the stream.', schema: z.object({ contactId: z.uuid() }) },
      handle: ({ caller, body }) => dialing.dial(caller.agentId, body),
    }),
    route({
      method: 'get', path: '/api/directory', tag: 'Transfers', auth: 'agent', summary: 'Whom one can transfer to or consult', answer: { description: 'The directory.', schema: directorySchema },
      handle: async ({ caller }) => {
        const [agents, queues, present, idle, supervisors] = await Promise.all([
          colleagues(db), queueViews(db, config, waits, now()), skillsOfPresent(db), idleSkills(db), idleSupervisors(db, now()),
        ]);
        const directory: Directory = {
          agents: agents.filter(({ id }) => id !== caller.agentId).map(({ id, name, status, endpointRegistered, slots }) => (
            { agentId: id, name, status, state: agentState(slots), reachable: endpointRegistered }
          )),
          queues: queues.map(({ id, label, open, waiting }) => ({ id, label, open, waiting })),
          skills: [...new Set(present.flatMap(Object.keys))].toSorted((a, b) => a.localeCompare(b)).map((skill) => (
            { skill, free: idle.reduce((sum, { skills, agents: count }) => skill in skills ? sum + count : sum, 0) }
          )),
          supervisorFree: supervisors.some((id) => id !== caller.agentId),
          numbers: config.phonebook,
          dialPad: config.trunks.some(({ allowed }) => allowed.length > 0),
        };
        return { ok: true, value: directory };
      },
    }),
    route({
      method: 'get', path: '/api/tickets', tag: 'Tickets', auth: 'agent', query: ticketQuerySchema,
      summary: 'Tickets, newest first: one\'s own, or everybody\'s for supervisors', answer: { description: 'The tickets.', schema: z.object({ tickets: z.array(ticketSchema) }) },
      handle: async ({ caller, query }) => ({
        ok: true,
        value: {
          tickets: await listTickets(db, {
            agentId: caller.agent.role === 'agent' ? caller.agentId : null, contactId: query.contact, from: query.from, to: query.to, before: query.before, limit: query.limit,
          }),
        },
      }),
    }),
  ];
}
