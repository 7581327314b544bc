/** What other ACDs send. */
import { assignmentSchema } from '#shared/acd-api.ts';
import type { Assignments } from '../acd/assignments.ts';
import { route, type Route } from './route.ts';
import { limit } from './session-routes.ts';

export function acdRoutes({ assignments }: { readonly assignments: Assignments }): Route[] {
  return [
    route({
      method: 'post', path: '/api/acd/assignments', tag: 'ACD', auth: 'acd', status: 204, body: assignmentSchema, limit: limit({ perMinute: 6000 }),
      summary: 'Give a waiting contact of a queue with `acd` to an agent. Signed as what that ACD is sent; 409 says why not: the agent is not free, the contact has moved on',
      answer: { description: 'It is offered to the agent.' },
      handle: ({ caller, body }) => assignments.assign(caller.queueIds, body),
    }),
  ];
}
