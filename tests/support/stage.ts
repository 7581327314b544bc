/**
 * The whole product for a test: a gateway process with the demo's contact center, one Chromium for customers and one for agents, each with
 * a microphone that plays its own two tones. What the people do here is what people do: press, type, read.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Locator, type Page } from 'playwright-core';
import { parse, stringify } from 'yaml';
import { expectTones, inSomeWindow, settled } from '../../gateway/test/media-proof.ts';
import type { AgentView, LoggedIn } from '#shared/agent-protocol.ts';
import { call } from '../../gateway/test/support/gateway.ts';
import { freePort, GatewayProcess } from '../../gateway/test/support/process.ts';
import { domain } from '../../gateway/test/support/telephony-stand.ts';
import { TonePhone } from '../../gateway/test/support/tone-phone.ts';
import { toneRecorderScript } from './tone-recorder.ts';
import { toneWav } from './tone.ts';

export const customerTones = [523, 1319];
export const agentTones = [697, 1637];

/** Chromium as every end-to-end test runs it. */
export const chromiumArguments = [
  '--no-sandbox', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--disable-gpu', '--disable-quic', '--no-first-run', '--allow-loopback-in-peer-connection', '--autoplay-policy=no-user-gesture-required',
];

export interface Stage {
  readonly port: number;
  /** Where phones and trunks reach it, over UDP. */
  readonly sipPort: number;
  readonly dataDir: string;
  readonly url: string;
  gateway: GatewayProcess;
  /** A customer's page of the demo bank, in a browser profile of its own. */
  customer(path?: string, options?: BrowserContextOptions): Promise<Page>;
  /** An agent's desktop, logged in; available unless told otherwise. */
  agent(username: string, options?: { readonly available?: boolean } & BrowserContextOptions): Promise<Page>;
  /** The desktop of an agent as they left it: logged in anew, and nothing else. */
  desk(username: string): Promise<Page>;
  /** An agent's SIP phone, registered over UDP, that speaks in these tones. */
  phone(username: string, frequencies: readonly number[]): Promise<TonePhone>;
  /** What the desktop does, done without it. Answers the body. */
  api<Answer>(username: string, path: string, request?: { readonly method?: string; readonly body?: unknown }): Promise<Answer>;
  /** kill -9, then a successor on the same data and port. */
  restartGateway(): Promise<void>;
  /** The contact that an agent has now, as its journal tells it. */
  journalOf(username: string): Promise<{ readonly contactId: string; readonly journal: ReadonlyArray<{ readonly event: string; readonly at: string }> }>;
  close(): Promise<void>;
}

