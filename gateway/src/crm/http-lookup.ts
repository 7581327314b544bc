/**
 * Asks another system about a customer: one JSON question by POST to an address of the configuration, one small JSON answer. Whatever goes
 * wrong is a reason, never an exception; what was sent and received (contract numbers, keys) is in no log and no message.
 */
import type { z } from 'zod';
import type { LookupFailure } from '../flow/progress.ts';
import { storableReviver } from '../store/storable-text.ts';

/** Bytes. A customer's attributes need a few hundred. */
const largestAnswer = 64 * 1024;

export interface LookupTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Seconds. */
  readonly timeout: number;
}

export type LookupAnswer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: LookupFailure };

export async function lookUp<T extends z.ZodType>({ url, headers, timeout }: LookupTarget, question: object, schema: T, stopped: AbortSignal): Promise<LookupAnswer<z.infer<T>>> {
  const failed = (why: LookupFailure): LookupAnswer<never> => ({ ok: false, why });
  // One limit for all of it: an answer that trickles is none.
  const limit = AbortSignal.timeout(timeout * 1000);
  try {
    const response = await fetch(url, {
      method: 'POST', redirect: 'manual', signal: AbortSignal.any([limit, stopped]),
      headers: { ...headers, 'Content-Type': 'application/json', Accept: 'application/json' }, body: JSON.stringify(question),
    });
    // Where it would lead is the other side's word; only the configuration names destinations.
    const refusal = response.status >= 300 && response.status < 400 ? 'redirected' : response.ok ? null : 'refused';
    if (refusal !== null) {
      await response.body?.cancel();
      return failed(refusal);
    }
    const text = await bounded(response);
    if (text === null) return failed('tooLarge');
    const parsed = schema.safeParse(JSON.parse(text, storableReviver));
    return parsed.success ? { ok: true, value: parsed.data } : failed('unreadable');
  } catch (error) {
    if (limit.aborted) return failed('timeout');
    return failed(error instanceof SyntaxError ? 'unreadable' : 'unreachable');
  }
}

/** Null: larger than we read, also when it says otherwise or is compressed. */
async function bounded(response: Response): Promise<string | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.byteLength;
    if (size > largestAnswer) return null;
    parts.push(part);
  }
  return new TextDecoder('utf-8', { fatal: false }).decode(Buffer.concat(parts));
}
