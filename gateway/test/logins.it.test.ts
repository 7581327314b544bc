import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, startTestGateway, TestAgent, type TestGateway } from './support/gateway.ts';

let test: TestGateway;
let url: string;

beforeAll(async () => {
  test = await startTestGateway();
  ({ url } = test);
});
afterAll(() => test.stop());

describe('an agent\'s login', () => {
  it('SE13 is over at once when they log out: socket and event stream close, the token is refused', async () => {
    const anna = await TestAgent.atWork(url, 'anna');
    const stream = await fetch(`${url}/api/agents/me/events`, { headers: { Authorization: `Bearer ${anna.login.token}` } });
    const ended = stream.text();
    expect((await anna.post('/api/agents/logout')).status).toBe(204);
    await anna.events.until('being cut off', (event) => event === 'disconnect');
    expect(await ended).toContain('event: view');
    expect((await call(url, '/api/agents/me', { token: anna.login.token })).status).toBe(401);
    anna.close();
  });

  it('SE14 is limited by wrong passwords, not by how many people begin their day behind one address', async () => {
    const attempt = async (password: string) => (await call(url, '/api/agents/login', { body: { username: 'anna', password } })).status;
    for (let times = 0; times < 25; times += 1) expect(await attempt('anna')).toBe(200);
    for (let times = 0; times < 20; times += 1) expect(await attempt('wrong')).toBe(401);
    expect(await attempt('wrong')).toBe(429);
  });
});
