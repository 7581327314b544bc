/**
 * Under which account the embedded server runs. PostgreSQL refuses to run as root, so under root it runs as `nobody`; because a root's home
 * is closed to others, the two capabilities to pass closed directories go along where `setpriv` can give them.
 */
import { access, chown, mkdir } from 'node:fs/promises';
import { constants } from 'node:fs';

export interface Account {
  /** Null: as ourselves. */
  readonly ids: { readonly uid: number; readonly gid: number } | null;
  /** Turns a command line into one that runs under the account. */
  command(program: string, args: readonly string[]): { readonly program: string; readonly args: readonly string[]; readonly ids: Account['ids'] };
  /** Hands a directory to the account. */
  own(directory: string): Promise<void>;
}

const nobody = { uid: 65_534, gid: 65_534 };
const setpriv = '/usr/bin/setpriv';

export async function accountFor(dataDir: string): Promise<Account> {
  await mkdir(dataDir, { recursive: true });
  if (process.getuid?.() !== 0) {
    return { ids: null, command: (program, args) => ({ program, args, ids: null }), own: () => Promise.resolve() };
  }
  const capable = await access(setpriv, constants.X_OK).then(() => true, () => false);
  const capabilities = '+dac_override,+dac_read_search';
  return {
    ids: nobody,
    command: (program, args) => capable
      ? {
          program: setpriv, ids: null,
          args: [`--reuid=${nobody.uid}`, `--regid=${nobody.gid}`, '--clear-groups', `--inh-caps=${capabilities}`, `--ambient-caps=${capabilities}`, '--', program, ...args],
        }
      : { program, args, ids: nobody },
    own: (directory) => chown(directory, nobody.uid, nobody.gid),
  };
}
