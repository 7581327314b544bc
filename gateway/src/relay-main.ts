/** Starts a relay by itself (`npm run relay`): reads the environment, as main.ts does for the gateway, and stops in order. */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { ConfigError, loadConfig } from './config/load.ts';
import { EnvironmentError, readRelayEnvironment } from './environment.ts';
import { startRelayNode } from './relay-node.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const stopLimit = 10_000;

async function main(): Promise<void> {
  const environment = readRelayEnvironment(process.env);
  const config = await loadConfig(environment.config ?? join(root, 'gateway/config/demo.yaml'), { production: environment.production, trunk: environment.trunk });
  const log = pino({ level: environment.logLevel, redact: { paths: ['*.token', '*.secret', '*.password'], censor: '[redacted]' } }, pino.destination({ dest: 2, sync: false }));
  const node = await startRelayNode({ environment, config, log });
  process.stdout.write(`The co-browse relay listens on port ${node.port}.\n`);
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), stopLimit).unref();
    node.stop().then(() => process.exit(), (error: unknown) => {
      log.fatal({ err: error }, 'stop failed');
      process.exit(1);
    });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('uncaughtException', (error) => { log.fatal({ err: error }, 'uncaught'); process.exitCode = 1; stop(); });
  process.on('unhandledRejection', (error) => { log.error({ err: error }, 'unhandled rejection'); });
}

main().catch((error: unknown) => {
  const expected = error instanceof EnvironmentError || error instanceof ConfigError;
  process.stderr.write(`The co-browse relay could not start.\n${expected ? error.message : error instanceof Error ? error.stack ?? error.message : String(error)}\n`);
  process.exit(1);
});
