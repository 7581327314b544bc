/** Whatever is sent to any documented operation, by whomever: it is answered or refused as the document says, never with "something went wrong here". */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anyRequest, operationsOf, type ApiDocument, type AnyRequest, type Known, type Operation } from './support/any-request.ts';
import { call, createSession, patience, portalKey, startTestGateway, testConfig, TestAgent, TestCustomer, type TestGateway } from './support/gateway.ts';

/** More of them find more: REQUESTS_EACH=500. */
const requestsEach = Number(process.env['REQUESTS_EACH'] ?? 25);
const config = testConfig
  .replace('queues: [help, loans, closed]', 'setsInCharge: true, queues: [help, loans, closed]')
  .replace('  - { username: ben', '  - { username: vera, name: Vera, password: vera, role: admin, skills: [banking, loans] }\n  - { username: ben');

let server: TestGateway;
let anna: TestAgent;
let customer: TestCustomer;
let operations: readonly Operation[];
let known: Known;
let tokens: Readonly<Record<'portalKey' | 'anna' | 'vera', string>>;

beforeAll(async () => {
  server = await startTestGateway({ config });
  const all = operationsOf((await call<ApiDocument>(server.url, '/api/openapi.json')).body);
  // What ends a login comes last; a stream of events does not end.
  const ending = (one: Operation): boolean => /\/(?:logout|active)$/.test(one.path);
  operations = [...all.filter((one) => !ending(one)), ...all.filter(ending)].filter(({ path }) => path !== '/api/agents/me/events');
  anna = await TestAgent.atWork(server.url, 'anna');
  const vera = await call<{ token: string }>(server.url, '/api/agents/login', { body: { username: 'vera', password: 'vera' } });
  customer = await TestCustomer.arrive(server.url);
  const { reservationId } = await anna.slot('reserved', customer.contactId);
  const session = await createSession(server.url);
  tokens = { portalKey, anna: anna.login.token, vera: vera.body.token };
  known = { ids: [customer.contactId, ...(reservationId === null ? [] : [reservationId]), session.sessionId, anna.login.agent.id], names: ['help', 'loans', 'anna', 'ben', 'banking', 'Solved', 'bank'] };
}, 60_000);

afterAll(async () => {
  customer.close();
  anna.close();
  await server.stop();
});

describe('any request', () => {
  it('OP38 is answered or refused with a problem that says what and how to mend it, and the gateway lives on', async () => {
    const wrong: string[] = [];
    const seen = new Map<number, number>();
    for (const operation of operations) {
      const fitting = operation.security.flatMap((scheme) => (scheme === 'portalKey' ? [tokens.portalKey] : scheme === 'agentToken' ? [tokens.anna, tokens.vera] : []));
      const caller = fc.oneof({ arbitrary: fc.constantFrom(...(fitting.length === 0 ? [''] : fitting)), weight: 9 }, { arbitrary: fc.constantFrom('', ...Object.values(tokens)), weight: 1 });
      const request = fc.tuple(anyRequest(operation, known), caller);
      // A failure names its request; to make it smaller would only ask in another state of the floor.
      for (const [one, token] of fc.sample(request, requestsEach)) {
        const complaint = await complaintOf(one, token, seen).catch((error: unknown) => `no answer: ${String(error)}`);
        if (complaint !== null) wrong.push(`${one.method} ${one.path}\n  ${one.body?.slice(0, 400) ?? ''}\n  ${complaint}`);
      }
    }
    process.stdout.write(`${[...seen].map(([status, count]) => `${status}: ${count}`).join(', ')}\n`);
    expect(wrong.join('\n')).toBe('');
    expect((await call(server.url, '/readyz')).status).toBe(200);
  }, 300_000);
});

async function complaintOf({ method, path, headers, body }: AnyRequest, token: string, seen: Map<number, number>): Promise<string | null> {
  const response = await fetch(`${server.url}${path}`, {
    method, signal: AbortSignal.timeout(patience),
    headers: { ...headers, ...(token === '' ? {} : { Authorization: `Bearer ${token}` }), ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  seen.set(response.status, (seen.get(response.status) ?? 0) + 1);
  if (response.status >= 500) return `${response.status} ${text}`;
  if (response.status < 400) return null;
  if (response.headers.get('content-type')?.startsWith('application/problem+json') !== true) return `${response.status} is no problem document: ${text.slice(0, 200)}`;
  const problem = JSON.parse(text) as { type?: unknown; title?: unknown; status?: unknown };
  return typeof problem.type === 'string' && typeof problem.title === 'string' && problem.status === response.status ? null : `${response.status} says ${text.slice(0, 200)}`;
}
