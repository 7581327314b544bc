/**
 * Under which account the embedded server runs. PostgreSQL refuses to run as root, so under root it runs as whoever owns the database
 * already, else as `nobody`. Where a closed directory, such as root's home, lies on the way to the programs or the data, the one capability
 * to pass it goes along; nowhere else, since it would give the server back most of what not being root takes from it.
 */
import { execFile } from 'node:child_process';
import { chown, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { StoreError } from './store-error.ts';

const run = promisify(execFile);

interface Ids {
  readonly uid: number;
  readonly gid: number;
}

export interface Account {
  /** Turns a command line into one that runs under the account. `ids` go to spawn; null: the command sees to it, or nothing is to be done. */
  command(program: string, args: readonly string[]): { readonly program: string; readonly args: readonly string[]; readonly ids: Ids | null };
  /** Hands a directory that holds nothing yet to the account. */
  own(directory: string): Promise<void>;
}

const nobody: Ids = { uid: 65_534, gid: 65_534 };
const probeLimit = 10_000;
const ourselves: Account = { command: (program, args) => ({ program, args, ids: null }), own: () => Promise.resolve() };

/**
 * @param options.directory the database's, which need not exist yet; `dataDir`, in which it lies, must
 * @param options.program any of PostgreSQL's, to see whether the account can reach it
 * @throws StoreError where no account but root can reach them
 */
export async function accountFor({ dataDir, directory, program }: { readonly dataDir: string; readonly directory: string; readonly program: string }): Promise<Account> {
  if (process.getuid?.() !== 0) return ourselves;
  const ids = await ownerOf(directory);
  const plain: Account = { command: (name, args) => ({ program: name, args, ids }), own: (made) => chown(made, ids.uid, ids.gid) };
  if (await reaches(plain, { dataDir, program })) return plain;
  // CAP_DAC_OVERRIDE alone: containers have it by default, and setpriv refuses to hand on what it does not have.
  // `no_setuid_fixup`, because access(2), by which PostgreSQL looks for its own programs, otherwise leaves capabilities out of account.
  const passing = [
    `--reuid=${ids.uid}`, `--regid=${ids.gid}`, '--clear-groups', '--securebits=+no_setuid_fixup', '--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--',
  ];
  const capable: Account = { ...plain, command: (name, args) => ({ program: 'setpriv', args: [...passing, name, ...args], ids: null }) };
  if (await reaches(capable, { dataDir, program })) return capable;
  throw new StoreError(
    `PostgreSQL does not run as root, and no other account can reach both ${dataDir} and ${program}. ` +
    'Set DATA_DIR to a directory outside of closed ones such as /root, run GetHelp under an account of its own, or set DATABASE_URL.',
  );
}

/** A database restored from a backup may have come back as root's; it is handed over whole, since PostgreSQL takes no other owner. */
async function ownerOf(directory: string): Promise<Ids> {
  const found = await stat(directory).catch(() => null);
  if (found === null) return nobody;
  if (found.uid !== 0) return { uid: found.uid, gid: found.gid };
  await run('chown', ['-R', `${nobody.uid}:${nobody.gid}`, directory]);
  return nobody;
}

/** Asked by doing it, as PostgreSQL will: ancestors' modes, access lists and mount options all have their say. */
async function reaches(account: Account, { dataDir, program }: { readonly dataDir: string; readonly program: string }): Promise<boolean> {
  const attempt = async (name: string, args: readonly string[]): Promise<boolean> => {
    const command = account.command(name, args);
    return run(command.program, [...command.args], { cwd: '/', timeout: probeLimit, ...command.ids }).then(() => true, () => false);
  };
  return await attempt('test', ['-x', dataDir, '-a', '-x', program]) && attempt(program, ['--version']);
}
