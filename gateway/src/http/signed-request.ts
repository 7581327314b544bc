/** Requests that are signed over their body, byte for byte: those of other ACDs. */
import type { IncomingMessage } from 'node:http';
import type { Config } from '../config/schema.ts';
import { signature } from '../outbox/signed-post.ts';
import { sameSecret } from '../session/secrets.ts';

/** How far the clocks may be apart, and how long a request may be on its way. Seconds. */
const tolerance = 300;

const bodies = new WeakMap<IncomingMessage, Buffer>();

/** For the body parser, which keeps none. */
export function keepBody(request: IncomingMessage, _response: unknown, body: Buffer): void {
  bodies.set(request, body);
}

/** The queues of the ACD that signed this; none: nobody we know, or too long ago. */
export function queuesSignedFor(config: Config, request: IncomingMessage, now: number): string[] {
  const [id, seconds, given] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => request.headers[name]);
  const body = bodies.get(request);
  if (body === undefined || typeof id !== 'string' || typeof seconds !== 'string' || typeof given !== 'string') return [];
  if (!/^\d{1,12}$/.test(seconds) || Math.abs(now / 1000 - Number(seconds)) > tolerance) return [];
  // Several stand side by side while a secret is replaced.
  const signatures = given.split(' ').slice(0, 4);
  return config.queues.flatMap(({ id: queueId, acd }) => {
    if (acd === undefined) return [];
    const expected = signature(acd.secret, { id, seconds, body });
    return signatures.some((one) => sameSecret(one, expected)) ? [queueId] : [];
  });
}
