/** A whole gateway in a process of its own, which says how much memory it has once it has thrown away what it no longer needs. Wants `--expose-gc`. */
import { join } from 'node:path';
import { getHeapSpaceStatistics } from 'node:v8';
import { pino } from 'pino';
import { parseConfig } from '../../../gateway/src/config/load.ts';
import { readEnvironment } from '../../../gateway/src/environment.ts';
import { startGateway } from '../../../gateway/src/gateway.ts';

const [, , dataDir = ''] = process.argv;
const environment = readEnvironment({ PORT: '0', HOST: '0.0.0.0', MEDIA_PORT: '0', MEDIA_WORKERS: '1', DATA_DIR: dataDir });
const config = parseConfig(`
portals: [{ id: bench, name: Bench, keys: [{ id: only, secret: bench-portal-key }], queues: [help] }]
queues: [{ id: help, label: Help, maximumWait: 86400 }]
agents: []
`, 'bench.yaml', { production: false });
const gateway = await startGateway({
  environment, config, read: () => Promise.resolve(config), dist: join(import.meta.dirname, '../../../dist'), log: pino({ level: 'warn' }), progress: () => { /* nobody watches */ },
});
process.on('message', (asked) => {
  if (asked === 'stop') void gateway.stop().then(() => process.exit());
  // As V8 does where memory is short: pages that it keeps for the next rush are given back as well.
  if (asked === 'memory') {
    globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    const { rss, heapUsed } = process.memoryUsage();
    const young = getHeapSpaceStatistics().filter(({ space_name: name }) => name.startsWith('new_')).reduce((sum, { physical_space_size: size }) => sum + size, 0);
    process.send?.({ rss, heapUsed, young });
  }
});
process.send?.({ port: gateway.port });
