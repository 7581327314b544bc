/** Which part of a setting a refusal is about, so that it is told beside that part. Pure. */
import type { Problem } from '#shared/problem.ts';

export interface Refusal {
  /** By the name of the part; '' is the whole. */
  readonly fields: ReadonlyMap<string, string>;
}

/** Input that is not valid names its places in `errors`; what does not fit the rest says it in words that begin with the place. */
export function refusalOf(problem: Problem, queueId: string, setting: string): Refusal {
  const fields = new Map<string, string>();
  for (const { path, message } of problem.errors ?? []) {
    const [first, part = ''] = path.split('.');
    fields.set(first === setting ? part : '', message);
  }
  if (fields.size > 0) return { fields };
  const detail = problem.detail ?? problem.title;
  const place = `queues.${queueId}.${setting}.`;
  const at = detail.indexOf(': ');
  if (!detail.startsWith(place) || at < 0) return { fields: fields.set('', detail) };
  return { fields: fields.set(detail.slice(place.length, at).split('.')[0] ?? '', detail.slice(at + 2)) };
}