/** `chat`: customers choose between a call and a chat; else pressing Get Help is calling. `change`: what is otherwise in this contact center. */
export async function openStage({ chat = false, change = (center) => center }: { readonly chat?: boolean; readonly change?: (center: DemoCenter) => object } = {}): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'gethelp-stage-'));
  const port = await freePort();
  const sipPort = await freePort();
  const config = join(dataDir, 'center.yaml');
  await writeFile(config, stringify(change(await centerWithPhones(chat))));
  const start = () => GatewayProcess.start({ port, dataDir, config, env: { SIP_UDP_PORT: String(sipPort), SIP_DOMAIN: domain } });
  const phones: TonePhone[] = [];
  const gateway = await start();
  const [customers, agents] = [await browser(dataDir, 'customer', customerTones), await browser(dataDir, 'agent', agentTones)];
  const newPage = async (one: Browser, options?: BrowserContextOptions): Promise<Page> => {
    const context = await one.newContext({ permissions: ['microphone', 'camera', 'notifications'], ...options });
    await context.addInitScript({ content: toneRecorderScript });
    return context.newPage();
  };
  const login = async (username: string, options?: BrowserContextOptions): Promise<Page> => {
    const page = await newPage(agents, options);
    await page.goto(`${stage.url}/agent`);
    await page.getByLabel('User name').fill(username);
    await page.getByLabel('Password').fill(username);
    await page.getByRole('button', { name: 'Log in' }).click();
    return page;
  };
  /** One login each: logins are limited. */
  const tokens = new Map<string, string>();
  const tokenOf = async (username: string): Promise<string> => {
    const token = tokens.get(username) ?? (await call<LoggedIn>(stage.url, '/api/agents/login', { body: { username, password: username } })).body.token;
    tokens.set(username, token);
    return token;
  };
  /** Ends what a test that failed may have left an agent in, so that the next one starts at an empty desk. */
  const clearDesk = async (username: string): Promise<void> => {
    const token = await tokenOf(username);
    const { body: { contacts } } = await call<AgentView>(stage.url, '/api/agents/me', { token });
    for (const { contactId } of contacts) {
      await call(stage.url, `/api/contacts/${contactId}/hangup`, { method: 'POST', token });
      await call(stage.url, `/api/contacts/${contactId}/wrapup`, { body: { disposition: null, notes: '' }, token });
    }
    await call(stage.url, '/api/agents/me/status', { method: 'PUT', body: { status: 'offline' }, token });
    await call(stage.url, '/api/agents/me/endpoint', { method: 'PUT', body: { answerWith: 'desktop' }, token });
  };

  const stage: Stage = {
    port, sipPort, dataDir, url: gateway.url, gateway,
    customer: async (path = '/demo', options) => {
      const page = await newPage(customers, options);
      await page.goto(`${stage.url}${path}`);
      return page;
    },
    desk: (username) => login(username),
    agent: async (username, { available = true, ...options } = {}) => {
      await clearDesk(username);
      const page = await login(username, options);
      await page.getByText('Phone ready').waitFor();
      if (available) {
        await page.getByRole('button', { name: 'Go available' }).click();
        await page.getByRole('button', { name: /^Your status: Available/ }).waitFor();
      }
      return page;
    },
    phone: async (username, frequencies) => {
      const phone = await TonePhone.start({ account: { username, password: phonePassword(username) }, port: sipPort, frequencies });
      phones.push(phone);
      const answer = await phone.sip.register();
      if (!answer.startsWith('SIP/2.0 200')) throw new Error(`${username}'s phone is not registered: ${answer}`);
      return phone;
    },
    api: async (username, path, { method, body } = {}) => {
      const token = await tokenOf(username);
      return (await call<never>(stage.url, path, { token, ...(method === undefined ? {} : { method }), ...(body === undefined ? {} : { body }) })).body;
    },
    restartGateway: async () => {
      await stage.gateway.kill('SIGKILL');
      stage.gateway = await start();
    },
    journalOf: async (username) => {
      const token = await tokenOf(username);
      const { body: { contacts } } = await call<AgentView>(stage.url, '/api/agents/me', { token });
      const contactId = contacts[0]?.contactId ?? '';
      const { body: { journal } } = await call<{ journal: Array<{ event: string; at: string }> }>(stage.url, `/api/contacts/${contactId}`, { token });
      return { contactId, journal };
    },
    close: async () => {
      for (const phone of phones) phone.close();
      await Promise.all([customers.close(), agents.close()]);
      await stage.gateway.kill('SIGTERM');
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  return stage;
}

/** The demo's contact center as its file has it, as far as tests touch it. */
export interface DemoCenter {
  readonly portals: ReadonlyArray<{ readonly queues: readonly string[] }>;
  readonly queues: readonly object[];
  readonly agents: ReadonlyArray<{ readonly username: string }>;
}

/** The demo's contact center, whose agents have a phone each. */
async function centerWithPhones(chat: boolean): Promise<DemoCenter> {
  const demo = parse(await readFile(join(import.meta.dirname, '../../gateway/config/demo.yaml'), 'utf8')) as DemoCenter;
  return {
    ...demo, portals: demo.portals.map((portal) => ({ ...portal, channels: chat ? ['voice', 'video', 'chat'] : ['voice', 'video'] })), agents: demo.agents.map((agent) => ({ ...agent, sip: { password: phonePassword(agent.username) } })),
  };
}

function phonePassword(username: string): string {
  return `${username}-s-phone`;
}

/** What these pages show, for whoever asks why a test failed. One that is closed, or was not opened yet, shows nothing, and its error would hide the test's own. */
export async function pictured(test: string, pages: Readonly<Record<string, Page | undefined>>): Promise<void> {
  for (const [name, page] of Object.entries(pages)) await page?.screenshot({ path: `test-results/${test}-${name}.png` }).catch(() => { /* closed */ });
}

/** The offer's accept button in a desktop. */
export function accept(agent: Page): Locator {
  return agent.getByRole('button', { name: /^Accept/ });
}

/** A customer who pressed Get Help and an agent who accepted: both hear each other when this resolves. */
export async function callUp(customer: Page, agent: Page): Promise<void> {
  await customer.getByRole('button', { name: /Get Help/ }).click();
  await accept(agent).click();
  await customer.getByText('You are talking to', { exact: true }).waitFor();
  await bothHear(customer, agent, 1);
}

/** Each hears the other's tones and not their own, for a whole window without a gap. */
export async function bothHear(customer: Page, agent: Page, seconds: number): Promise<void> {
  await settled(customer, agent);
  await inSomeWindow(() => Promise.all([expectTones(customer, agentTones, customerTones, seconds), expectTones(agent, customerTones, agentTones, seconds)]));
}

async function browser(directory: string, name: string, tones: readonly number[]): Promise<Browser> {
  const microphone = join(directory, `${name}.wav`);
  await writeFile(microphone, toneWav(tones, 10));
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: [...chromiumArguments, `--use-file-for-fake-audio-capture=${microphone}`] });
}
