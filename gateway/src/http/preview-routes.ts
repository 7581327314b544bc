/** The rules of a portal that allows its integrators to see what an agent would see. They are no secret: every customer's page is handed them. */
import { z } from 'zod';
import { rulesOf } from '../config/cobrowse.ts';
import type { Config } from '../config/schema.ts';
import { problems } from './problems.ts';
import { route, type Route } from './route.ts';

const ruleSchema = z.object({ selector: z.string(), pages: z.array(z.string()) });
const rulesSchema = z.object({ unmask: z.array(ruleSchema), mask: z.array(ruleSchema), block: z.array(ruleSchema), readonly: z.array(ruleSchema), allow: z.array(z.string()) });

export function previewRoutes({ config, publicUrl, viewerOrigin }: { readonly config: Config; readonly publicUrl: () => string; readonly viewerOrigin: string | null }): Route[] {
  return [
    route({
      method: 'get', path: '/api/cobrowse/preview/{portal}', tag: 'Co-browse', auth: 'none', params: z.object({ portal: z.string().max(100) }),
      summary: 'What a portal says about its pages, where its `cobrowse.preview` is on: for `?gethelp-preview`', answer: { description: 'The rules, and the viewer that shows them.', schema: z.object({ rules: rulesSchema, viewerUrl: z.string() }) },
      handle: ({ params }) => {
        const portal = config.portals.find(({ id }) => id === params.portal);
        return Promise.resolve(portal?.cobrowse.preview === true
          ? { ok: true, value: { rules: rulesOf(portal.cobrowse), viewerUrl: `${viewerOrigin ?? publicUrl()}/viewer/` } } : { ok: false, problem: problems.notFound('portal with a preview') });
      },
    }),
  ];
}
