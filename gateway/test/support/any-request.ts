/** Requests for a documented operation, from its OpenAPI schema: some as it wants them, some nearly, some nothing like it. */
import fc from 'fast-check';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema | false;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
}

interface Parameter { readonly name: string; readonly in: 'path' | 'query' | 'header'; readonly schema?: Schema }

export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, {
    readonly security?: ReadonlyArray<Readonly<Record<string, unknown>>>;
    readonly parameters?: readonly Parameter[];
    readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  }>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

export interface Operation {
  readonly method: string;
  readonly path: string;
  /** The security schemes that open it; empty for anybody. */
  readonly security: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly body: Schema | null;
  readonly schemas: Readonly<Record<string, Schema>>;
}

/** What there is in the gateway that is asked: so that some requests get beyond "no such". */
export interface Known {
  readonly ids: readonly string[];
  readonly names: readonly string[];
}

export interface AnyRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined where the operation takes none; a text goes as it is, JSON or not. */
  readonly body: string | undefined;
}

export function operationsOf(document: ApiDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, { security = [], parameters = [], requestBody }]) => (
    { method: method.toUpperCase(), path, security: security.flatMap(Object.keys), parameters, body: requestBody?.content['application/json']?.schema ?? null, schemas: document.components?.schemas ?? {} }
  )));
}

const oddTexts = [
  '', ' ', '\u0000', 'a\u0000b', '\uD800', '\u202E\u200B', 'é'.repeat(300), 'x'.repeat(5000), '\r\nX-Injected: 1', '../../etc/passwd', '%00', '%ff', `'; drop table contacts; --`, '<script>', '__proto__', 'constructor',
  'null', '-1', '1e400', 'NaN', '9'.repeat(40), '0000-01-01', '+275760-09-13T00:00:00.000Z', '-271821-04-20T00:00:00Z', '2026-02-30', '2026-11-01T25:61:00Z', 'sip:', 'sip:a@b;x=\u0000', 'tel:+', 'javascript:alert(1)', 'http://', '{"a":1}',
];
const oddValues: readonly unknown[] = [
  null, true, [], {}, 0, -0, -1, 0.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, [[[[[[]]]]]], { __proto__: 1 }, JSON.parse('{"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}}}'), Array.from({ length: 2000 }, () => 1),
];

export function anyRequest({ method, path, parameters, body, schemas }: Operation, known: Known): fc.Arbitrary<AnyRequest> {
  const text = fc.oneof(fc.constantFrom(...known.ids), fc.constantFrom(...known.names), fc.constantFrom(...oddTexts), fc.uuid(), fc.string({ unit: 'binary', maxLength: 30 }));
  const odd = fc.oneof(fc.constantFrom(...oddValues), text, fc.jsonValue());

  /** @param depth what refers to itself ends somewhere */
  const fitting = (schema: Schema, depth = 0): fc.Arbitrary<unknown> => {
    if (depth > 8) return odd;
    if (schema.$ref !== undefined) return fitting(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, depth + 1);
    if (schema.const !== undefined) return fc.constant(schema.const);
    if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices !== undefined) return fc.oneof(...choices.map((one) => nearly(one, depth + 1)));
    if (schema.allOf !== undefined) return fc.tuple(...schema.allOf.map((one) => nearly(one, depth + 1))).map((parts) => Object.assign({}, ...parts) as unknown);
    const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0];
    if (type === 'object') {
      const keys = Object.entries(schema.properties ?? {});
      const properties = fc.record(Object.fromEntries(keys.map(([key, one]) => [key, nearly(one, depth + 1)])), { requiredKeys: [...schema.required ?? []].filter((key) => key in (schema.properties ?? {})) });
      if (typeof schema.additionalProperties !== 'object') return properties;
      return fc.tuple(properties, fc.dictionary(text, nearly(schema.additionalProperties, depth + 1), { maxKeys: 4 })).map(([own, more]) => ({ ...more, ...own }));
    }
    if (type === 'array') return fc.array(nearly(schema.items === false ? {} : schema.items ?? {}, depth + 1), { maxLength: 4 });
    if (type === 'integer' || type === 'number') {
      const [min, max] = [Math.max(schema.minimum ?? -10, -(2 ** 31)), Math.min(schema.maximum ?? 1000, 2 ** 31 - 1)];
      return fc.oneof(fc.integer({ min: Math.ceil(min), max: Math.floor(max) }), fc.constantFrom(min, max));
    }
    if (type === 'boolean') return fc.boolean();
    if (type === 'null') return fc.constant(null);
    if (schema.format === 'date-time') return fc.date({ noInvalidDate: true, min: new Date('2026-01-01'), max: new Date('2027-12-31') }).map((date) => date.toISOString());
    if (schema.format === 'date') return fc.date({ noInvalidDate: true, min: new Date('2026-01-01'), max: new Date('2027-12-31') }).map((date) => date.toISOString().slice(0, 10));
    if (schema.format === 'uri') return fc.webUrl();
    if (schema.format === 'uuid') return fc.constantFrom(...known.ids);
    return text;
  };
  /** Mostly as it is wanted: one wrong part among right ones gets furthest. */
  const nearly = (schema: Schema, depth: number): fc.Arbitrary<unknown> => fc.oneof({ arbitrary: fitting(schema, depth), weight: 12 }, { arbitrary: odd, weight: 1 });

  const values = fc.tuple(...parameters.map((parameter) => fc.option(
    parameter.in === 'path' ? fc.oneof({ arbitrary: fc.constantFrom(...known.ids, ...known.names), weight: 3 }, { arbitrary: text, weight: 1 }) : nearly(parameter.schema ?? {}, 0),
    { nil: undefined, freq: parameter.in === 'path' ? 50 : 2 },
  )));
  const bodies = body === null ? fc.constant(undefined) : fc.oneof(
    { arbitrary: fitting(body).map((value) => JSON.stringify(value) as string | undefined), weight: 10 },
    { arbitrary: odd.map((value) => JSON.stringify(value) as string | undefined), weight: 2 },
    { arbitrary: fc.constantFrom<string | undefined>(undefined, '', '{', '[', '"', 'null', '{"a":1,"a":2}', `${'['.repeat(2000)}${']'.repeat(2000)}`, '\u0000', 'a=b'), weight: 1 },
  );
  return fc.tuple(values, bodies).map(([given, sent]) => {
    const query = new URLSearchParams();
    const headers: Record<string, string> = {};
    let at = path;
    for (const [index, { name, in: place }] of parameters.entries()) {
      const value = given[index];
      const written = typeof value === 'string' ? value.toWellFormed() : JSON.stringify(value) ?? '';
      if (place === 'path') at = at.replace(`{${name}}`, encodeURIComponent(written) || '%20');
      else if (value !== undefined && place === 'query') query.append(name, written);
      // What Node's own client would refuse to send is no matter for the gateway.
      else if (value !== undefined) headers[name] = written.replaceAll(/[^\x20-\x7E]/g, '').slice(0, 4000);
    }
    return { method, path: query.size === 0 ? at : `${at}?${query.toString()}`, headers, body: sent };
  });
}
