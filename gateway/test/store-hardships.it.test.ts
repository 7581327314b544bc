/** What the embedded server meets on real machines: containers started anew, closed directories, a server killed under a running gateway. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accountFor } from '../src/store/server-account.ts';
import { serverBinaries } from '../src/store/server-binaries.ts';
import { ask, kill, postmaster, signal, StoreStand, until } from './store-stand/stand.ts';

let stand: StoreStand;
beforeEach(() => { stand = new StoreStand(); });
afterEach(() => stand.close());

describe('the embedded server', () => {
  it('ST10 starts where the process id of a killed server belongs to another program by now', async () => {
    const dataDir = await stand.newDataDir();
    const holder = await stand.hold(dataDir);
    if ('error' in holder.outcome) throw new Error(holder.outcome.error);
    await ask(holder.outcome.connection, 'create table kept as select 42 as answer');
    await kill(holder.process);
    const server = await postmaster(dataDir) ?? 0;
    signal(server, 'SIGKILL');
    await until(async () => await readFile(`/proc/${server}/cmdline`, 'utf8').catch(() => '') === '');
    // As after a container's restart, where the same small numbers are given out again.
    const other = spawn('sleep', ['600'], { stdio: 'ignore' });
    await once(other, 'spawn');
    for (const file of ['postgres/postmaster.pid', 'run/.s.PGSQL.5432.lock']) {
      const path = join(dataDir, file);
      await writeFile(path, (await readFile(path, 'utf8')).replace(/^\d+/, String(other.pid)));
    }
    const store = await stand.start(dataDir);
    expect(await ask(store.connection, 'select answer from kept')).toBe(42);
    await stand.stop(store);
    expect(other.signalCode).toBeNull();
    await kill(other);
  });

  it('ST11 attaches where the server said it listens, also when its socket is outside a deep data directory', async () => {
    const dataDir = await stand.newDataDir('a-folder-with-a-long-name/'.repeat(5));
    const killed = await stand.hold(dataDir);
    if ('error' in killed.outcome) throw new Error(killed.outcome.error);
    await kill(killed.process);
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = join(dataDir, '..');
    try {
      const store = await stand.start(dataDir);
      expect(store.connection.host).toBe(killed.outcome.connection.host);
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
  });

  it('ST12 works below a directory that is closed to other accounts, as root’s home is', async () => {
    const dataDir = await stand.newDataDir('closed');
    await mkdir(dataDir, { recursive: true });
    await chmod(join(dataDir, '..'), 0o700);
    const store = await stand.start(dataDir);
    expect(await ask(store.connection, 'select 1')).toBe(1);
  });

  it('ST12 reaches PostgreSQL’s programs in a closed directory, as in a checkout in root’s home', async () => {
    const { initdb } = await serverBinaries();
    const dataDir = await stand.newDataDir('closed');
    const closed = join(dataDir, '..');
    await mkdir(dataDir, { recursive: true });
    await chmod(closed, 0o700);
    await cp(dirname(dirname(initdb)), join(closed, 'native'), { recursive: true, verbatimSymlinks: true });
    const program = join(closed, 'native/bin/initdb');
    const directory = join(dataDir, 'postgres');
    const account = await accountFor({ dataDir, directory, program });
    await mkdir(directory, { mode: 0o700 });
    await account.own(directory);
    const command = account.command(program, ['--pgdata', directory, '--username', 'gethelp', '--auth', 'trust', '--no-sync']);
    const { stdout } = await promisify(execFile)(command.program, [...command.args], { cwd: '/', ...command.ids });
    expect(stdout).toContain('Success');
  });

  it('ST13 has no rights beyond its account where nothing closed is in the way', async () => {
    const dataDir = await stand.newDataDir();
    await mkdir(dataDir, { recursive: true });
    await chmod(join(dataDir, '..'), 0o755);
    await stand.start(dataDir);
    const status = await readFile(`/proc/${await postmaster(dataDir)}/status`, 'utf8');
    expect(/^CapEff:\s+(\S+)/m.exec(status)?.[1]).toMatch(/^0+$/);
  });

  it('ST14 is started again at the same place when it is killed under a running gateway', async () => {
    const dataDir = await stand.newDataDir();
    const store = await stand.start(dataDir);
    await ask(store.connection, 'create table kept as select 42 as answer');
    signal(await postmaster(dataDir) ?? 0, 'SIGKILL');
    await until(() => ask(store.connection, 'select answer from kept').then((answer) => answer === 42, () => false));
    const second = await stand.hold(dataDir);
    expect(second.outcome).toEqual({ error: expect.stringContaining('another GetHelp already runs') });
  });

  it('ST15 says in the server’s own words and at once why it does not start', async () => {
    const dataDir = await stand.newDataDir();
    await stand.stop(await stand.start(dataDir));
    await chmod(join(dataDir, 'postgres'), 0o777);
    await expect(stand.start(dataDir)).rejects.toThrow(/invalid permissions.*postgres\.log/s);
    expect(await readdir(join(dataDir, 'postgres'))).not.toContain('postmaster.pid');
    await chmod(join(dataDir, 'postgres'), 0o700);
  });
});
