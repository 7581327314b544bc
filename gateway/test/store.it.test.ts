/** The life of the store's server, with the real PostgreSQL and real kills. */
import { readdir, stat, writeFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startStore } from '../src/store/embedded-server.ts';
import { StoreError } from '../src/store/store-error.ts';
import { alive, ask, kill, postmaster, signal, StoreStand, until } from './store-stand/stand.ts';

let stand: StoreStand;
beforeEach(() => { stand = new StoreStand(); });
afterEach(() => stand.close());

describe('the embedded server', () => {
  it('ST1 creates the database at the first start, keeps what was written, and needs no creating at the second', async () => {
    const dataDir = await stand.newDataDir();
    const first: string[] = [];
    const store = await stand.start(dataDir, first);
    await ask(store.connection, 'create table kept as select 42 as answer');
    await stand.stop(store);
    expect(await postmaster(dataDir)).toBeNull();

    const second: string[] = [];
    const again = await stand.start(dataDir, second);
    expect(await ask(again.connection, 'select answer from kept')).toBe(42);
    expect(first).toEqual(['Creating the database (first start only)', 'Starting PostgreSQL']);
    expect(second).toEqual(['Starting PostgreSQL']);
  });

  it('ST2 attaches to the server that outlived a killed gateway, with what was committed', async () => {
    const dataDir = await stand.newDataDir();
    const killed = await stand.hold(dataDir);
    if ('error' in killed.outcome) throw new Error(killed.outcome.error);
    await ask(killed.outcome.connection, 'create table kept as select 42 as answer');
    const server = await postmaster(dataDir);
    await kill(killed.process);

    const steps: string[] = [];
    const store = await stand.start(dataDir, steps);
    expect(await ask(store.connection, 'select answer from kept')).toBe(42);
    expect(await postmaster(dataDir)).toBe(server);
    expect(steps).toEqual([]);
    // The one that attached is also the one that stops it.
    await stand.stop(store);
    expect(await postmaster(dataDir)).toBeNull();
  });

  it('ST3 refuses a second gateway on one data directory and leaves the first alone', async () => {
    const dataDir = await stand.newDataDir();
    const store = await stand.start(dataDir);
    const second = await stand.hold(dataDir);
    expect(second.outcome).toEqual({ error: expect.stringContaining(`another GetHelp already runs on ${dataDir}`) });
    expect(await ask(store.connection, 'select 1')).toBe(1);
  });

  it('ST3 lets exactly one of two that start at once on an empty data directory have it', async () => {
    const dataDir = await stand.newDataDir();
    const both = await Promise.all([stand.hold(dataDir), stand.hold(dataDir)]);
    expect(both.filter(({ outcome }) => 'connection' in outcome)).toHaveLength(1);
    expect((await readdir(dataDir)).filter((name) => name.includes('.new-'))).toEqual([]);
  });

  it('ST4 starts again after its postmaster was killed, with what was committed', async () => {
    const dataDir = await stand.newDataDir();
    const holder = await stand.hold(dataDir);
    if ('error' in holder.outcome) throw new Error(holder.outcome.error);
    await ask(holder.outcome.connection, 'create table kept as select 42 as answer');
    const killed = await postmaster(dataDir) ?? 0;
    signal(killed, 'SIGKILL');
    await kill(holder.process);

    const store = await stand.start(dataDir);
    expect(await ask(store.connection, 'select answer from kept')).toBe(42);
    expect(await postmaster(dataDir)).not.toBe(killed);
  });

  it('ST5 is not deceived by the half-made database of a first start that was cut off', async () => {
    const dataDir = await stand.newDataDir();
    const cutOff = stand.startHolding(dataDir);
    await until(async () => (await readdir(dataDir).catch(() => [])).some((name) => name.includes('.new-')));
    await kill(cutOff);
    expect(await stat(join(dataDir, 'postgres')).catch(() => null)).toBeNull();

    const store = await stand.start(dataDir);
    expect(await ask(store.connection, 'select 1')).toBe(1);
    expect((await readdir(dataDir)).filter((name) => name.includes('.new-'))).toEqual([]);
  });

  it('ST6 works in a data directory whose path is longer than a socket may have', async () => {
    const dataDir = await stand.newDataDir('a-folder-with-a-long-name/'.repeat(5));
    const store = await stand.start(dataDir);
    expect(await ask(store.connection, 'select 1')).toBe(1);
    const { host } = store.connection;
    await stand.stop(store);
    // What stood outside the data directory is gone with it.
    expect(await stat(host ?? '').catch(() => null)).toBeNull();
  });

  it('ST7 refuses the data directory of another major version and says how to go on', async () => {
    const dataDir = await stand.newDataDir();
    await stand.stop(await stand.start(dataDir));
    const versionFile = join(dataDir, 'postgres/PG_VERSION');
    const version = await readFile(versionFile, 'utf8');
    await writeFile(versionFile, '15\n');
    await expect(stand.start(dataDir)).rejects.toThrow(/was made by PostgreSQL 15.*brings 18.*docs\/operators\.md/s);
    await writeFile(versionFile, version);
  });

  it('ST8 listens on a socket that only its own account and root can open, and never runs as root', async () => {
    const dataDir = await stand.newDataDir();
    const store = await stand.start(dataDir);
    expect(await ask(store.connection, 'show listen_addresses')).toBe('');
    expect((await stat(store.connection.host ?? '')).mode & 0o077).toBe(0);
    const server = await postmaster(dataDir) ?? 0;
    const status = await readFile(`/proc/${server}/status`, 'utf8');
    const uid = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
    expect(uid).not.toBe(0);
    if (process.getuid?.() !== 0) expect(uid).toBe(process.getuid?.());
    // Our environment holds secrets; the server is handed none of it.
    expect((await readFile(`/proc/${server}/environ`, 'utf8').catch(() => ''))).not.toContain('PATH=');
    await stand.stop(store);
    expect(alive(server)).toBe(false);
  });
});

