/** Starts the gateway: reads the environment (nobody else does), wires, tells people where to go, and stops in order. */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { ConfigError, loadConfig } from './config/load.ts';
import type { Config } from './config/schema.ts';
import { EnvironmentError, readEnvironment } from './environment.ts';
import { startGateway, type Gateway } from './gateway.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
/** A stop that takes longer is cut short: whoever stops us would kill us anyway, and less tidily. */
const stopLimit = 10_000;

async function main(): Promise<void> {
  const environment = readEnvironment(process.env);
  const file = environment.config ?? join(root, 'gateway/config/demo.yaml');
  const read = async (): Promise<Config> => withApiKey(await loadConfig(file, { production: environment.production, trunk: environment.trunk }), environment.apiKey);
  const config = await read();
  const log = pino({
    level: environment.logLevel,
    redact: { paths: ['*.token', '*.secret', '*.password', '*.resume', '*.ticket', 'req.headers.authorization', 'req.headers.cookie'], censor: '[redacted]' },
  }, pino.destination({ dest: 2, sync: false }));
  const gateway = await startGateway({ environment, config, read, dist: join(root, 'dist'), log, progress: (step) => process.stdout.write(`  ${step}\n`) });
  process.stdout.write(greeting(gateway, config, { demo: environment.config === null }));

  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    process.stdout.write(`\n${signal}: stopping. Contacts keep their places; calls come back after the next start.\n`);
    setTimeout(() => process.exit(1), stopLimit).unref();
    gateway.stop().then(() => process.exit(), (error: unknown) => {
      log.fatal({ err: error }, 'stop failed');
      process.exit(1);
    });
  };
  // As daemons do: the file is read again, and what is wrong with it stands in the log.
  process.on('SIGHUP', () => { gateway.reload().catch((error: unknown) => log.error({ err: error }, 'configuration could not be read again')); });
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  // A bug must be seen (also by whoever restarts what failed) and must not leave a half-dead process: the store holds the truth, and the
  // next start takes it up.
  process.on('uncaughtException', (error) => { log.fatal({ err: error }, 'uncaught'); process.exitCode = 1; stop('A bug'); });
  process.on('unhandledRejection', (error) => { log.error({ err: error }, 'unhandled rejection'); });
}

/** API_KEY is the shorthand for one more key of the first portal. */
function withApiKey(config: Config, apiKey: string | null): Config {
  const [first, ...others] = config.portals;
  if (apiKey === null || first === undefined) return config;
  return { ...config, portals: [{ ...first, keys: [{ id: 'API_KEY', secret: apiKey }, ...first.keys] }, ...others] };
}

function greeting({ url, sip, restored }: Gateway, config: Config, { demo }: { readonly demo: boolean }): string {
  const logins = config.agents.filter(({ password }) => password !== undefined).map(({ username, password, role }) => `${username} / ${password}${role === 'agent' ? '' : ` (${role})`}`);
  const listening = Object.entries(sip).flatMap(([transport, sockets]) => sockets.map(({ address, port }) => `${transport} ${address.includes(':') ? `[${address}]` : address}:${port}`));
  const phones = config.agents.flatMap(({ username, sip: phone }) => (phone?.password === undefined ? [] : [`${username} / ${phone.password}`]));
  const lines = [
    '', `GetHelp is ready at ${url}`, '',
    `  Agent desktop   ${url}/agent`, `  Supervisor      ${url}/supervisor`, ...(demo ? [`  Demo bank       ${url}/demo`] : []), `  API             ${url}/api/docs`,
    ...(listening.length > 0 ? [`  SIP             ${listening.join(', ')}`] : []), '',
    ...(demo ? [
      `  Logins          ${logins.join(', ')}`, ...(listening.length > 0 ? [`  Phones          ${phones.join(', ')}`] : []), '',
      '  Try it: open the agent desktop in one window, log in and go available;', '  open the demo bank in another, press Get Help, and accept the call.', '',
    ] : []),
    ...(restored > 0 ? [`  ${restored} open contact(s) taken up from before the start.`, ''] : []),
  ];
  return `${lines.join('\n')}\n`;
}

main().catch((error: unknown) => {
  const expected = error instanceof EnvironmentError || error instanceof ConfigError || (error instanceof Error && error.name === 'StoreError');
  process.stderr.write(`GetHelp could not start.\n${expected ? error.message : error instanceof Error ? error.stack ?? error.message : String(error)}\n`);
  process.exit(1);
});
