/**
 * A process that holds a store, as a gateway does, so that a test can kill it. Arguments: the data directory.
 * Writes one JSON line when the store stands, `{ "connection": … }`, or `{ "error": … }`; stops it on SIGTERM.
 */
import { pino } from 'pino';
import { startStore } from '../../src/store/embedded-server.ts';

const [, , dataDir] = process.argv;
if (dataDir === undefined) throw new Error('usage: holder.ts <data directory>');

const tell = (line: object): void => { process.stdout.write(`${JSON.stringify(line)}\n`); };
try {
  const store = await startStore({ dataDir, databaseUrl: null, log: pino({ level: 'silent' }), progress: (step) => tell({ step }) });
  process.once('SIGTERM', () => { void store.stop().then(() => process.exit(0)); });
  tell({ connection: store.connection });
} catch (error) {
  tell({ error: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}
