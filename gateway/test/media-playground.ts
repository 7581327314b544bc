/**
 * What the media and SIP tests share: a call service on real ports, two bundled pages (a customer's client and a SIP.js agent), one Chromium.
 * Nothing is mocked; what the gateway's core would do (push tracks, route requests) is done here by hand.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { pino } from 'pino';
import type { Logger } from 'pino';
import { build } from 'vite';
import type { MediaRequest } from '#shared/media-protocol.ts';
import { toneRecorderScript } from '../../tests/support/tone-recorder.ts';
import type { AgentCall, CallEvent } from '../src/contact/call-port.ts';
import { createCallService } from '../src/media/call-service.ts';
import type { CallService } from '../src/media/call-service.ts';
import type { CallLimits } from '../src/media/call-services.ts';
import { parseConfig } from '../src/config/load.ts';
import { readEnvironment } from '../src/environment.ts';
import type { EndpointDirectory } from '../src/sip/endpoint.ts';
import { startSipSide } from '../src/sip/sip-side.ts';
import { directoryOfDesktops } from './support/desktop-directory.ts';
import { testRtpPorts } from './support/rtp-ports.ts';
import { MemoryStore } from './support/telephony-stand.ts';
import { defaultDesktopLimits, Desktops } from '../src/sip/desktops.ts';
import type { DesktopLimits } from '../src/sip/desktops.ts';
import { SipSocketServer } from '../src/sip/websocket-server.ts';

export const customerTones = [523, 1319];
export const agentTones = [697, 1637];
export const domain = 'help.test';
/** `SIP_TEST_LOG=debug` shows what the gateway logs. */
const shown = process.env['SIP_TEST_LOG'] ?? 'silent';

export interface Playground {
  readonly service: CallService;
  readonly directory: EndpointDirectory;
  /** UDP, where the playground has phones. */
  readonly sipPort: number;
  readonly origin: string;
  readonly server: Server;
  readonly events: CallEvent[];
  readonly endpoints: Array<{ readonly agentId: string; readonly registered: boolean }>;
  workerPidOf(contactId: string): number;
  openCustomer(contactId: string): Promise<Page>;
  openAgent(username: string, options?: AgentOptions): Promise<Page>;
  startAgent(page: Page, username: string, options?: AgentOptions): Promise<void>;
  call(contactId: string, username?: string, change?: Partial<AgentCall>): AgentCall;
  /** Resolves with the first event of this type for the contact after `after` earlier ones. */
  event(type: CallEvent['type'], contactId: string, nth?: number): Promise<CallEvent>;
  close(): Promise<void>;
}

export interface AgentOptions {
  readonly codecs?: { readonly audio?: string; readonly video?: string };
  readonly answer?: 'ignore' | 'busy';
}

export interface PlaygroundOptions {
  readonly workers?: number;
  readonly limits?: Partial<CallLimits>;
  readonly desktopLimits?: Partial<DesktopLimits>;
  readonly answerLimit?: number;
  readonly browser?: boolean;
  /** The telephone part of a contact-center file: phones and trunks over UDP, and only the agents it names. Without it every desktop is let in. */
  readonly telephony?: string;
  /** Where the playground listens for phones; default any free port. */
  readonly sipPort?: number;
}

interface Side {
  readonly directory: EndpointDirectory;
  readonly udpPort: number;
  attach(server: Server): void;
  stop(): Promise<void>;
}

async function sipSide(options: PlaygroundOptions, log: Logger): Promise<Side> {
  if (options.telephony !== undefined) {
    const config = parseConfig(`portals: [{ id: bank, name: Bank, keys: [{ id: one, secret: test-portal-key }], queues: [help] }]\nqueues: [{ id: help, label: Help }]\n${options.telephony}`, 'test.yaml', { production: false });
    const environment = readEnvironment({ SIP_DOMAIN: domain, SIP_UDP_PORT: String(options.sipPort ?? 0), MEDIA_PORT: '0' });
    const side = await startSipSide({
      environment, config, agentIds: new Map(config.agents.map(({ username }) => [username, `agent-${username}`])), store: new MemoryStore(), publicHost: () => null, now: Date.now, log,
      ...(options.desktopLimits === undefined ? {} : { desktopLimits: options.desktopLimits }),
    });
    return { directory: side.directory, udpPort: side.local.udp[0]?.port ?? 0, attach: (server) => side.attach(server, authenticate), stop: () => side.stop() };
  }
  const desktops = new Desktops({ domain, limits: { ...defaultDesktopLimits, ...options.desktopLimits }, log });
  let sockets: SipSocketServer | null = null;
  return {
    directory: directoryOfDesktops(desktops, options.answerLimit), udpPort: 0,
    attach: (server) => {
      sockets = new SipSocketServer({ server, path: '/sip', authenticate, log, adopt: (connection, identity) => desktops.adopt(connection, identity) });
    },
    stop: () => { desktops.close(); sockets?.close(); return Promise.resolve(); },
  };
}

