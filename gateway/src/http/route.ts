/**
 * A REST route, declared once: its schemas validate the input and are the OpenAPI document. Handlers get typed input and answer a reply;
 * what they throw is a bug, logged and answered as a problem without its text.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Request, RequestHandler, Response, Router } from 'express';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Problem, Reply } from '#shared/problem.ts';
import type { PortalConfig } from '../config/schema.ts';
import type { LoggedInAgent } from '../session/logins.ts';
import { storableReviver } from '../store/storable-text.ts';
import { problems } from './problems.ts';

/** Who may call a route: anybody, a portal's server with its API key, a logged-in agent, whoever runs the contact center, or another ACD. */
export interface Callers {
  none: null;
  portal: PortalConfig;
  agent: LoggedInAgent;
  manager: Manager;
  acd: SigningAcd;
}

/** Another ACD, known by its signature. */
export interface SigningAcd {
  readonly queueIds: readonly string[];
}

/** A supervisor, or a portal that the configuration trusts with this. */
export interface Manager {
  /** As people read it. */
  readonly by: string;
  mayManage(queueId: string): boolean;
}

export type Authenticate = { readonly [A in keyof Callers]: (request: Request) => Promise<Reply<Callers[A]>> };

export interface RouteInput<A extends keyof Callers, P, Q, B> {
  readonly caller: Callers[A];
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly headers: IncomingHttpHeaders;
  readonly response: Response;
}

export interface RouteSpec<A extends keyof Callers, P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** OpenAPI style: `/api/contacts/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly auth: A;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** Header parameters, for the document; handlers read them from `headers`. */
  readonly headers?: z.ZodObject;
  readonly status?: 200 | 201 | 204;
  /** `type`: the content type where it is not JSON. */
  readonly answer: { readonly description: string; readonly schema?: z.ZodType; readonly type?: string };
  readonly limit?: RequestHandler;
  readonly handle: (input: RouteInput<A, z.infer<P>, z.infer<Q>, z.infer<B>>) => Promise<Reply<unknown> | 'handled'>;
}

export interface Route extends Omit<RouteSpec<keyof Callers, z.ZodType, z.ZodType, z.ZodType>, 'handle'> {
  readonly run: (request: Request, response: Response, authenticate: Authenticate) => Promise<Reply<unknown> | 'handled'>;
}

const nothing = z.unknown();

export function route<A extends keyof Callers, P extends z.ZodType = typeof nothing, Q extends z.ZodType = typeof nothing, B extends z.ZodType = typeof nothing>(
  spec: RouteSpec<A, P, Q, B>,
): Route {
  const { handle, ...declared } = spec;
  return {
    ...declared,
    run: async (request, response, authenticate) => {
      const caller = await authenticate[spec.auth](request);
      if (!caller.ok) return caller;
      const params = (spec.params ?? nothing).safeParse(storable(request.params));
      if (!params.success) return { ok: false, problem: problems.invalidInput(params.error, 'path') };
      const query = (spec.query ?? nothing).safeParse(storable(request.query));
      if (!query.success) return { ok: false, problem: problems.invalidInput(query.error, 'query') };
      const body = (spec.body ?? nothing).safeParse(request.body);
      if (!body.success) return { ok: false, problem: problems.invalidInput(body.error, 'body') };
      return handle({
        caller: caller.value, params: params.data as z.infer<P>, query: query.data as z.infer<Q>, body: body.data as z.infer<B>, headers: request.headers, response,
      });
    },
  };
}

/** What an address says, as a body is read: without what the store cannot keep. */
function storable(given: Request['params'] | Request['query']): unknown {
  return JSON.parse(JSON.stringify(given), storableReviver);
}

export function mountRoutes(router: Router, routes: readonly Route[], options: { readonly authenticate: Authenticate; readonly log: Logger }): void {
  for (const one of routes) {
    const path = one.path.replaceAll(/\{(\w+)\}/g, ':$1');
    const handlers: RequestHandler[] = [...(one.limit === undefined ? [] : [one.limit]), (request, response) => {
      one.run(request, response, options.authenticate).then((reply) => {
        if (reply === 'handled') return;
        if (!reply.ok) sendProblem(response, reply.problem);
        else if (one.status === 204) response.status(204).end();
        else response.status(one.status ?? 200).json(reply.value);
      }).catch((error: unknown) => {
        options.log.error({ err: error, path: one.path }, 'request failed');
        if (!response.headersSent) sendProblem(response, problems.internal());
      });
    }];
    router[one.method](path, ...handlers);
  }
}

export function sendProblem(response: Response, problem: Problem): void {
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}
