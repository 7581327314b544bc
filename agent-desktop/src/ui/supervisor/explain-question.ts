/** From what stands in the form to what the gateway is asked. Pure. */
import type { ExplainRequest } from '#shared/flow-api.ts';

export interface ExplainForm {
  readonly queue: string;
  readonly customerId: string;
  /** One attribute a line: `name: value`. */
  readonly attributes: string;
  /** As `datetime-local` writes it; empty: now. */
  readonly at: string;
  readonly ask: boolean;
  readonly entitled: 'unknown' | 'yes' | 'no';
  readonly crm: string;
  readonly waiting: string;
  readonly waitMinutes: string;
  readonly loggedIn: string;
}

export const emptyForm: Omit<ExplainForm, 'queue'> = { customerId: '', attributes: '', at: '', ask: false, entitled: 'unknown', crm: '', waiting: '', waitMinutes: '', loggedIn: '' };

export function questionOf(form: ExplainForm): ExplainRequest {
  const attributes = attributesIn(form.attributes);
  const crm = attributesIn(form.crm);
  const wait = numberIn(form.waitMinutes);
  const waiting = numberIn(form.waiting);
  const loggedIn = numberIn(form.loggedIn);
  return {
    queue: form.queue,
    customer: form.customerId.trim() === '' ? null : { id: form.customerId.trim(), ...(attributes === null ? {} : { attributes }) },
    ...(form.at === '' ? {} : { at: new Date(form.at).toISOString() }),
    ask: form.ask,
    assume: {
      ...(form.entitled === 'unknown' ? {} : { entitled: form.entitled === 'yes' }),
      ...(crm === null ? {} : { crm }),
      ...(waiting === null ? {} : { waiting }),
      ...(loggedIn === null ? {} : { loggedIn }),
      ...(wait === null ? {} : { ewt: { low: wait * 60, high: wait * 60 } }),
    },
  };
}

/** Numbers and yes or no as programs know them, as a portal would send them; a line without a colon is an attribute that is just there. Null: nothing stands there. */
export function attributesIn(lines: string): Record<string, string | number | boolean> | null {
  const entries = lines.split('\n').flatMap((line): Array<[string, string | number | boolean]> => {
    const [name = '', ...rest] = line.split(':');
    return name.trim() === '' ? [] : [[name.trim(), rest.length === 0 ? true : valueOf(rest.join(':').trim())]];
  });
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

/** A contract number with leading zeros is no number. */
function valueOf(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(text) ? Number(text) : text;
}

function numberIn(text: string): number | null {
  return text.trim() === '' ? null : Math.max(0, Math.round(Number(text)));
}
