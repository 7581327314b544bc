/** Every problem that the gateway answers with, in one table: type, title, status, and how to mend it. */
import type { ZodError } from 'zod';
import type { Problem } from '#shared/problem.ts';

function problem(type: string, status: number, title: string, detail?: string): Problem {
  return { type: `/problems/${type}`, title, status, ...(detail === undefined ? {} : { detail }) };
}

export const problems = {
  invalidInput: (error: ZodError, what: string): Problem => ({
    ...problem('invalid-input', 400, 'The input is not valid', `See \`errors\` for what was expected where in the ${what}.`),
    errors: error.issues.slice(0, 20).map((issue) => ({ path: issue.path.map(String).join('.') || '(whole)', message: issue.message })),
  }),
  outOfRange: (path: string, message: string): Problem => ({ ...problem('invalid-input', 400, 'The input is not valid', 'See `errors` for what was expected where in the query.'), errors: [{ path, message }] }),
  settingRefused: (why: string) => problem('setting-refused', 422, 'This does not fit the rest of the configuration; nothing was changed', `${why}.`),
  configRefused: (complaints: ReadonlyArray<{ readonly path: string; readonly message: string }>): Problem => ({
    ...problem('config-refused', 422, 'The contact-center file is not valid; nothing was changed', 'Mend what `errors` names and load it again.'),
    errors: complaints.slice(0, 50).map(({ path, message }) => ({ path: path || '(whole file)', message })),
  }),
  notJson: () => problem('not-json', 400, 'The body is not valid JSON', 'Send a JSON body with Content-Type: application/json.'),
  tooLarge: () => problem('too-large', 413, 'The body is too large', 'At most 64 KB.'),
  notFound: (what: string) => problem('not-found', 404, 'Not found', `There is no such ${what}, or it is not yours.`),
  badRequest: () => problem('bad-request', 400, 'The request cannot be understood', 'See /api/docs for the paths that there are.'),
  apiKey: () => problem('api-key', 401, 'API key missing or wrong', 'Send the portal\'s key as `Authorization: Bearer <key>`.'),
  acdSignature: () => problem('acd-signature', 401, 'Signature missing, wrong or too old', 'Sign `<webhook-id>.<webhook-timestamp>.<body>` by HMAC-SHA256 with the queue\'s `acd.secret`, not more than 5 minutes ago.'),
  notLoggedIn: () => problem('not-logged-in', 401, 'Not logged in', 'Log in at POST /api/agents/login and send `Authorization: Bearer <token>`.'),
  wrongPassword: () => problem('wrong-password', 401, 'User name or password is wrong'),
  forbidden: (detail: string) => problem('forbidden', 403, 'Not allowed', detail),
  rateLimited: () => problem('rate-limited', 429, 'Too many requests', 'Wait as long as the Retry-After header says.'),
  unknownQueue: (queue: string, known: readonly string[]) =>
    problem('unknown-queue', 400, 'Unknown queue', `This portal has no queue "${queue}"; it has: ${known.join(', ')}.`),
  noQueue: (queue: string, known: readonly string[]) => problem('unknown-queue', 400, 'Unknown queue', `There is no queue "${queue}"; there are: ${known.join(', ')}.`),
  idempotencyReused: () =>
    problem('idempotency-reused', 409, 'Idempotency key used before', 'The same Idempotency-Key came with another body, or its session has been started. Use a new key.'),
  inboundReused: () => problem('inbound-reused', 409, 'External id used before', 'Another message came with the same externalId. Every message has its own.'),
  tokenInvalid: () => problem('token-invalid', 401, 'The token is not valid', 'Ask the portal for a new session.'),
  tokenExpired: () => problem('token-expired', 401, 'The token has expired', 'Ask the portal for a new session.'),
  tokenUsed: () => problem('token-used', 401, 'The token was used before', 'A token works once. Come back with the resume secret, or ask the portal for a new session.'),
  tokenAudience: (audience: string) => problem('token-audience', 401, 'The token is for something else', `A token for "${audience}" is needed here.`),
  resumeInvalid: () => problem('resume-invalid', 401, 'There is nothing to come back to', 'The contact is over or the secret was replaced. Ask the portal for a new session.'),
  originRefused: () => problem('origin-refused', 403, 'This origin may not use the session', 'The portal named other origins when it created the session.'),
  grantMissing: () => problem('grant-missing', 403, 'The customer has not agreed to share the page'),
  notOnCall: () => problem('not-on-call', 403, 'Not on this call', 'Only the agent who is on this very call may do this.'),
  wrongState: (detail: string) => problem('wrong-state', 409, 'Not possible in this state', detail),
  partyRefused: (status: 403 | 404 | 409, detail: string) => problem('party-refused', status, 'This party cannot be called', detail),
  partyBusy: (detail: string) => problem('party-busy', 409, 'The party cannot take it now', detail),
  channelRefused: (asked: string, allowed: readonly string[]) => problem('channel-refused', 403, 'This session has no such channel', `Asked for: ${asked}. The session allows: ${allowed.join(', ')}.`),
  customerAway: (detail: string) => problem('customer-away', 409, 'The customer cannot be reached', detail),
  unreadable: () => problem('unreadable', 410, 'This recording cannot be read any more', 'Its key is no longer among RECORDING_KEY\'s, or what is stored was changed.'),
  mediaState: (detail: string) => problem('media-state', 409, 'Not possible in this state of the media', detail),
  timeout: (detail: string) => problem('timeout', 504, 'That took too long', detail),
  stopping: () => problem('stopping', 503, 'The gateway is starting or stopping', 'Try again in a moment.'),
  internal: () => problem('internal', 500, 'Something went wrong here', 'It has been logged. Try again.'),
} as const;
