/**
 * People under a gateway that is killed again and again: customers who chat and agents who answer, over real sockets. Each keeps what the gateway
 * acknowledged to them, tries again what it did not, and comes back when the line is cut.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { CustomerView } from '#shared/customer-protocol.ts';
import type { Written } from '#shared/thread-protocol.ts';
import { call, portalKey, Refusal, TestAgent, TestCustomer, type Answer } from '../../gateway/test/support/gateway.ts';
import type { CreatedSession } from '#shared/session-api.ts';
import type { Reply } from '#shared/problem.ts';

/** What was answered to somebody, and must therefore be so for ever. */
export class Acknowledged {
  readonly welcomed = new Set<string>();
  /** By contact, in the order of their acknowledgement. */
  readonly messages = new Map<string, Array<{ readonly number: number; readonly text: string }>>();
  /** Contact → when they were told so first, epoch milliseconds. */
  readonly left = new Map<string, number>();
  readonly accepted = new Set<string>();
  /** Contact → the notes of its wrap-up. */
  readonly wrapUps = new Map<string, string>();
}

export interface World {
  readonly url: string;
  readonly acknowledged: Acknowledged;
  readonly random: () => number;
  /** Set at the end of the load: nobody new comes, nobody leaves of their own accord. */
  draining: boolean;
}

/** A request that a killed gateway did not answer has an end as well. */
const answerLimit = 3_000;
const comeBackAfter = 50;

export class CustomerActor {
  readonly #world: World;
  #line: TestCustomer | null = null;
  #resume: string | null = null;
  contactId: string | null = null;
  /** Null: it may come to an end in any way. */
  isOver = false;
  #unsent: { readonly id: string; readonly text: string } | null = null;
  #written = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** Until the contact is over, or was never welcomed and cannot be any more. */
  async live(): Promise<void> {
    const { acknowledged, random } = this.#world;
    while (!this.isOver) {
      const line = await this.#connected();
      if (line === null) continue;
      if (this.#written < 4 && random() < 0.5) await this.#write(line);
      else if (!this.#world.draining && random() < 0.03) {
        const answer = await line.socket.timeout(answerLimit).emitWithAck('leave').catch(() => null) as Reply<null> | null;
        if (answer?.ok === true && this.contactId !== null && !acknowledged.left.has(this.contactId)) acknowledged.left.set(this.contactId, Date.now());
      }
      await wait(50 + random() * 200);
    }
    this.#line?.close();
  }

  async #connected(): Promise<TestCustomer | null> {
    if (this.#line?.socket.connected === true) return this.#line;
    const { url, acknowledged } = this.#world;
    try {
      const auth = this.#resume === null ? { token: (await this.#session()).token, channel: 'chat' as const } : { resume: this.#resume };
      // A gateway that dies between connection and welcome says nothing more. One that is slow welcomes somebody whom nobody plays: they would stand in the queue before those who are counted.
      const line = await limited(TestCustomer.connect(url, auth), (late) => late.close());
      this.#line = line;
      this.#resume = line.resume;
      this.contactId = line.contactId;
      acknowledged.welcomed.add(line.contactId);
      const look = ({ phase }: CustomerView): void => { if (phase.name === 'ended') this.isOver = true; };
      line.socket.on('view', look);
      line.views.all.forEach(look);
      return line;
    } catch (error) {
      // A token that was spent with a gateway that died before the welcome: to this customer nothing was promised.
      if (error instanceof Refusal && this.#resume === null) this.isOver = true;
      await wait(comeBackAfter);
      return null;
    }
  }

  async #session(): Promise<CreatedSession> {
    const { status, body } = await call<CreatedSession>(this.#world.url, '/api/sessions', {
      token: portalKey, body: { customer: { id: randomUUID() }, inquiry: { pageUrl: 'https://bank.invalid/' }, queue: 'help', channels: ['chat'] },
    });
    if (status !== 201) throw new Error(`no session: ${status}`);
    return body;
  }

  async #write(line: TestCustomer): Promise<void> {
    const message = this.#unsent ?? { id: randomUUID(), text: `message ${this.#written + 1}` };
    this.#unsent = message;
    const answer = await line.socket.timeout(answerLimit).emitWithAck('write', message).catch(() => null) as Reply<Written> | null;
    if (answer === null) return;
    this.#unsent = null;
    if (!answer.ok || this.contactId === null) return;
    this.#written += 1;
    const { messages } = this.#world.acknowledged;
    messages.set(this.contactId, [...messages.get(this.contactId) ?? [], { number: answer.value.number, text: message.text }]);
  }
}

export class AgentActor {
  readonly #world: World;
  readonly #username: string;
  #desk: TestAgent | null = null;
  isStopped = false;

  constructor(world: World, username: string) {
    this.#world = world;
    this.#username = username;
  }

  async work(): Promise<void> {
    const { random } = this.#world;
    // Whatever they have, they finish.
    while (!this.isStopped || (this.#desk?.views.latest?.contacts.length ?? 0) > 0) {
      const desk = await this.#seated();
      if (desk !== null) await this.#turn(desk).catch(() => undefined);
      await wait(30 + random() * 150);
    }
    // Offers would still go to a desk that is only gone.
    await this.#desk?.status('offline').catch(() => undefined);
    this.#desk?.close();
  }

  async #seated(): Promise<TestAgent | null> {
    if (this.#desk?.socket.connected === true) return this.#desk;
    this.#desk?.close();
    try {
      const desk = await TestAgent.login(this.#world.url, this.#username);
      await desk.views.until('a first view', () => true);
      await desk.status('available');
      this.#desk = desk;
      return desk;
    } catch {
      await wait(comeBackAfter);
      return null;
    }
  }

  /** Whatever there is to do next. */
  async #turn(desk: TestAgent): Promise<void> {
    const { acknowledged, random } = this.#world;
    const view = desk.views.latest;
    if (view === undefined) return;
    if (view.agent.status !== 'available' && !this.isStopped) await desk.status('available');
    const [contact] = view.contacts;
    if (contact === undefined) return;
    const { contactId, reservationId } = contact;
    const post = (path: string, body?: unknown): Promise<Answer<unknown>> => limited(desk.post<unknown>(path, body));
    switch (contact.slot) {
      case 'reserved':
        if (random() < 0.1 && !this.#world.draining) await post(`/api/reservations/${reservationId}/reject`);
        else if ((await post(`/api/reservations/${reservationId}/accept`)).status === 204) acknowledged.accepted.add(reservationId);
        return;
      case 'engaged':
        if (random() < 0.6) await post(`/api/contacts/${contactId}/messages`, { id: randomUUID(), text: 'How may I help?' });
        else await post(`/api/contacts/${contactId}/hangup`);
        return;
      case 'wrapUp': {
        const notes = `written by ${this.#username}: ${randomUUID()}`;
        if ((await post(`/api/contacts/${contactId}/wrapup`, { disposition: 'Solved', notes })).status === 204) acknowledged.wrapUps.set(contactId, notes);
      }
    }
  }
}

/** @param late takes what comes after all. */
async function limited<T>(work: Promise<T>, late: (value: T) => void = () => { /* an answer that nobody waits for */ }): Promise<T> {
  const inTime = await Promise.race([work.then((value) => ({ value })), wait(answerLimit).then(() => null)]);
  if (inTime !== null) return inTime.value;
  work.then(late, () => { /* it never came */ });
  throw new Error('no answer');
}