describe('a server of one’s own', () => {
  const log = pino({ level: 'silent' });

  /** A database of its own on a running server, as an operator would make it. */
  async function ownDatabase(name: string): Promise<string> {
    const theirs = await stand.start(await stand.newDataDir());
    await ask(theirs.connection, `create database ${name}`);
    return `postgres://gethelp@localhost/${name}?host=${encodeURIComponent(theirs.connection.host ?? '')}`;
  }

  it('ST9 uses the server that DATABASE_URL names, and leaves it running', async () => {
    const url = await ownDatabase('contacts');
    const store = await startStore({ dataDir: await stand.newDataDir(), databaseUrl: url, log, progress: () => {} });
    expect(await ask(store.connection, 'select 1')).toBe(1);
    await store.stop();
    expect(await ask({ connectionString: url }, 'select 1')).toBe(1);
  });

  it('ST3 lets one gateway use it: a second is refused in words, and may when the first has stopped', async () => {
    const url = await ownDatabase('shared');
    const start = async () => startStore({ dataDir: await stand.newDataDir(), databaseUrl: url, log, progress: () => {} });
    const first = await start();
    await expect(start()).rejects.toThrow(/another GetHelp already uses the database localhost\/shared/);
    await first.stop();
    await (await start()).stop();
  });

  it('ST9 says of a server that cannot be reached where it looked, and never the password', async () => {
    const failure = await startStore({
      dataDir: await stand.newDataDir(), databaseUrl: 'postgres://user:very-secret@127.0.0.1:1/contacts', log, progress: () => {},
    }).then(() => null, (error: unknown) => error);
    expect(failure).toBeInstanceOf(StoreError);
    expect(String(failure)).toContain('127.0.0.1:1/contacts');
    expect(String(failure)).not.toContain('very-secret');
    expect(failure instanceof Error && failure.cause instanceof pg.DatabaseError).toBe(false);
  });
});
