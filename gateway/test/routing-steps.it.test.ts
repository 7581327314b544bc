/** Steps of a queue in a whole gateway: nothing happens but that time passes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, TestAgent, TestCustomer, type TestGateway } from './support/gateway.ts';

const config = `
portals: [{ id: bank, name: Bank, keys: [{ id: old, secret: test-portal-key }], queues: [loans] }]
queues:
  - { id: loans, label: Loans, skills: { loans: 4 }, videoSkill: camera, offerSeconds: 60, steps: [{ after: 2, minimumLevel: 3 }, { after: 3, dropSkills: [camera] }] }
agents:
  - { username: anna, name: Anna, password: anna, skills: { loans: 3 } }
`;

let test: TestGateway;

beforeAll(async () => { test = await startTestGateway({ config }); });
afterAll(() => test.stop());

describe('a queue with steps', () => {
  it('RT44 offers a contact to an idle agent in the moment in which a step opens it to them, by the camera that it asks for', async () => {
    const anna = await TestAgent.atWork(test.url, 'anna');
    await anna.views.until('being available', ({ agent }) => agent.status === 'available');
    const arrivedAt = Date.now();
    const speaking = await TestCustomer.arrive(test.url, { channels: ['voice'] });
    expect((await anna.slot('reserved')).contactId).toBe(speaking.contactId);
    expect(Date.now() - arrivedAt).toBeGreaterThanOrEqual(2000);
    await speaking.leave();
    await anna.views.until('being idle', ({ contacts }) => contacts.length === 0, anna.views.all.length);

    const seenAt = Date.now();
    const seeing = await TestCustomer.arrive(test.url);
    expect((await anna.slot('reserved', seeing.contactId)).contactId).toBe(seeing.contactId);
    expect(Date.now() - seenAt).toBeGreaterThanOrEqual(3000);
    await seeing.leave();
    anna.close();
  });
});
