/** People in a gateway whose calls are only told: agents at work on an endpoint of their choice, and a customer in a call with one of them. */
import type { AgentView } from '#shared/agent-protocol.ts';
import type { CreateSession } from '#shared/session-api.ts';
import { call, patience, startTestGateway, TestAgent, TestCustomer, type TestGateway } from './gateway.ts';
import { FakeCalls } from './fake-calls.ts';

export const callsConfig = `
portals:
  - { id: bank, name: Bank, keys: [{ id: only, secret: test-portal-key }], queues: [help, loans] }
queues:
  - { id: help, label: Help, skills: [banking], offerSeconds: 20, holdPlace: 60, wrapUp: { mode: mandatory, dispositions: [Solved] } }
  - { id: loans, label: Loans, skills: [loans], offerSeconds: 20, holdPlace: 60, wrapUp: { mode: none } }
agents:
  - { username: anna, name: Anna, password: anna, skills: [banking], sip: { password: secret-of-anna }, extension: { trunk: pbx, number: "732" } }
  - { username: ben, name: Ben, password: ben, skills: [loans] }
  - { username: carl, name: Carl, password: carl, skills: [other], role: supervisor }
trunks:
  - { id: pbx, targets: ["sip:127.0.0.1:5999"], allowed: ["+49*"] }
phonebook:
  - { label: Fraud desk, number: "+49301234" }
tickets: { start: 5000 }
`;

export class Scene {
  readonly calls: FakeCalls;
  readonly test: TestGateway;
  readonly #people: Array<{ close(): void }> = [];

  private constructor(test: TestGateway, calls: FakeCalls) {
    this.test = test;
    this.calls = calls;
  }

  static async start(options: { readonly now?: () => number; readonly dataDir?: string; readonly config?: string; readonly read?: () => string; readonly variables?: Record<string, string> } = {}): Promise<Scene> {
    const calls = new FakeCalls();
    return new Scene(await startTestGateway({ config: callsConfig, calls: calls.port, ...options }), calls);
  }

  async atWork(username: string, kind: 'desktop' | 'phone' = 'desktop'): Promise<TestAgent> {
    const agent = this.present(await TestAgent.login(this.test.url, username));
    this.calls.endpoint(agent.login.agent.id, kind, { reachable: true });
    await agent.answerWith(kind);
    await agent.views.until('the endpoint', ({ agent: me }) => me.endpointRegistered && me.answerWith === kind);
    await agent.status('available');
    return agent;
  }

  async arrive(queue = 'help', change: Partial<CreateSession> = {}): Promise<TestCustomer> {
    return this.present(await TestCustomer.arrive(this.test.url, { queue, ...change }));
  }

  /** A customer of this queue in a call with this agent, who is the only one it can be offered to. */
  async inCall(agent: TestAgent, queue: 'help' | 'loans' = 'help'): Promise<TestCustomer> {
    const customer = await this.arrive(queue);
    const { reservationId } = await agent.slot('reserved', customer.contactId);
    await agent.post(`/api/reservations/${reservationId}/accept`);
    await this.calls.request('callAgent', customer.contactId);
    await this.connect(customer, agent);
    return customer;
  }

  /** Both legs come up, as the media gateway would tell. */
  async connect(customer: TestCustomer, agent: TestAgent, kind: 'desktop' | 'phone' = 'desktop'): Promise<void> {
    const { contactId } = customer;
    this.calls.happens({ type: 'agentAnswered', contactId, endpoint: { kind, label: kind === 'desktop' ? 'Browser' : 'Yealink T46' } });
    this.calls.happens({ type: 'customerMediaFlowing', contactId });
    await agent.views.until('the call', ({ contacts }) => contacts.some((contact) => contact.contactId === contactId && contact.call.state === 'active'));
  }

  present<T extends { close(): void }>(one: T): T {
    this.#people.push(one);
    return one;
  }

  /** Everybody goes, and what they left is cleared up through the API, so that the next test finds an empty floor. */
  async clear(customers: readonly TestCustomer[], agents: readonly TestAgent[]): Promise<void> {
    for (const customer of customers) if (customer.socket.connected) await customer.leave();
    for (const agent of agents) {
      await agent.status('offline');
      await this.#finished(agent);
    }
    for (const one of this.#people.splice(0)) one.close();
  }

  async #finished(agent: TestAgent): Promise<void> {
    for (const limit = Date.now() + patience; ;) {
      const { body } = await call<AgentView>(this.test.url, '/api/agents/me', { token: agent.login.token });
      if (body.contacts.length === 0) return;
      if (Date.now() > limit) throw new Error(`${agent.login.agent.name} still has ${JSON.stringify(body.contacts)}`);
      for (const { contactId, slot } of body.contacts) await agent.post(`/api/contacts/${contactId}/${slot === 'wrapUp' ? 'wrapup' : 'hangup'}`, { disposition: 'Solved' });
    }
  }

  stop(): Promise<void> {
    return this.test.stop();
  }
}
