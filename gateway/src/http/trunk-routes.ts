/** How the trunks fare, for supervisors. */
import { z } from 'zod';
import type { TrunkStatus } from '../sip/trunks/trunk.ts';
import { problems } from './problems.ts';
import { route, type Route } from './route.ts';

const trunkSchema = z.object({
  id: z.string(), label: z.string(),
  targets: z.array(z.object({
    uri: z.string(), state: z.enum(['up', 'down', 'unknown']).describe('unknown: nobody called or asked yet.'), since: z.iso.datetime(), error: z.string().nullable().describe('Why it is down.'),
  })),
});

export function trunkRoutes({ trunks }: { readonly trunks: { readonly statuses: readonly TrunkStatus[] } }): Route[] {
  return [
    route({
      method: 'get', path: '/api/trunks', tag: 'Trunks', auth: 'agent', summary: 'The trunks and whether their targets answer; for supervisors',
      answer: { description: 'The trunks, in the order of the contact-center file.', schema: z.object({ trunks: z.array(trunkSchema) }) },
      handle: ({ caller }) => Promise.resolve(caller.agent.role === 'agent'
        ? { ok: false, problem: problems.forbidden('Trunks are shown to supervisors.') } : { ok: true, value: { trunks: trunks.statuses } }),
    }),
  ];
}
