/**
 * `npm run -s verify-audit`: verifies the chain of the co-browse audit in the store that DATABASE_URL or DATA_DIR names, while the gateway runs or
 * not. With `-- <number>:<hash>`, a head that the log once told, also that nothing was cut off or written anew since.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { verifyAudit, type Anchor } from '../gateway/src/cobrowse/verify-audit.ts';
import type { Database } from '../gateway/src/store/schema.ts';
import { superuser } from '../gateway/src/store/server-cluster.ts';
import { Trouble, withTroublesTold } from './prepare/trouble.ts';

await withTroublesTold('The audit was not verified.', async () => {
  const anchor = anchorOf(process.argv[2]);
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool: new pg.Pool({ ...await connection(), max: 1 }) }) });
  try {
    const verdict = await verifyAudit(db, anchor);
    if (!verdict.ok) throw new Trouble(`BROKEN at entry ${verdict.seq}: ${verdict.why}.`);
    process.stdout.write(`${verdict.entries} entries, each as it was written.${verdict.head === null ? '' : ` Head: ${verdict.head.seq}:${verdict.head.hash}`}\n`);
  } finally {
    await db.destroy();
  }
});

function anchorOf(argument: string | undefined): Anchor | null {
  if (argument === undefined) return null;
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(argument) ?? [];
  if (seq === undefined || hash === undefined) throw new Trouble('Usage: npm run -s verify-audit -- <number>:<hash>, as the log tells them with "head of the chain"');
  return { seq: Number(seq), hash };
}

async function connection(): Promise<pg.PoolConfig> {
  const url = process.env['DATABASE_URL'];
  if (url !== undefined && url !== '') return { connectionString: url };
  const dataDir = process.env['DATA_DIR'] || '.data';
  // The fifth line says in which directory the server's socket is (PostgreSQL, "pidfile" in miscadmin.h).
  const pidFile = await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8').catch(() => {
    throw new Trouble(`No store runs on ${dataDir}. Start GetHelp first, or set DATA_DIR or DATABASE_URL.`);
  });
  return { host: pidFile.split('\n')[4]?.trim() ?? '', port: 5432, user: superuser, database: 'postgres' };
}
