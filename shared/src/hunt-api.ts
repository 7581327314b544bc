/** `/api/queues/:id/in-charge`: whom a queue's hunt rings first. */
import { z } from 'zod';

export const inChargeSchema = z.object({
  queue: z.string(),
  inCharge: z.string().describe('A user name or number of the list.'),
  origin: z.union([
    z.object({ from: z.literal('config') }),
    z.object({ from: z.literal('runtime'), by: z.string().describe('Who set it.'), since: z.iso.datetime() }),
  ]),
  list: z.array(z.object({ entry: z.string(), label: z.string() })).describe('In the order in which it is rung.'),
}).meta({ id: 'InCharge' });
export type InCharge = z.infer<typeof inChargeSchema>;
