/** What is said about grants at the borders, checked. */
import { z } from 'zod';
import { grantKinds, type GrantAnswer } from './cobrowse-grants.ts';

/** `POST /api/contacts/:id/cobrowse/ask`. */
export const askSchema = z.strictObject({ grant: z.enum(grantKinds) });

/**
 * The customer's word on one of the further grants, or on their screen: yes to what was asked; or no, which declines what was asked and takes back what was
 * granted. A screen may be offered unasked. The view itself is `cobrowseGrant` and `cobrowseRevoke`.
 */
export const grantAnswerSchema = z.strictObject({ grant: z.enum(['annotate', 'control', 'record', 'screen']), accept: z.boolean() }) satisfies z.ZodType<GrantAnswer>;
