/** The OpenAPI document, generated from the routes that are mounted. */
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { z } from 'zod';
import type { Route } from './route.ts';

const problemSchema = z.object({
  type: z.string(), title: z.string(), status: z.int(), detail: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
}).meta({ id: 'Problem', description: 'RFC 9457 problem details: what, where, how to mend.' });

const security = { none: [], portal: [{ portalKey: [] }], agent: [{ agentToken: [] }], manager: [{ agentToken: [] }, { portalKey: [] }], acd: [{ acdSignature: [] }] };

export function openApiDocument(routes: readonly Route[], version: string): ReturnType<typeof createDocument> {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    const operation: ZodOpenApiOperationObject = {
      summary: route.summary, tags: [route.tag], security: security[route.auth],
      requestParams: {
        ...(route.params instanceof z.ZodObject ? { path: route.params } : {}),
        ...(route.query instanceof z.ZodObject ? { query: route.query } : {}),
        ...(route.headers === undefined ? {} : { header: route.headers }),
      },
      ...(route.body === undefined ? {} : { requestBody: { required: true, content: { 'application/json': { schema: route.body } } } }),
      responses: {
        [String(route.status ?? 200)]: {
          description: route.answer.description,
          ...(route.answer.schema === undefined ? {} : { content: { [route.answer.type ?? 'application/json']: { schema: route.answer.schema } } }),
        },
        default: { description: 'A problem', content: { 'application/problem+json': { schema: problemSchema } } },
      },
    };
    paths[route.path] = { ...paths[route.path], [route.method]: operation };
  }
  return createDocument({
    openapi: '3.1.0',
    info: { title: 'GetHelp', version, description: 'Sessions for portals; status, reservations and contacts for agents\' desktops and CRMs.' },
    components: {
      securitySchemes: {
        acdSignature: { type: 'apiKey', in: 'header', name: 'webhook-signature', description: '`v1,` and the HMAC-SHA256, base64, of `<webhook-id>.<webhook-timestamp>.<body>` by the queue\'s `acd.secret`.' },
        portalKey: { type: 'http', scheme: 'bearer', description: 'A portal\'s API key.' },
        agentToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'From POST /api/agents/login.' },
      },
    },
    paths,
  });
}
