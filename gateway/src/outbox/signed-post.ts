/** JSON posted to another server, signed as Standard Webhooks are: over id, time and body, so that nothing of them can be changed or sent again later. */
import { createHmac } from 'node:crypto';

interface SignedPost {
  readonly url: string;
  readonly secret: string;
  /** By which the other side knows what it has already. */
  readonly id: string;
  readonly body: string;
  /** Milliseconds, for the whole answer. */
  readonly patience: number;
  readonly now: number;
}

export type Posted =
  /** `text`: null where it is longer than anybody reads. */
  | { readonly reached: true; readonly ok: boolean; readonly status: number; readonly text: string | null }
  | { readonly reached: false; readonly why: string };

/** Longer answers are not read. Bytes. */
const longestAnswer = 16_384;

export async function signedPost({ url, secret, id, body, patience, now }: SignedPost): Promise<Posted> {
  const seconds = String(Math.floor(now / 1000));
  try {
    const response = await fetch(url, {
      method: 'POST', body, redirect: 'manual', signal: AbortSignal.timeout(patience),
      headers: { 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signature(secret, { id, seconds, body }) },
    });
    return { reached: true, ok: response.ok, status: response.status, text: await bounded(response) };
  } catch (error) {
    return { reached: false, why: error instanceof Error ? error.message : String(error) };
  }
}

export function signature(secret: string, { id, seconds, body }: { readonly id: string; readonly seconds: string; readonly body: string | Buffer }): string {
  return `v1,${createHmac('sha256', secret).update(`${id}.${seconds}.`).update(body).digest('base64')}`;
}

async function bounded(response: Response): Promise<string | null> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    length += chunk.byteLength;
    // Leaving the loop cancels the rest.
    if (length > longestAnswer) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