export async function startPlayground(options: PlaygroundOptions = {}): Promise<Playground> {
  const withBrowser = options.browser ?? true;
  const scripts = withBrowser ? { '/customer.js': await bundle('customer'), '/agent.js': await bundle('agent') } : {};
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const script = (scripts as Record<string, string>)[path];
    response.setHeader('content-type', script === undefined ? 'text/html' : 'text/javascript');
    response.end(script ?? `<!doctype html><title>${path}</title><script type="module" src="${path}.js"></script>`);
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  // The service's own log says which worker a contact's media is on; nothing else does.
  const workerPids = new Map<string, number>();
  const log = pino({ level: 'info' }, { write(line) {
    const entry = JSON.parse(line) as { readonly contactId?: string; readonly worker?: number; readonly msg?: string; readonly level: number };
    if (entry.msg === 'media prepared' && entry.contactId !== undefined && entry.worker !== undefined) workerPids.set(entry.contactId, entry.worker);
    if (shown !== 'silent' && entry.level >= (pino.levels.values[shown] ?? 30)) process.stdout.write(line);
  } });
  if (shown !== 'silent') log.level = shown;
  const side = await sipSide(options, log);
  const service = await createCallService({
    workers: options.workers ?? 1, mediaListen: { ips: ['127.0.0.1'], announced: [], port: 0 }, rtpPorts: testRtpPorts, directory: side.directory, log,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
  side.attach(server);
  const events: CallEvent[] = [];
  const waiting = new Set<() => void>();
  service.onEvent((event) => { events.push(event); for (const check of waiting) check(); });
  const endpoints: Playground['endpoints'] = [];
  service.onEndpoint((endpoint) => { endpoints.push(endpoint); });
  const customers = new Map<string, Page>();
  service.onTracks((contactId, tracks) => {
    // A page that is reloading misses them, as a disconnected socket would; `open` brings the whole again.
    customers.get(contactId)?.evaluate(`window.applyTracks?.(${JSON.stringify(tracks)})`).catch(() => undefined);
  });

  const browser: Browser | null = withBrowser ? await chromium.launch({ executablePath: '/usr/bin/chromium', args: chromiumArguments }) : null;
  async function newPage(path: string): Promise<Page> {
    if (!browser) throw new Error('this playground has no browser');
    const context = await browser.newContext({ permissions: ['camera', 'microphone'] });
    await context.addInitScript({ content: toneRecorderScript });
    const page = await context.newPage();
    page.on('console', (message) => log.info({ page: path }, message.text()));
    page.on('pageerror', (error) => log.error({ page: path, err: error }, 'page error'));
    return page;
  }

  const playground: Playground = {
    service, origin, server, events, endpoints, directory: side.directory, sipPort: side.udpPort,
    workerPidOf: (contactId) => workerPids.get(contactId) ?? 0,
    async openCustomer(contactId) {
      const page = await newPage('/customer');
      await page.exposeFunction('media', (request: MediaRequest) => service.customerRequest(contactId, request));
      customers.set(contactId, page);
      await page.goto(`${origin}/customer`);
      await openMedia(service, page, contactId);
      return page;
    },
    async openAgent(username, agentOptions) {
      const page = await newPage('/agent');
      await page.goto(`${origin}/agent`);
      await playground.startAgent(page, username, agentOptions);
      return page;
    },
    async startAgent(page, username, agentOptions = {}) {
      const url = `${origin.replace('http', 'ws')}/sip?agent=${username}`;
      await page.evaluate(`window.startAgent(${JSON.stringify({ aor: `sip:${username}@${domain}`, url, frequencies: agentTones, ...agentOptions })})`);
    },
    call(contactId, username = 'ann', change = {}) {
      return {
        contactId, reservationId: `reservation-${contactId}`, from: `sip:${contactId}@${domain}`, displayName: 'Zoë "Z" O\\Neil',
        agentId: `agent-${username}`, aor: `sip:${username}@${domain}`, ring: ['desktop'], purpose: 'accepted', ...change,
      };
    },
    event(type, contactId, nth = 1) {
      return new Promise((resolve, reject) => {
        const limit = setTimeout(() => {
          waiting.delete(check);
          reject(new Error(`no ${type} (${nth}) for ${contactId}; seen: ${events.map((event) => event.type).join(', ')}`));
        }, 20_000);
        function check(): void {
          const found = events.filter((event) => event.type === type && event.contactId === contactId)[nth - 1];
          if (!found) return;
          clearTimeout(limit);
          waiting.delete(check);
          resolve(found);
        }
        waiting.add(check);
        check();
      });
    },
    async close() {
      await browser?.close();
      await service.stop();
      await side.stop();
      await new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); });
    },
  };
  return playground;
}

/** What the customer's client does when a view names the media epoch. */
export async function openMedia(service: CallService, page: Page, contactId: string): Promise<void> {
  const { epoch } = await service.prepare(contactId);
  await page.evaluate(`window.openMedia(${JSON.stringify(epoch)}, ${JSON.stringify(customerTones)})`);
}

/** Stands in for the cookie check of the gateway: the query names the agent. */
function authenticate(request: IncomingMessage): Promise<{ agentId: string; username: string; aor: string } | { refuse: number; detail: string }> {
  const username = new URL(request.url ?? '/', 'http://localhost').searchParams.get('agent');
  if (username === null) return Promise.resolve({ refuse: 401, detail: 'no cookie' });
  return Promise.resolve({ agentId: `agent-${username}`, username, aor: `sip:${username}@${domain}` });
}

const chromiumArguments = [
  '--no-sandbox', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-gpu', '--disable-quic', '--allow-loopback-in-peer-connection',
  '--autoplay-policy=no-user-gesture-required',
];

async function bundle(name: string): Promise<string> {
  const result = await build({
    configFile: false, logLevel: 'error',
    build: { write: false, minify: false, lib: { entry: new URL(`media-pages/${name}.js`, import.meta.url).pathname, formats: ['es'], fileName: name } },
  });
  const output = Array.isArray(result) ? result[0] : result;
  if (!output || !('output' in output)) throw new Error('vite gave no output');
  return output.output[0].code;
}
