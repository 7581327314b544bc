/** The two questions that a flow asks of other systems, and what counts as an answer. docs/flow.md shows them to integrators. */
import { z } from 'zod';
import type { CreateSession } from '#shared/session-api.ts';
import type { FlowStep } from '../config/flow.ts';
import type { Attributes, Facts } from '../flow/progress.ts';
import { lookUp } from './http-lookup.ts';

const attributes = z.record(z.string().min(1).max(100), z.union([z.string().max(1000), z.number(), z.boolean()]))
  .refine((all) => Object.keys(all).length <= 50, 'at most 50 attributes');
/** More than is asked for is let be. */
const entitlementAnswer = z.object({ entitled: z.boolean(), attributes: attributes.default({}) });
const crmAnswer = z.object({ attributes });

export interface Inquirer {
  readonly queueId: string;
  readonly customer: CreateSession['customer'];
  readonly attributes: Attributes;
  readonly inquiry: CreateSession['inquiry'];
}

type StepOf<K extends FlowStep['kind']> = Extract<FlowStep, { kind: K }>;

export async function askEntitlement(step: StepOf<'entitlement'>, { queueId, customer, attributes: known }: Inquirer, stopped: AbortSignal): Promise<NonNullable<Facts['entitlement']>> {
  const answer = await lookUp(step, { contract: known[step.attribute], customerId: customer?.id ?? null, queue: queueId }, entitlementAnswer, stopped);
  return answer.ok ? { ok: true, ...answer.value } : answer;
}

/** Asked only of a step that has an address, about somebody who is known. */
export async function askCrm(step: StepOf<'crm'>, { queueId, customer, inquiry }: Inquirer, stopped: AbortSignal): Promise<NonNullable<Facts['crm']>> {
  if (step.url === undefined) throw new Error('this step has nobody to ask');
  const answer = await lookUp({ ...step, url: step.url }, { customer, inquiry, queue: queueId }, crmAnswer, stopped);
  return answer.ok ? { ok: true, attributes: answer.value.attributes } : answer;
}
