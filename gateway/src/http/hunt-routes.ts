/** Who is in charge of a queue's hunt: read and set in one place by whoever runs the contact center, from the supervisor's page or by a portal's server. */
import { z } from 'zod';
import { inChargeSchema, type InCharge } from '#shared/hunt-api.ts';
import type { Reply } from '#shared/problem.ts';
import { inChargeOf, namedEntry } from '../acd/hunts.ts';
import { entryName, type HuntConfig } from '../config/hunting.ts';
import type { Config } from '../config/schema.ts';
import type { Changes } from '../contact/changes.ts';
import type { Db } from '../store/database.ts';
import { inChargeSet, resetInCharge, setInCharge } from '../store/in-charge.ts';
import { problems } from './problems.ts';
import { route, type Callers, type Route } from './route.ts';

const queueParams = z.object({ id: z.string() });
const tag = 'Queues';
const answer = { description: 'Who is in charge, since when and by whom, and the list.', schema: inChargeSchema };

export interface HuntRouteOptions {
  readonly db: Db;
  readonly config: Config;
  readonly changes: Changes;
  readonly now: () => number;
}

export function huntRoutes({ db, config, changes, now }: HuntRouteOptions): Route[] {
  const huntOf = (queueId: string, caller: Callers['manager']): Reply<HuntConfig> => {
    const queue = config.queues.find(({ id }) => id === queueId);
    if (queue === undefined || !caller.mayManage(queueId)) return { ok: false, problem: problems.notFound('queue') };
    return queue.hunt === undefined ? { ok: false, problem: problems.wrongState(`The queue "${queueId}" does not hunt: nobody is in charge of it. Give it strategy: hunt in the contact-center file.`) } : { ok: true, value: queue.hunt };
  };
  const inCharge = async (queueId: string, hunt: HuntConfig): Promise<Reply<InCharge>> => {
    const { entry, set } = inChargeOf(hunt, (await inChargeSet(db)).get(queueId));
    return {
      ok: true,
      value: {
        queue: queueId, inCharge: entry, origin: set === null ? { from: 'config' } : { from: 'runtime', by: set.by, since: new Date(set.at).toISOString() },
        list: hunt.list.map((one) => namedEntry(entryName(one), hunt, config)),
      },
    };
  };
  const change = async (queueId: string, caller: Callers['manager'], make: (hunt: HuntConfig) => Promise<Reply<null>>): Promise<Reply<InCharge>> => {
    const hunt = huntOf(queueId, caller);
    if (!hunt.ok) return hunt;
    const made = await make(hunt.value);
    if (!made.ok) return made;
    changes.emit('queue', queueId);
    return inCharge(queueId, hunt.value);
  };

  return [
    route({
      method: 'get', path: '/api/queues/{id}/in-charge', tag, auth: 'manager', params: queueParams, summary: 'Who is in charge of a hunt: whom it rings first', answer,
      handle: async ({ caller, params }) => {
        const hunt = huntOf(params.id, caller);
        return hunt.ok ? inCharge(params.id, hunt.value) : hunt;
      },
    }),
    route({
      method: 'put', path: '/api/queues/{id}/in-charge', tag, auth: 'manager', params: queueParams, body: z.strictObject({ inCharge: z.string().min(1).max(64).describe('A user name or number of the list.') }),
      summary: 'Put somebody of the list in charge; it is kept and wins over the configuration until it is reset', answer,
      handle: ({ caller, params, body }) => change(params.id, caller, async ({ list }) => {
        const names = list.map(entryName);
        if (!names.includes(body.inCharge)) return { ok: false, problem: problems.partyRefused(404, `"${body.inCharge}" is not in the list of this hunt; there are: ${names.join(', ')}.`) };
        await setInCharge(db, { queueId: params.id, entry: body.inCharge, by: caller.by, at: now() });
        return { ok: true, value: null };
      }),
    }),
    route({
      method: 'delete', path: '/api/queues/{id}/in-charge', tag, auth: 'manager', params: queueParams, summary: 'Reset who is in charge to what the configuration says', answer,
      handle: ({ caller, params }) => change(params.id, caller, async () => {
        await resetInCharge(db, params.id);
        return { ok: true, value: null };
      }),
    }),
  ];
}
