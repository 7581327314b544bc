/** What would happen to somebody, and why: for supervisors, before a flow meets a customer. */
import { z } from 'zod';
import { explainedOutcomes, explainSchema } from '#shared/flow-api.ts';
import { flowSteps } from '#shared/flow-words.ts';
import type { Config } from '../config/schema.ts';
import type { Explainer } from '../ivr/explain.ts';
import { problems } from './problems.ts';
import { route, type Route } from './route.ts';
import { limit } from './session-routes.ts';

const explainedSchema = z.object({
  steps: z.array(z.object({
    queue: z.string(), kind: z.enum(flowSteps), name: z.string(), outcome: z.enum(explainedOutcomes).describe('asked, offered: the customer is taken to confirm, and to wait where they can.'),
    why: z.looseObject({ code: z.string() }).describe('A code, and what belongs in its sentence.'),
  })),
  verdict: z.looseObject({ kind: z.enum(['waits', 'offered', 'ended']), queue: z.string() }),
});

export function flowRoutes({ config, explainer }: { readonly config: Config; readonly explainer: Explainer }): Route[] {
  return [
    route({
      method: 'post', path: '/api/flow/explain', tag: 'Flow', auth: 'agent', body: explainSchema,
      summary: 'What a queue\'s flow would do with somebody at some time, step by step and why; for supervisors. Nothing comes of it, and other systems are asked only with `ask`',
      answer: { description: 'The steps in their order, and where they lead.', schema: explainedSchema },
      // Each may ask other systems, and what one person presses is far below this.
      limit: limit({ perMinute: 60 }),
      handle: async ({ caller, body }) => {
        if (caller.agent.role === 'agent') return { ok: false, problem: problems.forbidden('Flows are explained to supervisors.') };
        const known = config.queues.map(({ id }) => id);
        if (!known.includes(body.queue)) return { ok: false, problem: problems.noQueue(body.queue, known) };
        return { ok: true, value: await explainer.explain(body) };
      },
    }),
  ];
}
