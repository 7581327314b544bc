/** The configuration in force: reading its file again. */
import { reloadedFileSchema } from '#shared/settings-api.ts';
import type { Administration } from '../config/administration.ts';
import { problems } from './problems.ts';
import { refusalTo } from './queue-setting-routes.ts';
import { route, type Route } from './route.ts';

export function configRoutes({ administration }: { readonly administration: Administration }): Route[] {
  return [
    route({
      method: 'post', path: '/api/config/reload', tag: 'Configuration', auth: 'agent', summary: 'Read the contact-center file again; for administrators. Open contacts go on, and a file with mistakes changes nothing',
      answer: { description: 'What is in force now, beside what was before.', schema: reloadedFileSchema },
      handle: async ({ caller }) => {
        const refused = refusalTo(caller, 'administrators');
        if (refused !== null) return refused;
        const reloaded = await administration.reload(`${caller.agent.name} (${caller.agent.username})`);
        return reloaded.ok ? reloaded : { ok: false, problem: problems.configRefused(reloaded.error.complaints) };
      },
    }),
  ];
}
