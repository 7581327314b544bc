/** The configuration in force: reading its file again. */
import { z } from 'zod';
import type { Administration } from '../config/administration.ts';
import { problems } from './problems.ts';
import { route, type Route } from './route.ts';

const names = z.array(z.string()).describe('As they are found in the file, such as `queues.loans` or `breakReasons`.');

export function configRoutes({ administration }: { readonly administration: Administration }): Route[] {
  return [
    route({
      method: 'post', path: '/api/config/reload', tag: 'Configuration', auth: 'agent', summary: 'Read the contact-center file again; for administrators. Open contacts go on, and a file with mistakes changes nothing',
      answer: {
        description: 'What is in force now, beside what was before.',
        schema: z.object({ added: names, changed: names, removed: names, afterRestart: names.describe('What was changed and counts from the next start on.'), unfit: z.array(z.string()).describe('Settings made at run time that do not fit the file any more, and why.') }),
      },
      handle: async ({ caller }) => {
        if (caller.agent.role !== 'admin') return { ok: false, problem: problems.forbidden('The configuration is read again by administrators.') };
        const reloaded = await administration.reload(`${caller.agent.name} (${caller.agent.username})`);
        return reloaded.ok ? reloaded : { ok: false, problem: problems.configRefused(reloaded.error.complaints) };
      },
    }),
  ];
}
